"""Kill syncs at random moments while others ask: python -m tests.slow.crash [--kills 200] [--passages 1000 20000] [--seed 1]

Each sync adds, changes, renames and deletes articles, and is killed with `kill -9` at a moment that is chosen by chance over the whole
of it; then another is killed on what the first left behind, and so on, with a whole one after every tenth. All the while another
process asks for every article by a word that only it has. Counted are lost answers (an article that stands in both the old and the
new folder and is not found, or an error), unreadable indexes, and ghosts (what is found that neither folder holds). Toy embedder.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from index.store import Store
from tests.toy import ToyEmbedder

PASSAGES = 10
"""Of an article, about."""


@dataclass
class Tally:
    """What the kills did."""

    kills: int = 0
    before: int = 0
    after: int = 0
    lost: int = 0
    unreadable: int = 0
    ghosts: int = 0
    asked: int = 0
    faults: list[str] = field(default_factory=list)


def text_of(name: str, edition: int) -> str:
    lines = [f"Grower{name} sold {edition}{j} apples in {1900 + j}. The tree of orchard {j} is old." for j in range(PASSAGES)]
    return f"Report {name}\n\n" + "\n\n".join(f"# Part {j}\n\n{line}" for j, line in enumerate(lines)) + "\n"


def change(folder: Path, randomly: random.Random, counter: int) -> dict[str, str]:
    """Change a tenth of the folder, add a few articles, take as many away, rename one; return what it holds now."""
    paths = sorted(folder.glob("*.md"))
    n = max(2, len(paths) // 10)
    for path in randomly.sample(paths, n):
        path.write_text(text_of(path.stem, randomly.randrange(1000)))
    gone = randomly.sample(paths, n)
    for path in gone[1:]:
        path.unlink()
    gone[0].rename(folder / f"{counter}x0.md")
    for i in range(1, n):
        (folder / f"{counter}x{i}.md").write_text(text_of(f"{counter}x{i}", 0))
    return held(folder)


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.md")}


ASKER = """
import json, sys, time
from pathlib import Path
from index.errors import IbidError
from index.store import Store
from tests.toy import ToyEmbedder
store = Store(sys.argv[1], embedder=ToyEmbedder())
asked, errors = 0, []
while not Path(sys.argv[2]).exists():
    try:
        with store.reading() as reader:
            articles = reader.articles()
            one = articles[asked % len(articles)]
            word = one.text.split()[5]
            found = {hit.passage.article for hit in reader.search_words(word, 50)}
            near = reader.search_vectors(f"{word} sold apples", 5)
            if one.id not in found or not near:
                errors.append(f"{one.id} is not found by {word}")
    except IbidError as error:
        errors.append(f"{type(error).__name__}: {error}")
    asked += 1
print(json.dumps([asked, errors[:9], len(errors)]))
"""


def look(home: Path, old: dict[str, str], new: dict[str, str], tally: Tally) -> None:
    """Open the index anew and compare what it holds and finds with both folders."""
    store = Store(home, embedder=ToyEmbedder())
    try:
        damage = store.find_damage()
        with store.reading() as reader:
            found = {one.id: one.text for one in reader.articles()}
            worded = {hit.passage.article for name in (*old, *new) for hit in reader.search_words(f"Grower{Path(name).stem}", 3)[:1]}
            near = {hit.passage.article for hit in reader.search_vectors("sold apples", 20)}
    finally:
        store.close()
    if damage:
        tally.unreadable += 1
        tally.faults += damage
    state = "before" if found == old else "after" if found == new else ""
    tally.before += state == "before"
    tally.after += state == "after"
    tally.lost += len(old.keys() & new.keys() - found.keys())
    tally.ghosts += sum(text not in (old.get(name), new.get(name)) for name, text in found.items()) + len((worded | near) - found.keys())
    if not state:
        tally.faults.append("the index holds neither the old nor the new folder")


def start(home: Path, folder: Path) -> subprocess.Popen[bytes]:
    code = (
        "import sys; from index.store import Store; from tests.toy import ToyEmbedder;"
        "Store(sys.argv[1], embedder=ToyEmbedder()).sync([sys.argv[2]])"
    )
    return subprocess.Popen([sys.executable, "-c", code, str(home), str(folder)], start_new_session=True)


def rehearse(passages: int, kills: int, randomly: random.Random, scratch: Path) -> Tally:
    home, folder, done = scratch / "home", scratch / "articles", scratch / "done"
    folder.mkdir()
    for i in range(max(4, passages // PASSAGES)):
        (folder / f"{i}.md").write_text(text_of(str(i), 0))
    Store(home, embedder=ToyEmbedder()).sync([folder])
    tally = Tally()
    old, new = held(folder), change(folder, randomly, 0)
    began = time.monotonic()
    copy = scratch / "copy"
    shutil.copytree(home, copy)
    assert start(copy, folder).wait() == 0
    whole = time.monotonic() - began
    asker = subprocess.Popen([sys.executable, "-c", ASKER, str(home), str(done)], stdout=subprocess.PIPE)
    for i in range(kills):
        run = start(home, folder)
        time.sleep(randomly.uniform(0, whole * 1.1))
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        tally.kills += 1
        look(home, old, new, tally)
        print(f"{tally.kills} kills, {len(tally.faults)} faults", file=sys.stderr, flush=True) if tally.kills % 10 == 0 else None
        if i % 10 == 9 or is_held(home, new):
            assert start(home, folder).wait() == 0, "a whole run after a kill failed"
            assert is_held(home, new), "a whole run after a kill did not complete"
            old, new = new, change(folder, randomly, i + 1)
    done.touch()
    asked, errors, count = json.loads(asker.communicate()[0])
    tally.asked, tally.lost = asked, tally.lost + count
    tally.faults += errors
    return tally


def is_held(home: Path, new: dict[str, str]) -> bool:
    store = Store(home, embedder=ToyEmbedder())
    try:
        with store.reading() as reader:
            return {one.id: one.text for one in reader.articles()} == new
    finally:
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 20000])
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    randomly = random.Random(options.seed)
    failed = False
    for passages in options.passages:
        with tempfile.TemporaryDirectory() as scratch:
            tally = rehearse(passages, options.kills // len(options.passages), randomly, Path(scratch))
        print(
            f"{passages} passages: {tally.kills} kills, the old index {tally.before} times, the new one {tally.after};"
            f" {tally.lost} lost answers, {tally.unreadable} unreadable, {tally.ghosts} ghosts; {tally.asked} questions asked meanwhile",
            *dict.fromkeys(tally.faults), sep="\n  ", flush=True,
        )  # fmt: skip
        failed |= bool(tally.faults)
    sys.exit(failed)


if __name__ == "__main__":
    main()
