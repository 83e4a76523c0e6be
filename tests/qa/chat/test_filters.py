"""The page's filters: what they let through, and the link that holds them."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import PathError
from index.passage import Filters, Imprint
from qa.chat.filters import chips, wanted_in_link
from qa.wanted import DAYS, LISTS, Wanted, wanted_of
from tests.qa.chat.test_markup import PAYLOADS, Page

NAMES = ["Ann Lee", "A & B", "<b>", "Łódź", "x=1&y=2", "100%"]
known = [Imprint(f"{name}.txt", f"About {name}", name) for name in NAMES]
names = st.lists(st.sampled_from(NAMES), max_size=3, unique=True).map(tuple)
ids = st.lists(st.sampled_from([one.id for one in known]), max_size=3, unique=True).map(tuple)
wants = st.builds(Wanted, ids, names, st.just(()), st.sampled_from(["", "2024-06-19"]), st.sampled_from(["", "2025-01-01"]))


def query_of(wanted: Wanted) -> dict[str, list[str]]:
    """Return what the link on the page asks for."""
    (query,) = Page(chips(wanted, known)).values("data-query")
    return parse_qs(query.removeprefix("?"))


@given(wants)
def test_a_link_brings_the_filters_back(wanted: Wanted) -> None:
    if wanted.is_open:
        assert chips(wanted, known) == ""
    else:
        assert wanted_in_link(query_of(wanted), known) == wanted


@given(wants)
def test_each_button_takes_one_filter_away(wanted: Wanted) -> None:
    page = Page(chips(wanted, known))
    left = wanted
    for field, place in reversed(list(zip(page.values("data-field"), page.values("data-place"), strict=True))):
        before, left = left, left.without(field, int(place))
        assert left != before
    assert left == Wanted()
    assert wanted.without("authors", 99) == wanted.without("other", 0) == wanted


def test_fields_become_filters() -> None:
    wanted = wanted_of(["a.txt"], ["Ann"], ["The Bell"], " 2024-06-19 ", "")
    assert wanted.filters() == Filters(("a.txt",), date(2024, 6, 19), None, ("Ann",), ("The Bell",))
    assert wanted_of(None, None, None, None, None).is_open and wanted_of("a", 1, {}, [], 2).is_open


@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "19.6.2024", "<b>", "2024"])
def test_what_is_no_day_is_named(day: str) -> None:
    with pytest.raises(PathError, match="write it as 2024-06-19"):
        Wanted(until=day).filters()


def test_a_link_asks_for_nothing_that_is_not_there() -> None:
    parameters: dict[str, Sequence[str]] = {
        "articles": ["none.txt", "Ann Lee.txt"],
        "authors": ["Nobody"],
        "since": ["x" * 100],
        "other": ["y"],
    }
    assert wanted_in_link(parameters, known) == Wanted(("Ann Lee.txt",), since="x" * 40)


@given(st.sampled_from(PAYLOADS), st.sampled_from(PAYLOADS))
def test_nothing_that_is_named_becomes_markup(one: str, other: str) -> None:
    imprint = Imprint(one, other, one, None, other)
    page = Page(chips(Wanted((one,), (one,), (other,), other, one), [imprint]))
    assert {tag for tag, _ in page.tags} == {"div", "span", "button"}
    assert set(page.values("data-field")) == {*LISTS, *DAYS}
