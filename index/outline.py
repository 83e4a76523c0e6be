"""Find the blocks of a text: its headings and paragraphs, with exact offsets."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from index.passage import Span

Markup = Literal["plain", "markdown"]

HARD_WRAP = 100
"""A longer line is a paragraph of its own; shorter ones are one paragraph, wrapped, unless a line had room for the next word."""
LONGEST_HEADING = 120
SHORTEST_HEADING = 2
"""Letters in it."""
SHORTEST_QUESTION = 3
"""Words of a question that may be a heading within a text."""
DEEPEST = 200
"""Levels of nesting in Markdown that are read."""
LONGEST_RUN = 3
"""More heading-like lines than this in a row are a list, not headings."""

_NEWLINE = re.compile(r"\r\n|\n|\r")
_FRONT_MATTER = re.compile(r"---[ \t]*(?:\r\n|\n|\r)(.*?)(?:\r\n|\n|\r)(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)", re.DOTALL)
_NUMBERED = re.compile(r"\d{1,2}[.)]\s+[^\W\d_a-z]")
_ENDS = '.!?:;,…。！？؟"”’»)'
_NO_HEADING = '.!,;:…"”»。！，；：」』।۔'
_BULLET = re.compile(r"[•*+\-–·▪●]\s|\d{1,3}[.)]\s")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph: `text[start:end]`, without blanks at its ends."""

    start: int
    end: int
    text: str
    level: int = 0
    """0 for a paragraph; 1 (outermost) to 6 for a heading."""
    section: int = 0
    """How many headings of the markup stand above a paragraph; 0 in plain text, whose headings are guessed."""
    is_set: bool = False
    """Whether the markup sets it as an item of a list or as code."""

    @property
    def is_heading(self) -> bool:
        """Say whether the block stands above others and is no sentence."""
        return self.level > 0


def outline(text: str, *, markup: Markup) -> list[Block]:
    """Return the blocks of a text in order; they never overlap."""
    if markup == "markdown":
        return _markdown(text)
    return _plain(text)


def front_matter(text: str) -> Span | None:
    """Return the span of the YAML between the leading `---` lines, or None."""
    match = _matter(text)
    return match.span(1) if match else None


def _matter(text: str) -> re.Match[str] | None:
    """Match front matter: what stands between the lines must begin as a mapping does, or be empty."""
    match = _FRONT_MATTER.match(text)
    return match if match and re.match(r"\s*(?:#.*\s+)*(?:[\w\"'][^\n:]*:(?:\s|$)|$)", match[1]) else None


def lines(text: str) -> list[Span]:
    """Return the span of every line, without its newline (LF, CRLF or CR)."""
    ends = [match.span() for match in _NEWLINE.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))


def trim(text: str, start: int, end: int) -> Span:
    """Return the span without the blanks at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _plain(text: str) -> list[Block]:
    blocks = [_block(text, span) for span in _paragraphs(text)]
    numbered = [bool(_NUMBERED.match(block.text)) for block in blocks]
    alone = [
        _looks_like_heading(
            block.text, is_first=not i, is_numbered=numbered[i] and not any(numbered[max(0, i - 1) : i] + numbered[i + 1 : i + 2])
        )
        for i, block in enumerate(blocks)
    ]
    for i in _headings(alone):
        blocks[i] = _block(text, (blocks[i].start, blocks[i].end), level=2)
    return blocks


def _paragraphs(text: str) -> Iterator[Span]:
    group: list[Span] = []
    for start, end in [*lines(text), (len(text), len(text))]:
        if text[start:end].strip():
            group.append(trim(text, start, end))
        elif group:
            yield from _split_group(text, group)
            group = []


def _split_group(text: str, group: list[Span]) -> list[Span]:
    """Take the lines between two blank ones apart, but for those that are one wrapped paragraph."""
    width = max(end - start for start, end in group)
    if width > HARD_WRAP:
        return group
    is_prose = text[group[-1][1] - 1] in _ENDS
    paragraphs = [group[0]]
    for (start, end), (first, last) in pairwise(group):
        has_room = end - start + 1 + len(text[first:last].split(maxsplit=1)[0]) <= width
        if _is_new(text[start:end], text[first:last], has_room=has_room, is_prose=is_prose):
            paragraphs.append((first, last))
        else:
            paragraphs[-1] = (paragraphs[-1][0], last)
    return paragraphs


def _is_new(line: str, following: str, *, has_room: bool, is_prose: bool) -> bool:
    """Say whether a line begins anew: its first word would have fitted on the line before, or the lines end without a sentence."""
    if following[0].islower():
        return has_room and line[-1] in ".!?:…"
    return has_room or not is_prose


def _looks_like_heading(line: str, *, is_first: bool, is_numbered: bool) -> bool:
    if len(line) > LONGEST_HEADING or "\n" in line or "\r" in line or (_BULLET.match(line) and not is_numbered):
        return False
    if line[-1] in _NO_HEADING or line[0].islower():
        return False
    if line[-1] in "?？" and not is_first and (len(line.split()) < SHORTEST_QUESTION or re.search(r"[.!?…]\s", line)):
        return False
    return sum(c.isalpha() for c in line) >= SHORTEST_HEADING


def _headings(alone: list[bool]) -> Iterator[int]:
    """Yield the lines that have a paragraph below them and stand in no long run of lines like themselves."""
    for is_alone, group in groupby(range(len(alone)), key=alone.__getitem__):
        run = list(group)
        if is_alone and run[-1] + 1 < len(alone) and (run[0] == 0 or len(run) <= LONGEST_RUN):
            yield from run


def _block(text: str, span: Span, *, level: int = 0, title: str | None = None, section: int = 0, is_set: bool = False) -> Block:
    start, end = trim(text, *span)
    return Block(start, end, title if title is not None else text[start:end], level, section, is_set)


def _markdown(text: str) -> list[Block]:
    from markdown_it import MarkdownIt

    matter = _matter(text)
    offset = matter.end() if matter else 0
    spans = [(start + offset, end + offset) for start, end in lines(text[offset:])]
    blocks: list[Block] = []
    level = section = items = 0
    for token in MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table").disable(["inline", "text_join"]).parse(text[offset:]):
        if token.type == "heading_open":
            level = int(token.tag[1])
            section += 1
        items += token.nesting if token.type.startswith("list_item") else 0
        if token.type in ("inline", "fence", "code_block", "tr_open", "html_block") and token.map:
            first, last = token.map
            block = _block(
                text, (spans[first][0], spans[last - 1][1]), level=level, title=token.content if level else None,
                section=section, is_set=items > 0 or token.type in ("fence", "code_block"),
            )  # fmt: skip
            level = 0
            if block.end > block.start and not _is_comment(token.type, block.text):
                blocks.append(_without_marker(text, block))
    return _disjoint(blocks)


def _is_comment(kind: str, text: str) -> bool:
    return kind == "html_block" and not re.sub(r"<!--.*?-->|<[^>]*>", "", text, flags=re.DOTALL).strip()


def _without_marker(text: str, block: Block) -> Block:
    """Drop a list bullet or a quote mark from the front of a paragraph."""
    marker = re.match(r"(?:>\s*)*(?:(?:[*+-]|\d{1,9}[.)])[ \t]+)*", block.text)
    if block.is_heading or not marker or marker.end() == len(block.text):
        return block
    start, end = trim(text, block.start + marker.end(), block.end)
    return replace(block, start=start, end=end, text=text[start:end])


def _disjoint(blocks: list[Block]) -> list[Block]:
    """Keep the first of blocks that share characters (the cells of a table's row)."""
    kept: list[Block] = []
    for block in blocks:
        if not kept or block.start >= kept[-1].end:
            kept.append(block)
    return kept
