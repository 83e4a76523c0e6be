"""The articles of an index as a library that a person looks after: listed, added to, synced, taken from."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from index.atlas import Point
from index.errors import NoIndexError, OutputError, PathError
from index.passage import Article
from index.plan import Progress, Report
from index.read.walk import SUFFIXES
from index.reader import Reader
from index.schema import FileState
from index.store import Store


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as the library lists it."""

    id: str
    title: str
    author: str
    publisher: str
    published: str
    """The day as 2024-06-19, or nothing."""
    words: int
    passages: int

    @property
    def key(self) -> str:
        """Return a name for it that has letters and digits only, whatever its id is."""
        return hashlib.sha256(self.id.encode(errors="surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a generation holds, as the library shows it."""

    generation: str = ""
    entries: tuple[Entry, ...] = ()
    points: tuple[Point, ...] = ()


class Library:
    """The articles of a store. Files that are added are kept in the folder `library` of its home; others stay where they are."""

    def __init__(self, store: Store, *, allowed: Sequence[Path] = ()) -> None:
        """Look after the articles of a store; folders may be added that are, or stand below, those that are allowed."""
        self._store = store
        self.allowed = [one.resolve() for one in allowed]
        self.folder = store.home / "library"
        self._removed = store.home / "removed"
        self.last: Report | None = None
        self._seen = _Seen()

    def _noted(self, report: Report) -> Report:
        """Note what the last sync did."""
        self.last = report
        return report

    def entries(self) -> list[Entry]:
        """Return every article, sorted by id; none while there is no index yet."""
        return list(self._look().entries)

    def points(self) -> list[Point]:
        """Return where the articles stand on their map; none while there is no index yet."""
        return list(self._look().points)

    def _look(self) -> "_Seen":
        """Return what the live generation holds, which is read once: it does not change."""
        try:
            with self._store.reading() as reader:
                if self._seen.generation != reader.generation:
                    self._seen = _seen_in(reader)
                return self._seen
        except NoIndexError:
            return _Seen()

    def roots(self) -> list[Path]:
        """Return the folders that the articles come from."""
        with self._store.reading() as reader:
            return sorted({_root(one) for one in reader.files()} | ({self.folder} if self.folder.is_dir() else set()))

    def sync(self, *, progress: Progress = lambda _: None) -> Report:
        """Make the index say what its folders say. Raises PathError if one is gone; the index then stays as it was."""
        return self._noted(self._store.sync(self.roots(), progress=progress))

    def add(self, files: Sequence[Path], *, progress: Progress = lambda _: None) -> Report:
        """Copy files into the library and index them; one of the same name takes the place of the old one.

        Raises PathError if there is a file of another kind, OutputError if the library cannot be written to; then none is added.
        """
        wrong = [one.name for one in files if one.suffix.lower() not in SUFFIXES]
        if wrong or not files:
            raise PathError(f"'{wrong[0] if wrong else 'nothing'}' is not a file that Ibid reads. It reads {', '.join(SUFFIXES)}.")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for one in files:
                shutil.copyfile(one, self.folder / one.name)
        except OSError as error:
            raise OutputError(f"'{error.filename or self.folder}' cannot be written: {error.strerror}") from None
        return self._noted(self._store.sync([self.folder], progress=progress))

    def add_folder(self, named: str, *, progress: Progress = lambda _: None) -> Report:
        """Index a folder of this machine. Raises PathError if it is not allowed, whether it is there or not."""
        try:
            path = Path(named.strip()).resolve()
            is_allowed = bool(named.strip()) and any(path.is_relative_to(one) for one in self.allowed) and path.is_dir()
        except (OSError, RuntimeError, ValueError):
            is_allowed = False
        if not is_allowed:
            offered = ", ".join(map(str, self.allowed)) or "none"
            raise PathError(f"'{named[:200]}' may not be added: name a folder that is, or stands below, one of these: {offered}")
        return self._noted(self._store.sync([path], progress=progress))

    def remove(self, name: str) -> Report:
        """Take an article out of the index. One of the library's own files is put aside, others stay in their folder.

        A file of several articles stays where it is: the next sync brings the article back.

        Raises UnknownArticleError if there is no such article.
        """
        with self._store.reading() as reader:
            article = reader.article(name)
        report = self._noted(self._store.remove([name]))
        if _root(article) == self.folder and not article.part:
            aside = self._removed / name
            aside.parent.mkdir(parents=True, exist_ok=True)
            Path(article.path).replace(aside)
        return report

    def restore(self, article: Article) -> Report:
        """Put an article that was removed back, as far as its file is still there. Raises PathError if it is not."""
        aside = self._removed / article.id
        if _root(article) == self.folder and aside.is_file():
            aside.replace(article.path)
        return self._noted(self._store.sync([_root(article)]))


def _seen_in(reader: Reader) -> _Seen:
    counts = reader.passage_counts()
    entries = tuple(_entry(one, counts.get(one.id, 0)) for one in reader.articles())
    return _Seen(reader.generation, entries, tuple(reader.points()))


def _entry(one: Article, passages: int) -> Entry:
    day = one.published.isoformat() if one.published else ""
    return Entry(one.id, one.title, one.author or "", one.publisher or "", day, len(one.text.split()), passages)


def _root(article: Article | FileState) -> Path:
    """Return the folder that an article's id is below."""
    name = article.id.removesuffix(article.part)
    return Path(article.path.removesuffix(name)) if article.path.endswith(f"/{name}") else Path(article.path).parent
