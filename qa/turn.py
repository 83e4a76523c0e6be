"""A question with its answer as it is kept: everything that was shown, so that it can be shown again when the articles are gone."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from index.outline import outline
from index.passage import Article
from index.read.article import markup_of
from qa.answer import Answer, Citation, Verdict
from qa.decide import probability


@dataclass(frozen=True, slots=True)
class Source:
    """A citation and what is known of its article, without the article's text."""

    number: int
    """From 1, as `[1]` in the answer."""
    article: str
    """The article's id."""
    title: str
    sha256: str
    """Of the article's text when it was quoted."""
    start: int
    end: int
    quote: str
    passage_start: int
    passage: str
    """The passage's text, in which the quote stands."""
    heading: tuple[str, ...]
    paragraph: int
    """From 1, headings not counted."""
    paragraphs: int
    probability: float
    """Calibrated, that the quote answers, 0 to 1."""
    author: str | None = None
    publisher: str | None = None
    published: date | None = None
    url: str | None = None
    place: str = ""
    """The page or slide that the quote stands on, where the article has such."""
    also_in: tuple[str, ...] = ()
    """Titles of other articles that say the same, each with its publisher where that is known."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it."""

    question: str
    verdict: Verdict
    confidence: float
    sources: tuple[Source, ...]
    """The quotes of the answer, or what came nearest when there is none; best first."""
    advice: str = ""
    searched: int = 0
    """Passages in the index."""
    read: int = 0
    """Passages that were read."""
    seconds: float = 0.0
    read_as: str = ""
    """The question as it was read, where a word in it seemed mistyped."""

    @property
    def is_answered(self) -> bool:
        """Say whether the articles answer the question."""
        return self.verdict == "answered"


def turn_of(answer: Answer) -> Turn:
    """Return an answer as it is kept."""
    sources = tuple(source_of(one) for one in answer.citations or answer.nearest)
    seconds, read = answer.seconds.total, len(answer.read)
    return Turn(answer.question, answer.verdict, answer.confidence, sources, answer.advice, answer.searched, read, seconds, answer.read_as)


def source_of(one: Citation) -> Source:
    """Return a citation as it is kept."""
    article, (paragraph, paragraphs) = one.article, paragraph_of(one.article, one.start)
    return Source(
        number=one.number,
        article=article.id,
        title=article.title,
        sha256=article.sha256,
        start=one.start,
        end=one.end,
        quote=one.quote,
        passage_start=one.passage.start,
        passage=one.passage.text,
        heading=one.passage.heading,
        paragraph=paragraph,
        paragraphs=paragraphs,
        probability=probability(one.score),
        author=article.author,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        place=one.place,
        also_in=tuple(", ".join(part for part in (other.title, other.publisher) if part) for other in one.also_in),
    )


def turn_json(turn: Turn) -> dict[str, Any]:
    """Return a turn as an object of JSON."""
    days = [one.published.isoformat() if one.published else None for one in turn.sources]
    fields = asdict(turn)
    return fields | {"sources": [one | {"published": day} for one, day in zip(fields["sources"], days, strict=True)]}


def turn_from(fields: Mapping[str, Any]) -> Turn:
    """Return the turn that was kept as an object of JSON."""
    sources = (Source(**one) for one in fields["sources"])
    return Turn(**{**fields, "sources": tuple(_typed(one) for one in sources)})


def paragraph_of(article: Article, start: int) -> tuple[int, int]:
    """Return the number of the paragraph that holds a character, from 1, and how many there are.

    Headings do not count; a character between two paragraphs belongs to the one before it.
    """
    starts = [block.start for block in outline(article.text, markup=markup_of(article)) if not block.is_heading]
    return max(1, sum(one <= start for one in starts)), max(1, len(starts))


def _typed(one: Source) -> Source:
    """Give JSON's lists and strings the types that they had."""
    published = date.fromisoformat(str(one.published)) if one.published else None
    return replace(one, heading=tuple(one.heading), published=published, also_in=tuple(one.also_in))
