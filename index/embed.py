"""Turn passages and questions into vectors. The one owner of sentence-transformers.

Passages are embedded by sentence-transformers; a question must not wait for torch, so it is embedded by
onnxruntime from an ONNX twin of the same model, which is exported once and compared with it. The twin alone has learned how
people ask: to the public weights it adds the low-rank changes (LoRA: Hu and others, 2021) of this package's `question.safetensors`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.adapt import changes_in, load_learned
from index.errors import ModelError
from index.models import Model, adapter_of, prepare_offline, require_derived, require_model
from index.onnx import OnnxModel, TokenCounter
from index.passage import Span

Vectors = NDArray[np.float32]

LEAST_TWIN_COSINE = 0.999
_TOKENIZER = ("tokenizer.json",)
MAX_TOKENS = 256
_BATCH = 8
"""Passages that are read at once, of about the same length: on two cores it takes as long with 6 to 16, and a tenth longer with 4 or 32."""
_SAMPLE = (
    "Which treaty was signed in Pyongyang?",
    "The two governments agreed on 19 June 2024 to assist each other if one of them is attacked.",
    "Trade stopped in 2020. " * 20,
)


class Embedder(Protocol):
    """What turns texts into vectors of unit length."""

    name: str
    digest: str
    """Changes when the vectors would."""
    max_tokens: int
    """Tokens of a text that are read, special tokens included."""

    def count_tokens(self, texts: Sequence[str]) -> Sequence[int]:
        """Return the number of tokens in each text, special tokens left out."""
        ...

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Vectors]:
        """Return for each text rows of unit length, (rows, dimensions): one for each of its sentences, or one for all."""
        ...

    def embed_question(self, text: str) -> Vectors:
        """Return one vector of unit length."""
        ...


class ModelEmbedder:
    """An embedder from the table of models. Weights are loaded when they are first needed."""

    max_tokens = MAX_TOKENS

    def __init__(self, models: Path, model: Model) -> None:
        """Name the model and the folder where models are kept; nothing is loaded yet."""
        self.name = model.name
        self.digest = model.digest
        self._models = models
        self._model = model
        self._transformer: Any = None
        self._onnx: OnnxModel | None = None
        self._counter: TokenCounter | None = None

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Return the number of tokens in each text, special tokens left out."""
        return self._count()(texts)

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Vectors]:
        """Return for each text rows of unit length, (rows, dimensions): one for each of its sentences, or one for all.

        A sentence's row is the mean over its tokens, read in their whole text ("late chunking", Günther and others, 2024).
        A model whose vector is not a mean over tokens gives one row for the text.
        """
        if not texts:
            return []
        if self._model.runtime == "onnx":
            return [row[None] for row in _unit(self._question_side().run(texts))]
        if self._transformer is None:
            self._transformer = quicker(load_transformer(require_model(self._models, self._model)))
        read = self._count().read(texts)
        found: dict[int, Vectors] = {}
        by_length = sorted(range(len(texts)), key=lambda i: -len(read[i][0]))
        for first in range(0, len(texts), _BATCH):
            part = by_length[first : first + _BATCH]
            for i, row in zip(part, token_vectors(self._transformer, [self._cut(read[i][0]) for i in part]), strict=True):
                found[i] = _unit(_means(row, read[i][1], sentences[i]))
        return [found[i] for i in range(len(texts))]

    def embed_question(self, text: str) -> Vectors:
        """Return one vector of unit length."""
        vector: Vectors = _unit(self._question_side().run([self._model.question_prefix + text]))[0]
        return vector

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _count(self) -> TokenCounter:
        if self._counter is None:
            self._counter = TokenCounter(require_model(self._models, self._model, only=_TOKENIZER) / "tokenizer.json")
        return self._counter

    def _question_side(self) -> OnnxModel:
        if self._onnx is None:
            has_twin = self._model.runtime == "torch"
            folder = require_model(self._models, self._model, only=_TOKENIZER if has_twin else ())
            onnx = require_twin(folder, self._model) if has_twin else folder / self._model.files[0][0]
            self._onnx = OnnxModel(onnx, folder / "tokenizer.json", max_tokens=MAX_TOKENS)
        return self._onnx


def load_transformer(folder: Path) -> Any:
    """Open a model's folder with sentence-transformers, on the best device there is, without any network."""
    prepare_offline()
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    return SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False, model_kwargs={"use_safetensors": True})


def quicker(transformer: Any) -> Any:
    """Return a model that reads in bfloat16 where the processor has instructions for it: 1.6 times as fast, cosine over 0.9999."""
    import torch

    has_bf16 = transformer.device.type == "cpu" and torch.cpu.get_capabilities().get("avx512_bf16", False)
    return transformer.bfloat16() if has_bf16 else transformer


def token_vectors(transformer: Any, ids: Sequence[Sequence[int]]) -> list[Vectors]:
    """Return the vector of each token of texts that are given as token ids: for each text (tokens, dimensions).

    As `SentenceTransformer.encode` with `output_value="token_embeddings"`, which would tokenize once more.
    """
    import torch

    longest = max(map(len, ids))
    fields = {
        "input_ids": [[*one, *[0] * (longest - len(one))] for one in ids],
        "attention_mask": [[1] * len(one) + [0] * (longest - len(one)) for one in ids],
    }
    with torch.inference_mode():
        outputs = transformer[0]({name: torch.tensor(rows, device=transformer.device) for name, rows in fields.items()})
        rows = outputs["token_embeddings"].float().cpu().numpy()
    return [row[: len(one)] for row, one in zip(rows, ids, strict=True)]


def require_twin(folder: Path, model: Model) -> Path:
    """Return a model's ONNX twin, exported now if there is none yet or it is damaged. Raises ModelError as `export_twin` does."""
    with adapter_of(model) as (adapter, source):
        return require_derived(folder, "twin", source=source, make=lambda path: export_twin(folder, model, adapter, path))


def export_twin(folder: Path, model: Model, adapter: Path, twin: Path) -> None:
    """Export a model to ONNX, with what was learned for questions.

    Raises ModelError if any of a sample of texts has a cosine below LEAST_TWIN_COSINE with the original.
    """
    transformer = load_transformer(require_model(folder.parent, model))
    teach(transformer, adapter)
    _export(transformer, twin)
    ours = _unit(OnnxModel(twin, folder / "tokenizer.json", max_tokens=MAX_TOKENS).run(_SAMPLE))
    theirs = _unit(transformer.encode(list(_SAMPLE), show_progress_bar=False))
    cosine = float((ours * theirs).sum(axis=1).min())
    if cosine < LEAST_TWIN_COSINE:
        raise ModelError(f"the ONNX twin of {model.name} differs from it: cosine {cosine:.4f}, at least {LEAST_TWIN_COSINE} is needed")


def teach(transformer: Any, adapter: Path) -> None:
    """Add to the layers of a model what was learned for questions."""
    import torch

    with torch.no_grad():
        for layer, change in changes_in(load_learned(adapter)).items():
            transformer.get_submodule(layer).weight += torch.tensor(change)


def _export(transformer: Any, path: Path) -> None:
    import warnings

    import torch

    class Whole(torch.nn.Module):  # type: ignore[misc]
        """The transformer with its pooling, as one function of token ids."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = transformer.to("cpu")

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.inner({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    example = torch.ones((2, 8), dtype=torch.long)
    names = ["input_ids", "attention_mask"]
    axes = {name: {0: "texts", 1: "tokens"} for name in names} | {"embedding": {0: "texts"}}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Whole().eval(), (example, example.clone()), str(path), input_names=names, output_names=["embedding"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip


def _means(tokens: Vectors, spans: NDArray[np.int64], sentences: Sequence[Span]) -> Vectors:
    """Return the mean of the tokens that stand in each sentence, or of all where none does (the text was cut before it)."""
    tokens = tokens[: len(tokens) - (len(spans) > len(tokens))]  # of a text that was cut the last token is a special one
    starts, ends = spans[: len(tokens)].T
    inside = [(starts >= start) & (ends <= end) & (ends > starts) for start, end in sentences]
    return np.stack([tokens[one if one.any() else slice(None)].mean(axis=0) for one in inside])


def _unit(vectors: Any) -> Vectors:
    rows = np.asarray(vectors, dtype=np.float32)
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), dtype=np.float32)
