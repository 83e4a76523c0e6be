"""Ibid beside what a user would otherwise write: python tests/bench/peers.py IBID MODEL DATA [SET…]

LangChain and LlamaIndex at their defaults (splitter, Chroma, similarity search), with the same embedder, over the articles and
questions of DATA/bench. IBID is the command of an installation, MODEL the folder of the embedder. It needs an environment of its
own: tests/bench/peers-requirements.txt (`make peers` makes it). It prints a table; each ratio is of one run on one machine.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETS = ("squad", "excerpts")
MOST = 5
"""Passages that are looked at."""

Spot = tuple[str, int, int]
"""An article by the name of its file, and half-open character offsets."""
Search = Callable[[str], list[Spot]]


@dataclass(frozen=True, slots=True)
class Row:
    """What one of them reaches on one set."""

    who: str
    index_seconds: float
    question_seconds: float
    """Median."""
    hit_at_1: float
    hit_at_5: float
    recall: float
    iou: float
    shown: float
    """Median length of the first thing that is shown, in characters."""


def main() -> None:
    ibid, model, data = (Path(one) for one in sys.argv[1:4])
    for name in sys.argv[4:] or SETS:
        folder = data / "bench" / name
        articles = {path.stem: path.read_bytes().decode() for path in sorted((folder / "articles").iterdir())}
        questions = [json.loads(line) for line in (folder / "questions.jsonl").read_text().splitlines()]
        known = [one for one in questions if one["answerable"]]
        rows = [ours(ibid, folder)]
        rows += [measured(who, make, articles, known, model) for who, make in (("LangChain", langchain), ("LlamaIndex", llama_index))]
        print(f"\n{name}: {len(articles)} articles, {len(known)} questions that they answer")
        for line in table(rows):
            print(line, flush=True)


def langchain(articles: dict[str, str], model: Path, home: Path) -> Search:
    """Index as LangChain's guide does: its recursive splitter, Chroma, similarity search."""
    from langchain_chroma import Chroma
    from langchain_core.documents import Document
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    documents = [Document(page_content=text, metadata={"article": name}) for name, text in articles.items()]
    parts = RecursiveCharacterTextSplitter(add_start_index=True).split_documents(documents)
    store = Chroma.from_documents(parts, HuggingFaceEmbeddings(model_name=str(model)), persist_directory=str(home))

    def search(question: str) -> list[Spot]:
        found = store.similarity_search(question, k=MOST)
        return [(one.metadata["article"], start := one.metadata["start_index"], start + len(one.page_content)) for one in found]

    return search


def llama_index(articles: dict[str, str], model: Path, home: Path) -> Search:
    """Index as LlamaIndex's guide does: its sentence splitter, Chroma, a retriever."""
    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    collection = chromadb.PersistentClient(str(home)).get_or_create_collection("articles")
    storage = StorageContext.from_defaults(vector_store=ChromaVectorStore(chroma_collection=collection))
    documents = [Document(text=text, metadata={"article": name}) for name, text in articles.items()]
    embedder = HuggingFaceEmbedding(model_name=str(model))
    index = VectorStoreIndex.from_documents(documents, storage_context=storage, embed_model=embedder)
    retriever = index.as_retriever(similarity_top_k=MOST)

    def search(question: str) -> list[Spot]:
        nodes: list[Any] = [one.node for one in retriever.retrieve(question)]
        return [(node.metadata["article"], node.start_char_idx, node.end_char_idx) for node in nodes]

    return search


def measured(
    who: str, make: Callable[[dict[str, str], Path, Path], Search], articles: dict[str, str], questions: Sequence[Any], model: Path
) -> Row:
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        search = make(articles, model, Path(home))
        indexed = time.perf_counter() - began
        search("warm up")
        seconds, found = [], []
        for question in questions:
            began = time.perf_counter()
            found.append(search(question["question"]))
            seconds.append(time.perf_counter() - began)
    evidence = [[(one["article"], one["start"], one["end"]) for one in question["evidence"]] for question in questions]
    pairs = list(zip(found, evidence, strict=True))
    shares = [excerpt(spots, wanted) for spots, wanted in pairs]
    return Row(
        who, indexed, statistics.median(seconds), mean(holds(spots[:1], wanted) for spots, wanted in pairs),
        mean(holds(spots, wanted) for spots, wanted in pairs), mean(one for one, _ in shares), mean(one for _, one in shares),
        statistics.median(end - start for spots in found for _, start, end in spots[:1]),
    )  # fmt: skip


def ours(ibid: Path, folder: Path) -> Row:
    """Run `ibid index`, then `ibid eval`."""
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        subprocess.run([ibid, "index", folder / "articles", "--home", home], check=True, capture_output=True)
        indexed = time.perf_counter() - began
        command = [str(ibid), "eval", str(folder / "questions.jsonl"), "--home", home, "--json"]
        said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    value = said["measures"]
    return Row(
        "Ibid", indexed, value["seconds_median"], value["hit@1"], value["hit@5"], value["excerpt_recall@5"], value["excerpt_iou@5"],
        value["quote_length_median"],
    )  # fmt: skip


def holds(spots: Sequence[Spot], evidence: Sequence[Spot]) -> bool:
    """Say whether a span holds any of the evidence wholly."""
    return any(article == other and start <= first and last <= end for article, start, end in spots for other, first, last in evidence)


def excerpt(spots: Sequence[Spot], evidence: Sequence[Spot]) -> tuple[float, float]:
    """Return recall and IoU in characters: of the evidence, and of it and all that was found, each passage in full."""
    wanted, found = characters(evidence), characters(spots)
    shared, length = len(wanted & found), sum(end - start for _, start, end in spots)
    return shared / len(wanted), shared / (length + len(wanted - found))


def characters(spots: Sequence[Spot]) -> set[tuple[str, int]]:
    return {(article, i) for article, start, end in spots for i in range(start, end)}


def mean(values: Iterator[float] | Iterator[bool]) -> float:
    return statistics.fmean(float(one) for one in values)


def table(rows: Sequence[Row]) -> Iterator[str]:
    yield "| | hit@1 | hit@5 | recall@5 | IoU@5 | first thing shown | a question | index |"
    yield "|---|---|---|---|---|---|---|---|"
    for row in rows:
        yield (
            f"| {row.who} | {row.hit_at_1:.3f} | {row.hit_at_5:.3f} | {row.recall:.3f} | {row.iou:.3f} | {row.shown:.0f} characters"
            f" | {row.question_seconds:.3f} s ({row.question_seconds / rows[0].question_seconds:.2f}×)"
            f" | {row.index_seconds:.0f} s ({row.index_seconds / rows[0].index_seconds:.2f}×) |"
        )


if __name__ == "__main__":
    main()
