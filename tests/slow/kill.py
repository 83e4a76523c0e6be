"""Kill an indexing run at random moments: python tests/slow/kill.py [--kills 20] [--toy-kills 60] [--seed 1]

After each `kill -9` the index must be sound and answer as before the run (or as after it, when the switch was already
made), and the next run must complete. Half of a real run is the start of torch, so that as many moments again, and more,
are taken with the toy embedder, where nearly all the time is writing.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.store import Store
from tests.conftest import models_folder
from tests.toy import ToyEmbedder

QUESTIONS = ("How many apples did grower 3 sell?", "Which orchard has the oldest tree?", "What did grower 7 export in 1907?")


def open_store(home: Path, is_toy: bool) -> Store:
    return Store(home, models=models_folder(), embedder=ToyEmbedder() if is_toy else None)


def write_folder(folder: Path, edition: int, articles: int) -> None:
    """Write an edition of the folder: a third of the articles differ from the edition before, one in ten is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for i in range(articles):
        if (i + edition) % 10 == 0:
            continue
        year = 1900 + i + (edition if i % 3 == 0 else 0)
        lines = [f"In {year} grower {i} sold {j * year} apples. The orchard numbered {i}.{j} has an old tree." for j in range(12)]
        (folder / f"grower-{i}.txt").write_text(f"Grower {i}\n\n" + "\n\n".join(lines) + "\n")


def answers(home: Path, is_toy: bool) -> list[object]:
    """Return what the index holds and answers, in a store that is opened anew.

    Of the nearest passages the cosines are compared: among equal ones the vector index may name any. Every sentence is
    looked up, for how many passages a few sentences belong to may differ as well.
    """
    store = open_store(home, is_toy)
    try:
        assert store.find_damage() == []
        with store.reading() as reader:
            held: list[object] = [(one.id, one.sha256) for one in reader.articles()]
            worded = [(hit.passage.article, hit.passage.text) for one in QUESTIONS for hit in reader.search_words(one, 10)]
            near = [round(hit.cosine or 0, 4) for one in QUESTIONS for hit in reader.search_vectors(one, 1000)[:10]]
        return [*held, *worded, *near]
    finally:
        store.close()


def start_sync(home: Path, folder: Path, is_toy: bool) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, "--child", str(home), str(folder), *(["--toy"] if is_toy else [])]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)


def rehearse(kills: int, is_toy: bool, randomly: random.Random, scratch: Path) -> None:
    home, folder = scratch / "home", scratch / "articles"
    size = 120 if is_toy else 12
    write_folder(folder, 0, size)
    open_store(home, is_toy).sync([folder])
    before = answers(home, is_toy)
    write_folder(folder, 1, size)
    began = time.monotonic()
    assert start_sync(copy_of(home, scratch), folder, is_toy).wait() == 0
    whole = time.monotonic() - began
    after = answers(scratch / "copy", is_toy)
    assert before != after
    tally = {"before": 0, "after": 0}
    for i in range(kills):
        victim = copy_of(home, scratch)
        moment = randomly.uniform(0, whole)
        run = start_sync(victim, folder, is_toy)
        time.sleep(moment)
        os.killpg(run.pid, signal.SIGKILL) if run.poll() is None else None
        run.wait()
        found = answers(victim, is_toy)
        assert found in (before, after), f"kill {i} after {moment:.3f} s: the index answers as neither edition"
        tally["before" if found == before else "after"] += 1
        assert start_sync(victim, folder, is_toy).wait() == 0, f"kill {i}: the next run failed"
        assert answers(victim, is_toy) == after, f"kill {i}: the next run did not complete"
        generations = [one.name for one in (victim / "generations").iterdir()]
        assert len(generations) == 1, f"kill {i}: left behind {generations}"
    kind = "toy embedder" if is_toy else "real models"
    print(
        f"{kind}: {kills} kills within {whole:.2f} s of a run: the old index answered {tally['before']} times, the new one {tally['after']}"
    )


def copy_of(home: Path, scratch: Path) -> Path:
    copy = scratch / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(home, copy)
    return copy


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--toy-kills", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", nargs=2, type=Path)
    parser.add_argument("--toy", action="store_true")
    options = parser.parse_args()
    if options.child:
        open_store(options.child[0], options.toy).sync([options.child[1]])
        return
    randomly = random.Random(options.seed)
    for kills, is_toy in ((options.toy_kills, True), (options.kills, False)):
        with tempfile.TemporaryDirectory() as scratch:
            rehearse(kills, is_toy, randomly, Path(scratch))


if __name__ == "__main__":
    main()
