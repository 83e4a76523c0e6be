"""What each part of the pipeline is worth: python tests/bench/ablation.py [EVERY]

One change a row, over every EVERY-th (default 4) answerable question of `news-held` and the articles that they are about, from
which nothing was learned. A row says how often a passage that answers is among those read, stands first, and how often the first
quote and one of three hold the answer, given or not, with 95 % bootstrap intervals.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType

import index.store
import qa.evidence
import qa.reading
import qa.rerank
import qa.retrieve
from index.chunk import Chunking
from index.passage import Passage, Surroundings
from index.store import Store
from qa.assistant import Assistant
from qa.measures import bootstrap_interval
from qa.questions import Question, load_questions
from tests.bench.sets import place_of
from tests.conftest import ROOT, models_folder

Change = Mapping[tuple[ModuleType, str], object]


def without_context(passage: Passage, title: str, before: str = "") -> str:
    """Return a passage as it is, without title and heading, and without the sentence before it."""
    return passage.text


def before_alone(around: Surroundings) -> str:
    """Return the sentence before a passage, without the article's first one."""
    return around.before


ROWS: dict[str, Change] = {
    "as it is": {},
    "reading on unless a quote is 0.5 probable": {(qa.reading, "SURE"): 0.5},
    "8 passages read at most": {(qa.reading, "DEPTH"): 8},
    "16 passages read for every question": {(qa.reading, "FIRST"): 16},
    "up to 24 passages read": {(qa.reading, "DEPTH"): 24},
    "no passage read again": {(qa.reading, "AGAIN"): 0},
    "read again between their neighbours only": {(qa.rerank, "_front"): before_alone},
    "four passages read again": {(qa.reading, "AGAIN"): 4},
    "quotes of one sentence": {(qa.evidence, "LONGEST_RUN"): 1},
    "quotes of up to three sentences": {(qa.evidence, "LONGEST_RUN"): 3},
    "no title and heading for the reranker": {(qa.rerank, "in_context"): without_context},
    "meaning alone": {(qa.retrieve, "WORDS"): 0.0},
    "words as strong as meaning": {(qa.retrieve, "WORDS"): 1.0},
    "fusion constant 60": {(qa.retrieve, "RRF_K"): 60},
    "20 candidates from each leg": {(qa.retrieve, "CANDIDATES"): 20},
    "smaller passages (70 tokens, at most 120)": {(index.store, "Chunking"): partial(Chunking, 70, 120)},
    "larger passages (170 tokens, at most 230)": {(index.store, "Chunking"): partial(Chunking, 170, 230)},
}


def main() -> None:
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    known = load_questions(ROOT / "tests" / "questions" / "news-held.jsonl")
    _, articles = place_of("news-held", known)
    questions = [one for one in known if one.is_answerable][::every]
    print(f"{len(questions)} questions\n\n| | read | hit@1 | first quote right | one of three | characters | a question |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for name, change in ROWS.items():
            is_chunked_anew = any(module is index.store for module, _ in change)
            home = Path(scratch, name if is_chunked_anew else "as it is")
            with changed(change):
                print(f"| {name} | {' | '.join(measured(home, articles, questions))} |", flush=True)


@contextmanager
def changed(change: Change) -> Iterator[None]:
    """Give names of modules other values for a while."""
    before = {(module, name): getattr(module, name) for module, name in change}
    for (module, name), value in change.items():
        setattr(module, name, value)
    try:
        yield
    finally:
        for (module, name), value in before.items():
            setattr(module, name, value)


def measured(home: Path, articles: Sequence[Path], questions: Sequence[Question]) -> Iterator[str]:
    """Yield the cells of a row."""
    store = Store(home, models=models_folder())
    store.sync(articles)
    assistant = Assistant(store)
    assistant.prepare()
    rows, seconds, lengths = [], [], []
    for question in questions:
        began = time.perf_counter()
        answer = assistant.ask(question.text, k=3)
        seconds.append(time.perf_counter() - began)
        quotes = answer.citations or answer.nearest
        read = [question.is_answered_by(hit.passage.article, hit.passage.start, hit.passage.end) for hit in answer.read]
        right = [question.is_answered_by(one.article.id, one.start, one.end) for one in quotes]
        rows.append((any(read), any(read[:1]), any(right[:1]), any(right)))
        lengths += [len(one.quote) for one in quotes[:1]]
    store.close()
    for column in zip(*rows, strict=True):
        low, high = bootstrap_interval(column) or (0.0, 0.0)
        yield f"{statistics.fmean(column):.3f} ({low:.2f}–{high:.2f})"
    yield f"{statistics.median(lengths):.0f}"
    yield f"{statistics.median(seconds):.2f} s"


if __name__ == "__main__":
    main()
