"""The one owner of onnxruntime: run a text model from its ONNX file and its tokenizer."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.models import prepare_offline

BATCH = 4
"""Texts at once. The runtime's memory and padding grow with it; beyond 4 two cores gain nothing."""
THREADS = 2

Text = str | tuple[str, str]
"""A text, or a pair of texts for a cross-encoder."""


class OnnxModel:
    """A model that turns each text, or pair of texts, into a row of numbers."""

    def __init__(self, onnx: Path, tokenizer: Path, *, max_tokens: int) -> None:
        """Load a model. Texts beyond `max_tokens` are cut; the files' digests were checked before."""
        prepare_offline()
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.enable_cpu_mem_arena = False
        options.intra_op_num_threads = THREADS
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session: Any = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        self._inputs = [one.name for one in self._session.get_inputs()]
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)

    def run(self, texts: Sequence[Text]) -> NDArray[np.float32]:
        """Return the model's first output for each text, a row each, in the order given. Safe to call from threads.

        Of a model that gives a row for each token the first one is taken (CLS pooling).
        """
        encoded = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(encoded)), key=lambda i: len(encoded[i].ids))
        rows: dict[int, NDArray[np.float32]] = {}
        for first in range(0, len(order), BATCH):
            group = order[first : first + BATCH]
            rows.update(zip(group, self._run_batch([encoded[i] for i in group]), strict=True))
        return np.array([rows[i] for i in range(len(encoded))], dtype=np.float32)

    def _run_batch(self, batch: Sequence[Any]) -> NDArray[np.float32]:
        shape = (len(batch), max(len(one.ids) for one in batch))
        fields = {name: np.zeros(shape, np.int64) for name in ("input_ids", "attention_mask", "token_type_ids")}
        for row, one in enumerate(batch):
            fields["input_ids"][row, : len(one.ids)] = one.ids
            fields["attention_mask"][row, : len(one.ids)] = 1
            fields["token_type_ids"][row, : len(one.ids)] = one.type_ids
        output: NDArray[np.float32] = self._session.run(None, {name: fields[name] for name in self._inputs})[0]
        return output[:, 0] if output.ndim == 3 else output


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
        return [len(one.ids) for one in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def spans(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """Return for each text where its tokens stand in it, (tokens, 2), half-open; special tokens are (0, 0)."""
        return [np.array(one.offsets, np.int64).reshape(-1, 2) for one in self._tokenizer.encode_batch(list(texts))]
