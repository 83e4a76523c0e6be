"""From a file to the articles in it: one of most kinds, one a line of JSON lines, one a file of an archive."""

import json
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from zipfile import ZipFile, ZipInfo

from index.errors import ReadError
from index.passage import Article
from index.read.archive import MOST_BYTES, MOST_MEMBERS, is_plain_file, name_of, open_archive, read_member
from index.read.article import article_of, parse_article
from index.read.decode import LARGEST_FILE, decode
from index.read.metadata import read_fields
from index.read.sandbox import SHARED, Sandbox
from index.read.walk import SUFFIXES

LINES_SUFFIXES = (".jsonl", ".ndjson")
MOST_LINES = 200_000
DEEPEST = 1
"""Archives within an archive."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its articles, the parts that cannot be read, each with its reason, and the parts of other kinds."""

    articles: tuple[Article, ...]
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


def read_file(content: bytes, path: str, name: str, *, largest: int = LARGEST_FILE, sandbox: Sandbox = SHARED) -> Reading:
    """Return the articles in the bytes of a file; their ids begin with `name`. Raises ReadError if nothing of it can be read."""
    suffix = PurePath(path).suffix.lower()
    if suffix not in (*LINES_SUFFIXES, ".zip"):
        return Reading((parse_article(content, path, name, sandbox=sandbox),))
    file = _File(path, name, largest, sandbox)
    articles: list[Article] = []
    failed: list[tuple[str, str]] = []
    for part, read in file.members(content) if suffix == ".zip" else file.lines(content):
        try:
            articles.append(read())
        except ReadError as error:
            failed.append((part, str(error)))
    if not (articles or failed):
        raise ReadError(f"holds no article (looked for {', '.join(SUFFIXES)})")
    return Reading(tuple(articles), tuple(failed), tuple(file.ignored))


_Parts = Iterator[tuple[str, Callable[[], Article]]]
"""The parts of a file: what each is called, and what reads it, or raises ReadError."""


class _File:
    """A file of several articles that is being read; all its archives together have one allowance."""

    def __init__(self, path: str, name: str, largest: int, sandbox: Sandbox) -> None:
        self.ignored: list[str] = []
        self._path = path
        self._name = name
        self._largest = largest
        self._sandbox = sandbox
        self._files = MOST_MEMBERS
        self._bytes = MOST_BYTES

    def lines(self, content: bytes, part: str = "") -> _Parts:
        """Yield the lines of JSON lines, each an article."""
        lines = decode(content).split("\n")
        if len(lines) > MOST_LINES:
            raise ReadError(f"holds {len(lines)} lines, at most {MOST_LINES} are read: split it")
        for number, line in enumerate(lines, start=1):
            if line.strip():
                here = f"{part}#{number}"
                yield here, partial(_line, line, self._path, self._name + here, here)

    def members(self, content: bytes, part: str = "", depth: int = 0) -> _Parts:
        """Yield the files of an archive, and of archives in it; those of other kinds are noted, hidden ones passed over."""
        archive = open_archive(content)
        seen: set[str] = set()
        for one in sorted(archive.infolist(), key=lambda one: one.filename):
            inner = name_of(one)
            here = f"{part}/{inner}"
            if one.is_dir() or _is_hidden(inner):
                continue
            wrong = _misnamed(inner) or ("stands in the archive twice" if inner in seen else "")
            seen.add(inner)
            if wrong:
                yield here, partial(_refuse, wrong)
            elif PurePath(inner).suffix.lower() not in SUFFIXES or not is_plain_file(one):
                self.ignored.append(here)
            elif not self._allows(one.file_size):
                yield here, partial(_refuse, "and what follows is more than an archive may hold: split it")
                return
            else:
                yield from self._member(archive, one, here, depth)

    def _allows(self, size: int) -> bool:
        """Take a file of a size off the allowance; say whether that was still within it."""
        self._files -= 1
        self._bytes -= size
        return min(self._files, self._bytes) >= 0

    def _member(self, archive: ZipFile, one: ZipInfo, here: str, depth: int) -> _Parts:
        suffix = PurePath(here).suffix.lower()
        if suffix not in (*LINES_SUFFIXES, ".zip"):
            yield here, partial(self._read, archive, one, here)
            return
        try:
            if suffix == ".zip" and depth == DEEPEST:
                raise ReadError("is an archive in an archive in another: unpack it")
            content = read_member(archive, one, largest=self._largest)
            yield from self.members(content, here, depth + 1) if suffix == ".zip" else self.lines(content, here)
        except ReadError as error:
            yield here, partial(_refuse, str(error))

    def _read(self, archive: ZipFile, one: ZipInfo, here: str) -> Article:
        content = read_member(archive, one, largest=self._largest)
        return parse_article(content, self._path, self._name + here, part=here, sandbox=self._sandbox)


def _line(line: str, path: str, id: str, part: str) -> Article:  # noqa: A002 - the noun's own word
    """Return the article in a line of JSON: `{"title", "text", "author", "published" or "date", "publisher", "url", "language"}`."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"is no line of JSON: {error}") from None
    if not isinstance(fields, dict):
        raise ReadError('is no object of JSON: write {"title": "…", "text": "…"}')
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ReadError('has no "text"')
    if "\0" in text:
        raise ReadError('has a "text" that is binary')
    known = read_fields({name.lower(): value for name, value in fields.items()})
    return article_of(text, known, path, id, part=part)


def _refuse(reason: str) -> Article:
    raise ReadError(reason)


def _is_hidden(name: str) -> bool:
    return any((piece.startswith(".") and piece.strip(".")) or piece == "__MACOSX" for piece in name.split("/"))


def _misnamed(name: str) -> str:
    """Say what is wrong with the name of a member, or nothing."""
    if name.startswith("/") or "\\" in name or ":" in name.split("/", maxsplit=1)[0] or ".." in name.split("/"):
        return "has a name that leads out of its archive"
    return "has a name that is not valid" if any(unicodedata.category(c) in ("Cc", "Cs") for c in name) else ""
