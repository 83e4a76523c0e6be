"""Show how far a sync has come: a bar with counts and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from index.plan import Progress, Step

LINE_EVERY = 5.0
"""Seconds between plain lines of one stage."""


@contextmanager
def showing_progress() -> Iterator[Progress]:
    """Yield what shows each step on stderr."""
    if sys.stderr.isatty():
        with _bar() as show:
            yield show
    else:
        yield _lines()


def _lines() -> Progress:
    last: dict[str, float] = {}
    paces: dict[str, _Pace] = {}

    def show(step: Step) -> None:
        now = time.monotonic()
        pace = paces.setdefault(step.stage, _Pace(now, step.done))
        is_last = step.done == step.total
        if is_last or now - last.setdefault(step.stage, now) >= LINE_EVERY:
            last[step.stage] = now
            line = f"{step.stage} {step.done}/{step.total} {step.name}".rstrip()
            print(line + pace.told(step, now), file=sys.stderr, flush=True)

    return show


@dataclass(frozen=True, slots=True)
class _Pace:
    """When a stage began, and with how much done."""

    began: float
    done: int

    def told(self, step: Step, now: float) -> str:
        """Return how many were done a second and how long the rest takes, once there is something to tell."""
        done, seconds = step.done - self.done, now - self.began
        if seconds < 1 or done <= 0:
            return ""
        left = f", {timedelta(seconds=round((step.total - step.done) * seconds / done))} left" if step.done < step.total else ""
        return f" ({done / seconds:.1f}/s{left})"


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(TextColumn):
        """How many are done a second."""

        def render(self, task: Task) -> Any:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:.1f}/s" if speed else "")

    columns = (
        TextColumn("{task.description:<10}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(""),
        TimeRemainingColumn(),
        TextColumn("{task.fields[name]}", markup=False),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        tasks = {}

        def show(step: Step) -> None:
            if step.stage not in tasks:
                tasks[step.stage] = progress.add_task(step.stage, total=step.total, name="")
            progress.update(tasks[step.stage], completed=step.done, total=step.total, name=step.name[-40:])

        yield show
