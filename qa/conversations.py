"""Conversations kept on the server, each for the one who owns it: SQLite beside the index."""

import json
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.errors import ConversationError
from qa.turn import Turn, turn_from, turn_json

REASONS = ("Wrong passage", "Something is missing", "Nothing in the articles answers", "The articles do answer")
"""What a person may say of an answer beside yes and no."""
NOTHING_ANSWERS = REASONS[2]
LONGEST_TITLE = 80
"""Characters of a title."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, changed REAL NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_of_owner ON conversations(owner, changed);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, number INTEGER NOT NULL,
    turn TEXT NOT NULL, words TEXT NOT NULL, is_good INTEGER, reason TEXT NOT NULL DEFAULT '', PRIMARY KEY (conversation, number));
"""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a list of conversations shows."""

    id: str
    title: str
    changed: float
    """Seconds since 1970."""
    turns: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn that a person has judged, with the questions before it."""

    history: tuple[str, ...]
    turn: Turn
    is_good: bool
    reason: str


class Conversations:
    """The conversations in a file. Safe to use from several threads and processes; nobody sees those of another owner."""

    def __init__(self, path: Path) -> None:
        """Keep conversations in a file, which is made for its user alone. Raises ConversationError if it cannot be used."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        except OSError as error:
            raise ConversationError(f"conversations cannot be kept in '{path}': {error.strerror}; name another --home") from None
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    @classmethod
    def of(cls, home: Path) -> "Conversations":
        """Return those that are kept beside the index in a home."""
        return cls(home / "conversations.db")

    def listed(self, owner: str, *, containing: str = "") -> list[Conversation]:
        """Return an owner's conversations, the latest first: all of them, or those in which these words stand."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT id, title, changed, (SELECT count(*) FROM turns WHERE conversation = id) FROM conversations"
                " WHERE owner = :owner AND (:words = '' OR EXISTS (SELECT 1 FROM turns WHERE conversation = id AND instr(words, :words))"
                " OR instr(title, :typed)) ORDER BY changed DESC, id",
                {"owner": owner, "words": _plain(containing), "typed": containing.strip()},
            ).fetchall()
        return [Conversation(*row) for row in rows]

    def add(self, owner: str, name: str | None, turn: Turn) -> str:
        """Add a turn to a conversation, or to a new one without a name; return its id. Raises ConversationError if it is another's."""
        with self._open() as connection:
            known = name or uuid.uuid4().hex
            if name is None:
                title = _title(turn.question) or "Untitled"
                connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", (known, owner, title, time.time()))
            else:
                self._require(connection, owner, known)
                connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (time.time(), known))
            words = _plain(" ".join([turn.question, *(one.quote for one in turn.sources)]))
            connection.execute(
                "INSERT INTO turns (conversation, number, turn, words)"
                " SELECT :id, coalesce(max(number), 0) + 1, :turn, :words FROM turns WHERE conversation = :id",
                {"id": known, "turn": json.dumps(turn_json(turn)), "words": words},
            )
        return known

    def turns(self, owner: str, name: str) -> list[Turn]:
        """Return the turns of a conversation in order. Raises ConversationError if it is another's."""
        with self._open() as connection:
            self._require(connection, owner, name)
            rows = connection.execute("SELECT turn FROM turns WHERE conversation = ? ORDER BY number", (name,)).fetchall()
        return [turn_from(json.loads(turn)) for (turn,) in rows]

    def cut(self, owner: str, name: str, turns: int) -> None:
        """Forget the turns behind the first ones. Raises ConversationError if it is another's."""
        with self._open() as connection:
            self._require(connection, owner, name)
            connection.execute("DELETE FROM turns WHERE conversation = ? AND number > ?", (name, turns))

    def rename(self, owner: str, name: str, title: str) -> None:
        """Give a conversation another title. Raises ConversationError if it is not the owner's, or the title is empty."""
        wanted = _title(title)
        if not wanted:
            raise ConversationError("a title needs at least one character")
        with self._open() as connection:
            self._require(connection, owner, name)
            connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (wanted, name))

    def delete(self, owner: str, name: str) -> None:
        """Forget a conversation; its bytes are overwritten. Raises ConversationError if it is another's."""
        with self._open() as connection:
            self._require(connection, owner, name)
            connection.execute("DELETE FROM conversations WHERE id = ?", (name,))

    def judge(self, owner: str, name: str, number: int, *, is_good: bool | None, reason: str = "") -> None:
        """Note whether a turn, counted from 1, was good, or take the note back. Raises ConversationError if there is none."""
        with self._open() as connection:
            self._require(connection, owner, name)
            judged = connection.execute(
                "UPDATE turns SET is_good = ?, reason = ? WHERE conversation = ? AND number = ?", (is_good, reason, name, number)
            )
            if not judged.rowcount:
                raise ConversationError(f"the conversation has no turn {number}")

    def judged(self, owner: str) -> list[Judged]:
        """Return the turns that an owner has judged, oldest conversation first."""
        found = []
        for one in reversed(self.listed(owner)):
            with self._open() as connection:
                rows = connection.execute(
                    "SELECT turn, is_good, reason FROM turns WHERE conversation = ? ORDER BY number", (one.id,)
                ).fetchall()
            turns = [turn_from(json.loads(turn)) for turn, _, _ in rows]
            questions = [turn.question for turn in turns]
            found += [
                Judged(tuple(questions[:i]), turns[i], bool(is_good), reason)
                for i, (_, is_good, reason) in enumerate(rows)
                if is_good is not None
            ]
        return found

    @staticmethod
    def _require(connection: sqlite3.Connection, owner: str, name: str) -> None:
        if not connection.execute("SELECT 1 FROM conversations WHERE id = ? AND owner = ?", (name, owner)).fetchone():
            raise ConversationError("there is no such conversation; it may have been deleted")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction."""
        try:
            with closing(sqlite3.connect(self._path, timeout=30)) as connection, connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA secure_delete = ON")
                yield connection
        except sqlite3.Error as error:
            raise ConversationError(f"conversations in '{self._path}' cannot be used: {error}") from None


def _title(text: str) -> str:
    return " ".join(text.split())[:LONGEST_TITLE].encode(errors="replace").decode()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).encode(errors="replace").decode()
