"""What is embedded for a passage, and when it is the same again."""

from dataclasses import replace

import pytest

from index import sync
from index.chunk import MOST_TOKENS
from index.passage import Passage
from index.sync import passage_inputs
from tests.index.texts import article_of
from tests.toy import ToyEmbedder


def passage_below(*heading: str, text: str = "Salt was sold.") -> Passage:
    return Passage("a", 0, len(text), text, heading)


def input_of(title: str, passage: Passage, embedder: ToyEmbedder) -> str:
    return passage_inputs({passage.article: title}, [passage], embedder, most=MOST_TOKENS)[0]


def test_title_and_headings_stand_before_the_text() -> None:
    assert input_of("Marlow", passage_below("Trade", "Salt"), ToyEmbedder()) == "Marlow. Trade › Salt. Salt was sold."


@pytest.mark.parametrize("heading", [(), ("Marlow",)])
def test_the_title_is_not_said_twice(heading: tuple[str, ...]) -> None:
    assert input_of("Marlow", passage_below(*heading), ToyEmbedder()) == "Marlow. Salt was sold."


def test_what_does_not_fit_is_left_out_from_the_headings_on() -> None:
    """First the headings, then the title; the text itself is never cut here."""
    embedder = ToyEmbedder()
    heading = " ".join(["trade"] * embedder.max_tokens)
    long_text = " ".join(["salt"] * MOST_TOKENS)
    just_fits = " ".join(["trade"] * (embedder.max_tokens - 3 - MOST_TOKENS))
    assert input_of("Marlow", passage_below(heading), embedder) == "Marlow. Salt was sold."
    assert input_of(heading, passage_below("Trade"), embedder) == "Salt was sold."
    assert input_of(just_fits, passage_below(text=long_text), embedder) == f"{just_fits}. {long_text}"
    assert input_of(just_fits + " x", passage_below(text=long_text), embedder) == long_text
    assert input_of(just_fits + " x", passage_below(), embedder) == f"{just_fits} x. Salt was sold."


def test_the_same_words_are_the_same_wherever_they_stand_but_not_in_other_sentences() -> None:
    """An embedding has a row for each sentence: where they begin and end is part of what is known again."""
    here, there = article_of("", "a.txt"), article_of("", "b.txt")
    one = replace(passage_below("Trade", text="Salt was sold. Tea too."), sentences=((0, 14), (15, 23)))
    moved = replace(one, article="b.txt", start=100, end=123, sentences=((100, 114), (115, 123)))
    assert sync._digest(here, one) == sync._digest(there, moved)
    others = [
        replace(one, sentences=((0, 23),)),
        replace(one, sentences=((0, 4), (5, 23))),
        replace(one, sentences=((0, 14), (15, 19), (20, 23))),
        replace(one, heading=("Tea",)),
        replace(one, text="Salt was sold. Tea two."),
    ]
    digests = {sync._digest(here, other) for other in [one, *others]} | {sync._digest(article_of("", title="Another title"), one)}
    assert len(digests) == len(others) + 2
