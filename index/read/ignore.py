"""Which files a folder asks to be passed over, in the syntax of .gitignore. The one owner of pathspec."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import PathError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".ibidignore"
Rules = Sequence[tuple[Path, "GitIgnoreSpec"]]
"""The rules that hold in a folder, those of the outermost folder first, each with the folder that it stands in."""


def rules_in(folder: Path, above: Rules = ()) -> Rules:
    """Return the rules that hold in a folder: those above it and its own. Raises PathError if they cannot be read."""
    path = folder / IGNORE_FILE
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return above
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise PathError(f"'{path}' says what is to be left out, but cannot be read: {reason}. Mend it or remove it.") from None
    return [*above, (folder, _compiled(path, lines))]


def is_excluded(path: Path, rules: Rules, *, is_folder: bool = False) -> bool:
    """Say whether rules leave a file, or a folder with all that is in it, out; the last that speaks of it decides, the innermost first.

    Of a folder it is not said where some rule takes something back in: its files are asked for then.
    """
    for folder, spec in reversed(rules):
        name = path.relative_to(folder).as_posix() + "/" * is_folder
        verdict = spec.check_file(name).include
        if verdict is not None:
            return verdict and not (is_folder and any(pattern.include is False for pattern in spec.patterns))
    return False


def _compiled(path: Path, lines: Sequence[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore import GitIgnorePatternError

    try:
        return GitIgnoreSpec.from_lines(lines)
    except GitIgnorePatternError as error:
        raise PathError(f"'{path}' has a line that is no pattern: {error}. Mend it as .gitignore would have it.") from None
