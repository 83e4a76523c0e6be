"""Tell an article's own words from what a web page puts around them.

Precision comes first: a line is boilerplate when it is a known formula as a whole, when it tells who wrote or when,
when it is a scrap above the first paragraph, when it is one of the page's furniture behind the last, or when it
introduces the author there.
"""

import re
from functools import lru_cache
from itertools import takewhile

from index.byline import is_about_writing
from index.formulas import begins_box, begins_comments, begins_tail, is_credit, is_formula, is_reply, stands_within
from index.names import PARTICLE
from index.outline import Block

TAIL_CHARACTERS = 700
"""More text of its own than this behind a formula, or than a third of the whole, and what follows is no tail."""
TAIL_SHARE = 0.4
"""At least this share of a tail's blocks are formulas."""
MOST_PROSE = 0.25
"""At most this share of the blocks behind the heading of a tail are prose."""
SHORTEST_PROSE = 60
"""Characters of a paragraph that may count as prose."""
LONGEST_SCRAP = 120
MOST_SCRAPS = 3
"""More lines that are no sentences, at the end of an article, are a list of its own."""
MOST_NOTES = 5
"""Authors of an article about whom there are notes."""
LONGEST_BIOGRAPHY = 400

_BIOGRAPHY = re.compile(
    r"""(?:the\sauthor\s|(?:(?i:dr|prof(?:essor)?)\.?\s)?(?P<name>[A-Z][\w.’'-]+(?:\s(?:PARTICLE\s)?[A-Z][\w.’'-]*){1,3})(?:,\sph\.?d\.?)?,?\s)
    (?:is|was|are|serves|works|writes|teaches|covers|holds|studies)\s(?:\w+\s){0,3}?(?:an?|the|as|currently|at|about|for|from|pursuing)\b
    (?=.*\b(?i:professor|lecturer|fellow|researcher|research|scholar|analyst|journalist|reporter|correspondent|editor|columnist|writer|author
        |student|candidate|degree|director|historian|economist|consultant|lawyer|advis[eo]r|ph\.?d|university|institute)\b)""".replace(
        "PARTICLE", PARTICLE
    ),
    re.VERBOSE | re.DOTALL,
)
_WRITER = re.compile(r"the (?:writer|author|reviewer) \w+ ", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…:;。！？؟][\"'”’»)\]*_]*$")
_LINKS = re.compile(r"(?:[^\w\[]*!?\[[^\[\]]*[^\[\].!?]\]\([^()\s]*\)[^\w\[]*)+")
_MARKS = re.compile(r"[\[\]*_`>]")
"""One of these stands in all that _MARKUP finds, which takes longer to look for."""
_MARKUP = re.compile(r"!\[[^\]]*\]\([^)\s]*[^)]*\)|\]\([^)\s]*[^)]*\)|[\[*_`]|^>\s*", re.MULTILINE)


def biography_name(text: str) -> str | None:
    """Return whom a short note about an author introduces, or None if it is no such note.

    >>> biography_name("Ann Lee is an Associate Professor at the University of Oslo.")
    'Ann Lee'
    """
    match = _BIOGRAPHY.match(text) if len(text) <= LONGEST_BIOGRAPHY else None
    return match.group("name") if match else None


def plain_lines(block: Block) -> list[str]:
    """Return the lines of a block without the marks of Markdown (emphasis, links, pictures), blank ones left out."""
    text = _MARKUP.sub("", block.text) if _MARKS.search(block.text) else block.text
    return [line.strip() for line in text.splitlines() if line.strip()]


def strip_boilerplate(blocks: list[Block]) -> list[Block | None]:
    """Return the blocks with None in the place of each that is boilerplate."""
    formulas = [is_furniture(block) for block in blocks]
    tail = min(_tail(blocks, formulas), _headed_tail(blocks, formulas))
    kept: list[Block | None] = [
        None if formula or i >= tail else block for i, (block, formula) in enumerate(zip(blocks, formulas, strict=True))
    ]
    return _without_endings(blocks, _without_boxes(blocks, _without_scraps(kept)))


@lru_cache(maxsize=4096)
def is_furniture(block: Block) -> bool:
    """Say whether all lines of a block are formulas, or tell who wrote, or a caption with its credit below it, or links."""
    found = plain_lines(block)
    if (found and len(found) <= 3 and is_credit(found[-1])) or _LINKS.fullmatch(block.text):
        return True
    return all(is_formula(line) or is_about_writing(line) for line in found)


def _without_scraps(kept: list[Block | None]) -> list[Block | None]:
    """Drop what stands above the first prose and is neither heading nor sentence: slogans, sections, names, who the writer is."""
    first = next((i for i, block in enumerate(kept) if block and _is_prose(block)), 0)
    above = first + _is_about_writer(kept[first : first + 2])
    return [None if i < above and block and (i == first or _is_scrap_above(block)) else block for i, block in enumerate(kept)]


def _is_about_writer(pair: list[Block | None]) -> bool:
    """Say whether the first of two blocks tells who the writer is, still above a date or a byline."""
    return len(pair) == 2 and pair[1] is None and pair[0] is not None and bool(_WRITER.match(pair[0].text))


def _without_boxes(blocks: list[Block], kept: list[Block | None]) -> list[Block | None]:
    """Drop the titles of other articles below such a heading as "Related stories", up to the next sentence."""
    is_in = False
    rest: list[Block | None] = []
    for block, left in zip(blocks, kept, strict=True):
        is_in = begins_box(" ".join(plain_lines(block))) or (is_in and (left is None or left.is_heading or _is_scrap(left.text)))
        rest.append(None if is_in and left and not left.is_heading else left)
    return rest


def _is_scrap_above(block: Block) -> bool:
    """Say whether a block above the first prose is no part of the article: in no list, and below no heading but the title."""
    return (
        not block.is_heading
        and not block.is_set
        and block.section < 2
        and (_is_scrap(block.text) or (block.text[-1] == "?" and len(block.text) < SHORTEST_PROSE))
    )


def _without_endings(blocks: list[Block], kept: list[Block | None]) -> list[Block | None]:
    """Drop notes about authors at the end, but for people of whom the article itself speaks, and scraps behind the last sentence."""
    if _ends_with_scraps(kept):
        last = max(i for i, block in enumerate(kept) if block and not block.is_heading and not _is_scrap(block.text))
        kept = [block if i <= last or (block and block.is_heading) else None for i, block in enumerate(kept)]
    for _ in range(MOST_NOTES):
        last = max((i for i, block in enumerate(kept) if block), default=0)
        if last and _is_note(blocks, last):
            kept = [*kept[:last], *([None] * (len(kept) - last))]
    return kept


def _is_note(blocks: list[Block], i: int) -> bool:
    """Say whether a block is about somebody whom only bylines, formulas and scraps name besides."""
    name = None if blocks[i].is_heading else biography_name(" ".join(plain_lines(blocks[i])))
    if name is None:
        return False
    others = [block for j, block in enumerate(blocks) if j != i and not is_furniture(block) and not _is_scrap(block.text)]
    return not any(name.split()[-1] in block.text for block in others)


def _ends_with_scraps(kept: list[Block | None]) -> bool:
    """Say whether a few lines that are no sentences stand behind the last one: no table, no list, nothing below a heading of its own."""
    own = [block for block in kept if block and not block.is_heading]
    scraps = list(takewhile(lambda block: _is_scrap(block.text) and "|" not in block.text, reversed(own)))
    before = own[: len(own) - len(scraps)]
    if not 0 < len(scraps) <= MOST_SCRAPS or not before or any(block.is_set or block.section > before[-1].section for block in scraps):
        return False
    return before[-1].text[-1] not in ":;" and not _is_scrap(before[-1].text)


def _tail(blocks: list[Block], formulas: list[bool]) -> int:
    """Return where the page's furniture begins for good; len(blocks) if nowhere."""
    start, most = len(blocks), _most_own(blocks, formulas)
    own = furniture = 0
    for i in range(len(blocks) - 1, 0, -1):
        furniture += formulas[i]
        own += 0 if formulas[i] else blocks[i].end - blocks[i].start
        if own > most:
            break
        if formulas[i] and furniture >= 2 and furniture >= TAIL_SHARE * (len(blocks) - i) and not _may_stand_within(blocks[i]):
            start = i
    return start


def _may_stand_within(block: Block) -> bool:
    return all(stands_within(line) or is_about_writing(line) for line in plain_lines(block))


def _headed_tail(blocks: list[Block], formulas: list[bool]) -> int:
    """Return where a heading such as "Related posts" or "3 comments" begins the end of the page; len(blocks) if nowhere."""
    first = next((i for i, block in enumerate(blocks) if not formulas[i] and _is_prose(block)), len(blocks))
    said = {i: " ".join(plain_lines(blocks[i])) for i in range(first + 1, len(blocks)) if blocks[i].end - blocks[i].start <= LONGEST_SCRAP}
    little, none = _ends(blocks, formulas)
    ends = [i for i, line in said.items() if (i in little and begins_tail(line)) or (i in none and begins_box(line))]
    replies = any(is_reply(line) for block in blocks[first:] for line in plain_lines(block))
    comments = [i for i, line in said.items() if replies and begins_comments(line)][-1:]
    return min([*ends, *comments], default=len(blocks))


def _ends(blocks: list[Block], formulas: list[bool]) -> tuple[set[int], set[int]]:
    """Return the places behind which there is little prose among many scraps, and those behind which there is none."""
    little, none = set(), set()
    number, own, most = 0, 0, _most_own(blocks, formulas)
    for i in range(len(blocks) - 1, -1, -1):
        if number <= MOST_PROSE * (len(blocks) - i) and own <= most:
            little.add(i)
        if not number:
            none.add(i)
        is_own = not formulas[i] and _is_prose(blocks[i]) and not biography_name(" ".join(plain_lines(blocks[i])))
        number += is_own
        own += blocks[i].end - blocks[i].start if is_own else 0
    return little, none


def _most_own(blocks: list[Block], formulas: list[bool]) -> float:
    total = sum(block.end - block.start for block, formula in zip(blocks, formulas, strict=True) if not formula)
    return min(TAIL_CHARACTERS, total / 3)


def _is_prose(block: Block) -> bool:
    return not block.is_heading and len(block.text) >= SHORTEST_PROSE and not _is_scrap(block.text)


def _is_scrap(text: str) -> bool:
    return len(text) <= LONGEST_SCRAP and not _SENTENCE_END.search(text)
