"""The library as pictures: the articles along time, and on a map on which like ones are near. Drawn for a wide and a narrow page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, sin, sqrt

from index.atlas import Point
from qa.chat.markup import plain
from qa.chat.speech import later, say, say_day, say_month
from qa.library import Entry

WIDTHS = (("wide", 760), ("narrow", 340))
"""Widths in pixels; the style shows the one that fits."""
MOST_DRAWN = 300
"""Articles in one picture."""
MOST_LABELLED = 40
"""A picture of more articles has no labels beside its dots."""
MOST_UNDATED = 60
HIGHEST = 20
"""Dots above each other; more of one day stand beside them."""
LETTER, LINE = 6.4, 14
"""Pixels that a letter and a line of a label take."""
MARGIN = 16
ALIKE = later("Articles that say alike things stand near each other; the axes have no names.")


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of a picture that nothing else may cover, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Say whether two boxes share a place."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Dot:
    """An article in a picture, in pixels from its upper left corner."""

    entry: Entry
    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """Return what it covers."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


def corpus_map(points: Sequence[Point], entries: Sequence[Entry]) -> str:
    """Return a map of the articles; a dot opens its article."""
    known = {one.id: one for one in entries}
    drawn = [(known[one.article], one) for one in points if one.article in known][:MOST_DRAWN]
    if not drawn:
        return f'<p class="ibid-note">{say("There is nothing to draw yet.")}</p>'
    pictures = "".join(_picture(say("Map of the articles"), _mapped(drawn, width), width, name) for name, width in WIDTHS)
    return f'<div class="ibid-chart">{pictures}<p class="ibid-note">{say(ALIKE)} {_left_out(len(points))}</p></div>'


def timeline(entries: Sequence[Entry]) -> str:
    """Return the articles that have a date along time, and the titles of the others; a dot or a title opens its article."""
    dated = sorted((one for one in entries if one.published), key=lambda one: (one.published, one.id))
    bare = [one for one in entries if not one.published]
    pictures = "".join(_dated(dated[:MOST_DRAWN], width, name) for name, width in WIDTHS) if dated else ""
    note = f'<p class="ibid-note">{_left_out(len(dated))}</p>' if len(dated) > MOST_DRAWN else ""
    return f'<div class="ibid-chart">{pictures}{note}{_undated(bare) if bare else ""}</div>'


def _mapped(drawn: Sequence[tuple[Entry, Point]], width: int) -> list[Dot]:
    """Place the dots of a map, each on a free spot next to its own."""
    height, radius = width * 0.62, _radius(len(drawn))
    xs, ys = [one.x for _, one in drawn], [one.y for _, one in drawn]
    scale = min((width - 5 * MARGIN) / max(max(xs) - min(xs), 1e-6), (height - 4 * MARGIN) / max(max(ys) - min(ys), 1e-6), width)
    placed: list[Dot] = []
    for entry, one in drawn:
        x = width / 2 + scale * (one.x - (max(xs) + min(xs)) / 2)
        y = height / 2 - scale * (one.y - (max(ys) + min(ys)) / 2)
        spiral = ((0.6 * radius * sqrt(i), 2.4 * i) for i in range(10 * MOST_DRAWN))
        spots = (Dot(entry, x + far * cos(angle), y + far * sin(angle), radius) for far, angle in spiral)
        placed.append(next(spot for spot in spots if not _is_taken(spot.box, placed)))
    return placed


def _dated(dated: Sequence[Entry], width: int, name: str) -> str:
    """Return one picture of the articles along time: those of near days stand above each other."""
    first, last = (date.fromisoformat(one.published).toordinal() for one in (dated[0], dated[-1]))
    radius, room = _radius(len(dated)), width - 4 * MARGIN
    placed: list[Dot] = []
    for entry in dated:
        share = (date.fromisoformat(entry.published).toordinal() - first) / (last - first) if last > first else 0.5
        aside = (2 * radius + 2) * (1 if share < 0.5 else -1)
        spots = (
            Dot(entry, 2 * MARGIN + share * room + i // HIGHEST * aside, -(i % HIGHEST) * (2 * radius + 2), radius)
            for i in range(HIGHEST * MOST_DRAWN)
        )
        placed.append(next(spot for spot in spots if not _is_taken(spot.box, placed)))
    lift = max(60, -min(dot.y for dot in placed) + 3 * MARGIN)
    dots = [Dot(dot.entry, dot.x, dot.y + lift, dot.radius) for dot in placed]
    return _picture(say("Articles by date"), dots, width, name, axis=_axis(first, last, width, lift + radius + 6))


def _axis(first: int, last: int, width: int, y: float) -> str:
    """Return a line with a few days below it."""
    days = [first] if first == last else _days(first, last, most=6 if width > 500 else 3)
    room = width - 4 * MARGIN
    marks = [(2 * MARGIN + ((day - first) / (last - first) if last > first else 0.5) * room, day) for day in days]
    ticks = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y + 5:.1f}"></line>'
        f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="{_anchored(x, width)}">{_named(day, last - first)}</text>'
        for x, day in marks
    )
    return f'<g class="ibid-axis" aria-hidden="true"><line x1="{MARGIN}" x2="{width - MARGIN}" y1="{y:.1f}" y2="{y:.1f}"></line>{ticks}</g>'


def _anchored(x: float, width: int) -> str:
    """Return which side of a day stands at its mark, so that none leaves the picture."""
    return "start" if x < 4 * MARGIN else "end" if x > width - 4 * MARGIN else "middle"


def _days(first: int, last: int, *, most: int) -> list[int]:
    """Return up to `most` first days of months or years in a time, in equal steps; its two ends if it holds fewer than two."""
    begin, end = date.fromordinal(first), date.fromordinal(last)
    months = range(12 * begin.year + begin.month - 1, 12 * end.year + end.month)
    step = next(step for step in (1, 2, 3, 6, *(12 * 10**i * j for i in range(4) for j in (1, 2, 5))) if len(months) / step <= most)
    starts = [date(month // 12, month % 12 + 1, 1).toordinal() for month in months if month % step == 0]
    inside = [day for day in starts if first <= day <= last]
    return inside if len(inside) > 1 else [first, last]


def _named(day: int, span: int) -> str:
    one = date.fromordinal(day)
    if (one.month, one.day) == (1, 1) and span > 500:
        return str(one.year)
    return plain(say_month(one) if one.day == 1 and span > 60 else say_day(one, is_short=True))


def _picture(said: str, dots: Sequence[Dot], width: int, name: str, *, axis: str = "") -> str:
    """Return dots with as many labels as have room."""
    height = max(dot.y for dot in dots) + (3 * MARGIN if axis else 2 * MARGIN)
    labels = dict(_labels(dots, Box(0, 0, width, height - (2.2 * MARGIN if axis else 0)))) if len(dots) <= MOST_LABELLED else {}
    shown = "".join(_dot(dot, labels.get(i, "")) for i, dot in enumerate(dots))
    size = f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}"'
    return f'<svg class="ibid-{name}" role="group" aria-label="{said}" {size}>{axis}{shown}</svg>'


def _dot(dot: Dot, label: str) -> str:
    one = dot.entry
    known = ", ".join(part for part in (one.title, one.author, one.published) if part)
    return (
        f'<g role="button" tabindex="0" data-act="show" data-key="{one.key}" aria-label="{plain(known)}"><title>{plain(known)}</title>'
        f'<circle cx="{dot.x:.1f}" cy="{dot.y:.1f}" r="{dot.radius}"></circle>{label}</g>'
    )


def _labels(dots: Sequence[Dot], frame: Box) -> Iterator[tuple[int, str]]:
    """Yield labels by the places of their dots in the list: none covers a dot or another label, or leaves the frame."""
    taken = [dot.box for dot in dots]
    longest = int(frame.right / 17)
    for i, dot in enumerate(dots):
        title = dot.entry.title if len(dot.entry.title) <= longest else dot.entry.title[: longest - 1].rstrip() + "…"
        wide, gap = LETTER * len(title) + 4, dot.radius + 4
        lefts = (dot.x + gap, dot.x - gap - wide, dot.x - wide / 2, dot.x - wide / 2)
        tops = (dot.y - LINE / 2, dot.y - LINE / 2, dot.y - gap - LINE, dot.y + gap)
        for left, top in zip(lefts, tops, strict=True):
            box = Box(left, top, left + wide, top + LINE)
            is_inside = box.left >= frame.left and box.right <= frame.right and box.top >= frame.top and box.bottom <= frame.bottom
            if is_inside and not any(box.meets(other) for other in taken):
                taken.append(box)
                yield i, f'<text x="{left + 2:.1f}" y="{top + LINE - 3.5:.1f}">{plain(title)}</text>'
                break


def _is_taken(box: Box, placed: Sequence[Dot]) -> bool:
    return any(box.meets(dot.box) for dot in placed)


def _radius(n: int) -> int:
    """Return the radius of a dot among so many."""
    return 7 if n <= MOST_LABELLED else 5 if n <= 150 else 4


def _undated(bare: Sequence[Entry]) -> str:
    titles = "".join(
        f'<li><button type="button" data-act="show" data-key="{one.key}">{plain(one.title)}</button></li>' for one in bare[:MOST_UNDATED]
    )
    more = f"<li>{say('and {n} more').format(n=len(bare) - MOST_UNDATED)}</li>" if len(bare) > MOST_UNDATED else ""
    return f'<h3>{say("Without a date")}</h3><ul class="ibid-undated">{titles}{more}</ul>'


def _left_out(n: int) -> str:
    return say("The first {n} of {all} articles are drawn.").format(n=MOST_DRAWN, all=n) if n > MOST_DRAWN else ""
