"""Lines that say who wrote and when."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.byline import byline, dateline, is_about_writing, lone_date, lone_names, stated_date, wire_byline

DAY = date(2024, 7, 19)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("BY ANN LEE", "ANN LEE"),
        ("by Ann Lee and Bo Day", "Ann Lee and Bo Day"),
        ("Written by Ann van Lee", "Ann van Lee"),
        ("Author: Ann Lee", "Ann Lee"),
        ("By Ann Lee | 3 May 2021", "Ann Lee"),
        ("By Ann Lee, Marlow News", "Ann Lee"),
        ("By Ann Lee in Oslo and Bo Day in Paris", "Ann Lee, Bo Day"),
        ("From Ann Lee in Oslo and Bo Day in Paris", "Ann Lee, Bo Day"),
        ("From our correspondent Ann Lee, Oslo", "Ann Lee"),
        ("Policy brief 3. Authors: Ann Lee and Bo Day. May 2021", "Ann Lee and Bo Day"),
        ("A long read from the coast, by Ann Lee", "Ann Lee"),
        ("Posted by Ann Lee on May 11, 2024 at 10:45 am", "Ann Lee"),
        ("Par Ann Lee", "Ann Lee"),
        ("Ann Lee, staff correspondent", "Ann Lee"),
        ("Ann Lee, Reuters", "Ann Lee"),
    ],
)
def test_a_byline_names_who_wrote(line: str, names: str) -> None:
    assert byline(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "By Train Across Siberia", "By Land and Sea", "By the Editorial Board", "By Staff Reporter", "Posted by admin on 3 May 2021",
        "Stand by Ann Lee",
        "By 1871", "Photo by Ann Lee", "Edited by Ann Lee", "Translated by Ann Lee", "Ann Lee, prime minister", "Ann Lee, Bo Day",
        "By Ann Lee's own account he could not swim.", "Speaker: Ann Lee", "By Ann Lee writes",
    ],
)  # fmt: skip
def test_other_lines_name_nobody(line: str) -> None:
    assert byline(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "19 July 2024", "Fri 19 Jul 2024 09.15 GMT", "Commentary | 19 July 2024", "Ann Lee | 19 July 2024 | 6 min read",
        "Oslo, 19 July 2024",
        "Weekend edition, 19 July 2024", "By Ann Lee, Oslo, 19 July 2024", "Published: 19 July 2024 | Updated: 21 July 2024",
        "Posted 19/07/2024",
        "PORT ANSEL, Lorvania, July 19, 2024", "Date: 19.07.2024", "Posted by admin on 19 July 2024",
    ],
)  # fmt: skip
def test_a_day_that_stands_alone_is_read(line: str) -> None:
    assert lone_date(line) == DAY
    assert is_about_writing(line)


@pytest.mark.parametrize(
    "line",
    [
        "The flood of 19 July 2024", "Event date: 19 July 2024", "Last updated: 19 July 2024", "Signed in Oslo, 19 July 2024",
        "18 July 2024 – 19 July 2024",
        "On 19 July 2024 everything changed", "Photo taken in Oslo, 19 July 2024", "The bridge opened on 19 July 2024.",
    ],
)  # fmt: skip
def test_a_day_of_something_else_is_not(line: str) -> None:
    assert lone_date(line) is None


def test_a_line_may_state_when_it_was_published() -> None:
    assert stated_date("Published: 19 July 2024 | Updated 21 July 2024") == DAY
    assert stated_date("Received 3 May 2024; accepted 5 June 2024; published online 19 July 2024") == DAY
    assert stated_date("The report was published 19 July 2024") is None


def test_an_agencys_report_begins_with_place_and_day() -> None:
    assert dateline("PORT ALDEN, July 19, 2024 (Meridian Wire) - Dock workers voted.") == DAY
    assert dateline("PORT ALDEN, Marenia, 19 July 2024 — Dock workers voted.") == DAY
    assert dateline("Port Alden, July 19, 2024, was hot - and wet.") is None


def test_an_agencys_closing_note_names_its_reporters() -> None:
    assert wire_byline("(Reporting by Ann Lee and Bo Day; Editing by Cy Fox)") == "Ann Lee and Bo Day"


@pytest.mark.parametrize(
    "line",
    [
        "The bridge opened on 5 May 1932. Engineers had planned it for eleven years.", "He left.", "2008 | 1490 | 260",
        "31-dec-2012 | 100.0 | 132.4",
        "december 29 2001 | december 28 2002 | january 3 2004", "June 29", "Salt, timber and tea", "",
    ],
)  # fmt: skip
def test_a_sentence_and_a_row_of_a_table_are_about_something_else(line: str) -> None:
    assert not is_about_writing(line)


def test_names_alone_are_told_from_a_place_and_a_day() -> None:
    assert lone_names("Ann Lee | 3 May 2021") == "Ann Lee"
    assert lone_names("Ann Lee and Bo Day, 3 May 2021") == "Ann Lee and Bo Day"
    assert lone_names("Boa Constrictor, 3 May 2021") is None
    assert lone_names("Lee, Ann") is None


@given(line=st.text(max_size=120))
@settings(max_examples=60)
def test_any_line_is_read(line: str) -> None:
    assert isinstance(byline(line), str | None)
    assert isinstance(lone_date(line), date | None)
    assert isinstance(is_about_writing(line), bool)
