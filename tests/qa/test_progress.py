"""How far a sync has come, on stderr."""

import io
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.plan import Step
from index.store import Store
from qa.progress import LINE_EVERY, showing_progress


class Terminal(io.StringIO):
    """What stderr is when a person looks at it."""

    def isatty(self) -> bool:
        return True


def lines_of(capsys: pytest.CaptureFixture[str], steps: Sequence[Step]) -> list[str]:
    with showing_progress() as show:
        for step in steps:
            show(step)
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


def test_each_stage_ends_with_its_last_step(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no terminal is, a quick stage is one line: its name, its counts, what was worked on last."""
    steps = [Step("reading", i, 3, f"{i}.txt") for i in (1, 2, 3)] + [Step("verifying", 0, 1), Step("verifying", 1, 1)]
    assert lines_of(capsys, steps) == ["reading 3/3 3.txt", "verifying 1/1"]


def test_a_long_stage_is_a_line_every_few_seconds(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With ten steps for each span of time, there is one line for the ten, and one for the last step."""
    clock = iter([i * LINE_EVERY / 10 for i in range(26)])
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    lines = lines_of(capsys, [Step("embedding", i, 25, "a.txt") for i in range(26)])
    monkeypatch.undo()
    assert lines == [
        "embedding 10/25 a.txt (2.0/s, 0:00:08 left)",
        "embedding 20/25 a.txt (2.0/s, 0:00:02 left)",
        "embedding 25/25 a.txt (2.0/s)",
    ]


def test_nothing_to_show_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a step there is no line."""
    assert lines_of(capsys, []) == []


def test_a_sync_shows_each_of_its_stages(store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Reading, embedding and verifying are shown in this order, each up to its end."""
    with showing_progress() as show:
        store.sync([folder], progress=show)
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split()[0] for line in err.splitlines()] == ["reading", "embedding", "indexing", "verifying"]
    assert all(line.split()[1].split("/")[0] == line.split()[1].split("/")[1] for line in err.splitlines())


def test_a_terminal_shows_a_bar(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stage, counts and name stand on stderr alone, and only the end of a long name."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.stderr", terminal)
    with showing_progress() as show:
        show(Step("reading", 2, 2, "last.txt"))
        show(Step("embedding", 1, 9, "x"))
        show(Step("embedding", 5, 9, "x" * 100 + "end.txt"))
    monkeypatch.undo()
    shown = terminal.getvalue()
    assert capsys.readouterr().out == ""
    for part in ("reading", "2/2", "last.txt", "embedding", "5/9", "xend.txt", "/s"):
        assert part in shown
    assert "x" * 41 not in shown


def test_the_bar_takes_names_for_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may be called anything; its name is no markup of the terminal."""
    terminal = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.stderr", terminal)
    with showing_progress() as show:
        show(Step("reading", 1, 1, "[/nothing] [bold]a.txt"))
    monkeypatch.undo()
    assert "[/nothing] [bold]a.txt" in terminal.getvalue()
