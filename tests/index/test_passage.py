"""The nouns."""

import subprocess
import sys
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from index.passage import Filters, Hit, Passage
from tests.index.texts import article_of

ROOT = Path(__file__).parent.parent.parent


def test_nouns_are_values() -> None:
    """Equal fields make equal nouns that can be put into a set."""
    assert Passage("a", 0, 2, "hi") == Passage("a", 0, 2, "hi")
    assert len({Hit(Passage("a", 0, 2, "hi")), Hit(Passage("a", 0, 2, "hi")), article_of("x"), article_of("x"), Filters()}) == 3


def test_nouns_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Passage("a", 0, 2, "hi").start = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(articles=("a",)),
        Filters(authors=("a",)),
        Filters(publishers=("a",)),
        Filters(since=date(2020, 1, 1)),
        Filters(until=date(2020, 1, 1)),
    ],
)
def test_only_empty_filters_are_open(filters: Filters) -> None:
    assert Filters().is_open
    assert not filters.is_open


def test_nouns_need_the_standard_library_alone() -> None:
    code = "import sys, index.passage, index.errors; print(sorted({one.split('.')[0] for one in sys.modules} - sys.stdlib_module_names))"
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "['__main__', 'index']"
