"""Index damaged and hostile files: python tests/slow/fuzz.py [--files 400] [--seed 1]

The files are mutations of good ones of every kind, and bombs (tests/formats/hostile.py). Each must be read or be named with its
reason, none may take longer or more memory than is allowed, and the index that comes of them must be sound.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from index.plan import Step
from index.read.sandbox import Limits
from index.store import Store
from tests.formats.hostile import BOMBS, malformed
from tests.toy import ToyEmbedder

MOST_MEMORY = 1_000_000_000
"""Bytes, of the process that indexes and of the one that reads for it."""
SLACK = 5.0
"""Seconds that a file may take beyond its limit: to start a new reader, and to cut a text."""


def run(folder: Path) -> None:
    """Index the folder and print what came of it, with the longest time of a file and the largest memory of a process."""
    seconds: dict[str, float] = {}
    begun: list[tuple[float, str]] = []

    def see(step: Step) -> None:
        now = time.monotonic()
        if begun:
            began, name = begun.pop()
            seconds[name] = now - began
        if step.stage == "reading":
            begun.append((now, step.name))

    store = Store(folder.parent / "home", embedder=ToyEmbedder())
    began = time.monotonic()
    report = store.sync([folder], progress=see)
    slowest = max(seconds, key=lambda name: seconds[name])
    found = {
        "read": [*report.added],
        "failed": [*report.failed],
        "damage": store.find_damage(),
        "slowest": [slowest, seconds[slowest]],
        "seconds": time.monotonic() - began,
        "memory": [resource.getrusage(who).ru_maxrss * _UNIT for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)],
    }
    store.close()
    print(json.dumps(found))


def check(names: list[str], folder: Path) -> int:
    """Index the folder in a process of its own and say what is wrong with what came of it; return how much."""
    done = subprocess.run([sys.executable, __file__, "--run", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"the run ended with {done.returncode}:\n{done.stderr[-3000:]}")
        return 1
    found = json.loads(done.stdout)
    wrong = [*found["damage"]]
    reasons = {path.removeprefix(f"{folder}/"): reason for path, reason in found["failed"]}
    for name in names:
        known = [one for one in (*found["read"], *reasons) if one == name or one.startswith((f"{name}#", f"{name}/"))]
        wrong += [] if known else [f"{name} is neither read nor named"]
    wrong += [f"{name} has no reason" for name, reason in reasons.items() if not reason.strip()]
    slowest, seconds = found["slowest"]
    wrong += [f"{slowest} took {seconds:.1f} s"] if seconds > Limits().for_size((folder / slowest).stat().st_size).wall + SLACK else []
    wrong += [f"a process took {one / 1e6:.0f} MB" for one in found["memory"] if one > MOST_MEMORY]
    for name in names[-len(BOMBS) :]:
        print(f"{name:16} {next((reason for one, reason in reasons.items() if one.startswith(name)), 'is read')[:150]}")
    own, reader = (one / 1e6 for one in found["memory"])
    print(
        f"{len(names)} files, {len(BOMBS)} of them bombs: {len(found['read'])} articles read, {len(reasons)} files or parts named;"
        f" {found['seconds']:.0f} s, longest {seconds:.1f} s ({slowest}); at most {own:.0f} MB, and {reader:.0f} MB in the reader"
    )
    for line in wrong:
        print(f"wrong: {line}")
    return len(wrong)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", type=Path)
    options = parser.parse_args()
    if options.run:
        run(options.run)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "files")
        folder.mkdir()
        names: list[str] = []
        for one, content in malformed(options.files, options.seed):
            (folder / one).write_bytes(content)
            names.append(one)
        for one, make in BOMBS.items():
            (folder / one).write_bytes(make())
            names.append(one)
        sys.exit(1 if check(names, folder) else 0)


_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in which the largest memory is told."""

if __name__ == "__main__":
    main()
