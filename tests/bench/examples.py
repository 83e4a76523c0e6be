"""What a reranker learns from: the texts that were found for a question, and which of them answer it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from index.passage import Hit, Passage
from index.reader import Reader
from qa.assistant import DEPTH
from qa.questions import Question
from qa.rerank import Reranker, in_context, rerank
from qa.retrieve import CANDIDATES, retrieve

READ = 3
"""Passages whose runs of sentences are examples, beside those that hold the answer."""
LONGEST_RUN = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A passage or a run of its sentences, as the reranker reads it."""

    text: str
    rank: int
    """Of its passage, from 0."""
    is_right: bool | None
    """Whether it answers; None where that is not known: it holds a part of the evidence, or the answer's words elsewhere."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what was found for it."""

    question: str
    article: str
    passages: tuple[Text, ...]
    runs: tuple[Text, ...]
    is_answerable: bool
    is_held_out: bool = False


def examples(reader: Reader, reranker: Reranker, questions: Sequence[Question]) -> Iterator[Example]:
    """Yield an example for each question."""
    for question in questions:
        found = retrieve(reader, question.text, n=2 * CANDIDATES)
        titles = reader.titles({hit.passage.article for hit in found})
        hits = rerank(reranker, question.text, found[:DEPTH], titles=titles)
        hits += [hit for hit in found[DEPTH:] if label(question, hit.passage, hit.passage.start, hit.passage.end)]
        passages = tuple(
            Text(
                in_context(hit.passage, titles[hit.passage.article]), rank, label(question, hit.passage, hit.passage.start, hit.passage.end)
            )
            for rank, hit in enumerate(hits)
        )
        runs = tuple(one for rank, hit in enumerate(hits) if rank < READ or passages[rank].is_right for one in runs_of(question, hit, rank))
        article = question.evidence[0].article if question.evidence else PurePath(hits[0].passage.article).stem
        yield Example(question.text, article, passages, runs, question.is_answerable)


def runs_of(question: Question, hit: Hit, rank: int) -> Iterator[Text]:
    """Yield the runs of up to LONGEST_RUN sentences of a passage."""
    passage = hit.passage
    for size in range(1, LONGEST_RUN + 1):
        for first in range(len(passage.sentences) - size + 1):
            start, end = passage.sentences[first][0], passage.sentences[first + size - 1][1]
            yield Text(passage.text[start - passage.start : end - passage.start], rank, label(question, passage, start, end))


def label(question: Question, passage: Passage, start: int, end: int) -> bool | None:
    """Say whether a span of a passage answers, or None if it may."""
    if question.is_answered_by(passage.article, start, end):
        return True
    if any(one.is_in(passage.article, one.start, one.end) and one.start < end and start < one.end for one in question.evidence):
        return None
    said = plain(passage.text[start - passage.start : end - passage.start])
    return None if any(len(answer) > 2 and answer in said for answer in map(plain, question.answers)) else False


def plain(text: str) -> str:
    """Return the words of a text, lower case.

    >>> plain("The U.N. said: 5,000!")
    'the u n said 5 000'
    """
    return re.sub(r"\W+", " ", text.lower()).strip()
