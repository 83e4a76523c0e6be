"""Question files: what they say, and whether the articles bear it out."""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from index.errors import QuestionsError
from index.passage import Article

NAMED_AT_MOST = 10
"""Questions that an error names one by one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where an answer stands: an article, half-open character offsets, and the words there."""

    article: str
    """The file's name without its ending, or the article's id."""
    start: int
    end: int
    quote: str = ""

    def is_in(self, article: str, start: int, end: int) -> bool:
        """Say whether a span of an article, which is named by its id, holds this evidence wholly."""
        return self.article in (article, PurePath(article).stem) and start <= self.start and self.end <= end


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known about its answer."""

    id: str
    text: str
    is_answerable: bool
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    history: tuple[str, ...] = ()
    """Questions asked before, oldest first."""
    line: int = field(default=0, compare=False)
    """Number of its line, from 1."""

    def is_answered_by(self, article: str, start: int, end: int) -> bool:
        """Say whether a span of an article holds any of the evidence wholly."""
        return any(one.is_in(article, start, end) for one in self.evidence)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file as they are read; `-` is stdin. Raises QuestionsError if it cannot be read."""
    if str(path) == "-":
        yield from sys.stdin
        return
    try:
        with path.open(encoding="utf-8-sig") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"the questions in '{path}' cannot be read: {error}") from None


def parse_history(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the questions asked before. Raises ValueError."""
    history = fields.get("history") or []
    if not isinstance(history, list) or not all(isinstance(one, str) for one in history):
        raise ValueError('"history" is a list of the questions asked before')
    return tuple(history)


def load_questions(path: Path) -> list[Question]:
    """Read a question file. Raises QuestionsError that names the line, the reason and the way out."""
    questions: dict[str, Question] = {}
    for number, line in enumerate(read_lines(path), start=1):
        if not line.strip():
            continue
        try:
            question = _question(_parse(line), number)
            if question.id in questions:
                raise ValueError(f"line {questions[question.id].line} has the id {question.id!r} as well: give each its own")
        except (ValueError, RecursionError) as error:
            raise QuestionsError(f"line {number} of '{path}' cannot be measured: {error}") from None
        questions[question.id] = question
    empty = [one.line for one in questions.values() if not one.text.strip()]
    if empty:
        count = f"{len(empty)} of {len(questions)} questions in '{path}' are"
        raise QuestionsError(f"{count} still empty, the first in line {empty[0]}: fill them in, or delete their lines")
    if not questions:
        raise QuestionsError(f"no questions in '{path}': `ibid eval --draft 20` writes lines to fill in")
    return list(questions.values())


def locate(questions: Sequence[Question], articles: Sequence[Article]) -> list[Question]:
    """Return the questions with the article of each evidence named by its id.

    Raises QuestionsError if an article is not there or not the only one of its name, or if a quote does not stand
    where it is said to.
    """
    known: dict[str, list[Article]] = defaultdict(list)
    for article in articles:
        for name in {article.id, PurePath(article.id).stem}:
            known[name].append(article)
    lost = {one.id: evidence.article for one in questions for evidence in one.evidence if evidence.article not in known}
    if lost:
        named = ", ".join(f"{id!r} ({article!r})" for id, article in list(lost.items())[:NAMED_AT_MOST])  # noqa: A001 - the noun's own word
        more = f" and {len(lost) - NAMED_AT_MOST} more" if len(lost) > NAMED_AT_MOST else ""
        raise QuestionsError(f"the index lacks the article of {named}{more}: index its folder, or name it with --articles")
    return [
        replace(one, evidence=tuple(_located(one, evidence, known[evidence.article]) for evidence in one.evidence)) for one in questions
    ]


def _located(question: Question, evidence: Evidence, candidates: Sequence[Article]) -> Evidence:
    where = f"question {question.id!r} (line {question.line})"
    if len(candidates) > 1:
        ids = ", ".join(repr(article.id) for article in candidates)
        raise QuestionsError(f"{where}: {len(candidates)} articles are called {evidence.article!r}: name one by its id, {ids}")
    (article,) = candidates
    if article.text[evidence.start : evidence.end] != evidence.quote:
        place = article.text.find(evidence.quote)
        stands = f"it stands at {place}-{place + len(evidence.quote)}" if place >= 0 else f"copy it from `ibid show {article.id!r}`"
        asked = f"{evidence.start}-{evidence.end} of {article.id!r}"
        raise QuestionsError(f"{where}: its quote {_short(evidence.quote)} does not stand at {asked}: {stands}")
    return replace(evidence, article=article.id)


def _parse(line: str) -> dict[str, Any]:
    try:
        fields = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"it is not JSON ({error.msg}, column {error.colno}): write one JSON object on one line") from None
    if not isinstance(fields, dict):
        raise ValueError('it is no JSON object: write {"id", "question", "answerable", "answers", "evidence"}')
    return fields


def _question(fields: dict[str, Any], line: int) -> Question:
    answers, given = fields.get("answers") or [], fields.get("evidence") or []
    if not isinstance(answers, list) or not all(isinstance(one, str) for one in answers):
        raise ValueError('"answers" is a list of strings')
    if not isinstance(given, list):
        raise ValueError('"evidence" is a list of {"article", "start", "end", "quote"}')
    number = fields.get("id")
    name = str(number) if isinstance(number, int) and not isinstance(number, bool) else _string(fields, "id")
    is_answerable = fields.get("answerable")
    if not isinstance(is_answerable, bool):
        raise ValueError('"answerable" is missing: write true or false')
    if is_answerable != bool(given):
        lacks = 'it is answerable and has no "evidence": say where the answer stands, or write "answerable": false'
        raise ValueError(lacks if is_answerable else 'it is not answerable and has "evidence": empty that, or write "answerable": true')
    text = _string(fields, "question", may_be_empty=True)
    return Question(name, text, is_answerable, tuple(answers), tuple(map(_evidence, given)), parse_history(fields), line)


def _evidence(given: object) -> Evidence:
    if not isinstance(given, dict):
        raise ValueError('a piece of evidence is {"article", "start", "end", "quote"}')
    start, end = (given.get(name) for name in ("start", "end"))
    if not (type(start) is int and type(end) is int and 0 <= start < end):
        raise ValueError('"start" and "end" of evidence are character offsets, whole numbers with 0 ≤ start < end')
    return Evidence(_string(given, "article"), start, end, _string(given, "quote"))


def _string(fields: Mapping[str, Any], name: str, *, may_be_empty: bool = False) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not (value or may_be_empty):
        raise ValueError(f'"{name}" is missing: write it as a string')
    return value


def _short(text: str, most: int = 60) -> str:
    return repr(text if len(text) <= most else text[:most] + "…")
