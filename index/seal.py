"""The files of a generation as they were when it was made: a file that is cut short is still read, and answers wrongly."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

VECTORS = "vectors"
_UNSEALED = ("manifest.json", "lease", f"{VECTORS}/chroma.sqlite3")
"""What the seals stand in, what is empty, and what Chroma writes to whenever it is opened, with what stands beside that."""
_PERSISTED = "index_metadata.pickle"
"""Without it Chroma's other files hold nothing yet and are written anew whenever it is opened."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What a file was."""

    name: str
    """Path below the generation's folder, with `/` between its parts."""
    size: int
    """Bytes."""
    sha256: str

    @classmethod
    def of(cls, path: Path, name: str) -> Self:
        """Return the seal of a file as it is now."""
        return cls(name, path.stat().st_size, digest_of(path))


def seal(folder: Path) -> tuple[Seal, ...]:
    """Return the seal of every file of a closed generation that must not change any more."""
    return tuple(Seal.of(path, name) for name, path in sorted(_sealable(folder)))


def find_broken(folder: Path, seals: Sequence[Seal], *, below: str = "", reads: bool = False) -> Iterator[str]:
    """Yield which files, whose name begins with `below`, are not as they were: missing, of another size or, if they are read, changed.

    Without seals, which a generation in the making has none of, nothing is known and nothing is yielded.
    """
    for one in seals:
        path = folder / one.name
        if not one.name.startswith(below):
            continue
        if not path.is_file():
            yield f"{one.name} is missing"
        elif path.stat().st_size != one.size:
            yield f"{one.name} has {path.stat().st_size} bytes, not {one.size}"
        elif reads and digest_of(path) != one.sha256:
            yield f"{one.name} is not as it was written"


def find_strangers(folder: Path, seals: Sequence[Seal]) -> Iterator[str]:
    """Yield which files do not belong to a generation."""
    known = {one.name for one in seals}
    if known:
        yield from (f"{name} does not belong to it" for name, _ in sorted(_sealable(folder)) if name not in known)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sealable(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        is_idle = name.startswith(f"{VECTORS}/") and not path.with_name(_PERSISTED).exists()
        if path.is_file() and not is_idle and not name.startswith(_UNSEALED):
            yield name, path
