"""`ibid watch` as a process: a line for each sync, and a clean end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.models import MINILM
from index.store import Store
from tests.conftest import ROOT, models_folder, write_articles
from tests.toy import ToyEmbedder

Process = subprocess.Popen[str]


def start(*words: str) -> Process:
    command = [sys.executable, "-c", "from qa.cli import main; main()", "watch", *words]
    environment = os.environ | {"IBID_MODELS": str(models_folder())}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """The home of an index over `articles` beside it, made under the default embedder's name."""
    store = Store(tmp_path / "home", embedder=ToyEmbedder(MINILM.name, MINILM.digest))
    store.sync([write_articles(tmp_path / "articles")])
    yield tmp_path / "home"
    store.close()


def line_of(process: Process) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_each_sync_is_a_line_and_ctrl_c_ends_it_well(home: Path) -> None:
    process = start(str(home.parent / "articles"), "--home", str(home), "--json")
    first: dict[str, Any] = json.loads(line_of(process))
    assert len(first["unchanged"]) == 3
    (home.parent / "articles/bridge.txt").unlink()
    assert json.loads(line_of(process))["removed"] == ["bridge.txt"]
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert err.splitlines()[-1] == "stopped; the index is as the last sync left it"


def test_for_people_a_line_has_the_time_and_the_counts(home: Path) -> None:
    process = start(str(home.parent / "articles"), "--home", str(home))
    line = line_of(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert line.split(" ", 1)[1].startswith("3 unchanged: 3 articles")
    assert line[2] == line[5] == ":"
