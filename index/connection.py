"""An open SQLite file of the index: how it is opened, written and closed, and what its errors mean."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import DamagedError, UnwritableError
from index.schema import SCHEMA, SCRATCH

_STEPS = 10_000
"""Of SQLite's machine, after which it listens for Ctrl-C."""
_UNWRITABLE = ("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR_WRITE")


class Connection:
    """An open file. Reading is safe from several threads; writing is for one."""

    def __init__(self, path: Path, *, is_writable: bool = False) -> None:
        """Open a catalog; one that is written to is created if it is not there."""
        self._lock = threading.RLock()
        self._path = path
        self._open("rwc" if is_writable else "ro&immutable=1", is_writable=is_writable)

    def _open(self, mode: str, *, is_writable: bool) -> None:
        try:
            self._base = sqlite3.connect(f"{self._path.absolute().as_uri()}?mode={mode}", uri=True, check_same_thread=False)
            self._base.execute("PRAGMA foreign_keys = ON")
            self._base.execute("PRAGMA secure_delete = ON")
            if is_writable:
                self._base.set_progress_handler(lambda: 0, _STEPS)
                has_tables = self._base.execute("SELECT 1 FROM sqlite_master").fetchone()
                self._base.executescript(SCRATCH if has_tables else SCRATCH + SCHEMA)
        except sqlite3.DatabaseError as error:
            raise DamagedError(f"the catalog '{self._path}' cannot be opened: {error}") from None

    def close(self, *, keeps: bool = True) -> None:
        """Keep what was written, or not, and close the file."""
        if keeps:
            self.commit()
        with self._lock:
            self._base.close()

    def commit(self) -> None:
        """Keep what was written so far."""
        with self._translated():
            self._base.commit()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.DatabaseError as error:
                name = getattr(error, "sqlite_errorname", "")
                if name == "SQLITE_INTERRUPT":
                    raise KeyboardInterrupt from None
                if name in _UNWRITABLE:
                    raise UnwritableError(f"the catalog cannot be written: {error}") from None
                raise DamagedError(f"the catalog cannot be read: {error}. Index the folder again with --fresh.") from None

    def _rows(self, statement: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        with self._translated(), suppress(UnicodeEncodeError):
            return self._base.execute(statement, tuple(values)).fetchall()
        return []

    def _write(self, statement: str, values: Iterable[object] = ()) -> int | None:
        with self._translated():
            return self._base.execute(statement, tuple(values)).lastrowid

    def compact(self) -> None:
        """Leave nothing of what was removed in the file: write it anew."""
        self._write("INSERT INTO words (words) VALUES ('optimize')")
        self.commit()
        fresh = self._path.with_suffix(".fresh")
        self._write("VACUUM INTO ?", (str(fresh),))
        self._base.close()
        fresh.replace(self._path)
        self._open("rw", is_writable=True)
