"""The nouns: an article, a passage of it, a hit; and the filters that choose among articles."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]
"""Half-open character offsets into an article's text."""
Place = tuple[int, str]
"""Where a page or a slide begins in an article's text, and what it is called: `(4210, "p. 7")`."""


@dataclass(frozen=True, slots=True)
class Article:
    """A document that was read. What is not known about it is None, never guessed."""

    id: str
    """Path below the folder that was indexed, with `/` between its parts."""
    title: str
    text: str
    """Exactly as decoded: every offset refers to it."""
    sha256: str
    """Hex digest of the text in UTF-8."""
    path: str
    """Absolute path of the file."""
    author: str | None = None
    published: date | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    part: str = ""
    """What it is called within a file of several articles, as at the end of its id: `#3`, `/inner/a.txt`."""
    places: tuple[Place, ...] = ()
    """Its pages or slides in order, where the file has such."""

    def place_of(self, start: int, end: int) -> str:
        """Return where characters stand among its pages, or nothing where it has none.

        >>> Article("a", "", "", "", "", places=((0, "p. 6"), (90, "p. 7"))).place_of(80, 120)
        'p. 6–7'
        """
        first, last = (self._named_at(place) for place in (start, max(start, end - 1)))
        return first if first == last or not first else f"{first}–{last.rpartition(' ')[2]}"

    def _named_at(self, character: int) -> str:
        begun = bisect_right(self.places, character, key=lambda place: place[0])
        return self.places[begun - 1][1] if begun else ""


@dataclass(frozen=True, slots=True)
class Imprint:
    """What is known of an article, without its text."""

    id: str
    title: str
    author: str | None = None
    published: date | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of an article that is retrieved: whole sentences below one heading."""

    article: str
    """The article's id."""
    start: int
    end: int
    text: str
    """Equal to `article.text[start:end]`."""
    heading: tuple[str, ...] = ()
    """Path of headings above it, outermost first."""
    sentences: tuple[Span, ...] = ()
    """Offsets of its sentences in the article's text, in order."""

    def sentence(self, i: int) -> str:
        """Return the characters of one of its sentences; from 0, or from -1 backwards."""
        start, end = self.sentences[i]
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Sentences of the same article that a passage does not hold; nothing where there is none."""

    first: str = ""
    """The article's first one, unless it is the one before the passage."""
    before: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was retrieved. Every score: higher is better; None: not found by that leg."""

    passage: Passage
    cosine: float | None = None
    """Cosine similarity of the question and the nearest sentence, -1 to 1."""
    cosine_rank: int | None = None
    """From 1."""
    bm25: float | None = None
    """BM25 weight, 0 or more."""
    bm25_rank: int | None = None
    """From 1."""
    fused: float = 0.0
    """Reciprocal rank fusion of the two legs."""
    reranked: float | None = None
    """Logit of the cross-encoder that the passage answers."""
    answering: tuple[float, ...] = ()
    """Logit of the cross-encoder for each sentence that it is the answer, read in its passage."""
    cosines: tuple[float, ...] = ()
    """Cosine similarity of the question and each sentence, or the whole passage where the embedder tells no more."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles may answer; an empty one lets all of them."""

    articles: tuple[str, ...] = ()
    """Ids; any of them."""
    since: date | None = None
    """Published on this day or later; an article without a date does not pass."""
    until: date | None = None
    """Published on this day or earlier; an article without a date does not pass."""
    authors: tuple[str, ...] = ()
    """Names as the articles give them, small and capital letters alike; any of them."""
    publishers: tuple[str, ...] = ()
    """As the authors."""

    @property
    def is_open(self) -> bool:
        """Say whether every article passes."""
        return not (self.articles or self.authors or self.publishers or self.since or self.until)
