"""A public model with what was learned added."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import save_file

from index.adapt import HEAD, adapt, changes_in, load_learned, quantized_layers, require_adapted
from index.errors import ModelError
from index.models import RERANKER, find_damage, model_folder
from tests.conftest import models_folder

IN, OUT, RANK = 6, 4, 2
LAYERS = {"bert.encoder.dense": "/bert/encoder/dense/MatMul", "bert.pooler.dense": "/bert/pooler/dense/Gemm_MatMul"}
chance = np.random.default_rng(1)


def quantized(name: str, source: str, target: str, numbers: NDArray[np.int64], scale: float) -> tuple[list[Any], list[Any]]:
    """Return a dynamically quantized matrix product as onnxruntime writes it."""
    nodes = [
        helper.make_node("DynamicQuantizeLinear", [source], [f"{target}_q", f"{target}_s", f"{target}_z"]),
        helper.make_node("MatMulInteger", [f"{target}_q", f"{target}.w_quantized", f"{target}_z"], [f"{target}_i"], name=f"{name}_quant"),
        helper.make_node("Mul", [f"{target}_s", f"{target}.w_scale"], [f"{target}_m"]),
        helper.make_node("Cast", [f"{target}_i"], [f"{target}_f"], to=TensorProto.FLOAT),
        helper.make_node("Mul", [f"{target}_f", f"{target}_m"], [target]),
    ]
    held = [(numbers.astype(np.int8), f"{target}.w_quantized"), (np.array(scale, np.float32), f"{target}.w_scale")]
    return nodes, [numpy_helper.from_array(one, f"{name}") for one, name in held]


@pytest.fixture
def public(tmp_path: Path) -> Path:
    """Write a graph of two matrices: one for each token, and one for the first token alone."""
    first = quantized(LAYERS["bert.encoder.dense"], "input", "hidden", chance.integers(-127, 128, (IN, OUT)), 0.01)
    second = quantized(LAYERS["bert.pooler.dense"], "first", "logits", chance.integers(-127, 128, (OUT, 1)), 0.02)
    gather = helper.make_node("Gather", ["hidden", "zero"], ["first"], axis=1, name="/bert/pooler/Gather")
    zero = numpy_helper.from_array(np.array(0, np.int64), "zero")
    graph = helper.make_graph(
        [*first[0], gather, *second[0]], "tiny",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["texts", "tokens", IN])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", 1])], [*first[1], *second[1], zero],
    )  # fmt: skip
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(tmp_path / "model.onnx"))
    return tmp_path / "model.onnx"


def test_a_graph_tells_its_matrices_by_layer(public: Path) -> None:
    assert quantized_layers(onnx.load(public)) == {
        "bert.encoder.dense": ("hidden.w_quantized", "hidden.w_scale"),
        "bert.pooler.dense": ("logits.w_quantized", "logits.w_scale"),
    }


def test_an_adapted_model_computes_what_was_learned(public: Path, tmp_path: Path) -> None:
    """A low-rank change is added, a whole matrix replaces one, the head reads every token: as exactly as int8 allows."""
    held = {one.name: numpy_helper.to_array(one) for one in onnx.load(public).graph.initializer}
    learned = {
        "bert.encoder.dense.up": chance.normal(size=(OUT, RANK)), "bert.encoder.dense.down": chance.normal(size=(RANK, IN)),
        "bert.pooler.dense.weight": chance.normal(size=(1, OUT)), f"{HEAD}.weight": chance.normal(size=(1, OUT)),
        f"{HEAD}.bias": np.array([3.0]),
    }  # fmt: skip
    learned = {name: one.astype(np.float16) for name, one in learned.items()}
    save_file(learned, tmp_path / "learned.safetensors")
    adapt(public, tmp_path / "learned.safetensors", tmp_path / "adapted.onnx")
    onnx.checker.check_model(str(tmp_path / "adapted.onnx"))
    given = chance.normal(size=(3, 5, IN)).astype(np.float32)
    logits, answer = ReferenceEvaluator(str(tmp_path / "adapted.onnx")).run(None, {"input": given})
    change = learned["bert.encoder.dense.up"].astype(float) @ learned["bert.encoder.dense.down"].astype(float)
    hidden = given @ (held["hidden.w_quantized"] * held["hidden.w_scale"] + change.T)
    assert answer == pytest.approx(hidden @ learned[f"{HEAD}.weight"][0] + 3.0, abs=0.4)
    assert logits[:, 0] == pytest.approx(hidden[:, 0] @ learned["bert.pooler.dense.weight"][0], abs=0.4)
    assert np.abs(change).max() > 1  # which the tolerance would not hide


@pytest.mark.models
@pytest.mark.skipif(find_damage(model_folder(models_folder(), RERANKER), RERANKER) is not None, reason=f"{RERANKER.name} is not here")
def test_the_adapted_reranker_is_built_once_and_again_when_it_is_damaged(tmp_path: Path) -> None:
    folder = tmp_path / RERANKER.name
    folder.mkdir()
    for name, _ in RERANKER.files:
        (folder / name).write_bytes((model_folder(models_folder(), RERANKER) / name).read_bytes())
    built = require_adapted(folder, RERANKER)
    once, note = built.read_bytes(), json.loads((folder / "adapted.json").read_text())
    assert note["source"].startswith(RERANKER.digest)
    when = built.stat().st_mtime_ns
    (folder / "model.onnx").write_bytes(b"damaged")
    assert require_adapted(folder, RERANKER).stat().st_mtime_ns == when
    built.write_bytes(once[:-1] + bytes([once[-1] ^ 1]))
    with pytest.raises(ModelError, match=r"model\.onnx is damaged"):
        require_adapted(folder, RERANKER)
    (folder / "model.onnx").write_bytes((model_folder(models_folder(), RERANKER) / "model.onnx").read_bytes())
    assert require_adapted(folder, RERANKER).read_bytes() == once
    assert sorted(path.name for path in folder.iterdir()) == ["adapted.json", "adapted.onnx", "model.onnx", "tokenizer.json"]


def test_changes_are_the_products_of_their_factors(tmp_path: Path) -> None:
    """By the names of their layers; what is no factor is no change."""
    up, down = chance.normal(size=(OUT, RANK)).astype(np.float16), chance.normal(size=(RANK, IN)).astype(np.float16)
    save_file({"a.b.up": up, "a.b.down": down, "a.c.weight": up}, tmp_path / "adapter.safetensors")
    changes = changes_in(load_learned(tmp_path / "adapter.safetensors"))
    assert list(changes) == ["a.b"]
    assert changes["a.b"] == pytest.approx(up.astype(np.float32) @ down.astype(np.float32))
