"""The home of an index: which generation is live, who may write, and what may go.

HOME/current                  name of the live generation, replaced atomically
HOME/writer.lock              held while a generation is being made
HOME/generations/000007/      the live one, those that are still read, and the one that is made
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import LockedError, NoIndexError, StoreError, UnwritableError

LEASE = "lease"
"""An empty file of a generation: whoever reads it holds a shared lock on it."""
LEAST_FREE = 2**20
"""Bytes that must be left on the disk when a generation is done."""


def live_name(home: Path) -> str | None:
    """Return the name of the live generation, or None if there is no index yet."""
    try:
        return (home / "current").read_text().strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StoreError(f"no index can be read in '{home}': {reason}. Name another folder with --home.") from None


def no_index(home: Path) -> NoIndexError:
    """Return the error that says how to make the first index."""
    return NoIndexError(f"there is no index in '{home}' yet: make one with `ibid index PATH`")


@contextmanager
def writing(home: Path, *, sweeps: bool = True) -> Iterator[None]:
    """Hold the writer's lock, and sweep first. Raises LockedError at once if another process has it."""
    from filelock import FileLock, Timeout

    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = FileLock(home / "writer.lock")
        lock.acquire(timeout=0)
    except Timeout:
        raise LockedError(f"another process is changing the index in '{home}': try again when it is done") from None
    except OSError as error:
        raise StoreError(f"no index can be kept in '{home}': {error.strerror or error}. Name another folder with --home.") from None
    try:
        if sweeps:
            sweep(home)
        yield
    finally:
        lock.release()


def copy_folder(source: Path, target: Path) -> Path:
    """Copy what a folder holds to one that is not there yet, without permissions: the copy can be written to. Return the copy."""
    for path in (source, *sorted(source.rglob("*"))):
        copied = target / path.relative_to(source)
        if path.is_dir():
            copied.mkdir()
        else:
            shutil.copyfile(path, copied)
    return target


def unwritable(home: Path, reason: str) -> UnwritableError:
    """Return the error that says that nothing was changed, and what to do."""
    return UnwritableError(
        f"the index in '{home}' cannot be written: {reason}. It is as it was: make room or mend the permissions,"
        " or name another folder with --home."
    )


def is_full(home: Path) -> bool:
    """Say whether the disk is so full that what was written may be cut short: Chroma does not tell."""
    return shutil.disk_usage(home).free < LEAST_FREE


def retire(home: Path, name: str) -> None:
    """Remove a generation that was read and is no longer the live one, if nobody else reads it."""
    try:
        live = live_name(home)
    except StoreError:
        return
    if live and live != name:
        _discard(home, name)


def _discard(home: Path, name: str) -> None:
    folder = folder_of(home, name)
    try:
        with (folder / LEASE).open("rb") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


def left_over(home: Path) -> list[str]:
    """Return the generations that a run left behind when it was stopped; the next sync removes them.

    While somebody writes, what there is beside the live one may be what is made.
    """
    live = live_name(home)
    try:
        with writing(home, sweeps=False):
            names = [folder.name for folder in (home / "generations").glob("*") if folder.name != live]
            return sorted(name for name in names if not _is_read(folder_of(home, name)))
    except StoreError:
        return []


def _is_read(folder: Path) -> bool:
    try:
        with (folder / LEASE).open("rb") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def sweep(home: Path) -> None:
    """Remove the generations that are neither live nor held by a reader. The lock must be held."""
    live = live_name(home)
    for folder in (home / "generations").glob("*"):
        if folder.name != live:
            _discard(home, folder.name)


def folder_of(home: Path, name: str) -> Path:
    """Return where a generation stands."""
    return home / "generations" / name
