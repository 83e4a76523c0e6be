"""The nouns of an answer: a citation and the answer itself."""

import hashlib
from dataclasses import dataclass, field
from typing import Literal

from index.passage import Article, Hit, Passage

Verdict = Literal["answered", "not_in_articles"]


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered quote in its article: `article.text[start:end] == quote`."""

    number: int
    """From 1, as `[1]` in the answer's text."""
    article: Article
    passage: Passage
    quote: str
    start: int
    end: int
    score: float
    """Logarithm of the odds that the quote answers; higher is better."""
    also_in: tuple[Article, ...] = ()
    """Other articles that say the same, in the same words or nearly."""

    @property
    def place(self) -> str:
        """Return the page or slide that the quote stands on, or nothing where its article has none."""
        return self.article.place_of(self.start, self.end)

    @property
    def is_verbatim(self) -> bool:
        """Say whether quote and passage stand in the article, character for character, where they claim to."""
        text, passage = self.article.text, self.passage
        stands = text[self.start : self.end] == self.quote and text[passage.start : passage.end] == passage.text
        is_known = hashlib.sha256(text.encode()).hexdigest() == self.article.sha256
        return is_known and stands and passage.start <= self.start < self.end <= passage.end and passage.article == self.article.id


@dataclass(frozen=True, slots=True)
class Statement:
    """A part of the answer and the numbers of the citations that it rests on."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long the parts of an answer took."""

    retrieve: float = 0.0
    rerank: float = 0.0
    """Reading passages and sentences with the cross-encoder."""
    total: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What the articles say to a question, or that they do not say it."""

    question: str
    verdict: Verdict
    confidence: float
    """Calibrated probability that the first quote answers, 0 to 1."""
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    """Best first; empty when the articles do not answer."""
    nearest: tuple[Citation, ...] = ()
    """When the articles do not answer: what came nearest."""
    seconds: Seconds = field(default=Seconds(), compare=False)
    advice: str = ""
    """How to ask otherwise, where that may help."""
    read_as: str = ""
    """The question as it was read, where a word in it seemed mistyped."""
    searched: int = 0
    """Passages in the index."""
    read: tuple[Hit, ...] = field(default=(), compare=False)
    """The passages that were read, best first."""

    @property
    def is_answered(self) -> bool:
        """Say whether the articles answer the question."""
        return self.verdict == "answered"

    @property
    def text(self) -> str:
        """Return the statements in one line, each followed by its numbers: `… [1] … [2]`."""
        parts = (statement.text + "".join(f" [{number}]" for number in statement.numbers) for statement in self.statements)
        return " ".join(" ".join(parts).split())
