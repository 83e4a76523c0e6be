"""Find the files below a path that may hold articles."""

import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.errors import PathError
from index.read.ignore import Rules, is_excluded, rules_in

SUFFIXES = (
    *(".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".mhtml", ".mht", ".pdf"),
    *(".docx", ".pptx", ".odt", ".rtf", ".epub", ".eml", ".jsonl", ".ndjson", ".zip"),
)
"""Endings of the files that are read, in lower case."""


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file that may hold an article."""

    path: str
    """Absolute, with symbolic links above the root resolved."""
    name: str
    """Path below the root, with `/` between its parts, in NFC."""
    root: str
    """Name of the folder that was searched."""
    size: int
    """Bytes."""
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands below one path that was named."""

    root: str
    """Absolute."""
    found: tuple[Found, ...]
    """In the order of their names."""
    failed: tuple[tuple[str, str], ...]
    """Path and reason of what should have been read and cannot be."""
    ignored: tuple[str, ...]
    """Paths of other kinds of file, links and devices."""
    excluded: tuple[str, ...] = ()
    """Paths that an `.ibidignore` leaves out; of most folders their own alone."""

    def covers(self, path: str) -> bool:
        """Say whether a path is this root or stands below it."""
        return path == self.root or path.startswith(self.root.rstrip(os.sep) + os.sep)


def walk(path: Path) -> Tree:
    """Return the files below a folder, or the one file that was named; links are not followed.

    Hidden files and folders are passed over, and what an `.ibidignore` in the folder or below it names. Raises PathError if the
    path does not exist, cannot be listed or is a file of another kind.
    """
    root = Path(os.path.realpath(path))
    try:
        str(root).encode()
        mode = root.stat().st_mode
    except UnicodeEncodeError:
        raise PathError(f"'{_printable(path)}' cannot be indexed: its name is not valid UTF-8. Rename it.") from None
    except OSError as error:
        raise PathError(f"'{path}' cannot be indexed: {error.strerror or error}. Name a folder or a file that exists.") from None
    if stat.S_ISDIR(mode):
        return _walk_folder(path, root)
    if not stat.S_ISREG(mode) or root.suffix.lower() not in SUFFIXES:
        raise PathError(f"'{path}' is not a file that Ibid reads. It reads {', '.join(SUFFIXES)}.")
    return Tree(str(root), (_found(root, root.parent),), (), ())


def _walk_folder(path: Path, root: Path) -> Tree:
    found: list[Found] = []
    failed: list[tuple[str, str]] = []
    ignored: list[str] = []
    excluded: list[str] = []

    def refuse(error: OSError) -> None:
        if error.filename == str(root):
            raise PathError(f"'{path}' cannot be listed: {error.strerror}. Check its permissions.") from None
        failed.append((str(error.filename), f"the folder cannot be listed: {error.strerror}"))

    for file in _files(root, refuse, excluded):
        try:
            is_article = file.suffix.lower() in SUFFIXES and stat.S_ISREG(file.lstat().st_mode)
            if is_article:
                str(file).encode()
                found.append(_found(file, root))
            else:
                ignored.append(_printable(file))
        except UnicodeEncodeError:
            failed.append((_printable(file), "its name is not valid UTF-8: rename it"))
        except OSError as error:
            failed.append((str(file), error.strerror or str(error)))
    return Tree(str(root), tuple(sorted(found, key=lambda one: one.name)), tuple(failed), tuple(ignored), tuple(excluded))


def _files(root: Path, refuse: Callable[[OSError], None], excluded: list[str]) -> Iterator[Path]:
    """Yield what stands below a folder and is neither hidden nor left out; what is left out is noted."""
    rules: dict[str, Rules] = {}
    for folder, folders, names in os.walk(root, onerror=refuse):
        ours = rules_in(Path(folder), rules.pop(folder, ()))
        kinds = dict.fromkeys(names, False) | dict.fromkeys(folders, True)
        shown = [(Path(folder, name), kinds[name]) for name in sorted(kinds) if not name.startswith(".")]
        folders.clear()
        for path, is_folder in shown:
            if is_excluded(path, ours, is_folder=is_folder):
                excluded.append(_printable(path))
            elif is_folder:
                folders.append(path.name)
                rules[str(path)] = ours
            else:
                yield path


def _printable(path: Path) -> str:
    return os.fsencode(path).decode(errors="replace")


def _found(file: Path, root: Path) -> Found:
    state = file.lstat()
    name = unicodedata.normalize("NFC", file.relative_to(root).as_posix())
    return Found(str(file), name, root.name, state.st_size, state.st_mtime_ns)
