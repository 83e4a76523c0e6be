"""Show how far a sync has come: a bar with counts and time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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

    def show(step: Step) -> None:
        now = time.monotonic()
        is_last = step.done == step.total
        if is_last or now - last.setdefault(step.stage, now) >= LINE_EVERY:
            last[step.stage] = now
            print(f"{step.stage} {step.done}/{step.total} {step.name}".rstrip(), file=sys.stderr, flush=True)

    return show


@contextmanager
def _bar() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<10}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
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
