"""The catalog: one SQLite file that holds articles, passages, embeddings and the lexical index. It is the truth."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.connection import Connection
from index.errors import DamagedError
from index.passage import Article, Filters, Imprint, Passage
from index.schema import MOST_COPIES, MOST_ROWS, Draft, FileState, article_of, passage_of, vector_keys, words_of

Vectors = NDArray[np.float32]

_WEIGHTS = (1.0, 1.0, 2.0)
"""BM25 weights of title, heading and text."""
_ARTICLE_FIELDS = "id, title, text, sha256, path, part, author, published, publisher, url, language, places"
_STATE_FIELDS = "file_sha256, size, mtime_ns, read_ns, digest, is_whole"


class Catalog(Connection):
    """An open catalog. Reading is safe from several threads; writing is for one."""

    def counts(self) -> tuple[int, int]:
        """Return the numbers of articles and of passages."""
        row = self._rows("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)")[0]
        return int(str(row[0])), int(str(row[1]))

    def file_states(self) -> list[FileState]:
        """Return what is remembered of every article's file."""
        rows = self._rows("SELECT key, id, path, file_sha256, size, mtime_ns, read_ns, part, digest, is_whole FROM articles ORDER BY id")
        return [FileState(*row) for row in rows]  # type: ignore[arg-type]

    def articles(self) -> list[Article]:
        """Return every article, sorted by id."""
        return [article_of(row) for row in self._rows(f"SELECT {_ARTICLE_FIELDS} FROM articles ORDER BY id")]

    def article(self, id: str) -> Article | None:  # noqa: A002 - the noun's own word
        """Return the article of this id, or None."""
        rows = self._rows(f"SELECT {_ARTICLE_FIELDS} FROM articles WHERE id = ?", (id,))
        return article_of(rows[0]) if rows else None

    def imprints(self) -> list[Imprint]:
        """Return what is known of every article, sorted by id; no text is read."""
        rows: Any = self._rows("SELECT id, title, author, published, publisher FROM articles ORDER BY id")
        return [
            Imprint(name, title, author, date.fromisoformat(day) if day else None, publisher)
            for name, title, author, day, publisher in rows
        ]

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return the titles of articles by their ids."""
        return self._named("title", ids)

    def digests(self, ids: Collection[str]) -> dict[str, str]:
        """Return the digests of the texts of articles by their ids."""
        return self._named("sha256", ids)

    def _named(self, column: str, ids: Collection[str]) -> dict[str, str]:
        statement = f"SELECT id, {column} FROM articles WHERE id IN (SELECT value FROM json_each(?))"
        return {str(name): str(value) for name, value in self._rows(statement, (json.dumps(list(ids)),))}

    def article_keys(self, filters: Filters) -> list[int]:
        """Return the keys of the articles that pass the filters."""
        conditions, values = ["1"], list[object]()
        if filters.articles:
            conditions.append(f"id IN ({', '.join('?' * len(filters.articles))})")
            values += filters.articles
        for column, names in (("author", filters.authors), ("publisher", filters.publishers)):
            if names:
                conditions.append(f"{column} COLLATE NOCASE IN ({', '.join('?' * len(names))})")
                values += names
        for sign, day in ((">=", filters.since), ("<=", filters.until)):
            if day:
                conditions.append(f"published {sign} ?")
                values.append(day.isoformat())
        return [int(str(row[0])) for row in self._rows(f"SELECT key FROM articles WHERE {' AND '.join(conditions)}", values)]

    def passage_counts(self) -> dict[str, int]:
        """Return the number of passages of each article, by id."""
        rows = self._rows("SELECT id, (SELECT count(*) FROM passages WHERE article = articles.key) FROM articles ORDER BY id", [])
        return {str(name): int(str(count)) for name, count in rows}

    def passages(self, keys: Sequence[int]) -> list[Passage]:
        """Return passages by their keys, in the order asked for."""
        found: dict[int, Passage] = {}
        statement = (
            "SELECT p.key, a.id, p.start, p.end, p.heading, p.sentences, w.text FROM passages p"
            " JOIN articles a ON a.key = p.article JOIN words w ON w.rowid = p.key"
            " WHERE p.key IN (SELECT value FROM json_each(?))"
        )
        for key, article, start, end, heading, sentences, text in self._rows(statement, (json.dumps(list(keys)),)):
            spans = tuple((first, last) for first, last in json.loads(str(sentences)))
            found[int(str(key))] = Passage(str(article), int(str(start)), int(str(end)), str(text), tuple(json.loads(str(heading))), spans)
        return [found[key] for key in keys if key in found]

    def passages_around(self, passage: Passage) -> list[Passage]:
        """Return those of the first passage of a passage's article, the one before it and the one behind it that are not itself."""
        statement = "SELECT key, start FROM passages WHERE article = (SELECT key FROM articles WHERE id = ?) ORDER BY start"
        own: Any = self._rows(statement, (passage.article,))
        place = next(i for i, (_, start) in enumerate(own) if start == passage.start)
        keys = [own[i][0] for i in sorted({0, place - 1, place + 1} - {place}) if 0 <= i < len(own)]
        return self.passages(keys)

    def search_words(self, question: str, n: int, filters: Filters) -> list[tuple[int, float]]:
        """Return keys and BM25 weights (higher is better) of the passages that share words with a question."""
        words = dict.fromkeys(words_of(question))
        if not words:
            return []
        match = " OR ".join(f'"{word}"' for word in words)
        scope, values = "", list[object]()
        if not filters.is_open:
            scope = "AND rowid IN (SELECT key FROM passages WHERE article IN (SELECT value FROM json_each(?)))"
            values.append(json.dumps(self.article_keys(filters)))
        statement = (
            f"SELECT rowid, -bm25(words, {', '.join(map(str, _WEIGHTS))}) AS weight FROM words"
            f" WHERE words MATCH ? {scope} ORDER BY weight DESC, rowid LIMIT ?"
        )
        return [(int(str(key)), float(str(weight))) for key, weight in self._rows(statement, (match, *values, n))]

    def holding(self, words: Sequence[str]) -> list[int]:
        """Return the keys of the passages whose text holds these words one after another, whatever their endings."""
        phrase = 'text : "' + " ".join(words) + '"'
        return [int(str(key)) for (key,) in self._rows("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (phrase,))]

    def embeddings(self, keys: Sequence[int]) -> list[Vectors]:
        """Return the embedding of each passage, (rows, dimensions), in the order asked for. Raises DamagedError if one is missing."""
        statement = "SELECT key, embedding, rows FROM passages WHERE key IN (SELECT value FROM json_each(?))"
        found: dict[object, tuple[Any, Any]] = {key: (blob, rows) for key, blob, rows in self._rows(statement, (json.dumps(list(keys)),))}
        try:
            return [np.frombuffer(found[key][0], np.float32).reshape(found[key][1], -1) for key in keys]
        except (KeyError, TypeError, ValueError) as error:
            raise DamagedError(f"the catalog holds no good embedding of passage {error}. Index the folder again with --fresh.") from None

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return vectors by their own keys, (keys, dimensions). There must be one key. Raises DamagedError if one is missing."""
        passages = list(dict.fromkeys(map(passage_of, keys)))
        embeddings = dict(zip(passages, self.embeddings(passages), strict=True))
        try:
            return np.stack([embeddings[passage_of(key)][key % MOST_ROWS] for key in keys])
        except IndexError:
            raise DamagedError("the catalog holds fewer vectors than were asked for. Index the folder again with --fresh.") from None

    def passage_keys(self) -> list[tuple[int, int]]:
        """Return the keys of every passage and of its article, sorted."""
        return [(int(str(key)), int(str(article))) for key, article in self._rows("SELECT key, article FROM passages ORDER BY key")]

    def passages_of(self, articles: Sequence[int], *, most: int) -> list[int]:
        """Return the keys of up to `most` passages of the articles with these keys, sorted; -1: of all."""
        statement = "SELECT key FROM passages WHERE article IN (SELECT value FROM json_each(?)) ORDER BY key LIMIT ?"
        return [int(str(row[0])) for row in self._rows(statement, (json.dumps(list(articles)), most))]

    def passages_among(self, keys: Sequence[int], articles: Sequence[int]) -> set[int]:
        """Return those of the passages with these keys that stand in the articles with these keys."""
        statement = "SELECT key FROM passages WHERE key IN (SELECT value FROM json_each(?)) AND article IN (SELECT value FROM json_each(?))"
        return {int(str(row[0])) for row in self._rows(statement, (json.dumps(list(keys)), json.dumps(list(articles))))}

    def vector_keys(self) -> list[tuple[int, int]]:
        """Return the key of every row that is to be in the vector index, and that of its article, sorted; see MOST_COPIES."""
        copies = "SELECT key, rows, article, row_number() OVER (PARTITION BY digest ORDER BY key) AS copy FROM passages"
        rows = self._rows(f"SELECT key, rows, article FROM ({copies}) WHERE copy <= ? ORDER BY key", (MOST_COPIES,))
        return [(one, int(str(article))) for key, count, article in rows for one in vector_keys(int(str(key)), int(str(count)))]

    def find_damage(self) -> Iterator[str]:
        """Yield what is wrong with the file as SQLite sees it."""
        for (message,) in self._rows("PRAGMA integrity_check(20)"):
            if message != "ok":
                yield f"catalog: {message}"
        for (count,) in self._rows("SELECT count(*) FROM passages WHERE key NOT IN (SELECT rowid FROM words) OR embedding IS NULL"):
            if count:
                yield f"catalog: {count} passages have no words or no embedding"

    def add_article(self, article: Article, drafts: Sequence[Draft], state: FileState) -> None:
        """Add an article with its passages; `state.key` is not used."""
        published = article.published.isoformat() if article.published else None
        fields = (article.id, article.title, article.text, article.sha256, article.path, article.part, article.author, published)
        fields_more = (article.publisher, article.url, article.language, json.dumps(article.places))
        values = (*fields, *fields_more, *_state_values(state))
        statement = f"INSERT INTO articles ({_ARTICLE_FIELDS}, {_STATE_FIELDS}) VALUES ({', '.join('?' * len(values))})"
        key = self._write(statement, values)
        for draft in drafts:
            one = draft.passage
            passage = self._write(
                "INSERT INTO passages (article, start, end, heading, sentences, digest, embedding, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, one.start, one.end, json.dumps(one.heading), json.dumps(one.sentences), draft.digest, *self._known(draft.digest)),
            )
            words = (passage, article.title, " ".join(one.heading), one.text)
            self._write("INSERT INTO words (rowid, title, heading, text) VALUES (?, ?, ?, ?)", words)

    def set_state(self, state: FileState) -> None:
        """Remember of an article's file what it is now; the article is as it was."""
        self._write(f"UPDATE articles SET ({_STATE_FIELDS}) = (?, ?, ?, ?, ?, ?) WHERE key = ?", (*_state_values(state), state.key))

    def _known(self, digest: bytes) -> tuple[object, ...]:
        """Return the embedding and its number of rows that other words with this digest have, or nothing and 0."""
        statement = (
            "SELECT embedding, rows FROM passages WHERE digest = ?1 AND embedding IS NOT NULL"
            " UNION ALL SELECT embedding, rows FROM removed WHERE digest = ?1 LIMIT 1"
        )
        return next(iter(self._rows(statement, (digest,))), (None, 0))

    def remove_article(self, key: int) -> list[int]:
        """Remove an article and return the keys of the vectors that went with it."""
        passages = [(int(str(one)), int(str(rows))) for one, rows in self._rows("SELECT key, rows FROM passages WHERE article = ?", (key,))]
        self._write("INSERT OR IGNORE INTO removed SELECT digest, embedding, rows FROM passages WHERE article = ?", (key,))
        for one, _ in passages:
            self._write("DELETE FROM words WHERE rowid = ?", (one,))
        self._write("UPDATE articles SET is_whole = 0 WHERE path = (SELECT path FROM articles WHERE key = ?)", (key,))
        self._write("DELETE FROM articles WHERE key = ?", (key,))
        return [one for passage, rows in passages for one in vector_keys(passage, rows)]

    def unembedded(self, n: int) -> list[int]:
        """Return the keys of up to `n` passages that have no embedding yet."""
        return [int(str(row[0])) for row in self._rows("SELECT key FROM passages WHERE embedding IS NULL ORDER BY key LIMIT ?", (n,))]

    def count_unembedded(self) -> int:
        """Return the number of passages that have no embedding yet."""
        return int(str(self._rows("SELECT count(*) FROM passages WHERE embedding IS NULL")[0][0]))

    def set_embeddings(self, keys: Sequence[int], embeddings: Sequence[Vectors]) -> None:
        """Store an embedding, (rows, dimensions), for each passage."""
        values = [(np.asarray(rows, np.float32).tobytes(), len(rows), key) for key, rows in zip(keys, embeddings, strict=True)]
        for one in values:
            self._write("UPDATE passages SET embedding = ?, rows = ? WHERE key = ?", one)


def _state_values(state: FileState) -> tuple[object, ...]:
    return state.sha256, state.size, state.mtime_ns, state.read_ns, state.digest, state.is_whole
