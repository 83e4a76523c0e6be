"""The vector index. The one owner of chromadb, which holds nothing that the catalog does not."""

import os
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamagedError, UnwritableError

Rows = NDArray[np.float32]

_OPENING = threading.Lock()
"""Chroma keeps its clients in one table of the process, which two threads must not change at once."""
_COLLECTION = "sentences"
_BATCH = 1500
"""Chroma refuses to add more than 5461 at once and to return more than 32,766 with metadata.

Each addition costs 60 ms beside what it adds. Chroma does not listen for Ctrl-C meanwhile.
"""
_WRITTEN = 1000
"""Vectors that Chroma takes before it writes the graph to disk, and a table of all keys with it; what is not yet written it takes
again whenever the index is opened."""
_MANY_WRITTEN = 10_000
"""The same where many come at once: written so often, the table would be most of what is written."""
_VERY_MANY = 100_000
"""From so many on the graph is built with more care: of two million synthetic vectors 2 % were linked to by no other and never found."""
_CAREFUL, _CAREFUL_BATCH = 200, 500
"""Its `ef_construction`, and how many are added to it at once: each takes 3 ms among two million."""
_HEADER = struct.Struct("<iQQQQ")
"""Of hnswlib's `header.bin`: version, offset, room for how many vectors, how many there are, bytes of each in `data_level0.bin`."""
_HNSW: Mapping[str, str | int] = {
    "space": "cosine",
    "ef_construction": 64,
    "max_neighbors": 32,
    "ef_search": 400,
    "sync_threshold": _WRITTEN,
}


class Vectors:
    """Vectors by their key, found by cosine. Searching is safe from several threads."""

    def __init__(self, folder: Path, *, is_writable: bool = False) -> None:
        """Open the index in a folder; one that is written to is created if it is not there.

        Raises DamagedError if there is none or it cannot be opened.
        """
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        import chromadb
        from chromadb.config import Settings
        from chromadb.errors import ChromaError

        self._chroma_error: type[Exception] = ChromaError
        self._folder, self._is_writable = folder, is_writable
        if not is_writable and not (folder / "chroma.sqlite3").is_file():
            raise DamagedError(f"the vector index '{folder}' is missing: run `ibid rebuild`")
        try:
            _OPENING.acquire()
            self._client: Any = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False, allow_reset=False))
            if is_writable:
                self._collection: Any = self._opened({})
            else:
                self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
        except (ChromaError, ValueError, OSError) as error:
            raise DamagedError(f"the vector index '{folder}' cannot be opened ({error}): run `ibid rebuild`") from None
        finally:
            _OPENING.release()

    def close(self) -> None:
        """Let go of the files."""
        with _OPENING:
            self._client.close()
        if self._is_writable:
            _blank(self._folder)

    def count(self) -> int:
        """Return the number of vectors."""
        with self._translated("read"):
            return int(self._collection.count())

    def keys(self) -> list[int]:
        """Return the key of every vector, sorted."""
        with self._translated("read"):
            return sorted(int(one) for one in self._collection.get(include=[])["ids"])

    def articles(self) -> list[tuple[int, int]]:
        """Return the key of every vector and that of its article, sorted."""
        keys = self.keys()
        found: list[tuple[int, int]] = []
        for part in _parts(len(keys)):
            with self._translated("read"):
                held = self._collection.get(ids=[str(key) for key in keys[part]], include=["metadatas"])
            found += ((int(key), int(fields["article"])) for key, fields in zip(held["ids"], held["metadatas"], strict=True))
        return sorted(found)

    def expect(self, n: int) -> int:
        """Get ready for `n` vectors, before anything else is done, and return how many of them are to be added at a time.

        Very many, where there are none yet, get a graph that is built with more care.
        """
        size = n // (n // _MANY_WRITTEN) if n >= _MANY_WRITTEN else _WRITTEN
        if self._collection.configuration["hnsw"]["sync_threshold"] != size:
            # What Chroma does first after opening, in a thread of its own, would meet a change ("database is locked"): count waits for it.
            is_empty = not self.count()
            with self._translated("written"):
                if is_empty and n >= _VERY_MANY:
                    self._client.delete_collection(_COLLECTION)
                    self._collection = self._opened({"ef_construction": _CAREFUL, "sync_threshold": size})
                else:
                    self._collection.modify(configuration={"hnsw": {"sync_threshold": size}})
        return size

    def add(self, keys: Sequence[tuple[int, int]], rows: Rows) -> None:
        """Add vectors by their own keys and those of their articles. A key is never used twice."""
        is_careful = self._collection.configuration["hnsw"]["ef_construction"] >= _CAREFUL
        for part in _parts(len(keys), _CAREFUL_BATCH if is_careful else _BATCH):
            with self._translated("written"):
                self._collection.add(
                    ids=[str(key) for key, _ in keys[part]],
                    embeddings=rows[part],
                    metadatas=[{"article": article} for _, article in keys[part]],
                )

    def remove(self, keys: Sequence[int]) -> None:
        """Remove vectors by their keys."""
        for part in _parts(len(keys)):
            with self._translated("written"):
                self._collection.delete(ids=[str(key) for key in keys[part]])

    def search(self, vector: Rows, n: int, articles: Sequence[int] | None = None) -> list[int]:
        """Return the keys of up to `n` nearest vectors, of these articles if they are given. Order is not exact."""
        if not n or (articles is not None and not articles):
            return []
        where = {"article": {"$in": list(articles)}} if articles is not None else None
        with self._translated("searched"):
            found = self._collection.query(query_embeddings=[vector], n_results=n, where=where, include=[])
        return [int(key) for key in found["ids"][0]]

    def _opened(self, changed: Mapping[str, int]) -> Any:
        """Return the collection; one that is not there yet is created, with some values changed."""
        return self._client.get_or_create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": {**_HNSW, **changed}})

    @contextmanager
    def _translated(self, done: str) -> Iterator[None]:
        try:
            yield
        except (self._chroma_error, RuntimeError, ValueError) as error:
            if done == "written":
                raise UnwritableError(
                    f"the vector index cannot be written ({error}; if there is room enough, run `ibid rebuild`)"
                ) from None
            raise DamagedError(f"the vector index cannot be {done} ({error}): run `ibid rebuild`") from None


def _blank(folder: Path) -> None:
    """Empty the room for vectors that are not there, which reads as zeros then: hnswlib fills it with whatever the memory held."""
    for header in folder.glob("*/header.bin"):
        _, _, _, used, size = _HEADER.unpack_from(header.read_bytes())
        for name, width in (("data_level0.bin", size), ("length.bin", 4)):
            with (header.parent / name).open("r+b") as file:
                end = file.seek(0, os.SEEK_END)
                file.truncate(min(used * width, end))
                file.truncate(end)


def _parts(n: int, size: int = _BATCH) -> Iterator[slice]:
    for first in range(0, n, size):
        yield slice(first, first + size)
