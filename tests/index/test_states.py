"""Whatever is done to a folder and its index, in any order: the index says what the folder said when it was synced last."""

import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from index.store import Store
from tests.conftest import ROOT
from tests.toy import ToyEmbedder

KILLED = """
import os, signal, sys
from index.store import Store
from tests.toy import ToyEmbedder
left = int(sys.argv[3])
def count(step):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
Store(sys.argv[1], embedder=ToyEmbedder()).sync([sys.argv[2]], progress=count)
"""
NAMES = ("a.txt", "b.txt", "sub/c.txt", "sub/d.txt")
names = st.sampled_from(NAMES)
numbers = st.integers(0, 5)


def text_of(number: int) -> str:
    lines = [f"Harbour {number} was built in {1800 + i} by engineer word{number}. It took {i} ships." for i in range(number + 1)]
    return f"Report {number}\n\n" + "\n\n".join(lines) + "\n"


class Library(RuleBasedStateMachine):
    """A folder and an index of it; `files` is what the folder holds, `held` what the index must say."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.folder = self.root / "articles"
        (self.folder / "sub").mkdir(parents=True)
        self.files: dict[str, int] = {}
        self.held: dict[str, int] | None = None
        self.open()

    def open(self) -> None:
        self.embedder = ToyEmbedder()
        self.store = Store(self.root / "home", embedder=self.embedder)

    @rule(name=names, number=numbers)
    def write(self, name: str, number: int) -> None:
        (self.folder / name).write_text(text_of(number))
        self.files[name] = number

    @rule(name=names, other=names)
    def rename(self, name: str, other: str) -> None:
        if name in self.files and other not in self.files:
            (self.folder / name).rename(self.folder / other)
            self.files[other] = self.files.pop(name)

    @rule(name=names)
    def delete(self, name: str) -> None:
        if name in self.files:
            (self.folder / name).unlink()
            del self.files[name]

    @precondition(lambda self: self.files or self.held)
    @rule()
    def sync(self) -> None:
        before = self.held or {}
        known = {*before.values()}
        self.embedder.embedded.clear()
        report = self.store.sync([self.folder])
        assert set(report.added) == self.files.keys() - before.keys()
        assert set(report.removed) == before.keys() - self.files.keys()
        assert set(report.changed) == {name for name in self.files.keys() & before.keys() if self.files[name] != before[name]}
        assert not self.embedder.embedded or set(self.files.values()) - known
        self.held = dict(self.files)

    @precondition(lambda self: self.files or self.held)
    @rule(after=st.integers(0, 9))
    def kill(self, after: int) -> None:
        """Kill a sync after some of its steps: the index is as before, or as the folder is, never between."""
        command = [sys.executable, "-c", KILLED, str(self.store.home), str(self.folder), str(after)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        if done.returncode == 0:
            self.held = dict(self.files)

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.open()

    @precondition(lambda self: self.held is not None)
    @rule(name=names)
    def remove(self, name: str) -> None:
        if self.held and name in self.held:
            self.store.remove([name])
            del self.held[name]

    @precondition(lambda self: self.held is not None)
    @rule()
    def check(self) -> None:
        assert self.store.find_damage() == []

    @precondition(lambda self: self.held is not None)
    @rule(number=numbers)
    def ask(self, number: int) -> None:
        """By words and by meaning: what is held is found, what is gone is not; by meaning, of many copies at least one."""
        holding = {name for name, held in (self.held or {}).items() if held == number}
        with self.store.reading() as reader:
            assert {hit.passage.article for hit in reader.search_words(f"word{number}", 100)} == holding
            near = reader.search_vectors(f"word{number}", 100)
            found = {hit.passage.article for hit in near}
            assert found <= set(self.held or {})
            assert {(self.held or {})[name] for name in found} == set((self.held or {}).values())

    @invariant()
    def says_what_was_synced(self) -> None:
        if self.held is None:
            assert self.store.generation is None
            return
        with self.store.reading() as reader:
            assert {one.id: one.text for one in reader.articles()} == {name: text_of(number) for name, number in self.held.items()}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.root)


def run(examples: int, steps: int) -> None:
    settled = settings(max_examples=examples, stateful_step_count=steps, suppress_health_check=list(HealthCheck), derandomize=examples < 10)
    run_state_machine_as_test(Library, settings=settled)


def test_the_index_says_what_the_folder_said() -> None:
    run(3, 12)


@pytest.mark.slow
def test_the_index_says_what_the_folder_said_in_500_histories() -> None:
    run(500, 20)
