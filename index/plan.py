"""Find the difference between the folders and the catalog. Nothing is written here."""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index.errors import PathError, ReadError, UnreadableError
from index.passage import Article
from index.read.article import parse_article
from index.read.decode import LARGEST_FILE, read_bytes
from index.read.walk import SUFFIXES, Found, Tree, walk
from index.schema import FileState

RACY_NS = 2_000_000_000
"""A file changed this shortly before it was read may change again without a trace in its time."""

MANY = 10
"""Articles known below a folder that is now empty: as many are not taken for deleted unless that is said."""


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
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new id of articles whose file has another name and the same bytes; they are among those removed and added, too."""
    excluded: tuple[str, ...] = ()
    """Paths that an `.ibidignore` leaves out."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file whose article is new or differs from the one in the catalog."""

    article: Article
    state: FileState
    old: FileState | None


@dataclass(frozen=True, slots=True)
class Plan:
    """The difference between the folders and the catalog."""

    changes: tuple[Change, ...]
    removed: tuple[FileState, ...]
    report: Report

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not (self.changes or self.removed)


def make_plan(
    paths: Sequence[Path],
    known: Sequence[FileState],
    *,
    largest: int = LARGEST_FILE,
    prunes: bool = False,
    progress: Progress = lambda _: None,
) -> Plan:
    """Return what differs between the files below the paths and what is known of them.

    A file that can no longer be read as an article takes its article with it; one that cannot be opened leaves
    it as it is. Raises PathError if a path does not exist or nothing below any of them could be an article, and, unless it
    `prunes`, if a path is gone or suddenly empty that articles are known of: its disk may not be there.
    """
    trees = [_tree(path, known, prunes=prunes) for path in paths]
    found = {one.path: one for tree in trees for one in tree.found}
    old = {state.path: state for state in known}
    covered = [state for state in known if any(tree.covers(state.path) for tree in trees)]
    if not (found or covered or any(tree.failed for tree in trees)):
        names = ", ".join(f"'{path}'" for path in paths)
        raise PathError(f"no articles in {names} (looked for {', '.join(SUFFIXES)}): add one or name another folder")
    taken = {state.id for state in known}
    changes: list[Change] = []
    unchanged: list[str] = []
    failed = [one for tree in trees for one in tree.failed]
    gone = {state.path: state for state in covered if state.path not in found and not _is_below_failed(state.path, trees)}
    for done, one in enumerate(found.values(), start=1):
        state = old.get(one.path)
        progress(Step("reading", done, len(found), one.name))
        try:
            change = None if state and _is_surely_same(one, state) else _read(one, state, taken, largest)
        except ReadError as error:
            failed.append((one.path, str(error)))
            if state and not isinstance(error, UnreadableError):
                gone[one.path] = state
            continue
        if change:
            changes.append(change)
            taken.add(change.article.id)
        elif state:
            unchanged.append(state.id)
    report = _report(changes, list(gone.values()), trees)
    report = replace(report, unchanged=tuple(sorted(unchanged)), failed=tuple(failed))
    return Plan(tuple(changes), tuple(gone.values()), report)


def _report(changes: Sequence[Change], gone: Sequence[FileState], trees: Sequence[Tree]) -> Report:
    return Report(
        added=tuple(change.article.id for change in changes if not change.old),
        changed=tuple(change.article.id for change in changes if change.old),
        removed=tuple(state.id for state in gone),
        ignored=tuple(one for tree in trees for one in tree.ignored),
        renamed=_renamed(changes, gone),
        excluded=tuple(one for tree in trees for one in tree.excluded),
    )


def _tree(path: Path, known: Sequence[FileState], *, prunes: bool) -> Tree:
    """Return what stands below a path; a path that is gone has nothing below it if that is to be believed."""
    nothing = Tree(os.path.realpath(path), (), (), ())
    lost = sum(nothing.covers(state.path) for state in known)
    is_gone = lost > 0 and _is_gone(nothing.root)
    tree = nothing if is_gone else walk(path)
    if not prunes and (is_gone or (lost >= MANY and not (tree.found or tree.failed))):
        state = "is gone" if is_gone else "holds no article any more"
        raise PathError(
            f"'{path}' {state}, and {lost} articles of it are in the index. If its disk is to be mounted, mount it;"
            f" if they are to go, say so with `ibid index --prune '{path}'`."
        )
    return tree


def _is_gone(root: str) -> bool:
    try:
        Path(root).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _renamed(changes: Sequence[Change], gone: Sequence[FileState]) -> tuple[tuple[str, str], ...]:
    """Return the old and new ids of files that are gone under one name and new under another with the same bytes."""
    fresh: dict[str, list[str]] = {}
    for change in changes:
        if not change.old:
            fresh.setdefault(change.state.sha256, []).append(change.article.id)
    return tuple((state.id, fresh[state.sha256].pop(0)) for state in gone if fresh.get(state.sha256))


def _read(one: Found, old: FileState | None, taken: set[str], largest: int) -> Change | None:
    """Read a file; None if its bytes are those that are known already."""
    now = time.time_ns()
    content = read_bytes(one.path, largest=largest)
    sha256 = hashlib.sha256(content).hexdigest()
    if old and old.sha256 == sha256:
        return None
    name = old.id if old else _free_id(one, taken)
    article = parse_article(content, one.path, name)
    return Change(article, FileState(0, name, one.path, sha256, one.size, one.mtime_ns, now), old)


def _is_surely_same(one: Found, state: FileState) -> bool:
    same = (one.size, one.mtime_ns) == (state.size, state.mtime_ns)
    return same and state.read_ns - one.mtime_ns > RACY_NS


def _free_id(one: Found, taken: set[str]) -> str:
    return next(name for name in (one.name, f"{one.root}/{one.name}", one.path) if name not in taken)


def _is_below_failed(path: str, trees: Sequence[Tree]) -> bool:
    return any(path == failed or path.startswith(failed + "/") for tree in trees for failed, _ in tree.failed)
