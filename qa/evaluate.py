"""Ask every question of a file and note what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.passage import Filters, Passage
from index.plan import Progress, Step
from index.store import Store
from qa.answer import Answer
from qa.assistant import Assistant, in_dialogue
from qa.measures import Spot
from qa.questions import Evidence, Question, locate

EXCERPTS = 5
"""Excerpts that are looked at, as many as Chroma's evaluation looks at."""
QUOTES = 3
"""Quotes asked for with each question, as `ibid ask --k 3` does; the first one is the same as without."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote: its article's id, half-open offsets, its words."""

    article: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a question."""

    question: Question
    """Its evidence names articles by their ids."""
    is_answered: bool
    confidence: float
    """Calibrated probability that the first quote answers, 0 to 1."""
    ranked: tuple[Spot, ...]
    """The passages that were read, best first."""
    excerpts: tuple[Spot, ...]
    """What `ibid search --joined` shows for it, best first; for a question that has an answer alone."""
    relevant: tuple[Spot, ...]
    """The passages of the index that answer; what no passage covers stands for itself, and cannot be found."""
    quotes: tuple[Quoted, ...]
    """Best first; when the answer abstained, what came nearest."""
    seconds: float

    @property
    def evidence(self) -> tuple[Spot, ...]:
        """Return where the answers stand."""
        return tuple((one.article, one.start, one.end) for one in self.question.evidence)

    @property
    def is_right(self) -> bool:
        """Say whether the first quote holds the evidence, given or not."""
        return self.holds(1)

    @property
    def fault(self) -> str | None:
        """Return what went wrong, in words; None if nothing did."""
        if not self.question.is_answerable:
            return "answered, though the articles do not say it" if self.is_answered else None
        if not self.is_answered:
            return "abstained, with the right quote" if self.is_right else "abstained, with a wrong quote"
        return None if self.is_right else "wrong quote"

    def holds(self, n: int) -> bool:
        """Say whether one of the first `n` quotes holds a piece of evidence wholly."""
        return any(self.question.is_answered_by(one.article, one.start, one.end) for one in self.quotes[:n])


def evaluate(
    store: Store, assistant: Assistant, questions: Sequence[Question], *, k: int = EXCERPTS, progress: Progress = lambda _: None
) -> list[Outcome]:
    """Return the outcome of each question, with up to `k` excerpts, asked of the assistant of this store.

    Raises QuestionsError if the articles do not bear a question out, StoreError or ModelError if they cannot be used.
    """
    with store.reading() as reader:
        located = locate(questions, reader.articles())
        named = tuple({evidence.article for one in located for evidence in one.evidence})
        passages = reader.passages(filters=Filters(articles=named)) if named else []
    assistant.prepare()
    outcomes = []
    for done, question in enumerate(located, start=1):
        answer = assistant.ask(question.text, history=question.history, k=QUOTES)
        outcomes.append(_outcome(question, answer, passages, _excerpts(assistant, question, k)))
        progress(Step("asking", done, len(located), question.id))
    return outcomes


def relevant_passages(evidence: Evidence, passages: Sequence[Passage]) -> list[Spot]:
    """Return the passages that hold a piece of evidence wholly or, where it is cut between passages, every one with a part.

    Where there is none (boilerplate is no passage) the evidence itself is returned.
    """
    touching = [one for one in passages if one.article == evidence.article and one.start < evidence.end and evidence.start < one.end]
    whole = [one for one in touching if evidence.is_in(one.article, one.start, one.end)]
    return [spot(one) for one in whole or touching] or [(evidence.article, evidence.start, evidence.end)]


def spot(passage: Passage) -> Spot:
    """Return where a passage stands."""
    return passage.article, passage.start, passage.end


def _excerpts(assistant: Assistant, question: Question, k: int) -> tuple[Spot, ...]:
    """Return the excerpts that are found for a question, for a follow-up with those before it. None is looked for without an answer."""
    if not question.is_answerable:
        return ()
    words = in_dialogue(question.history, question.text)
    return tuple(spot(hit.passage) for hit in assistant.search(words, k=k, is_joined=True))


def _outcome(question: Question, answer: Answer, passages: Sequence[Passage], found: tuple[Spot, ...]) -> Outcome:
    relevant = {one for evidence in question.evidence for one in relevant_passages(evidence, passages)}
    quotes = answer.citations or answer.nearest
    return Outcome(
        question,
        answer.is_answered,
        answer.confidence,
        tuple(spot(hit.passage) for hit in answer.read),
        found,
        tuple(sorted(relevant)),
        tuple(Quoted(one.article.id, one.start, one.end, one.quote) for one in quotes),
        answer.seconds.total,
    )
