"""The larger sets of questions, each with the index that it is asked of."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from index.reader import Reader
from index.store import Store
from qa.questions import Question, load_questions
from tests.conftest import ROOT, models_folder, test_data

SQUAD = "bench/squad"
HELD_OUT = frozenset(
    "Yuan-dynasty Genghis-Khan French-and-Indian-War Oxygen Harvard-University Jacksonville-Florida Chloroplast"
    " United-Methodist-Church Economic-inequality Rhine Civil-disobedience Packet-switching".split()
)
"""Articles of `bench/squad` from which nothing is learned; those of `*-held.jsonl`."""


def question_sets(*names: str) -> Iterator[tuple[str, Reader, list[Question]]]:
    """Yield the sets of these names: `bench/squad`, our own `wiki-…` over its articles, or others over our own ones.

    The indexes are kept in the folder `build`. A reader is open until the next set is asked for.
    """
    for name in names:
        file = wikipedia() / "questions.jsonl" if name == SQUAD else ROOT / "tests" / "questions" / f"{name}.jsonl"
        questions = load_questions(file)
        home, articles = place_of(name, questions)
        store = Store(ROOT / "build" / home, models=models_folder())
        store.sync(articles, is_fresh=holds_others(store, articles))
        with store.reading() as reader:
            yield name, reader, questions
        store.close()


def holds_others(store: Store, articles: Sequence[Path]) -> bool:
    """Say whether an index was made of other files, too, such as those of another checkout: a sync would leave them in."""
    if store.generation is None:
        return False
    with store.reading() as reader:
        return not all(any(Path(one.path).is_relative_to(path.resolve()) for path in articles) for one in reader.files())


def place_of(name: str, questions: Sequence[Question]) -> tuple[str, list[Path]]:
    """Return the name of the index in which a set is asked, and its articles.

    `news-held` is asked of the articles that it is about alone: many of its questions leave their subject open, which among all
    of ours would fit several.
    """
    own = ROOT / "tests" / "articles"
    if name == "news-held":
        about = sorted({one.article for question in questions for one in question.evidence})
        return name, [own / f"{article}.txt" for article in about]
    return ("squad", [wikipedia() / "articles"]) if name == SQUAD or name.startswith("wiki") else ("news", [own])


def wikipedia() -> Path:
    """Return the folder of `bench/squad`."""
    return test_data() / "bench" / "squad"
