"""What an article says of itself."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.boilerplate import strip_boilerplate
from index.outline import outline
from index.read.metadata import Metadata, find_date, parse_date, parse_text, read_plain_metadata
from tests.index.texts import any_text

BODY = "The harbour of Marlow was built in 1871 by Ada Quill, and it has two piers of granite."


def known(text: str) -> Metadata:
    blocks = outline(text, markup="plain")
    return read_plain_metadata(blocks, strip_boilerplate(blocks))


@pytest.mark.parametrize(
    "line",
    [
        "2024-07-19", "19 July 2024", "19-july-2024", "July 19, 2024", "19th July 2024", "Jul 19 2024", "19 Jul. 2024",
    "Posted 2024-07-19 by Ann",
        "JULY 19TH, 2024", "2024-07-19T10:00:00Z", "19 July 2024 (2024-07-19)",
    ],
)  # fmt: skip
def test_a_full_date_is_read(line: str) -> None:
    assert find_date(line) == date(2024, 7, 19)


@pytest.mark.parametrize(
    "line",
    ["", "2024", "July 2024", "31 February 2024", "2024-13-01", "12024-07-19", "19 July 2024 to 20 July 2024"],
)
def test_a_date_is_never_guessed(line: str) -> None:
    """Half a date, one that could be two, and two dates are none."""
    assert find_date(line) is None


@given(day=st.dates(min_value=date(1000, 1, 1)))
@settings(max_examples=50)
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    written = (day.isoformat(), f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}")
    assert {find_date(line) for line in written} == {day}


@given(line=st.text(max_size=60))
@settings(max_examples=60)
def test_a_date_of_any_line_is_a_date_or_nothing(line: str) -> None:
    assert isinstance(find_date(line), date | None)


def test_a_field_may_hold_a_date_in_three_ways() -> None:
    day = date(2024, 7, 19)
    assert parse_date(day) == parse_date(datetime(2024, 7, 19, 10)) == parse_date("2024-07-19T10:00") == day
    assert type(parse_date(datetime(2024, 7, 19, 10))) is date


@pytest.mark.parametrize("value", [None, 2024, 2024.5, "", "soon", True, [], {}])
def test_other_fields_are_no_date(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [("Ann  Lee\n", "Ann Lee"), (["Ann Lee", "Bo Day"], "Ann Lee, Bo Day"), (["Ann Lee", None, " "], "Ann Lee"), ("1984", "1984")],
)
def test_a_field_becomes_one_line(value: object, text: str) -> None:
    assert parse_text(value) == text


@pytest.mark.parametrize("value", [None, "", "  ", True, False, [], [None], {}, {"name": "Ann"}, date(2024, 7, 19)])
def test_an_empty_field_is_nothing(value: object) -> None:
    assert parse_text(value) is None


@given(text=any_text)
@settings(max_examples=60, deadline=None)
def test_what_is_found_stands_in_the_text(text: str) -> None:
    """Title, author and publisher are words of the text, never empty."""
    found = known(text)
    for field in (found.title, found.author, found.publisher):
        assert field is None or (field.strip() and field in text)


def test_a_title_stands_above_the_text() -> None:
    assert known(f"The old harbour\n\n{BODY}").title == "The old harbour"


def test_a_title_shares_its_words_with_the_text() -> None:
    """A site's slogan above it does not."""
    assert known(f"Peer reviewed analysis\n\nThe old harbour\n\n{BODY}").title == "The old harbour"


def test_a_text_without_a_line_above_it_has_no_title() -> None:
    assert known(BODY).title is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("BY Ann Lee", "Ann Lee"),
        ("Author: Ann Lee", "Ann Lee"),
        ("Written by Ann van Lee", "Ann van Lee"),
        ("By Ann Lee and Bo Day", "Ann Lee and Bo Day"),
        ("By Ann Lee | 3 May 2021", "Ann Lee"),
    ],
)
def test_a_byline_above_the_text_names_the_author(line: str, author: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").author == author


@pytest.mark.parametrize("line", ["By train", "By the river", "Ann Lee", "Stand by Ann Lee", "By 1871"])
def test_other_lines_name_no_author(line: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").author is None


@pytest.mark.parametrize("title", ["By Land and Sea", "By Royal Command"])
def test_a_title_that_begins_with_by_is_no_byline(title: str) -> None:
    assert known(f"{title}\n\n{BODY}").author is None


def test_two_bylines_are_none() -> None:
    assert known(f"The old harbour\n\nBy Ann Lee\n\nBy Bo Day\n\n{BODY}").author is None


def test_a_note_at_the_end_names_the_author() -> None:
    assert known(f"The old harbour\n\n{BODY}\n\nAnn Lee is a Fellow at the University of Oslo.").author == "Ann Lee"


def test_a_name_in_the_text_is_no_author() -> None:
    """The engineer of the harbour did not write about it."""
    assert known(f"The old harbour\n\n{BODY}").author is None


def test_a_date_above_the_text_is_the_day_it_was_published() -> None:
    assert known(f"The old harbour\n\nNews | 19-july-2024\n\n{BODY}").published == date(2024, 7, 19)


def test_a_date_in_the_text_or_a_caption_is_not() -> None:
    """Neither is one of two."""
    assert known(f"The old harbour\n\n{BODY} It opened on 5 May 1932.").published is None
    assert known(f"The old harbour\n\nThe pier (Photo taken 5 May 1932)\n\n{BODY}").published is None
    assert known(f"The old harbour\n\n5 May 1932\n\n6 May 1932\n\n{BODY}").published is None


def test_a_print_line_names_the_publisher() -> None:
    text = f"The old harbour\n\n{BODY}\n\nArticle printed from Marlow News (https://marlow.example)"
    assert known(text).publisher == "Marlow News"
