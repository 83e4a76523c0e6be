"""Lines that say who wrote an article and when it was published."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import takewhile

from index.dates import DATE, MONTH_OF_YEAR, PART_OF_DATE, Order, find_date
from index.names import NAME, is_name, split_names

LONGEST = 200
"""Characters; a longer line is text."""
LONGEST_PART = 8
"""Words beside a date between two strokes."""
MOST_DAYS = 2

LETTERS = re.compile(r"[^\W\d_]{2}")
"""What a line that says anything holds."""
_KIND = r"(?:written|prepared|words|story|text|report(?:ed|ing)?|analysis|opinion|commentary|essay|interview|reviewed|posted|published|long read|explainer|column|dispatch)"
_INTRODUCTION = rf"(?:(?:(?:an? |the )?{_KIND}(?: from [^,|]{{2,30}})?,? )?by(?: our(?: \w+){{0,2}} correspondent)?:?|authors?:|words:|text:|from our(?: \w+){{0,2}} correspondent|par|von|por)\s+"
_BYLINE = re.compile(rf"(?:^|(?<=[.|·•–—]\s)|(?<=[.|·•–—]))(?i:{_INTRODUCTION})(?P<name>{NAME})")
_IN_PLACE = r" in [^\W\d_a-z][\w’'-]*(?: [^\W\d_a-z][\w’'-]*)?"
_ONE_NAME = re.compile(NAME)
_NEXT_NAME = re.compile(rf"(?:{_IN_PLACE})?(?:, and |, | and | & )(?P<name>{NAME})")
_FROM = re.compile(rf"From (?P<name>{NAME})(?={_IN_PLACE}(?:$| and ))")
_OPENING = re.compile(rf"(?i:{_KIND}),? [Bb]y (?P<name>{NAME})\. ")
_AFTER_NAMES = re.compile(r"\s*(?:$|[|,·•–—;.()\[@/-])|\s+(?:in|for|on|at|from)\s")
_ROLE = re.compile(
    r"""(?:[\w\s’'-]*\b(?i:correspondent|reporter|journalist|columnist|staff\swriter|contributor|(?:\w+\s)?editor|(?:senior\s|research\s)(?:fellow|analyst))\b(?:[\s,].*)?
    | (?:Reuters|AP|AFP|Associated\sPress|Bloomberg|dpa|TASS|Xinhua|Yonhap|ANSA|EFE|Kyodo|IPS|UPI|PTI|ANI|Anadolu|Interfax)(?:\s.*)?
    | [\w\s&’'-]*\b(?:News|Times|Post|Dispatch|Wire|Press|Agency|Gazette|Herald|Tribune|Journal|Review|Observer|Monitor|Ledger|Chronicle|Institute|University|Centre|Center)\b.*)""",
    re.VERBOSE,
)
_WIRE = re.compile(rf"\(?(?:Reporting|Writing) by (?P<name>{NAME})")
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+|le\s+|den\s+)?"
_TIME = r"(?:,?\s+(?:at\s+|@\s*)?\d{1,2}[:.]\d{2}(?::\d\d)?\s*(?:[ap]\.?m\.?)?(?:\s*[A-Z]{2,4}(?:[+-]\d+)?)?)?"
_PUBLISHED = r"(?:(?:(?:first\s+|originally\s+)?(?:published|posted|issued|released)(?:\s+online)?(?:\s+(?:on|by))?|(?:publication\s+|release\s+)?date(?:\s+published)?|publié|veröffentlicht\s+am|publicado\s+el|pubblicato\s+il):?\s+)"
_STATED = re.compile(rf"(?:^|(?<=[|·•;–—.]\s)){_PUBLISHED}{_WEEKDAY}(?P<date>{DATE})", re.IGNORECASE)
_DATED = re.compile(rf"{_PUBLISHED}?{_WEEKDAY}(?P<date>{DATE}){_TIME}(?:\s+in\s+[\w &]+)?\.?", re.IGNORECASE)
_DATED_AFTER = re.compile(
    rf"(?P<before>[^,]+(?:,[^,]+){{0,2}},|(?:posted|published|written|by)\s[^,]{{2,60}}\son)\s+{_WEEKDAY}(?P<date>{DATE}){_TIME}",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    rf"(?:[^,]{{2,60}},\s+)?(?:last\s+)?(?:updated|modified)(?:\s+on)?:?\s+{_WEEKDAY}(?:{DATE}|{PART_OF_DATE}){_TIME}", re.IGNORECASE
)
_PARTLY_DATED = re.compile(
    rf"(?:{_PUBLISHED}|[^,]{{2,60}},\s+(?:[^,]{{2,40}},\s+)?){_WEEKDAY}{PART_OF_DATE}{_TIME}|{MONTH_OF_YEAR}", re.IGNORECASE
)
_NAMES_AND_DATE = re.compile(rf"(?P<names>.+),\s+{_WEEKDAY}(?:{DATE}|{PART_OF_DATE})", re.IGNORECASE)
_ANOTHER_DAY = re.compile(
    r"\b(?:updated?|modified|accessed|retrieved|event|venue|deadline|signed|photo\w*|picture\w*|taken|held|born|died|delivered|speech|done|adopted|until|since|when|received|accepted)\b",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|•·]\s*|\s+[–—-]\s+|\s{3,}|\t+|(?<=\w{4}[.;])\s+")
_DATELINE = re.compile(rf"[A-Z][A-Z .'’-]+(?:, [^\W\d_][\w ]+)?,? (?P<date>{DATE})\s*(?:\([^)]{{2,40}}\)\s*)?[-–—]\s", re.IGNORECASE)


def byline(line: str) -> str | None:
    """Return the names that a byline gives, as they stand there, or None if the line is none.

    >>> byline("By Ann Lee and Bo Day, Marlow News"), byline("By Train Across Siberia")
    ('Ann Lee and Bo Day', None)
    """
    match = (_BYLINE.search(line) or _FROM.match(line)) if len(line) <= LONGEST else _OPENING.match(line)
    return _names_at(line, match.start("name")) if match else _named_with_role(line)


def wire_byline(line: str) -> str | None:
    """Return the names in a news agency's closing note: (Reporting by …; Editing by …)."""
    match = _WIRE.match(line) if len(line) <= LONGEST else None
    return _names_at(line, match.start("name")) if match else None


def is_review(line: str) -> bool:
    """Say whether a byline names a reviewer, so that another one beside it names whose book is reviewed."""
    return line.lower().startswith(("reviewed by", "review by"))


def stated_date(line: str, *, order: Order | None = None) -> date | None:
    """Return the day that a line says it was published, or None."""
    match = _STATED.search(line) if len(line) <= LONGEST else None
    return find_date(match["date"], order=order) if match else None


def lone_date(line: str, *, order: Order | None = None) -> date | None:
    """Return the one day that a line gives apart from its other words, or None.

    >>> lone_date("Paper | 19-july-2024"), lone_date("The flood of 19 July 2024")
    (datetime.date(2024, 7, 19), None)
    """
    found = [day for part in parts(line) if (match := _dated(part)) and (day := find_date(match["date"], order=order))]
    return found[0] if len(set(found)) == 1 else None


def dateline(paragraph: str) -> date | None:
    """Return the day in front of an agency's report: `LONDON, July 19, 2024 (Agency) -`, or None."""
    match = _DATELINE.match(paragraph[:LONGEST])
    return find_date(match["date"]) if match and match[0].split(",")[0].isupper() else None


def is_about_writing(line: str) -> bool:
    """Say whether a line tells who wrote or when, and nothing else: no sentence, no row of a table."""
    pieces = parts(line)
    days = [piece for piece in pieces if _dated(piece) or _CHANGED.fullmatch(piece) or _PARTLY_DATED.fullmatch(piece)]
    others = [piece for piece in pieces if piece not in days]
    is_sentence = line[-1:] in ".!?…" and len(line.split()) > LONGEST_PART
    if (
        not pieces
        or is_sentence
        or len(days) > MOST_DAYS
        or any(len(one.split()) > LONGEST_PART or not LETTERS.search(one) for one in others)
    ):
        return False
    return bool(days) or byline(line) is not None


def parts(line: str) -> list[str]:
    """Return what stands between the strokes, dots and wide gaps of a line."""
    return [part for part in _PARTS.split(line.strip()) if part] if len(line) <= LONGEST else []


def lone_names(line: str) -> str | None:
    """Return the names in a line that holds nothing but people's names, and maybe a date; else None.

    One name before a comma and a date may as well be a place.
    """
    pieces = parts(line)
    names = pieces[0].rstrip("*†‡§¹²³ ") if pieces else ""
    if match := _NAMES_AND_DATE.fullmatch(names):
        names = match["names"]
    found = split_names(names)
    return names if found and all(name in names for name in found) and (len(found) > 1 or not match) else None


def _dated(part: str) -> re.Match[str] | None:
    whole = _DATED.fullmatch(part)
    after = None if whole else _DATED_AFTER.fullmatch(part)
    if after and (len(after["before"].split()) > 2 * LONGEST_PART or _ANOTHER_DAY.search(after["before"])):
        return None
    return whole or after


def _names_at(line: str, start: int) -> str | None:
    """Return as much of the line from `start` as is a list of names, if it ends as one does; without the places they write from."""
    spans = list(takewhile(lambda span: is_name(line[slice(*span)]), _name_spans(line, start)))
    if not spans or not _AFTER_NAMES.match(line, spans[-1][1]):
        return None
    whole = line[start : spans[-1][1]]
    return ", ".join(line[first:last] for first, last in spans) if re.search(_IN_PLACE, whole) else whole


def _name_spans(line: str, start: int) -> Iterator[tuple[int, int]]:
    match = _ONE_NAME.match(line, start)
    while match:
        yield match.start("name") if match.re is _NEXT_NAME else match.start(), match.end()
        match = _NEXT_NAME.match(line, match.end())


def _named_with_role(line: str) -> str | None:
    names, comma, rest = line.partition(", ")
    return names if comma and len(line) <= LONGEST and split_names(names) and _ROLE.fullmatch(rest) else None
