"""How fast a folder is indexed: python -m tests.slow.speed [--articles 1000] [--plain 1000]

Articles of about 4,000 characters, made of the sentences of `tests/articles` and, where it is at hand, of `bench/squad`. Ibid's
first sync, with the share of it that the embedder takes; a plain loop over the same passages (`SentenceTransformer.encode` in fp32,
32 at a time, and `collection.add`); then a sync with nothing, one article changed, one deleted and one renamed. The start of the
embedder and of chromadb is not part of any of these times.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.chunk import split_sentences
from index.embed import ModelEmbedder, load_transformer
from index.models import MINILM, require_model
from index.passage import Span
from index.store import Store
from index.vectors import Vectors
from tests.conftest import ROOT, models_folder, test_data

CHARACTERS = 4000


class Timed(ModelEmbedder):
    """The default embedder, which notes how long it works."""

    seconds = 0.0
    texts = 0

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Any]:
        began = time.monotonic()
        rows = super().embed_passages(texts, sentences)
        self.seconds += time.monotonic() - began
        self.texts += len(texts)
        return rows


def write_articles(folder: Path, n: int) -> None:
    """Write articles of sentences in an order of their own, so that no passage is like another and few sentences come again often."""
    sentences: list[str] = []
    for path in sorted([*(ROOT / "tests/articles").glob("*.txt"), *(test_data() / "bench/squad/articles").glob("*")]):
        text = path.read_text()
        sentences += [text[start:end] for start, end in split_sentences(text, 0, len(text)) if "\n" not in text[start:end]]
    randomly = random.Random(1)
    pool: list[str] = []
    folder.mkdir()
    for i in range(n):
        text, paragraph = f"Report {i}\n\n", 0
        while len(text) < CHARACTERS:
            pool = pool or randomly.sample(sentences, len(sentences))
            text += pool.pop() + ("\n\n" if paragraph % 5 == 4 else " ")
            paragraph += 1
        (folder / f"{i}.txt").write_text(text)


def plain_loop(texts: Sequence[str], scratch: Path) -> float:
    """Return the seconds that the loop takes which people write first."""
    import chromadb

    transformer: Any = load_transformer(require_model(models_folder(), MINILM))
    transformer.float().encode(["warm"])
    collection = chromadb.PersistentClient(str(scratch / "plain")).create_collection("plain", embedding_function=None)
    began = time.monotonic()
    for first in range(0, len(texts), 32):
        part = list(texts[first : first + 32])
        rows = transformer.encode(part, batch_size=32, show_progress_bar=False)
        collection.add(ids=[str(first + i) for i in range(len(part))], embeddings=rows, documents=part)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--plain", type=int, default=1000, help="passages of the plain loop")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch, folder = Path(name), Path(name, "articles")
        write_articles(folder, options.articles)
        embedder = Timed(models_folder(), MINILM)
        embedder.embed_passages(["warm"], [[(0, 4)]])
        Vectors(scratch / "warm", is_writable=True).close()
        embedder.seconds = embedder.texts = 0
        store = Store(scratch / "home", embedder=embedder)

        def sync(what: str) -> float:
            before, began = embedder.texts, time.monotonic()
            report = store.sync([folder])
            seconds = time.monotonic() - began
            print(f"{what}: {seconds:.2f} s, {embedder.texts - before} passages embedded, {report.passages} in the index", flush=True)
            return seconds

        seconds = sync(f"{options.articles} articles")
        rate = embedder.texts / seconds
        print(f"  {embedder.seconds / seconds:.1%} of it in the embedder, {rate:.1f} passages/s", flush=True)
        sync("nothing changed")
        (folder / "0.txt").write_text((folder / "0.txt").read_text() + "It is not so.\n")
        sync("one changed")
        (folder / "1.txt").unlink()
        sync("one deleted")
        (folder / "2.txt").rename(folder / "two.txt")
        sync("one renamed")
        with store.reading() as reader:
            texts = [one.text for one in reader.passages()][: options.plain]
        loop = len(texts) / plain_loop(texts, scratch)
        print(f"a plain loop: {loop:.1f} passages/s; Ibid is {rate / loop:.2f} times as fast", flush=True)
        store.close()


if __name__ == "__main__":
    main()
