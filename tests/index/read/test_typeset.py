"""From printed lines to the text that was set in them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.read.typeset import Line, typeset

WORDS = st.lists(st.sampled_from("salt timber harbour Pier 1871 ships. granite, of".split()), min_size=1, max_size=9).map(" ".join)


def printed(*lines: str, page: int = 1, top: float = 700, across: float = 60, size: float = 11, leading: float = 14) -> list[Line]:
    """Return lines one below the other, on one page."""
    return [Line(text, page, across, top - leading * i, size) for i, text in enumerate(lines)]


def text_of(lines: list[Line], pages: int = 1) -> str:
    return typeset(lines, pages)[0]


@given(pages=st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=4))
@settings(max_examples=80)
def test_every_word_is_kept_in_its_order_and_every_page_is_found(pages: list[list[str]]) -> None:
    """The lines of each page begin with a word of its own, so that none is taken for a running head."""
    lines = [one for i, page in enumerate(pages, start=1) for one in printed(*(f"{'pqrst'[i]}y {line}" for line in page), page=i)]
    text, places = typeset(lines, len(pages))
    assert text.split() == " ".join(line.text for line in lines).split()
    assert [name for _, name in places] == [f"p. {i}" for i in range(1, len(pages) + 1)]
    assert all(start < end for (start, _), (end, _) in pairwise(places))
    assert [text[start:].split()[0] for start, _ in places] == [f"{'pqrst'[i]}y" for i in range(1, len(pages) + 1)]


def test_a_word_that_was_cut_is_whole_again() -> None:
    assert text_of(printed("The engi-", "neer built two piers of gran\u00ad", "ite.")) == "The engineer built two piers of granite."


def test_a_word_that_is_written_with_its_hyphen_elsewhere_keeps_it() -> None:
    lines = printed("A well-known man met another well-", "known man, who was no engi-", "neer.")
    assert text_of(lines) == "A well-known man met another well-known man, who was no engineer."


def test_a_dash_before_a_capital_is_no_cut() -> None:
    assert text_of(printed("The alliance of North Korea-", "Russia is old.")) == "The alliance of North Korea- Russia is old."


def test_ligatures_are_letters() -> None:
    assert text_of(printed("The eﬃcient oﬀice ﬁnally ﬂowed.")) == "The efficient office finally flowed."


def test_a_wider_gap_parts_paragraphs_and_so_does_another_size() -> None:
    lines = [*printed("Salt", size=16), *printed("One of", "the two.", top=670), *printed("The other", "one.", top=620)]
    assert text_of(lines) == "Salt\n\nOne of the two.\n\nThe other one."


def test_a_short_line_that_ends_a_sentence_ends_a_paragraph() -> None:
    lines = printed(
        "The first paragraph is long enough to fill a line of", "words.", "The second one begins here and goes on for a line", "more."
    )
    assert text_of(lines).count("\n\n") == 1


def test_a_sentence_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    lines = [*printed("It goes on"), *printed("in a column", across=300), *printed("and on a page.", page=2)]
    text, places = typeset(lines, 2)
    assert text == "It goes on in a column and on a page."
    assert places == ((0, "p. 1"), (text.index("and on"), "p. 2"))


def test_running_heads_and_page_numbers_are_no_text() -> None:
    lines = [
        line
        for page, word in enumerate(("timber", "pier", "salt"), start=1)
        for line in [
            Line("Harbour Review", page, 60, 800, 9),
            *printed(f"The {word}s of this page are", f"the only {word}s.", page=page),
            Line(f"Page {page} of 3", page, 290, 30, 9),
        ]
    ]
    text = text_of(lines, 3)
    assert "Review" not in text
    assert "of 3" not in text
    assert text.count("s of this page are the only") == 3


def test_a_head_with_the_number_of_its_page_is_a_running_head() -> None:
    lines = [
        one
        for page in (1, 2, 3, 4)
        for one in (Line(f"Salt {page + 30}", page, 60, 800, 9), *printed(f"In 19{page * page} it ends.", page=page))
    ]
    text = text_of(lines, 4)
    assert "Salt" not in text
    assert text.count("In 19") == 4, "lines that differ in other numbers are text"


def test_a_raised_number_stays_in_its_line() -> None:
    lines = [Line("The pier was built", 1, 60, 700, 11), Line("2", 1, 160, 704, 7), Line("in 1871.", 1, 170, 700, 11)]
    assert text_of(lines) == "The pier was built 2 in 1871."


def test_pages_that_hold_only_numbers_are_told() -> None:
    with pytest.raises(ReadError, match="no text but page numbers"):
        typeset([Line(str(page), page, 290, 30, 9) for page in (1, 2, 3)], 3)
