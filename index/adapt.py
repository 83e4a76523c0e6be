"""Add what Ibid learned to public models. The one owner of onnx and safetensors.

What was learned are low-rank changes of matrices (LoRA: Hu and others, 2021); they stand in this package's adapters. To the
reranker's belong its last two layers, too, and a head that gives each token a logit of being part of the answer. Each change is
added to the reranker's public int8 numbers, and the sum becomes int8 again, with a scale for each column.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.models import Model, adapter_of, require_derived, require_model

Matrix = NDArray[np.float32]

HEAD = "answer"
"""The output with a logit for each token, and the name of its layer in the adapter."""


def require_adapted(folder: Path, model: Model) -> Path:
    """Return a model with what was learned added, built now if it is not there yet, damaged, or of another adapter.

    `folder` holds the model's own files, which are checked only where they are read. Raises ModelError if they cannot be used.
    """
    with adapter_of(model) as (adapter, source):

        def make(path: Path) -> None:
            adapt(require_model(folder.parent, model) / "model.onnx", adapter, path)

        return require_derived(folder, "adapted", source=source, make=make)


def adapt(public: Path, adapter: Path, target: Path) -> None:
    """Write the ONNX graph `public` with the changes of `adapter` to `target`."""
    import onnx

    learned = load_learned(adapter)
    changes = changes_in(learned)
    model = onnx.load(public)
    held = {one.name: one for one in model.graph.initializer}
    for layer, (numbers, scale) in quantized_layers(model).items():
        if layer in changes:
            _put(held[numbers], held[scale], numbers_of(held[numbers]) * numbers_of(held[scale]) + changes[layer].T)
        elif f"{layer}.weight" in learned:
            _put(held[numbers], held[scale], learned[f"{layer}.weight"].T)
    for name in learned.keys() & held.keys():
        held[name].CopyFrom(onnx.numpy_helper.from_array(learned[name], name))
    _add_head(model, learned[f"{HEAD}.weight"], learned[f"{HEAD}.bias"])
    onnx.save(model, target)


def load_learned(adapter: Path) -> dict[str, Matrix]:
    """Return what an adapter holds, by name."""
    from safetensors.numpy import load_file

    return {name: np.asarray(one, np.float32) for name, one in load_file(adapter).items()}


def changes_in(learned: Mapping[str, Matrix]) -> dict[str, Matrix]:
    """Return the low-rank changes in what an adapter holds, up · down, (out, in), by the layers that they are added to."""
    layers = [name.removesuffix(".up") for name in learned if name.endswith(".up")]
    return {layer: learned[f"{layer}.up"] @ learned[f"{layer}.down"] for layer in layers}


def quantized_layers(model: Any) -> dict[str, tuple[str, str]]:
    """Return for each linear layer of a dynamically quantized graph the names of its int8 numbers, (in, out), and of their scale."""
    found = {}
    for node in model.graph.node:
        if node.op_type == "MatMulInteger":
            layer = node.name.strip("/").replace("/", ".").removesuffix("_quant").removesuffix("MatMul").rstrip("._").removesuffix(".Gemm")
            found[layer] = (node.input[1], node.input[1].removesuffix("_quantized") + "_scale")
    return found


def numbers_of(initializer: Any) -> Matrix:
    """Return the numbers of an initializer."""
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(initializer), np.float32)


def _put(numbers: Any, scale: Any, whole: Matrix) -> None:
    """Write a matrix, (in, out), as int8 with one scale for each column."""
    from onnx import numpy_helper

    scales = np.maximum(np.abs(whole).max(axis=0), 1e-12) / 127
    numbers.CopyFrom(numpy_helper.from_array(np.round(whole / scales).astype(np.int8), numbers.name))
    scale.CopyFrom(numpy_helper.from_array(scales.astype(np.float32), scale.name))


def _add_head(model: Any, weight: Matrix, bias: Matrix) -> None:
    """Give a graph an output with a logit for each token: hidden · weight + bias."""
    from onnx import TensorProto, helper, numpy_helper

    (hidden,) = [node.input[0] for node in model.graph.node if node.name == "/bert/pooler/Gather"]
    model.graph.initializer.extend(
        [
            numpy_helper.from_array(weight.reshape(-1, 1), f"{HEAD}.weight"),
            numpy_helper.from_array(bias.reshape(1), f"{HEAD}.bias"),
            numpy_helper.from_array(np.array([0, -1], np.int64), f"{HEAD}.shape"),
        ]
    )
    model.graph.node.extend(
        [
            helper.make_node("MatMul", [hidden, f"{HEAD}.weight"], [f"{HEAD}.product"]),
            helper.make_node("Add", [f"{HEAD}.product", f"{HEAD}.bias"], [f"{HEAD}.column"]),
            helper.make_node("Reshape", [f"{HEAD}.column", f"{HEAD}.shape"], [HEAD]),
        ]
    )
    model.graph.output.append(helper.make_tensor_value_info(HEAD, TensorProto.FLOAT, ["texts", "tokens"]))
