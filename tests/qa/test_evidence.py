"""The run of sentences that answers."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Hit
from qa.evidence import ENOUGH, LONGEST_RUN, Quote, find_quotes, sum_of, widened
from tests.qa.samples import a_hit

logits = st.floats(-12, 12)
read = st.lists(st.lists(logits, min_size=1, max_size=6), min_size=1, max_size=5)
"""Logits of the sentences of passages."""


def read_hit(said: Sequence[str], answering: Sequence[float], name: str = "a.txt") -> Hit:
    return replace(a_hit(said, name), answering=tuple(answering))


def hits_of(read: Sequence[Sequence[float]]) -> list[Hit]:
    """Return hits whose sentences have these logits and say nothing that leans on others."""
    return [read_hit([f"Sentence {k} of {i}." for k in range(len(one))], one, f"{i}.txt") for i, one in enumerate(read)]


def sentences_of(quote: Quote) -> list[str]:
    passage = quote.passage
    spans = [(start, end) for start, end in passage.sentences if quote.start <= start and end <= quote.end]
    return [passage.text[start - passage.start : end - passage.start] for start, end in spans]


@given(read)
def test_each_passage_gives_one_run_of_its_whole_sentences(read: list[list[float]]) -> None:
    """It begins where a sentence begins, ends where one ends, is not longer than allowed, and stands there verbatim."""
    hits = hits_of(read)
    quotes = find_quotes(hits)
    assert [quote.hit for quote in quotes] == hits
    for quote in quotes:
        passage = quote.passage
        assert quote.start in {start for start, _ in passage.sentences}
        assert quote.end in {end for _, end in passage.sentences}
        assert 1 <= len(sentences_of(quote)) <= LONGEST_RUN
        assert quote.text == passage.text[quote.start - passage.start : quote.end - passage.start]
        assert " ".join(sentences_of(quote)) == quote.text


@given(read)
def test_no_run_of_its_length_answers_better_and_no_shorter_one_is_enough(read: list[list[float]]) -> None:
    """The logit is that of its sentences together; a shorter run holds less than enough of the passage's answer."""
    for quote, logits in zip(find_quotes(hits_of(read)), read, strict=True):
        size = len(sentences_of(quote))
        runs = {n: [sum_of(logits[i : i + n]) for i in range(len(logits) - n + 1)] for n in range(1, size + 1)}
        assert quote.run == max(runs[size])
        assert all(max(runs[n]) < sum_of(logits) + math.log(ENOUGH) for n in range(1, size))


@given(st.lists(logits, min_size=1, max_size=6))
def test_a_sum_of_logits_is_that_of_the_odds(logits: list[float]) -> None:
    assert sum_of(logits) == pytest.approx(math.log(sum(math.exp(one) for one in logits)))


def test_of_nothing_the_sum_is_impossible() -> None:
    assert sum_of([]) == -math.inf


def test_the_sentence_that_answers_is_quoted() -> None:
    hit = read_hit(["The pier is long.", "Engineers finished the bridge.", "Rain fell."], [-4.0, 5.0, -3.0])
    assert find_quotes([hit])[0].text == "Engineers finished the bridge."


def test_two_sentences_that_share_the_answer_are_quoted_together() -> None:
    hit = read_hit(["One is red.", "Two is blue.", "Three is green."], [2.0, 2.0, -5.0])
    assert find_quotes([hit])[0].text == "One is red. Two is blue."


@pytest.mark.parametrize("opening", ["He", "This", "It", "They", "“She", "Their,", "These"])
def test_a_quote_that_leans_on_the_sentence_before_takes_it_in(opening: str) -> None:
    """What opens with he, this and their like is not shown without what it speaks of; its logit stays its own."""
    leaning = f"{opening} finished the pier."
    (quote,) = find_quotes([read_hit(["Rain fell.", "Ada Quill came.", leaning], [-9.0, -9.0, 5.0])])
    assert quote.text == f"Ada Quill came. {leaning}"
    assert quote.run == 5.0


@pytest.mark.parametrize("opening", ["Quill", "Hence", "Theirs", "Thistles", "Items"])
def test_a_quote_that_stands_alone_is_shown_alone(opening: str) -> None:
    """A word that only begins like he, this or it does not lean."""
    said = f"{opening} finished the pier."
    assert find_quotes([read_hit(["Ada came.", said], [-9.0, 5.0])])[0].text == said


def test_the_first_sentence_of_a_passage_has_nothing_to_lean_on() -> None:
    """A passage that opens with he is quoted from there; nothing is taken from outside it."""
    assert find_quotes([read_hit(["He finished the pier.", "Rain fell."], [5.0, -9.0])])[0].text == "He finished the pier."


def test_a_run_that_is_full_takes_in_nothing_more() -> None:
    """The longest run is the longest quote, even where it leans."""
    said = ["Ada came.", *[f"He said {i}." for i in range(LONGEST_RUN)]]
    (quote,) = find_quotes([read_hit(said, [-9.0, *[5.0] * LONGEST_RUN])])
    assert quote.text == " ".join(said[1:])


def test_equal_sentences_of_two_passages_stay_two_quotes() -> None:
    """The same words in two articles are two quotes, each with its own place."""
    quotes = find_quotes([read_hit(["Ada built it."], [4.0], name) for name in ("a.txt", "b.txt")])
    assert [quote.passage.article for quote in quotes] == ["a.txt", "b.txt"]
    assert {quote.text for quote in quotes} == {"Ada built it."}


def test_no_hits_give_no_quotes() -> None:
    assert find_quotes([]) == []


@given(st.lists(logits, min_size=1, max_size=6))
def test_a_widened_quote_holds_the_quote_and_one_sentence_more_on_each_side(logits: list[float]) -> None:
    """As far as the passage has them; it stays a run of whole sentences of its passage."""
    (quote,) = find_quotes(hits_of([logits]))
    wide = widened(quote)
    starts, ends = zip(*quote.passage.sentences, strict=True)
    first, last = starts.index(quote.start), ends.index(quote.end)
    assert (wide.start, wide.end) == (starts[max(0, first - 1)], ends[min(len(ends) - 1, last + 1)])
    assert wide.text == quote.passage.text[wide.start - quote.passage.start : wide.end - quote.passage.start]
