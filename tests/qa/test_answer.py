"""A citation that is proven, an answer that is numbered."""

import re
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.passage import Passage
from qa.answer import Answer, Citation, Seconds, Statement
from tests.qa.samples import a_citation, an_abstention, an_answer, an_article, sha256

quotes = st.text(min_size=1, max_size=30)


@given(st.text(max_size=30), quotes, st.text(max_size=30))
def test_a_citation_that_stands_where_it_says_is_verbatim(before: str, quote: str, after: str) -> None:
    """Any text with a quote in it, of any characters."""
    assert a_citation(before=before, quote=quote, after=after).is_verbatim


@given(st.text(max_size=30), quotes, st.text(max_size=30), st.sampled_from([-1, 1]))
def test_a_citation_shifted_by_one_is_not_verbatim(before: str, quote: str, after: str, shift: int) -> None:
    """One character beside is another text, unless it reads the same."""
    one = a_citation(before=before, quote=quote, after=after)
    moved = replace(one, start=one.start + shift, end=one.end + shift)
    is_inside = moved.start >= 0 and moved.end <= len(one.article.text)
    assume(not is_inside or one.article.text[moved.start : moved.end] != quote)
    assert not moved.is_verbatim


@given(st.text(max_size=30), quotes, st.text(max_size=30), st.sampled_from([(-1, 0), (1, 0), (0, -1), (0, 1)]))
def test_a_quote_cut_or_grown_by_one_is_not_verbatim(before: str, quote: str, after: str, moved: tuple[int, int]) -> None:
    """Offsets of a longer or shorter text are not those of the quote."""
    one = a_citation(before=before, quote=quote, after=after)
    assert not replace(one, start=one.start + moved[0], end=one.end + moved[1]).is_verbatim


@given(quotes, st.integers(min_value=0), st.characters(codec="utf-8"))
def test_a_quote_with_one_other_character_is_not_verbatim(quote: str, place: int, other: str) -> None:
    """A single letter decides."""
    i = place % len(quote)
    assume(quote[i] != other)
    assert not replace(a_citation(quote=quote), quote=quote[:i] + other + quote[i + 1 :]).is_verbatim


def test_an_article_with_another_digest_is_not_the_one_that_was_indexed() -> None:
    """The digest proves the text, whatever stands at the offsets."""
    one = a_citation()
    assert not replace(one, article=replace(one.article, sha256=sha256("another text"))).is_verbatim
    assert not replace(one, article=replace(one.article, sha256=one.article.sha256.upper())).is_verbatim


def test_a_text_that_changed_elsewhere_is_not_the_one_that_was_indexed() -> None:
    """Even where the quote still stands, a changed article no longer proves it."""
    one = a_citation()
    changed = replace(one.article, text=one.article.text + "!")
    assert changed.text[one.start : one.end] == one.quote
    assert not replace(one, article=changed).is_verbatim


def test_a_quote_of_another_article_is_not_verbatim() -> None:
    """A passage belongs to its article, even where another says the same."""
    one = a_citation()
    assert not replace(one, article=replace(one.article, id="b.txt")).is_verbatim


def test_a_quote_outside_its_passage_is_not_verbatim() -> None:
    """The quote stands in the article, but not in the passage it is shown in."""
    text = "First sentence. Second sentence."
    outside = Citation(1, an_article(text), Passage("a.txt", 0, 15, text[:15]), text[16:], 16, 32, 1.0)
    assert not outside.is_verbatim
    assert replace(outside, passage=Passage("a.txt", 16, 32, text[16:])).is_verbatim


def test_a_passage_that_does_not_stand_in_its_article_proves_nothing() -> None:
    """The passage that is shown around a quote is checked as the quote is."""
    one = a_citation()
    assert not replace(one, passage=replace(one.passage, text=one.passage.text.upper())).is_verbatim


def test_an_empty_quote_is_none() -> None:
    """Nothing cannot be quoted, though it stands everywhere."""
    assert not a_citation(quote="").is_verbatim


@pytest.mark.parametrize(("start", "end"), [(-19, -9), (5, 5), (21, 11)])
def test_offsets_that_are_not_offsets_prove_nothing(start: int, end: int) -> None:
    """Python counts negative offsets from the end; a citation does not."""
    one = a_citation(quote="The quote.")
    assert not replace(one, start=start, end=end, quote=one.article.text[start:end]).is_verbatim


@given(st.lists(st.text(alphabet="abc .\n", min_size=1, max_size=20), min_size=1, max_size=5))
def test_numbers_in_the_text_and_in_the_list_are_one_to_one(said: list[str]) -> None:
    """Each citation's number stands in the text once, in order."""
    answer = an_answer([a_citation(i, quote=quote) for i, quote in enumerate(said, start=1)])
    assert [int(number) for number in re.findall(r"\[(\d+)\]", answer.text)] == [one.number for one in answer.citations]


@given(st.lists(st.text(max_size=20), max_size=4))
def test_the_text_is_one_line(said: list[str]) -> None:
    """Line breaks of quotes are blanks in the text."""
    text = an_answer([a_citation(i, quote=quote) for i, quote in enumerate(said, start=1)]).text
    assert text == " ".join(text.split())
    assert len(text.splitlines()) <= 1


def test_a_statement_names_each_citation_that_it_rests_on() -> None:
    """Two quotes behind one statement are two numbers behind it."""
    answer = Answer("Who?", "answered", 0.9, (Statement("Ada did.", (1, 2)), Statement("It stands.", (3,))))
    assert answer.text == "Ada did. [1] [2] It stands. [3]"


def test_the_verdict_says_whether_it_is_answered() -> None:
    """An answer that abstains says nothing of its own."""
    assert an_answer([a_citation()]).is_answered
    assert not an_abstention([a_citation()]).is_answered
    assert an_abstention([a_citation()]).text == ""


def test_answers_are_equal_however_long_they_took() -> None:
    """Time is no part of what was answered."""
    answer = an_answer([a_citation()])
    assert replace(answer, seconds=Seconds(1, 2, 3)) == answer
    assert replace(answer, confidence=0.5) != answer
