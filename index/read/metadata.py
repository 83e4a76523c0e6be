"""What an article says of itself. Each reader fills in what it is sure of and leaves the rest None."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from itertools import groupby, pairwise

from index.boilerplate import biography_name, is_furniture, plain_lines
from index.byline import byline, dateline, is_about_writing, is_review, lone_date, lone_names, parts, stated_date, wire_byline
from index.dates import Order, day_order, find_date, parse_date
from index.formulas import is_formula
from index.names import NAME, is_name, site_share, split_names
from index.outline import Block

__all__ = [
    "Metadata",
    "find_date",
    "parse_authors",
    "parse_date",
    "parse_text",
    "parse_title",
    "read_fields",
    "read_plain_metadata",
    "read_properties",
]

MOST_NAMES = 20
LONGEST_FIELD = 1000
"""Characters of a metadata field that are kept."""
SHARED = 0.25
"""At least this share of a title's words comes again in the text."""
SHARED_OF_A_SITE = 0.5
STEM = 5
"""Letters by which two words are the same."""

_BULLETED_NAME = re.compile(rf"[•*·-]?\s*(?P<names>{NAME})")
_PRINTED_FROM = re.compile(r"Article printed from (?P<publisher>[^()]{2,80}?)\s*(?:\([^()]*\))?")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_COMMON = frozenset("the a an of and or in on at to for from with by is are was how why what who its it this that as into about".split())
_PROGRAMS = re.compile(r"(?:Microsoft (?:Word|PowerPoint|Excel)|PowerPoint Presentation|Adobe \w+|LibreOffice)\b[\s-]*", re.IGNORECASE)
_NO_TITLE = re.compile(
    r"""(?:untitled|document|slide|presentation|title|home(?:page)?|index|new\spage|page|doc|book|chapter|layout|none|null|unknown|word|draft|print|temp|test)[\s\d_-]*
    | .*\.(?:docx?|pdf|indd|qxd|tex|dvi|rtf|odt|pptx?|xlsx?|html?|txt|eps|ps|pages|md|fm|p65) | [\w.-]*(?:\d|_)[\w.-]* | [^a-z]*\d[^a-z]* | \W* | .""",
    re.IGNORECASE | re.VERBOSE,
)
_NOBODY = frozenset(
    "admin administrator anonymous author default editor editors guest n/a na nobody none null owner root staff system tba tbd test unknown user various webmaster wordpress".split()
)
_AUTHOR_FIELDS = ("author", "authors", "byline", "creator")
_DATE_FIELDS = ("published", "date", "published_at", "publish_date", "pubdate", "datepublished")
_PUBLISHER_FIELDS = ("publisher", "site", "site_name", "sitename", "publication")
_LABEL = re.compile(r"authors?|about the authors?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article besides its text."""

    title: str | None = None
    author: str | None = None
    published: date | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None

    def or_else(self, other: "Metadata") -> "Metadata":
        """Return what is known here, filled up with what only `other` knows."""
        return Metadata(*(getattr(self, one.name) or getattr(other, one.name) for one in fields(self)))


def parse_text(value: object) -> str | None:
    """Return a metadata field as one line of text; a list of names is joined; None if there is nothing to read."""
    values = value[:MOST_NAMES] if isinstance(value, list) else [value]
    line = ", ".join(" ".join(one.split()) for one in values if isinstance(one, str) and one.strip())
    return line[:LONGEST_FIELD] if line and not _LONE_SURROGATE.search(line) else None


def parse_authors(values: Sequence[str]) -> str | None:
    """Return the people whom metadata fields of a page or a file name, joined by commas, or None.

    What is no person's name as far as its form tells (a login, a newsroom, an address) is left out.

    >>> parse_authors(["Lee, Ann", "admin"]), parse_authors(["By Bo Day and Cy Fox"]), parse_authors(["Marlow News"])
    ('Ann Lee', 'Bo Day, Cy Fox', None)
    """
    lines = [re.sub(r"^by\s+", "", line, flags=re.IGNORECASE) for value in values[:MOST_NAMES] if (line := parse_text(value))]
    return ", ".join(dict.fromkeys(name for line in lines for name in split_names(line))) or None


def parse_title(value: str | None) -> str | None:
    """Return a title from a file's properties, or None if a program or a file's name stands there.

    >>> parse_title("The old harbour"), parse_title("Microsoft Word - draft.docx"), parse_title("report_final_v3")
    ('The old harbour', None, None)
    """
    line = _PROGRAMS.sub("", parse_text(value) or "").strip()
    return None if _NO_TITLE.fullmatch(line) else line


def read_properties(
    *,
    title: str | None = None,
    authors: Sequence[str] = (),
    published: str | None = None,
    publisher: str | None = None,
    url: str | None = None,
    language: str | None = None,
) -> Metadata:
    """Return what the properties of a PDF, an office file, an e-book or a mail say, as far as they can be believed.

    `published` is for a day of publication alone (an e-book's `dc:date`, `prism:publicationDate`, a mail's date):
    the day a file was made or changed (`CreationDate`, `created`, `modified`) is none and is not to be given.
    """
    return Metadata(
        title=parse_title(title),
        author=parse_authors(authors),
        published=parse_date(published),
        publisher=_unless_nobody(parse_text(publisher)),
        url=_address(url),
        language=parse_text(language),
    )


def read_fields(fields: Mapping[str, object]) -> Metadata:
    """Return what named fields say that somebody wrote by hand: front matter, or a line of JSON. Names are in small letters."""
    named = next((fields[key] for key in _AUTHOR_FIELDS if fields.get(key)), None)
    day = next((day for key in _DATE_FIELDS if (day := parse_date(fields.get(key)))), None)
    publisher = next((text for key in _PUBLISHER_FIELDS if (text := parse_text(fields.get(key)))), None)
    return Metadata(
        title=parse_text(fields.get("title")),
        author=_unless_nobody(parse_text([name for one in (named if isinstance(named, list) else [named]) if (name := _named(one))])),
        published=day,
        publisher=publisher,
        url=parse_text(fields.get("url")) or _address(fields.get("source")) or _address(fields.get("link")),
        language=parse_text(fields.get("language") or fields.get("lang")),
    )


def read_plain_metadata(blocks: list[Block], kept: list[Block | None]) -> Metadata:
    """Return what the unmistakable lines of a text say.

    `kept` is `blocks` with None in the place of boilerplate. A title stands above the first paragraph and shares
    its words with the text; a date or a byline stands there too; an author may also be introduced at the end.
    """
    first = next((i for i, block in enumerate(kept) if block and not block.is_heading), len(blocks))
    titles = [block.text for block in blocks[:first] if not is_furniture(block)]
    body = " ".join(block.text for block in kept[first:] if block)
    title = _title(titles, body)
    head = [line for block in blocks[:first] if block.text != title for line in plain_lines(block)]
    printed = next((match for block in blocks if (match := _PRINTED_FROM.fullmatch(block.text))), None)
    opening = blocks[first].text if first < len(blocks) else ""
    return Metadata(
        title=title,
        author=_author([*head, opening], f"{title} {body}") or _author_below(blocks, kept),
        published=_published(head, opening, day_order("\n".join(block.text for block in blocks))),
        publisher=printed["publisher"] if printed else None,
    )


def _unless_nobody(text: str | None) -> str | None:
    return None if text and text.lower() in _NOBODY else text


def _named(value: object) -> str | None:
    """Return the name in a field that is a name, a link to a note, or a record with a name; `Lee, Ann` is turned round."""
    if isinstance(value, Mapping):
        value = value.get("name")
    text = re.sub(r"\[\[(?:[^\]|]*\|)?([^\]]*)\]\]", r"\1", parse_text(value) or "")
    return ", ".join(split_names(text)) or text or None


def _address(value: object) -> str | None:
    return value.strip() if isinstance(value, str) and re.fullmatch(r"https?://\S{3,2000}", value.strip()) else None


def _published(head: list[str], opening: str, order: Order | None) -> date | None:
    """Prefer the day that is called the day of publication; else the only one that stands alone above the text."""
    stated = {day for line in head if (day := stated_date(line, order=order))}
    alone = {day for line in head if len(line) < 160 and (day := lone_date(line, order=order))}
    days = stated or alone
    return days.pop() if len(days) == 1 else None if days else dateline(opening)


def _title(lines: list[str], body: str) -> str | None:
    """Take the first line above the text whose words come again in it; else the first.

    A line with words that sites call themselves by needs half of its words in the text, another one a quarter; nothing
    but such words, or a person's name, is no title where there is another line.
    """
    # In a script without capitals any few words might be a name.
    candidates = [line for line in lines if not (line != line.lower() and split_names(line)) and site_share(line) < 1] or lines
    said = _words(body) if len(candidates) > 1 else set()  # A single one is taken whatever the text says.
    for line in candidates:
        words = _words(line)
        if words and len(words & said) >= (SHARED_OF_A_SITE if site_share(line) else SHARED) * len(words):
            return line
    return candidates[0] if candidates else None


def _words(text: str) -> set[str]:
    return {word[:STEM].removesuffix("s") for word in re.findall(r"\w+", text.lower()) if word not in _COMMON}


def _author(head: list[str], said: str) -> str | None:
    """Return whom a byline above the text names, or a name beside a date of whom the text does not speak."""
    found = [(line, names) for line in head if (names := byline(line))]
    reviewers = {names for line, names in found if is_review(line)}
    return _only(
        reviewers
        or {names for _, names in found}
        or {names for names in _beside_dates(head) if not any(name in said for name in split_names(names))}
    )


def _beside_dates(head: list[str]) -> Iterator[str]:
    """Yield the names that, or next to which another line, hold a date or the time of reading; names below each other are one list."""
    for _, group in groupby(range(len(head)), key=lambda i: bool(lone_names(head[i]))):
        run = list(group)
        names = [one for i in run if (one := lone_names(head[i]))]
        around = [
            *(part for i in run for part in [head[i], *parts(head[i])[1:]]),
            *head[max(0, run[0] - 1) : run[0]],
            *head[run[-1] + 1 : run[-1] + 2],
        ]
        if names and any(is_about_writing(one) or (one[0].isdigit() and is_formula(one)) for one in around):
            yield ", ".join(names)


def _author_below(blocks: list[Block], kept: list[Block | None]) -> str | None:
    """Return whom the lines that follow the text name as its author, if they name one."""
    gone = {block for block, left in zip(blocks, kept, strict=True) if left is None}
    wires = {names for block in gone for line in plain_lines(block) if (names := wire_byline(line))}
    labelled = {
        match["names"]
        for label, name in pairwise(blocks)
        if _LABEL.fullmatch(label.text) and name in gone and (match := _BULLETED_NAME.fullmatch(name.text)) and is_name(match["names"])
    }
    return _only(wires or labelled or {name for block in gone if (name := biography_name(" ".join(plain_lines(block))))})


def _only(found: set[str]) -> str | None:
    return found.pop() if len(found) == 1 else None
