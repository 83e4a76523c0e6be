"""Generations: each state of the index is a folder of its own, and `current` names the live one.

HOME/current                  name of the live generation, replaced atomically
HOME/writer.lock              held while a generation is being made
HOME/generations/000007/      catalog.sqlite  vectors/  manifest.json  lease
"""

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Literal, Self

from index.catalog import Catalog
from index.chunk import Chunking
from index.embed import Embedder
from index.errors import DamagedError, LockedError, MismatchError, NoIndexError, StoreError
from index.vectors import Vectors

FORMAT = 3
Copies = Literal["all", "catalog", "nothing"]
_CATALOG, _VECTORS, _MANIFEST, _LEASE = "catalog.sqlite", "vectors", "manifest.json", "lease"


@dataclass(frozen=True, slots=True)
class Manifest:
    """How a generation was made, and what it holds."""

    format: int
    embedder: str
    embedder_digest: str
    chunking: Chunking
    articles: int = 0
    passages: int = 0
    dead_vectors: int = 0
    """Vectors that were removed since the vector index was built; it never reclaims them."""

    @classmethod
    def of(cls, embedder: Embedder, chunking: Chunking) -> Self:
        """Return the manifest of an empty generation."""
        return cls(FORMAT, embedder.name, embedder.digest, chunking)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the manifest of a generation. Raises DamagedError or, for another format, MismatchError."""
        try:
            fields = json.loads((folder / _MANIFEST).read_text())
            if fields["format"] != FORMAT:
                raise MismatchError(f"the index has format {fields['format']}, this Ibid reads format {FORMAT}: {_WAY_OUT}")
            return cls(**fields | {"chunking": Chunking(**fields["chunking"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DamagedError(f"the manifest of '{folder}' cannot be read ({error}): index the folders again with --fresh") from None

    def save(self, folder: Path) -> None:
        """Write the manifest into a generation."""
        (folder / _MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n")

    def require(self, embedder: Embedder, chunking: Chunking) -> None:
        """Raise MismatchError unless the generation was made by this embedder and chunking."""
        if (self.embedder, self.embedder_digest) != (embedder.name, embedder.digest):
            theirs, ours = f"{self.embedder} ({self.embedder_digest[:8]})", f"{embedder.name} ({embedder.digest[:8]})"
            raise MismatchError(f"the index was made by the embedder {theirs}, not by {ours}: {_WAY_OUT}")
        if self.chunking != chunking:
            raise MismatchError(f"the index was cut as {self.chunking}, not as {chunking}: {_WAY_OUT}")


_WAY_OUT = "index the folders again with `ibid index --fresh PATH…`, or name another index with --home"


class Generation:
    """An open generation: its manifest, catalog and, once they are asked for, vectors."""

    def __init__(self, folder: Path, *, is_writable: bool = False, lease: IO[bytes] | None = None) -> None:
        """Open the generation in a folder."""
        self.folder = folder
        self.name = folder.name
        self.manifest = Manifest.load(folder)
        self.catalog = Catalog(folder / _CATALOG, is_writable=is_writable)
        self._is_writable = is_writable
        self._vectors: Vectors | None = None
        self._lock = threading.Lock()
        self._lease = lease

    @property
    def vectors(self) -> Vectors:
        """Open the vector index the first time it is asked for."""
        with self._lock:
            if self._vectors is None:
                self._vectors = Vectors(self.folder / _VECTORS, is_writable=self._is_writable)
            return self._vectors

    def discard_vectors(self) -> None:
        """Remove the vector index, so that an empty one is made when it is asked for."""
        if self._vectors:
            self._vectors.close()
        self._vectors = None
        shutil.rmtree(self.folder / _VECTORS, ignore_errors=True)

    def close(self) -> None:
        """Close its files and give its lease back."""
        self.catalog.close()
        if self._vectors:
            self._vectors.close()
        if self._lease:
            self._lease.close()


def live_name(home: Path) -> str | None:
    """Return the name of the live generation, or None if there is no index yet."""
    try:
        return (home / "current").read_text().strip() or None
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreError(f"no index can be read in '{home}': {error}. Name another folder with --home.") from None


def no_index(home: Path) -> NoIndexError:
    """Return the error that says how to make the first index."""
    return NoIndexError(f"there is no index in '{home}' yet: make one with `ibid index PATH`")


def open_live(home: Path) -> Generation:
    """Open the live generation for reading, holding a lease so that it stays while it is open.

    Raises NoIndexError if there is none.
    """
    while name := live_name(home):
        folder = _folder(home, name)
        try:
            lease = (folder / _LEASE).open("rb")
        except FileNotFoundError:
            if live_name(home) == name:
                raise DamagedError(f"the live generation '{folder}' is missing: index the folders again with --fresh") from None
            continue
        fcntl.flock(lease, fcntl.LOCK_SH)
        if live_name(home) != name:
            lease.close()
            continue
        try:
            return Generation(folder, lease=lease)
        except StoreError:
            lease.close()
            raise
    raise no_index(home)


@contextmanager
def writing(home: Path) -> Iterator[None]:
    """Hold the writer's lock. Raises LockedError at once if another process has it."""
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
        _sweep(home)
        yield
    finally:
        lock.release()


def begin(home: Path, *, manifest: Manifest, copies: Copies) -> Generation:
    """Return a new generation to write to, with a copy of what the live one holds. The lock must be held."""
    live = live_name(home)
    names = [path.name for path in (home / "generations").glob("*")] + ([live] if live else [])
    folder = _folder(home, f"{max((int(name) for name in names if name.isdigit()), default=0) + 1:06d}")
    folder.mkdir(parents=True)
    (folder / _LEASE).touch()
    if live and copies != "nothing":
        _copy_catalog(_folder(home, live), folder)
    if live and copies == "all" and (_folder(home, live) / _VECTORS).is_dir():
        shutil.copytree(_folder(home, live) / _VECTORS, folder / _VECTORS)
    manifest.save(folder)
    return Generation(folder, is_writable=True)


def _copy_catalog(live: Path, folder: Path) -> None:
    """Copy the live catalog. Raises DamagedError if it is not there or holds other counts than its manifest."""
    try:
        shutil.copyfile(live / _CATALOG, folder / _CATALOG)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DamagedError(f"the catalog of '{live}' cannot be read ({error.strerror}): index the folders again with --fresh") from None


def switch(home: Path, name: str) -> None:
    """Flush a closed generation to disk, then make it the live one and remove what nobody reads."""
    folder = _folder(home, name)
    for path in [*folder.rglob("*"), folder, folder.parent]:
        _flush(path)
    fresh = home / "current.new"
    fresh.write_text(name + "\n")
    _flush(fresh)
    fresh.replace(home / "current")
    _flush(home)
    _sweep(home)


def drop(generation: Generation) -> None:
    """Close and remove a generation that is not to become the live one."""
    generation.close()
    shutil.rmtree(generation.folder, ignore_errors=True)


def _sweep(home: Path) -> None:
    """Remove the generations that are neither live nor held by a reader. The lock must be held."""
    live = live_name(home)
    for folder in (home / "generations").glob("*"):
        if folder.name == live:
            continue
        try:
            with (folder / _LEASE).open("rb") as lease:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except FileNotFoundError:
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            continue


def _folder(home: Path, name: str) -> Path:
    return home / "generations" / name


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
