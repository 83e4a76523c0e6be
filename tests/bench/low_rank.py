"""Low-rank changes of a network's matrices that are learned beside them (LoRA: Hu and others, 2021)."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import load_file, save_file
from torch.nn.functional import linear

MATRICES = "attention.self.query attention.self.key attention.self.value attention.output.dense intermediate.dense output.dense".split()
"""Of one layer of BERT."""


class LowRank(torch.nn.Module):  # type: ignore[misc]
    """A linear layer that stays as it is, and a change of it that is learned: W + up · down."""

    def __init__(self, inner: Any, rank: int) -> None:
        super().__init__()
        self.inner = inner
        self.down = torch.nn.Parameter(torch.randn(rank, inner.in_features) * inner.in_features**-0.5)
        self.up = torch.nn.Parameter(torch.zeros(inner.out_features, rank))

    def forward(self, values: Any) -> Any:
        return self.inner(values) + linear(linear(values, self.down), self.up)


def add_low_rank(encoder: Any, layers: Iterable[int], *, rank: int) -> None:
    """Give every matrix of these layers of a BERT encoder a change that is learned."""
    for i in layers:
        for name in MATRICES:
            above, _, last = f"layer.{i}.{name}".rpartition(".")
            parent = encoder.get_submodule(above)
            setattr(parent, last, LowRank(getattr(parent, last), rank))


def save_halves(learned: dict[str, Any], path: Path, *, command: str) -> None:
    """Write parameters as float16, with the command that made them."""
    save_file({name: one.detach().numpy().astype(np.float16) for name, one in learned.items()}, path, metadata={"command": command})


def resume(learned: dict[str, Any], path: Path) -> None:
    """Take up parameters that were written before."""
    known = load_file(path)
    with torch.no_grad():
        for name, one in learned.items():
            one.copy_(torch.tensor(known[name].astype(np.float32)))
