"""Sync whenever something changes below a path. The one owner of watchfiles."""

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.errors import IbidError
from index.plan import Report
from index.read.ignore import IGNORE_FILE

QUIET = 1.0
"""Seconds without a further change after which a sync begins."""
LOOK_AGAIN = 5.0
"""Seconds after which a sync that failed is tried again, and a path that is gone is looked for."""
_MOST_WAITS = 30
"""Quiet times after which a sync begins although changes go on."""

Sync = Callable[[], Report]
_Standing = list[tuple[int, int] | None]
"""Device and inode of each path, None where there is none: another disk in the same place is another path."""


def watch(
    sync: Sync, paths: Sequence[Path], *, home: Path, quiet: float = QUIET, stop: threading.Event | None = None
) -> Iterator[Report | IbidError]:
    """Sync at once, then after every change below the paths, and yield what was done or, from the second time on, what went wrong.

    What is the same as the time before is not yielded again. Changes below `home` do not count. It goes on until `stop` is set;
    the first sync raises what it raises.
    """
    last: Report | IbidError = sync()
    yield last
    for has_changed in _looks(paths, home, quiet, stop or threading.Event()):
        if not (has_changed or isinstance(last, IbidError)):
            continue
        before, last = last, _tried(sync)
        if _is_news(last, before):
            yield last


def _tried(sync: Sync) -> Report | IbidError:
    try:
        return sync()
    except IbidError as error:
        return error


def _is_news(now: Report | IbidError, before: Report | IbidError) -> bool:
    if isinstance(now, IbidError) or isinstance(before, IbidError):
        return str(now) != str(before)
    return bool(now.added or now.changed or now.removed) or now.failed != before.failed


def _looks(paths: Sequence[Path], home: Path, quiet: float, stop: threading.Event) -> Iterator[bool]:
    """Yield, at least every few seconds, whether something below the paths may have changed."""
    while not stop.is_set():
        standing = _standing(paths)
        if None in standing:
            stop.wait(LOOK_AGAIN)
        else:
            yield from _changes(paths, home, quiet, stop, standing)
        yield None in standing or standing != _standing(paths)


def _changes(paths: Sequence[Path], home: Path, quiet: float, stop: threading.Event, standing: _Standing) -> Iterator[bool]:
    """Yield as above until one of the paths is gone or another."""
    from watchfiles import watch as changes_of

    step = int(quiet * 1000)
    has_changed = True  # what changed before the watch began is not told
    try:
        for changes in changes_of(
            *paths, step=step, debounce=step * _MOST_WAITS, rust_timeout=int(LOOK_AGAIN * 1000), yield_on_timeout=True,
            watch_filter=lambda _, path: _counts(Path(path), home), stop_event=stop, ignore_permission_denied=True,
        ):  # fmt: skip
            if standing != _standing(paths):
                return
            yield bool(changes) or has_changed
            has_changed = False
    except FileNotFoundError:
        return


def _counts(path: Path, home: Path) -> bool:
    is_hidden = path.name.startswith(".") and path.name != IGNORE_FILE
    return not is_hidden and not path.is_relative_to(home)


def _standing(paths: Sequence[Path]) -> _Standing:
    return [_identity(path) for path in paths]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_dev, state.st_ino
