"""The one owner of onnxruntime: run a text model from its ONNX file and its tokenizer."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.models import prepare_offline

THREADS = 2
"""Texts at once, each on a core of its own: a fifth faster than both cores on one batch, and no text is filled up to another's length."""

Text = str | tuple[str, str]
"""A text, or a pair of texts for a cross-encoder."""


@dataclass(frozen=True, slots=True)
class PairScores:
    """What a cross-encoder says of a pair of texts."""

    whole: float
    """Logit of the pair."""
    tokens: NDArray[np.float32]
    """A logit for each token, special tokens included."""
    spans: NDArray[np.int64]
    """Where each token stands in the second text, (tokens, 2), half-open; (0, 0) where it does not."""


class OnnxModel:
    """A model that turns each text, or pair of texts, into a row of numbers."""

    def __init__(self, onnx: Path, tokenizer: Path, *, max_tokens: int) -> None:
        """Load a model. Texts beyond `max_tokens` are cut; the files' digests were checked before."""
        prepare_offline()
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._pool = ThreadPoolExecutor(THREADS)
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def run(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the model's first output for each text, a row each, in the order given. Safe to call from threads.

        Of a model that gives a row for each token the first one is taken (CLS pooling).
        """
        rows = [outputs[0] for outputs in self._outputs(self._tokenizer.encode_batch(list(texts)))]
        return np.array([row[0] if row.ndim == 2 else row for row in rows], dtype=np.float32)

    def run_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[PairScores]:
        """Return what a model with an output for the pair and one for each token says, in the order given. Safe to call from threads."""
        encoded = self._tokenizer.encode_batch(list(pairs))
        return [
            PairScores(float(whole[0]), tokens, _second_spans(one))
            for one, (whole, tokens) in zip(encoded, self._outputs(encoded), strict=True)
        ]

    def _outputs(self, encoded: Sequence[Any]) -> list[tuple[NDArray[np.float32], ...]]:
        """Return for each text its row of every output. The longest are run first, so that no core waits for long at the end."""
        order = sorted(range(len(encoded)), key=lambda i: -len(encoded[i].ids))
        rows = dict(zip(order, self._pool.map(lambda i: self._run_one(encoded[i]), order), strict=True))
        return [rows[i] for i in range(len(encoded))]

    def _run_one(self, one: Any) -> tuple[NDArray[np.float32], ...]:
        fields = {"input_ids": one.ids, "attention_mask": [1] * len(one.ids), "token_type_ids": one.type_ids}
        outputs = self._session.run(None, {name: np.array([fields[name]], np.int64) for name in self._inputs})
        return tuple(output[0] for output in outputs)


def _second_spans(encoded: Any) -> NDArray[np.int64]:
    spans = np.array(encoded.offsets, np.int64).reshape(-1, 2)
    spans[np.array(encoded.type_ids) != 1] = 0
    return spans


class TokenCounter:
    """Counts a model's tokens in texts and tells where they stand."""

    def __init__(self, tokenizer: Path) -> None:
        """Load the tokenizer's file."""
        prepare_offline()
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def __call__(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text, special tokens left out."""
        return [len(one) for one in self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)]

    def read(self, texts: Sequence[str]) -> list[tuple[list[int], NDArray[np.int64]]]:
        """Return for each text the ids of its tokens and where they stand in it, (tokens, 2), half-open; special tokens are (0, 0)."""
        return [(one.ids, np.array(one.offsets, np.int64).reshape(-1, 2)) for one in self._tokenizer.encode_batch(list(texts))]
