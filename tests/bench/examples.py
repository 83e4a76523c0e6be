"""What a reranker learns from: the passages that were found for a question, and which of their sentences answer it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from index.passage import Hit, Passage, Span
from index.reader import Reader
from qa.assistant import joined
from qa.questions import Question
from qa.rerank import in_context, spans_in
from qa.retrieve import CANDIDATES, retrieve

READ = 12
"""Passages that are examples, beside those that hold the answer."""


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as the reranker reads it."""

    text: str
    rank: int
    """Of its passage before reranking, from 0."""
    sentences: tuple[Span, ...]
    """Offsets in `text`, half-open."""
    is_right: tuple[bool | None, ...]
    """Whether each sentence answers; None where that is not known: the answer's words stand there too."""
    evidence: tuple[Span, ...]
    """Offsets in `text` of what answers."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question and what was found for it."""

    question: str
    article: str
    texts: tuple[Text, ...]
    is_answerable: bool
    is_held_out: bool = False


def examples(reader: Reader, questions: Sequence[Question]) -> Iterator[Example]:
    """Yield an example for each question."""
    for question in questions:
        asked = joined(question.history, question.text)
        found = retrieve(reader, asked, n=2 * CANDIDATES)
        titles = reader.titles({hit.passage.article for hit in found})
        texts = [as_text(question, hit, rank, titles[hit.passage.article]) for rank, hit in enumerate(found)]
        chosen = tuple(one for one in texts if one.rank < READ or one.evidence)
        article = question.evidence[0].article if question.evidence else PurePath(found[0].passage.article).stem
        yield Example(asked, article, chosen, question.is_answerable)


def as_text(question: Question, hit: Hit, rank: int, title: str) -> Text:
    """Return a passage as it is read for a question, with what of it answers."""
    passage = hit.passage
    text = in_context(passage, title)
    evidence = [
        (max(one.start, passage.start), min(one.end, passage.end))
        for one in question.evidence
        if one.is_in(passage.article, one.start, one.end) and one.start < passage.end and passage.start < one.end
    ]
    is_right = tuple(label(question, passage, start, end) for start, end in passage.sentences)
    sentences, evidence = (spans_in(passage, text, spans) for spans in (passage.sentences, evidence))
    return Text(text, rank, tuple(sentences), is_right, tuple(evidence))


def label(question: Question, passage: Passage, start: int, end: int) -> bool | None:
    """Say whether a sentence of a passage answers, wholly or in part, or None if it may."""
    if any(one.is_in(passage.article, one.start, one.end) and one.start < end and start < one.end for one in question.evidence):
        return True
    said = plain(passage.text[start - passage.start : end - passage.start])
    return None if any(len(answer) > 2 and answer in said for answer in map(plain, question.answers)) else False


def plain(text: str) -> str:
    """Return the words of a text, lower case.

    >>> plain("The U.N. said: 5,000!")
    'the u n said 5 000'
    """
    return re.sub(r"\W+", " ", text.lower()).strip()
