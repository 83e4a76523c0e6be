"""Read question and passage together with a cross-encoder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from index.adapt import require_adapted
from index.models import RERANKER, default_models_folder, require_model
from index.onnx import OnnxModel, PairScores
from index.passage import Hit, Passage, Span, Surroundings

MAX_TOKENS = 400
"""Of question and text together."""
LONGEST_AROUND = 300
"""Characters that are read of a sentence around a passage: the end of the one before it, the beginning of the others."""
UNREAD = -20.0
"""Logit of a sentence of which no token was read."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What a reranker says of a text. Higher is better."""

    whole: float
    """Logit that the text answers the question."""
    sentences: tuple[float, ...]
    """Logit of each sentence that it is the answer, read in the text; against 0 for no answer anywhere."""


class Reranker(Protocol):
    """What reads how well a text answers a question, and which of its sentences does."""

    def read(self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Scored]:
        """Return the scores of each text. `sentences` holds the half-open spans of each text's sentences."""
        ...


class CrossEncoder:
    """The default reranker. Its weights are loaded when they are first needed."""

    def __init__(self, models: Path | None = None) -> None:
        """Name the folder where models are kept; nothing is loaded yet."""
        self._models = models or default_models_folder()
        self._model: OnnxModel | None = None

    def read(self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Scored]:
        """Return the scores of each text. Raises ModelError if the model is missing."""
        if not texts:
            return []
        if self._model is None:
            folder = require_model(self._models, RERANKER, only=("tokenizer.json",))
            self._model = OnnxModel(require_adapted(folder, RERANKER), folder / "tokenizer.json", max_tokens=MAX_TOKENS)
        scores = self._model.run_pairs([(question, text) for text in texts])
        return [Scored(one.whole, tuple(_logit(one, span) for span in spans)) for one, spans in zip(scores, sentences, strict=True)]


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit], *, titles: Mapping[str, str]) -> list[Hit]:
    """Return the hits with the reranker's logits, best first; equals keep their order.

    A passage is read below its article's title (`titles` by id) and its last heading.
    """
    texts = [in_context(hit.passage, titles[hit.passage.article]) for hit in hits]
    readings = reranker.read(
        question, texts, [spans_in(hit.passage, text, hit.passage.sentences) for hit, text in zip(hits, texts, strict=True)]
    )
    scored = [replace(hit, reranked=one.whole, answering=one.sentences) for hit, one in zip(hits, readings, strict=True)]
    return best_first(scored)


def reread(
    reranker: Reranker, question: str, hits: Sequence[Hit], *, titles: Mapping[str, str], around: Sequence[Surroundings]
) -> list[Hit]:
    """Return hits that were read with the mean of their logits and those of a second reading.

    It is below the article's first sentence, and between the sentences before and behind the passage. These say who "he" is, and which
    of two like passages is meant; they are not taken for a part of it.
    """
    texts = [in_context(hit.passage, titles[hit.passage.article], _front(one)) for hit, one in zip(hits, around, strict=True)]
    readings = reranker.read(
        question,
        [f"{text} {one.behind[:LONGEST_AROUND]}" for text, one in zip(texts, around, strict=True)],
        [spans_in(hit.passage, text, hit.passage.sentences) for hit, text in zip(hits, texts, strict=True)],
    )
    return [_mean(hit, one) for hit, one in zip(hits, readings, strict=True)]


def _front(around: Surroundings) -> str:
    """Return what is read in front of a passage: the article's first sentence and the end of the one before."""
    return " ".join(one for one in (around.first[:LONGEST_AROUND], around.before[-LONGEST_AROUND:]) if one)


def _mean(hit: Hit, again: Scored) -> Hit:
    """Return a hit with the mean of its own logits and those of a second reading."""
    sentences = tuple((one + other) / 2 for one, other in zip(hit.answering, again.sentences, strict=True))
    return replace(hit, reranked=((hit.reranked or 0.0) + again.whole) / 2, answering=sentences)


def best_first(hits: Sequence[Hit]) -> list[Hit]:
    """Return hits by the reranker's logit, best first; equals keep their order."""
    return sorted(hits, key=lambda hit: -(hit.reranked or 0.0))


def in_context(passage: Passage, title: str, before: str = "") -> str:
    """Return a passage's text with title, last heading and what is to stand `before` it in front."""
    heading = passage.heading[-1] if passage.heading and passage.heading[-1] != title else ""
    known = [f"{one.rstrip('.')}." for one in (title, heading) if one]
    return " ".join([*known, *([before] if before else []), passage.text])


def spans_in(passage: Passage, text: str, spans: Sequence[Span]) -> list[Span]:
    """Return where spans of a passage, which are offsets in its article, stand in a text that ends with the passage."""
    shift = len(text) - len(passage.text) - passage.start
    return [(start + shift, end + shift) for start, end in spans]


def _logit(scores: PairScores, span: Span) -> float:
    """Return log Σ exp over the tokens of a sentence: the logit that one of them is the answer."""
    starts, ends = scores.spans.T
    inside = scores.tokens[(starts >= span[0]) & (ends <= span[1]) & (ends > starts)]
    return float(np.logaddexp.reduce(inside)) if inside.size else UNREAD
