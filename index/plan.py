"""Find the difference between the folders and the catalog. Nothing is written here."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

from index.errors import PathError, ReadError, UnreadableError
from index.passage import Article
from index.read.article import article_digest
from index.read.decode import LARGEST_FILE, read_bytes
from index.read.file import Reading, read_file
from index.read.sandbox import SHARED
from index.read.walk import SUFFIXES, Found, Tree, walk
from index.schema import FileState

RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again without a trace in its time."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync, or a run over many questions, has come."""

    stage: Literal["reading", "embedding", "verifying", "asking"]
    done: int
    total: int
    name: str = ""
    """What is being worked on."""


Progress = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a sync found and did. Articles are named by id, failures by path and reason."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()
    """Paths of files of other kinds."""
    articles: int = 0
    passages: int = 0
    seconds: float = 0.0
    generation: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An article that is new or differs from the one in the catalog."""

    article: Article
    state: FileState
    old: FileState | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between the folders and the catalog."""

    changes: tuple[Change, ...]
    removed: tuple[FileState, ...]
    report: Report
    touched: tuple[FileState, ...] = ()
    """Files that are not what they were, for articles that are; with the articles' keys."""

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not (self.changes or self.removed or self.touched)


@dataclass(frozen=True, slots=True)
class _Difference:
    """What one file brings. Failures and parts of other kinds are named by path."""

    changes: tuple[Change, ...] = ()
    touched: tuple[FileState, ...] = ()
    gone: tuple[FileState, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


def make_plan(
    paths: Sequence[Path], known: Sequence[FileState], *, largest: int = LARGEST_FILE, progress: Progress = lambda _: None
) -> Plan:
    """Return what differs between the files below the paths and what is known of them.

    A file that can no longer be read takes its articles with it; one that cannot be opened leaves them as they are.
    Raises PathError if a path does not exist or nothing below any of them could be an article.
    """
    trees = [walk(path) for path in paths]
    found = {one.path: one for tree in trees for one in tree.found}
    old: dict[str, list[FileState]] = {}
    for state in known:
        old.setdefault(state.path, []).append(state)
    covered = [state for state in known if any(tree.covers(state.path) for tree in trees)]
    if not (found or covered or any(tree.failed for tree in trees)):
        names = ", ".join(f"'{path}'" for path in paths)
        raise PathError(f"no articles in {names} (looked for {', '.join(SUFFIXES)}): add one or name another folder")
    gone = tuple(state for state in covered if state.path not in found and not _is_below_failed(state.path, trees))
    taken = {state.id.removesuffix(state.part) for state in known}
    differences: list[_Difference] = []
    try:
        for done, one in enumerate(found.values(), start=1):
            progress(Step("reading", done, len(found), one.name))
            differences.append(_compare(one, old.get(one.path, []), taken, largest))
    finally:
        SHARED.close()
    return _plan(differences, gone, trees)


def _plan(differences: Sequence[_Difference], missing: tuple[FileState, ...], trees: Sequence[Tree]) -> Plan:
    changes = tuple(change for one in differences for change in one.changes)
    gone = missing + tuple(state for one in differences for state in one.gone)
    report = Report(
        added=tuple(change.article.id for change in changes if not change.old),
        changed=tuple(change.article.id for change in changes if change.old),
        removed=tuple(state.id for state in gone),
        unchanged=tuple(sorted(name for one in differences for name in one.unchanged)),
        failed=tuple(one for tree in trees for one in tree.failed) + tuple(name for one in differences for name in one.failed),
        ignored=tuple(one for tree in trees for one in tree.ignored) + tuple(name for one in differences for name in one.ignored),
    )
    return Plan(changes, gone, report, tuple(state for one in differences for state in one.touched))


def _compare(one: Found, states: Sequence[FileState], taken: set[str], largest: int) -> _Difference:
    """Read a file unless it is what it was, and compare its articles with those that are known of it."""
    unchanged = _Difference(unchanged=tuple(state.id for state in states))
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
        return _Difference(failed=((one.path, str(error)),))
    except ReadError as error:
        return _Difference(gone=tuple(states), failed=((one.path, str(error)),))
    taken.add(name)
    file = FileState(0, name, one.path, sha256, one.size, one.mtime_ns, now, is_whole=not reading.failed)
    return _differing(reading, file, {state.id: state for state in states})


def _differing(reading: Reading, file: FileState, known: dict[str, FileState]) -> _Difference:
    """Compare the articles of a file with those that are known of it, by id."""
    fresh = [(one, replace(file, id=one.id, part=one.part, digest=article_digest(one))) for one in reading.articles]
    same = {one.id: state for one, state in fresh if one.id in known and known[one.id].digest == state.digest}
    touched = [replace(state, key=known[name].key) for name, state in same.items() if not _is_remembered(state, known[name])]
    return _Difference(
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


def _is_below_failed(path: str, trees: Sequence[Tree]) -> bool:
    return any(path == failed or path.startswith(failed + "/") for tree in trees for failed, _ in tree.failed)
