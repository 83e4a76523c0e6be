"""From the lines of printed pages to the text that was set in them: running heads left out, paragraphs and words whole again."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from index.errors import ReadError
from index.passage import Place
from index.read.extract import fit

RUNNING_SHARE = 0.3
"""On at least this share of the pages the same line stands at the same height: a running head or foot."""
EDGE_LINES = 2
"""So many lines at the top and the foot of a page may be such."""
WIDE_GAP = 1.25
"""Times the usual distance of two lines, and a paragraph ends."""
SHORT_LINE = 0.75
"""A line of less than this share of the usual length that ends with a sentence ends a paragraph."""

_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\u00a0": " "})
_PAGE_NUMBER = re.compile(r"\W*(?:page\s*|p\.\s*)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_CUT_WORD = re.compile(r"\w[-\u00ad\u2010]$")
_COMPOUND = re.compile(r"\w+-\w+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands on a page."""

    text: str
    page: int
    """From 1."""
    across: float
    """Points from the left."""
    up: float
    """Points from below."""
    size: float
    """Of its letters, in points."""


def typeset(lines: Sequence[Line], pages: int) -> tuple[str, tuple[Place, ...]]:
    """Return the text of lines in reading order, and where each page begins in it. Raises ReadError if nothing is left."""
    clean = [_cleaned(line) for line in lines]
    body = _without_edges([line for line in clean if line.text], pages)
    compounds = {match.casefold() for line in body for match in _COMPOUND.findall(line.text)}
    parts: list[str] = []
    places: list[Place] = []
    length = 0
    for paragraph in _paragraphs(_on_one_line(body)):
        for i, line in enumerate(paragraph):
            glue = " " if i else "\n\n" if parts else ""
            if i and _is_cut(parts[-1], line.text):
                glue, whole = "", _uncut(parts[-1], line.text, compounds)
                length -= len(parts[-1]) - len(whole)
                parts[-1] = whole
            if not places or places[-1][1] != f"p. {line.page}":
                places.append((length + len(glue), f"p. {line.page}"))
            parts += [glue, line.text]
            length += len(glue) + len(line.text)
    if not length:
        raise ReadError("holds no text but page numbers and running heads")
    return "".join(parts), tuple(places)


def _cleaned(line: Line) -> Line:
    text = " ".join(fit(line.text.translate(_LIGATURES)).split())
    return Line(text, line.page, line.across, line.up, line.size)


def _without_edges(lines: Sequence[Line], pages: int) -> list[Line]:
    """Leave out running heads and feet, and page numbers that stand alone."""
    by_page: dict[int, list[Line]] = {}
    for line in lines:
        by_page.setdefault(line.page, []).append(line)
    alike: dict[tuple[str, int], list[Line]] = {}
    dropped: set[Line] = set()
    for page in by_page.values():
        for line in _edges(page):
            alike.setdefault((_NUMBER.sub("#", line.text.casefold()), round(line.up / 3)), []).append(line)
            if _PAGE_NUMBER.fullmatch(line.text) and not any(_is_near(line, one) for one in page):
                dropped.add(line)
    for group in alike.values():
        if len({line.page for line in group}) >= max(2, RUNNING_SHARE * pages) and _is_running(group):
            dropped.update(group)
    return [line for line in lines if line not in dropped]


def _edges(lines: Sequence[Line]) -> list[Line]:
    """Return the outermost lines of a page, above and below."""
    heights = sorted({line.up for line in lines})
    outer = {*heights[:EDGE_LINES], *heights[-EDGE_LINES:]}
    return [line for line in lines if line.up in outer]


def _is_near(line: Line, other: Line) -> bool:
    return other is not line and abs(other.up - line.up) < 1.5 * max(line.size, other.size)


def _is_running(lines: Sequence[Line]) -> bool:
    """Say whether lines that differ in their numbers at most differ as their pages do."""
    numbers = [[int(one[-9:]) for one in _NUMBER.findall(line.text)] for line in lines]
    return all(
        len(set(column)) == 1 or len({number - line.page for number, line in zip(column, lines, strict=True)}) == 1
        for column in zip(*numbers, strict=True)
    )


def _on_one_line(lines: Sequence[Line]) -> list[Line]:
    """Join what stands at nearly the same height, one behind the other: a raised number, a word in another letter."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        beside = last and last.page == line.page and abs(last.up - line.up) < 0.6 * max(last.size, line.size) and line.across > last.across
        if last and beside:
            larger = max(last, line, key=lambda one: len(one.text))
            joined[-1] = Line(f"{last.text} {line.text}", last.page, last.across, larger.up, larger.size)
        else:
            joined.append(line)
    return joined


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    gaps = [a.up - b.up for a, b in pairwise(lines) if a.page == b.page and 0 < a.up - b.up < 3 * max(a.size, 1) and _alike(a, b)]
    leading = median(gaps) if gaps else 0.0
    usual = median(len(line.text) for line in lines) if lines else 0
    paragraph: list[Line] = []
    for line in lines:
        if paragraph and _ends(paragraph[-1], line, leading, usual):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) <= 0.08 * max(one.size, other.size)


def _ends(last: Line, line: Line, leading: float, usual: float) -> bool:
    """Say whether a paragraph ends between two lines; at a new column or page only where a sentence does."""
    says_end = bool(_SENTENCE_END.search(last.text)) and not line.text[0].islower()
    gap = last.up - line.up
    if last.page != line.page or gap < 0:
        return says_end or not _alike(last, line)
    if not _alike(last, line) or gap > WIDE_GAP * leading:
        return True
    is_indented = line.across > last.across + 0.8 * line.size
    return says_end and (is_indented or len(last.text) < SHORT_LINE * usual)


def _is_cut(before: str, after: str) -> bool:
    return bool(_CUT_WORD.search(before)) and after[0].islower()


def _uncut(before: str, after: str, compounds: set[str]) -> str:
    """Take the hyphen of a cut word away, unless the word is written with it elsewhere."""
    first, rest = re.findall(r"\w+", before)[-1], re.findall(r"\w+", after)[0]
    return before if before.endswith("-") and f"{first}-{rest}".casefold() in compounds else before[:-1]
