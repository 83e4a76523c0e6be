"""How the index grows: python -m tests.slow.growth [PASSAGES…]  (default 1000 10000 100000)

Synthetic texts and vectors: each passage has two sentences, each sentence a random unit vector of 384 numbers that leans to one of
a few hundred topics, as those of real texts do. For each size it prints what the disk and the memory hold, and how long it takes to
open the index, to ask it, to sync it when nothing, one article, or one deletion has changed, and where that time goes.
"""

import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from index.generation import open_live
from index.passage import Span
from index.plan import Step
from index.store import Store

DIMENSIONS = 384
TOPICS = 300
PASSAGES = 20
"""Of an article."""
QUESTIONS = 50
"""That recall is measured with."""


class Synthetic:
    """An embedder whose vectors cost nothing: a topic and chance, both from a text's checksum."""

    name = "synthetic"
    digest = "0" * 64
    max_tokens = 10_000

    def __init__(self) -> None:
        self._topics = np.random.default_rng(0).normal(size=(TOPICS, DIMENSIONS)).astype(np.float32)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        return [
            np.stack([self.embed_question(text[start:end]) for start, end in spans]) for text, spans in zip(texts, sentences, strict=True)
        ]

    def embed_question(self, text: str) -> NDArray[np.float32]:
        seed = zlib.crc32(text.encode())
        row = self._topics[seed % TOPICS] + 0.7 * np.random.default_rng(seed).normal(size=DIMENSIONS)
        return np.asarray(row / np.linalg.norm(row), np.float32)


def article(number: int, edition: int = 0) -> str:
    """Return an article of twenty passages of two sentences below headings of their own."""
    chance = np.random.default_rng([number, edition])
    words = [f"w{int(one)}" for one in chance.zipf(1.3, PASSAGES * 30) % 50_000]
    parts = [
        f"# Part {i}\n\n{' '.join(words[30 * i : 30 * i + 15]).capitalize()}. {' '.join(words[30 * i + 15 : 30 * i + 30]).capitalize()}.\n"
        for i in range(PASSAGES)
    ]
    return f"Report {number}\n\n" + "\n".join(parts)


def recall(home: Path) -> float:
    """Return recall@10 of the vector index against brute force, over questions of its own."""
    embedder, hits = Synthetic(), 0
    with closing(open_live(home)) as generation:
        keys = [key for key, _ in generation.catalog.vector_keys()]
        rows = generation.catalog.vectors(keys)
        for i in range(QUESTIONS):
            cosines = rows @ embedder.embed_question(f"question {i}")
            nearest = {keys[place] for place in np.argpartition(-cosines, 10)[:10]}
            hits += len(nearest.intersection(generation.vectors.search(embedder.embed_question(f"question {i}"), 10)))
    return hits / (10 * QUESTIONS)


def timed(action: Callable[[], Any]) -> tuple[float, Any]:
    began = time.monotonic()
    done = action()
    return time.monotonic() - began, done


def stages(store: Store, folder: Path) -> tuple[float, dict[str, float]]:
    """Sync and return the seconds it took, and the seconds up to the end of each stage."""
    ends: dict[str, float] = {}
    began = time.monotonic()

    def note(step: Step) -> None:
        ends[step.stage] = round(time.monotonic() - began, 2)

    store.sync([folder], progress=note)
    return time.monotonic() - began, ends


ASK = """
import psutil, sys, time
from pathlib import Path
from index.store import Store
from tests.slow.growth import Synthetic, article
store = Store(sys.argv[1], embedder=Synthetic())
before = psutil.Process().memory_info().rss
began = time.monotonic()
with store.reading() as reader:
    reader.search_vectors("first", 50)
opened = time.monotonic() - began
questions = [" ".join(article(i * 7).split()[4 * i + 5 : 4 * i + 13]) for i in range(40)]
def median(search):
    times = []
    for one in questions:
        began = time.monotonic()
        search(one, 50)
        times.append(time.monotonic() - began)
    return sorted(times)[len(times) // 2]
with store.reading() as reader:
    by_meaning, by_words = median(reader.search_vectors), median(reader.search_words)
    began = time.monotonic()
    reader.articles_saying(article(3).split(chr(10))[4])
    said = time.monotonic() - began
memory = psutil.Process().memory_info().rss
print(f"open {opened:.2f} s; by meaning {1000 * by_meaning:.1f} ms, by words {1000 * by_words:.1f} ms, the same words {1000 * said:.1f} ms;"
      f" memory {memory / 2**20:.0f} MB ({(memory - before) / 2**20:.0f} MB of it the index)")
"""


def measure(passages: int, scratch: Path) -> None:
    folder, home = scratch / "articles", scratch / "home"
    folder.mkdir()
    for i in range(passages // PASSAGES):
        (folder / f"{i}.md").write_text(article(i))
    store = Store(home, embedder=Synthetic())
    print(f"\n{passages} passages", flush=True)
    whole, ends = stages(store, folder)
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    held = store.sync([folder]).passages
    print(f"first sync {whole:.1f} s {ends}; {held} passages, {size / 2**20:.0f} MB on disk", flush=True)
    store.close()
    print(f"recall@10 {recall(home):.3f}", flush=True)
    command = [sys.executable, "-c", ASK, str(home)]
    print(subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip(), flush=True)
    print(f"nothing changed {timed(lambda: store.sync([folder]))[0]:.2f} s", flush=True)
    (folder / "0.md").write_text(article(0, edition=1))
    print("one changed {:.2f} s {}".format(*stages(store, folder)), flush=True)
    (folder / "1.md").unlink()
    print("one deleted {:.2f} s {}".format(*stages(store, folder)), flush=True)
    (folder / "2.md").rename(folder / "two.md")
    print("one renamed {:.2f} s {}".format(*stages(store, folder)), flush=True)
    checked, damage = timed(store.find_damage)
    print(f"check {checked:.2f} s, damage: {damage or 'none'}", flush=True)
    store.backup(scratch / "backup")
    print(f"memory of the process that synced {psutil.Process().memory_info().rss / 2**20:.0f} MB", flush=True)
    store.close()


def main() -> None:
    for passages in map(int, sys.argv[1:] or ("1000", "10000", "100000")):
        with tempfile.TemporaryDirectory() as scratch:
            measure(passages, Path(scratch))


if __name__ == "__main__":
    main()
