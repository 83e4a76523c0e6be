"""Read question and text together with a cross-encoder."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from index.models import RERANKER, default_models_folder, require_model
from index.onnx import OnnxModel
from index.passage import Hit, Passage

MAX_TOKENS = 320
"""Of question and text together."""


class Reranker(Protocol):
    """What scores how well a text answers a question."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a logit for each text; higher is better."""
        ...


class CrossEncoder:
    """The default reranker. Its weights are loaded when they are first needed."""

    def __init__(self, models: Path | None = None) -> None:
        """Name the folder where models are kept; nothing is loaded yet."""
        self._models = models or default_models_folder()
        self._model: OnnxModel | None = None

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return a logit for each text; higher is better. Raises ModelError if the model is missing."""
        if not texts:
            return []
        if self._model is None:
            folder = require_model(self._models, RERANKER)
            self._model = OnnxModel(folder / "model.onnx", folder / "tokenizer.json", max_tokens=MAX_TOKENS)
        return [float(row[0]) for row in self._model.run([(question, text) for text in texts])]


def rerank(reranker: Reranker, question: str, hits: Sequence[Hit], *, titles: Mapping[str, str]) -> list[Hit]:
    """Return the hits with the reranker's score, best first; equals keep their order.

    A passage is read below its article's title (`titles` by id) and its last heading.
    """
    scores = reranker.score(question, [in_context(hit.passage, titles[hit.passage.article]) for hit in hits])
    scored = [replace(hit, reranked=score) for hit, score in zip(hits, scores, strict=True)]
    return sorted(scored, key=lambda hit: -(hit.reranked or 0.0))


def in_context(passage: Passage, title: str) -> str:
    """Return a passage's text with title and last heading in front of it."""
    heading = passage.heading[-1] if passage.heading and passage.heading[-1] != title else ""
    return " ".join([f"{one.rstrip('.')}." for one in (title, heading) if one] + [passage.text])
