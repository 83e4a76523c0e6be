"""Take the mean of adapters of the reranker, number by number: python tests/bench/mean_adapters.py ADAPTER ADAPTER…

The mean of weights that were trained one after the other, or apart, is often better than each of them and costs nothing when it
is used (Wortsman and others, 2022). It writes `index/reranker.safetensors`.
"""

import sys
from pathlib import Path

import torch

from index.adapt import load_learned
from index.models import RERANKER
from tests.bench.low_rank import save_halves
from tests.conftest import ROOT


def main() -> None:
    adapters = [load_learned(Path(one)) for one in sys.argv[1:]]
    means = {name: torch.stack([torch.tensor(one[name]) for one in adapters]).mean(0) for name in adapters[0]}
    save_halves(means, ROOT / "index" / RERANKER.adapter, command=f"python tests/bench/mean_adapters.py, of {len(adapters)}")


if __name__ == "__main__":
    main()
