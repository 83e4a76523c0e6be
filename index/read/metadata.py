"""What an article says of itself. Each reader fills in what it is sure of and leaves the rest None."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from index.boilerplate import PARTICLE, biography_name
from index.outline import Block

MOST_NAMES = 20
LONGEST_FIELD = 1000
"""Characters of a metadata field that are kept."""

_MONTHS = "january february march april may june july august september october november december".split()
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_DATES = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
_NAME = rf"[A-Z][\w.’'-]+(?: (?:{PARTICLE} )?[A-Z][\w.’'-]*){{1,3}}"
_BYLINE = re.compile(rf"(?:[Bb]y|BY|[Aa]uthor:|[Ww]ritten by)\s+(?P<names>{_NAME}(?:(?:, | and | & ){_NAME})*)\s*(?:[|,·•–—-]|$)")
_BULLETED_NAME = re.compile(rf"[•*·-]?\s*(?P<names>{_NAME})")
_PRINTED_FROM = re.compile(r"Article printed from (?P<publisher>[^()]{2,80}?)\s*(?:\([^()]*\))?")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMON = frozenset("the a an of and or in on at to for from with by is are was how why what who its it this that as into about".split())


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text."""

    title: str | None = None
    author: str | None = None
    published: date | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None


def find_date(line: str) -> date | None:
    """Return the one full date in a line, or None if there is none or more than one.

    >>> find_date("Research paper |19-july-2024")
    datetime.date(2024, 7, 19)
    """
    found = {day for pattern in _DATES for match in pattern.finditer(line) if (day := _as_date(match))}
    return found.pop() if len(found) == 1 else None


def parse_date(value: object) -> date | None:
    """Return a date from a metadata field: a date, a datetime or text that begins with one."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else find_date(value) if isinstance(value, str) else None


def parse_text(value: object) -> str | None:
    """Return a metadata field as one line of text; a list of names is joined; None if there is nothing to read."""
    values = value[:MOST_NAMES] if isinstance(value, list) else [value]
    line = ", ".join(" ".join(one.split()) for one in values if isinstance(one, str) and one.strip())
    return line[:LONGEST_FIELD] if line and not _LONE_SURROGATE.search(line) else None


def read_plain_metadata(blocks: list[Block], kept: list[Block | None]) -> Metadata:
    """Return what the unmistakable lines of a plain text say.

    `kept` is `blocks` with None in the place of boilerplate. A title stands above the first paragraph and shares
    its words with the text; a date or a byline stands there too; an author may also be introduced at the end.
    """
    first = next((i for i, block in enumerate(kept) if block and not block.is_heading), len(blocks))
    head = [line for block in blocks[:first] for line in block.text.splitlines()]
    titles = [block.text for block in kept[:first] if block]
    body = " ".join(block.text for block in kept[first:] if block)
    days = {day for line in head if len(line) < 120 and "(" not in line and (day := find_date(line))}
    printed = next((match for block in blocks if (match := _PRINTED_FROM.fullmatch(block.text))), None)
    return Metadata(
        title=_title(titles, body),
        author=_author(head, blocks, kept),
        published=days.pop() if len(days) == 1 else None,
        publisher=printed["publisher"] if printed else None,
    )


def _as_date(match: re.Match[str]) -> date | None:
    parts = match.groupdict()
    month = int(parts["number"]) if parts.get("number") else _month_number(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"]))
    except ValueError:
        return None


def _month_number(name: str) -> int:
    return next(i for i, month in enumerate(_MONTHS, start=1) if month.startswith(name.lower()[:3]))


def _title(candidates: list[str], body: str) -> str | None:
    """Take the first line above the text whose words come again in the text; else the first line."""
    said = _words(body)
    for line in candidates:
        words = _words(line)
        if words and len(words & said) * 2 >= len(words):
            return line
    return candidates[0] if candidates else None


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"\w+", text.lower())} - _COMMON


def _author(head: list[str], blocks: list[Block], kept: list[Block | None]) -> str | None:
    bylines = {match["names"] for line in head[1:] if (match := _BYLINE.match(line))}
    if len(bylines) == 1:
        return bylines.pop()
    named = {
        match["names"]
        for label, name, left in zip(blocks, blocks[1:], kept, strict=False)
        if left is None and label.text.lower() in ("author", "about the author") and (match := _BULLETED_NAME.fullmatch(name.text))
    }
    introduced = {name for block, left in zip(blocks, kept, strict=True) if left is None and (name := biography_name(block.text))}
    names = named or introduced
    return names.pop() if len(names) == 1 else None
