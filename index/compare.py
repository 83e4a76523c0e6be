"""Compare a file with what the catalog knows of it: its articles are new, changed, gone or as they were."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from index.errors import ReadError, UnreadableError
from index.passage import Article
from index.read.article import article_digest
from index.read.decode import read_bytes
from index.read.file import Reading, read_file
from index.read.walk import Found
from index.schema import FileState

RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again without a trace in its time."""


@dataclass(frozen=True, slots=True)
class Change:
    """An article that is new or differs from the one in the catalog."""

    article: Article
    state: FileState
    old: FileState | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What one file brings. Failures and parts of other kinds are named by path."""

    changes: tuple[Change, ...] = ()
    touched: tuple[FileState, ...] = ()
    gone: tuple[FileState, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


def compare(one: Found, states: Sequence[FileState], taken: set[str], largest: int) -> Difference:
    """Read a file unless it is what it was, and compare its articles with those that are known of it."""
    unchanged = Difference(unchanged=tuple(state.id for state in states))
    is_whole = bool(states) and all(state.is_whole for state in states)
    if is_whole and _is_surely_same(one, states[0]):
        return unchanged
    now = time.time_ns()
    name = states[0].id.removesuffix(states[0].part) if states else _free_id(one, taken)
    try:
        content = read_bytes(one.path, largest=largest)
        sha256 = hashlib.sha256(content).hexdigest()
        if is_whole and states[0].sha256 == sha256:
            return unchanged
        reading = read_file(content, one.path, name, largest=largest)
    except UnreadableError as error:
        return Difference(failed=((one.path, str(error)),))
    except ReadError as error:
        return Difference(gone=tuple(states), failed=((one.path, str(error)),))
    taken.add(name)
    file = FileState(0, name, one.path, sha256, one.size, one.mtime_ns, now, is_whole=not reading.failed)
    return _differing(reading, file, {state.id: state for state in states})


def _differing(reading: Reading, file: FileState, known: dict[str, FileState]) -> Difference:
    """Compare the articles of a file with those that are known of it, by id."""
    fresh = [(one, replace(file, id=one.id, part=one.part, digest=article_digest(one))) for one in reading.articles]
    same = {one.id: state for one, state in fresh if one.id in known and known[one.id].digest == state.digest}
    touched = [replace(state, key=known[name].key) for name, state in same.items() if not _is_remembered(state, known[name])]
    return Difference(
        changes=tuple(Change(one, state, known.get(one.id)) for one, state in fresh if one.id not in same),
        touched=tuple(touched),
        gone=tuple(state for name, state in known.items() if name not in {one.id for one in reading.articles}),
        unchanged=tuple(same),
        failed=tuple((file.path + part, reason) for part, reason in reading.failed),
        ignored=tuple(file.path + part for part in reading.ignored),
    )


def _is_remembered(state: FileState, known: FileState) -> bool:
    return (state.sha256, state.is_whole) == (known.sha256, known.is_whole)


def _is_surely_same(one: Found, state: FileState) -> bool:
    same = (one.size, one.mtime_ns) == (state.size, state.mtime_ns)
    return same and state.read_ns - one.mtime_ns > RACY_NS


def _free_id(one: Found, taken: set[str]) -> str:
    return next(name for name in (one.name, f"{one.root}/{one.name}", one.path) if _is_free(name, taken) or name == one.path)


def _is_free(name: str, taken: set[str]) -> bool:
    """Say whether no file has this id, nor one that an archive's files could have, or the files of this archive."""
    is_within = any(str(parent) in taken for parent in PurePosixPath(name).parents)
    is_around = name.lower().endswith(".zip") and any(other.startswith(f"{name}/") for other in taken)
    return not (name in taken or is_within or is_around)
