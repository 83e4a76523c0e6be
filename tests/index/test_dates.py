"""Full dates, never guessed from less."""

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.dates import day_order, find_date, find_dates, parse_date

DAY = date(2024, 7, 19)


@pytest.mark.parametrize(
    "line",
    [
        "2024-07-19", "19 July 2024", "19-july-2024", "July 19, 2024", "19th July 2024", "Jul 19 2024", "19 Jul. 2024",
        "Posted 2024-07-19 by Ann", "JULY 19TH, 2024", "2024-07-19T10:00:00Z", "19 July 2024 (2024-07-19)", "19/07/2024", "07/19/2024",
        "19.07.2024", "2024/7/19", "Fri, 19 Jul 2024 10:00:00 GMT", "19. Juli 2024", "le 19 juillet 2024", "19 de julio de 2024",
        "19 luglio 2024", "19 июля 2024", "the 19th of July 2024",
    ],
)  # fmt: skip
def test_a_full_date_is_read(line: str) -> None:
    assert find_date(line) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "", "2024", "July 2024", "03/04/2024", "03.04.2024", "31 February 2024", "2024-13-01", "12024-07-19",
        "19 July 2024 to 20 July 2024",
        "May 2024 be remembered", "19/07/20245", "version 1.19.07.2024", "19 Juliet 2024", "0/0/2024", "32/32/2024",
    ],
)  # fmt: skip
def test_a_date_is_never_guessed(line: str) -> None:
    """Half a date, one that could be two, and two dates are none."""
    assert find_date(line) is None


def test_another_date_of_the_text_decides_what_stands_first() -> None:
    assert find_date("03/04/2024", order=day_order("25/12/2023")) == date(2024, 4, 3)
    assert find_date("03/04/2024", order=day_order("12/25/2023")) == date(2024, 3, 4)


def test_dates_that_contradict_each_other_decide_nothing() -> None:
    assert day_order("25/12/2023 and 12/25/2023") is None


def test_the_same_number_twice_needs_no_decision() -> None:
    assert find_date("04/04/2024") == date(2024, 4, 4)


@given(day=st.dates(min_value=date(1000, 1, 1)))
@settings(max_examples=50)
def test_every_way_to_write_a_day_is_that_day(day: date) -> None:
    written = (day.isoformat(), f"{day.day} {day:%B} {day.year}", f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}")
    assert {find_date(line) for line in written} == {day}
    assert (
        find_date(f"{day.day}/{day.month}/{day.year}", order="day") == find_date(f"{day.month}/{day.day}/{day.year}", order="month") == day
    )


@given(line=st.text(max_size=60))
@settings(max_examples=60)
def test_what_is_found_in_any_line_are_days(line: str) -> None:
    assert all(type(day) is date for day in find_dates(line))


def test_a_field_may_hold_a_date_in_many_ways() -> None:
    for value in (DAY, datetime(2024, 7, 19, 10), "2024-07-19T10:00", "20240719", "20240719T101500Z"):
        assert parse_date(value) == DAY
    assert type(parse_date(datetime(2024, 7, 19, 10))) is date


@pytest.mark.parametrize(
    "value", [None, 2024, 2024.5, "", "soon", True, [], {}, "D:20240719101500", "1970-01-01T00:00:00Z", "0001-01-01", "20241301"]
)
def test_other_fields_and_placeholders_are_no_date(value: object) -> None:
    """Nor is the day a PDF was made, which its dictionary writes as `D:…`."""
    assert parse_date(value) is None
