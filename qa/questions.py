"""Question files and what counts as right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: the article's name without its ending, and half-open character offsets."""

    article: str
    start: int
    end: int

    def is_in(self, article: str, start: int, end: int) -> bool:
        """Say whether a span of an article holds this evidence."""
        return PurePath(article).stem == self.article and start <= self.start and self.end <= end


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known about its answer."""

    id: str
    text: str
    is_answerable: bool
    answers: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    history: tuple[str, ...]

    def is_answered_by(self, article: str, start: int, end: int) -> bool:
        """Say whether a span of an article holds any of the evidence."""
        return any(one.is_in(article, start, end) for one in self.evidence)


def load_questions(path: Path) -> list[Question]:
    """Read a question file."""
    return [_question(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def share(flags: Sequence[bool]) -> float:
    """Return the share of true flags, 0 to 1; nan if there are none."""
    return sum(flags) / len(flags) if flags else float("nan")


def _question(fields: dict[str, object]) -> Question:
    evidence = fields["evidence"]
    answers, history = fields["answers"], fields.get("history", [])
    assert isinstance(evidence, list) and isinstance(answers, list) and isinstance(history, list)
    return Question(
        str(fields["id"]),
        str(fields["question"]),
        bool(fields["answerable"]),
        tuple(map(str, answers)),
        tuple(Evidence(one["article"], one["start"], one["end"]) for one in evidence),
        tuple(map(str, history)),
    )
