"""The library's pictures."""

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.atlas import Point
from qa.chat.charts import HIGHEST, LETTER, LINE, MOST_DRAWN, Box, corpus_map, timeline
from qa.library import Entry
from tests.qa.chat.test_markup import PAYLOADS, Page

WIDE = re.compile(r'<svg class="ibid-wide".*?</svg>', re.DOTALL)
NARROW = re.compile(r'<svg class="ibid-narrow".*?</svg>', re.DOTALL)
DAY = date(1994, 3, 7)


def entries(n: int, *, days: int = 40, title: str = "An article about the harbour") -> list[Entry]:
    """Return articles that were published one after another."""
    return [Entry(f"{i}.txt", f"{title} {i}", "Ann", "", (DAY + timedelta(days * i)).isoformat(), 9, 1) for i in range(n)]


def spread(known: Sequence[Entry], *, near: float = 1.0) -> list[Point]:
    """Return points on a spiral."""
    return [Point(one.id, near * math.cos(i) * i / len(known), near * math.sin(i) * i / len(known)) for i, one in enumerate(known)]


def boxes(svg: str) -> tuple[list[Box], list[Box], Box]:
    """Return what the dots and the labels of a picture cover, and its frame."""
    dots = [tuple(map(float, one)) for one in re.findall(r'cx="(.+?)" cy="(.+?)" r="(.+?)"', svg)]
    labels = re.findall(r'</circle><text x="(.+?)" y="(.+?)">(.*?)</text>', svg)
    names = [(float(x), float(y), Page(text).texts[0][1]) for x, y, text in labels]
    width, height = map(float, re.findall(r'viewBox="0 0 (\S+) (\S+)"', svg)[0])
    return (
        [Box(x - r, y - r, x + r, y + r) for x, y, r in dots],
        [Box(x, y - LINE + 4, x + LETTER * len(text), y + 3) for x, y, text in names],
        Box(0, 0, width, height),
    )


@pytest.mark.parametrize("n", [1, 2, 5, 12, 30, 200])
@pytest.mark.parametrize("kind", [WIDE, NARROW])
def test_nothing_in_a_picture_covers_anything_else(n: int, kind: re.Pattern[str]) -> None:
    """Every article has its dot within the frame; labels cover neither dots nor labels."""
    known = entries(n)
    for made in (timeline(known), corpus_map(spread(known), known)):
        (svg,) = kind.findall(made)
        dots, labels, frame = boxes(svg)
        assert len(dots) == n and (bool(labels) or n > 40)
        assert not [pair for pair in combinations([*dots, *labels], 2) if pair[0].meets(pair[1])]
        for one in (*dots, *labels):
            assert frame.left <= one.left and one.right <= frame.right and frame.top <= one.top and one.bottom <= frame.bottom


def test_articles_on_one_place_or_one_day_can_each_be_reached() -> None:
    known = entries(2 * HIGHEST + 5, days=0)
    for made in (timeline(known), corpus_map(spread(known, near=0), known)):
        for kind in (WIDE, NARROW):
            dots, _, _ = boxes(kind.findall(made)[0])
            assert len(dots) == len(known) and not [pair for pair in combinations(dots, 2) if pair[0].meets(pair[1])]


def test_dots_stand_in_the_order_of_their_days() -> None:
    known = entries(9, days=100)
    (svg,) = WIDE.findall(timeline(list(reversed(known))))
    assert re.findall(r'data-key="(.+?)"', svg) == [one.key for one in known]
    places = [float(x) for x in re.findall(r'cx="(.+?)"', svg)]
    steps = [after - before for before, after in pairwise(places)]
    assert max(steps) - min(steps) < 0.2


def test_what_has_no_date_is_listed_apart() -> None:
    known = [*entries(2), Entry("bare.txt", "No day", "", "", "", 1, 1)]
    made = timeline(known)
    assert "No day" in Page(made).texts[-1][1] and known[2].key not in WIDE.findall(made)[0]
    assert "svg" not in timeline(known[2:]) and "Without a date" not in timeline(known[:2])


def test_a_picture_says_how_much_it_leaves_out() -> None:
    known = entries(MOST_DRAWN + 7, days=1)
    for made in (timeline(known), corpus_map(spread(known), known)):
        assert f"The first {MOST_DRAWN} of {MOST_DRAWN + 7} articles are drawn" in made
        assert len(boxes(WIDE.findall(made)[0])[0]) == MOST_DRAWN


def test_an_empty_library_has_no_pictures() -> None:
    assert "svg" not in corpus_map([], []) and "svg" not in timeline([])


@given(st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=4))
def test_titles_and_authors_add_no_markup_to_a_picture(said: list[str]) -> None:
    known = [Entry(f"{i}{one}", one, one, one, "2024-06-19" if i % 2 else "", i, i) for i, one in enumerate(said)]
    for made in (timeline(known), corpus_map(spread(known), known)):
        page = Page(made)
        assert {tag for tag, _ in page.tags} <= {"div", "svg", "g", "title", "circle", "text", "line", "p", "h3", "ul", "li", "button"}
        assert set(page.values("data-act")) == {"show"} and set(page.values("data-key")) == {one.key for one in known}


@settings(max_examples=60)
@given(st.dates(date(1, 1, 1), date(9990, 1, 1)), st.integers(0, 900_000))
def test_any_two_days_make_an_axis(first: date, apart: int) -> None:
    last = date.fromordinal(min(first.toordinal() + apart, date.max.toordinal()))
    known = [Entry(f"{i}.txt", "T", "", "", day.isoformat(), 1, 1) for i, day in enumerate((first, last))]
    ticks = re.findall(r'text-anchor="(?:start|middle|end)">(.+?)</text>', WIDE.findall(timeline(known))[0])
    assert 1 <= len(ticks) <= 6 and len(set(ticks)) == len(ticks)
