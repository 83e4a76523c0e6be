"""Generations: each state of the index is a folder of its own, and `current` names the live one.

HOME/current                  name of the live generation, replaced atomically
HOME/writer.lock              held while a generation is being made
HOME/generations/000007/      catalog.sqlite  vectors/  manifest.json  lease

While a generation is made, nothing of it has to survive a crash. Before `current` names it, its files are sealed (their digests go
into the manifest) and flushed; then `current` is written beside, flushed, put in place, and its folder flushed.
"""

import fcntl
import json
import os
import shutil
import tempfile
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Literal, Self

from index.catalog import Catalog
from index.chunk import Chunking
from index.embed import Embedder
from index.errors import REPAIR, DamagedError, MismatchError, StoreError
from index.home import LEASE, copy_folder, folder_of, is_full, live_name, no_index, sweep, unwritable
from index.seal import VECTORS, Seal, find_broken, seal
from index.vectors import Vectors

FORMAT = 3
Copies = Literal["all", "catalog", "nothing"]
CATALOG, MANIFEST = "catalog.sqlite", "manifest.json"


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
    is_exact: bool = False
    """Whether passages are compared one by one, because the vector index would not find them well enough: many are equal."""
    files: tuple[Seal, ...] = ()
    """Of a finished generation."""

    @classmethod
    def of(cls, embedder: Embedder, chunking: Chunking) -> Self:
        """Return the manifest of an empty generation."""
        return cls(FORMAT, embedder.name, embedder.digest, chunking)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the manifest of a generation. Raises DamagedError or, for another format, MismatchError."""
        try:
            fields = json.loads((folder / MANIFEST).read_text())
            if fields["format"] != FORMAT:
                raise MismatchError(f"the index has format {fields['format']}, this Ibid reads format {FORMAT}: {_WAY_OUT}")
            files = tuple(Seal(**one) for one in fields.get("files", ()))
            return cls(**fields | {"chunking": Chunking(**fields["chunking"]), "files": files})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DamagedError(f"the manifest of '{folder}' cannot be read ({error}): index the folders again with --fresh") from None

    def save(self, folder: Path) -> None:
        """Write the manifest into a generation."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1) + "\n")

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
        self._require(CATALOG, REPAIR)
        self.catalog = Catalog(folder / CATALOG, is_writable=is_writable)
        self._is_writable = is_writable
        self._vectors: Vectors | None = None
        self._copied: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()
        self._lease = lease

    @property
    def vectors(self) -> Vectors:
        """Open the vector index the first time it is asked for."""
        with self._lock:
            if self._vectors is None:
                self._require(VECTORS, "run `ibid rebuild`")
                self._vectors = Vectors(self._openable(), is_writable=self._is_writable)
            return self._vectors

    def _openable(self) -> Path:
        """Return where the vector index can be opened: a copy if it may not be written to, for Chroma writes even to read."""
        folder = self.folder / VECTORS
        if self._is_writable or not folder.is_dir() or all(os.access(path, os.W_OK) for path in (folder, *folder.rglob("*"))):
            return folder
        self._copied = tempfile.TemporaryDirectory(prefix="ibid-")
        return copy_folder(folder, Path(self._copied.name, VECTORS))

    def _require(self, below: str, way_out: str) -> None:
        for damage in find_broken(self.folder, self.manifest.files, below=below):
            raise DamagedError(f"the index is damaged: {self.folder / damage}: {way_out}")

    def close_vectors(self) -> None:
        """Close the vector index; it is opened again, as it stands on disk, when it is asked for."""
        if self._vectors:
            self._vectors.close()
        if self._copied:
            self._copied.cleanup()
        self._vectors = self._copied = None

    def discard_vectors(self) -> None:
        """Remove the vector index, so that an empty one is made when it is asked for."""
        self.close_vectors()
        shutil.rmtree(self.folder / VECTORS, ignore_errors=True)

    def close(self, *, keeps: bool = True) -> None:
        """Close its files, with what was written or without, and give its lease back."""
        self.catalog.close(keeps=keeps)
        self.close_vectors()
        if self._lease:
            self._lease.close()


def open_live(home: Path) -> Generation:
    """Open the live generation for reading, holding a lease so that it stays while it is open.

    Raises NoIndexError if there is none.
    """
    while name := live_name(home):
        folder = folder_of(home, name)
        try:
            lease = (folder / LEASE).open("rb")
        except FileNotFoundError:
            if live_name(home) == name:
                raise DamagedError(f"the live generation '{folder}' is missing: index the folders again with --fresh") from None
            continue
        except OSError as error:
            raise StoreError(f"the index in '{home}' cannot be read: {error.strerror}. Mend its permissions.") from None
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


def begin(home: Path, *, manifest: Manifest, copies: Copies, source: Path | None = None) -> Generation:
    """Return a new generation to write to, with a copy of what the live one, or the one in `source`, holds. The lock must be held.

    Vectors that are not as they were written are left behind. Raises DamagedError if the catalog is not, UnwritableError if
    there is no room.
    """
    live = live_name(home)
    names = [path.name for path in (home / "generations").glob("*")] + ([live] if live else [])
    folder = folder_of(home, f"{max((int(name) for name in names if name.isdigit()), default=0) + 1:06d}")
    try:
        folder.mkdir(parents=True)
        (folder / LEASE).touch()
        source = source or (folder_of(home, live) if live else None)
        if source and copies != "nothing":
            _copy(source, folder, with_vectors=copies == "all")
        replace(manifest, files=()).save(folder)
        return Generation(folder, is_writable=True)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise unwritable(home, error.strerror or str(error)) from None
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _copy(live: Path, folder: Path, *, with_vectors: bool) -> None:
    seals = Manifest.load(live).files
    if not (live / CATALOG).is_file():
        raise DamagedError(f"the catalog of '{live}' is missing: {REPAIR}")
    shutil.copyfile(live / CATALOG, folder / CATALOG)
    for damage in find_broken(folder, seals, below=CATALOG, reads=True):
        raise DamagedError(f"the catalog of '{live}' is damaged ({damage}): {REPAIR}")
    if with_vectors and (live / VECTORS).is_dir():
        copy_folder(live / VECTORS, folder / VECTORS)
        if any(find_broken(folder, seals, below=VECTORS, reads=True)):
            shutil.rmtree(folder / VECTORS)


def switch(home: Path, name: str) -> None:
    """Seal a closed generation, flush it to disk, then make it the live one and remove what nobody reads.

    Raises UnwritableError if the disk is full; the generation is not the live one then.
    """
    folder = folder_of(home, name)
    fresh = home / "current.new"
    try:
        replace(Manifest.load(folder), files=seal(folder)).save(folder)
        for path in [*folder.rglob("*"), folder, folder.parent]:
            flush(path)
        fresh.write_text(name + "\n")
        flush(fresh)
        if is_full(home):
            raise unwritable(home, "its disk is full")
        fresh.replace(home / "current")
        for path in (home, home.absolute().parent):
            flush(path)
    except OSError as error:
        raise unwritable(home, error.strerror or str(error)) from None
    sweep(home)


def drop(generation: Generation) -> None:
    """Close and remove a generation that is not to become the live one."""
    generation.close(keeps=False)
    shutil.rmtree(generation.folder, ignore_errors=True)


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, stand on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
