"""Find the difference between the folders and the catalog. Nothing is written here."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from index.compare import Change, Difference, compare
from index.errors import PathError
from index.read.decode import LARGEST_FILE
from index.read.sandbox import SHARED
from index.read.walk import SUFFIXES, Tree, walk
from index.schema import FileState

MANY = 10
"""Articles known below a folder that is now empty: as many are not taken for deleted unless that is said."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far a sync, or a run over many questions, has come."""

    stage: Literal["reading", "embedding", "indexing", "verifying", "asking"]
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


def make_plan(
    paths: Sequence[Path],
    known: Sequence[FileState],
    *,
    largest: int = LARGEST_FILE,
    prunes: bool = False,
    progress: Progress = lambda _: None,
) -> Plan:
    """Return what differs between the files below the paths and what is known of them.

    A file that can no longer be read takes its articles with it; one that cannot be opened leaves them as they are.
    Raises PathError if a path does not exist or nothing below any of them could be an article, and, unless it `prunes`, if a path
    is gone or suddenly empty that articles are known of: its disk may not be there.
    """
    trees = [_tree(path, known, prunes=prunes) for path in paths]
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
    differences: list[Difference] = []
    try:
        for done, one in enumerate(found.values(), start=1):
            progress(Step("reading", done, len(found), one.name))
            differences.append(compare(one, old.get(one.path, []), taken, largest))
    finally:
        SHARED.close()
    return _plan(differences, gone, trees)


def _plan(differences: Sequence[Difference], missing: tuple[FileState, ...], trees: Sequence[Tree]) -> Plan:
    changes = tuple(change for one in differences for change in one.changes)
    gone = missing + tuple(state for one in differences for state in one.gone)
    report = Report(
        added=tuple(change.article.id for change in changes if not change.old),
        changed=tuple(change.article.id for change in changes if change.old),
        removed=tuple(state.id for state in gone),
        unchanged=tuple(sorted(name for one in differences for name in one.unchanged)),
        failed=tuple(one for tree in trees for one in tree.failed) + tuple(name for one in differences for name in one.failed),
        ignored=tuple(one for tree in trees for one in tree.ignored) + tuple(name for one in differences for name in one.ignored),
        renamed=_renamed(changes, gone),
        excluded=tuple(one for tree in trees for one in tree.excluded),
    )
    return Plan(changes, gone, report, tuple(state for one in differences for state in one.touched))


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
    fresh: dict[tuple[str, str], list[str]] = {}
    for change in changes:
        if not change.old:
            fresh.setdefault((change.state.sha256, change.state.part), []).append(change.article.id)
    both = ((state.id, fresh.get((state.sha256, state.part))) for state in gone)
    return tuple((old, names.pop(0)) for old, names in both if names)


def _is_below_failed(path: str, trees: Sequence[Tree]) -> bool:
    return any(path == failed or path.startswith(failed + "/") for tree in trees for failed, _ in tree.failed)
