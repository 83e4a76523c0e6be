"""The larger sets of questions, each with the index that it is asked of."""

from collections.abc import Iterator

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
    """Yield the sets of these names: `bench/squad`, or our own `wiki-…` over its articles and `news-…` over our own ones.

    The indexes are kept in the folder `build`. A reader is open until the next set is asked for.
    """
    wiki = test_data() / "bench" / "squad"
    for name in names:
        home, articles = ("news", ROOT / "tests" / "articles") if name.startswith("news") else ("squad", wiki / "articles")
        file = wiki / "questions.jsonl" if name == SQUAD else ROOT / "tests" / "questions" / f"{name}.jsonl"
        store = Store(ROOT / "build" / home, models=models_folder())
        store.sync([articles])
        with store.reading() as reader:
            yield name, reader, load_questions(file)
        store.close()
