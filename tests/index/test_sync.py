"""What is embedded for a passage."""

import pytest

from index.passage import Passage
from index.sync import passage_input
from tests.toy import ToyEmbedder


def passage_below(*heading: str, text: str = "Salt was sold.") -> Passage:
    return Passage("a", 0, len(text), text, heading)


def test_title_and_headings_stand_before_the_text() -> None:
    assert passage_input("Marlow", passage_below("Trade", "Salt"), ToyEmbedder()) == "Marlow. Trade › Salt. Salt was sold."


@pytest.mark.parametrize("heading", [(), ("Marlow",)])
def test_the_title_is_not_said_twice(heading: tuple[str, ...]) -> None:
    assert passage_input("Marlow", passage_below(*heading), ToyEmbedder()) == "Marlow. Salt was sold."


def test_what_does_not_fit_is_left_out_from_the_headings_on() -> None:
    """First the headings, then the title; the text itself is never cut here."""
    embedder = ToyEmbedder()
    heading = " ".join(["trade"] * embedder.max_tokens)
    long_text = " ".join(["salt"] * (embedder.max_tokens - 4))
    assert passage_input("Marlow", passage_below(heading), embedder) == "Marlow. Salt was sold."
    assert passage_input(heading, passage_below("Trade"), embedder) == "Salt was sold."
    assert passage_input("Marlow", passage_below(text=long_text), embedder) == f"Marlow. {long_text}"
    assert passage_input("Marlow", passage_below(text=long_text + " x"), embedder) == long_text + " x"
