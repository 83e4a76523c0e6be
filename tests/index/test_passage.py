"""The nouns."""

import subprocess
import sys
from dataclasses import FrozenInstanceError, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Filters, Hit, Passage
from tests.index.texts import article_of

ROOT = Path(__file__).parent.parent.parent


def test_nouns_are_values() -> None:
    """Equal fields make equal nouns that can be put into a set."""
    assert Passage("a", 0, 2, "hi") == Passage("a", 0, 2, "hi")
    assert len({Hit(Passage("a", 0, 2, "hi")), Hit(Passage("a", 0, 2, "hi")), article_of("x"), article_of("x"), Filters()}) == 3


@given(starts=st.sets(st.integers(0, 60), max_size=6), span=st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted))
def test_a_place_is_that_of_the_first_character_and_the_last(starts: set[int], span: list[int]) -> None:
    """Characters before the first page, and articles without pages, have none."""
    places = tuple((start, f"p. {i}") for i, start in enumerate(sorted(starts), start=1))
    first, last = (sum(start <= character for start in starts) for character in (span[0], max(span[0], span[1] - 1)))
    said = replace(article_of("x"), places=places).place_of(*span)
    assert said == ("" if not first else f"p. {first}" if first == last else f"p. {first}–{last}")


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
