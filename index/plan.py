"""Find the difference between the folders and the catalog. Nothing is written here."""

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
    )
    return Plan(changes, gone, report, tuple(state for one in differences for state in one.touched))


def _is_below_failed(path: str, trees: Sequence[Tree]) -> bool:
    return any(path == failed or path.startswith(failed + "/") for tree in trees for failed, _ in tree.failed)
