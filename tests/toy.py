"""Parts that one can reason about: the same words give the same vectors and scores, without a model."""

import re
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.passage import Span
from qa.rerank import Scored

DIMENSIONS = 96


def toy_words(text: str) -> list[str]:
    """Return the lower-case words of a text."""
    return re.findall(r"\w+", text.lower())


class ToyEmbedder:
    """A hashed bag of words of unit length; counts what it embeds."""

    max_tokens = 256

    def __init__(self, name: str = "toy", digest: str = "0" * 64) -> None:
        self.name = name
        self.digest = digest
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(re.findall(r"\w+|[^\w\s]", text)) for text in texts]

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        self.embedded += texts
        return [
            np.stack([self.embed_question(f"{text[: parts[0][0]]} {text[start:end]}") for start, end in parts])
            for text, parts in zip(texts, sentences, strict=True)
        ]

    def embed_question(self, text: str) -> NDArray[np.float32]:
        vector = np.full(DIMENSIONS, 1e-3, np.float32)
        for word in toy_words(text):
            vector[zlib.crc32(word.encode()) % DIMENSIONS] += 1
        return np.asarray(vector / np.linalg.norm(vector), np.float32)


class ToyReranker:
    """Scores a text, and each of its sentences, by the share of the question's longer words that it holds: -8 for none, 8 for all."""

    def read(self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Scored]:
        return [
            Scored(self.score(question, text), tuple(self.score(question, text[start:end]) for start, end in spans))
            for text, spans in zip(texts, sentences, strict=True)
        ]

    def score(self, question: str, text: str) -> float:
        asked = {word for word in toy_words(question) if len(word) > 3}
        return 16 * len(asked & set(toy_words(text))) / max(1, len(asked)) - 8
