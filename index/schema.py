"""The catalog's tables, and how its vectors are numbered."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.passage import Article, Passage

SCHEMA = """
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL, part TEXT NOT NULL, title TEXT NOT NULL,
    text TEXT NOT NULL, sha256 TEXT NOT NULL, author TEXT, published TEXT, publisher TEXT, url TEXT, language TEXT, places TEXT NOT NULL,
    file_sha256 TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, read_ns INTEGER NOT NULL,
    digest TEXT NOT NULL, is_whole INTEGER NOT NULL);
CREATE INDEX articles_of_file ON articles(path);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES articles(key) ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, heading TEXT NOT NULL, sentences TEXT NOT NULL,
    digest BLOB NOT NULL, embedding BLOB, rows INTEGER NOT NULL DEFAULT 0);
CREATE INDEX passages_of_article ON passages(article);
CREATE INDEX passages_by_digest ON passages(digest);
CREATE INDEX passages_to_embed ON passages(key) WHERE embedding IS NULL;
CREATE VIRTUAL TABLE words USING fts5(title, heading, text, tokenize = 'porter unicode61 remove_diacritics 2');
"""
SCRATCH = """
PRAGMA synchronous = OFF;
PRAGMA journal_mode = MEMORY;
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE removed (digest BLOB PRIMARY KEY, embedding BLOB, rows INTEGER);
"""
"""A generation in the making need not survive a crash: it is flushed as a whole before it becomes the live one.

Embeddings of removed passages: the same words elsewhere (a file renamed or edited) are not embedded again.
"""
MOST_ROWS = 256
"""Rows that a passage's embedding may have: a passage has fewer sentences than an embedder reads tokens."""

MOST_COPIES = 2
"""Passages of the same words below the same title that are in the vector index: of a thousand equal vectors HNSW makes an island
from which it finds nothing else. By words every one of them is found."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What the catalog remembers of an article's file, to tell whether it has changed."""

    key: int
    id: str
    path: str
    sha256: str
    """Of the file's bytes."""
    size: int
    mtime_ns: int
    read_ns: int
    """When it was read."""
    part: str = ""
    """What the article is called within a file of several."""
    digest: str = ""
    """Of the article as it was read: its text and what is known of it."""
    is_whole: bool = True
    """Whether the index holds all that the file does; otherwise it is read again by the next sync."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A passage on its way into the catalog, with the digest of what will be embedded."""

    passage: Passage
    digest: bytes


def vector_keys(passage: int, rows: int) -> range:
    """Return the keys of the rows of a passage's embedding."""
    return range(passage * MOST_ROWS, passage * MOST_ROWS + rows)


def passage_of(vector: int) -> int:
    """Return the key of the passage that a vector belongs to."""
    return vector // MOST_ROWS


def article_of(row: Sequence[object]) -> Article:
    """Return the article that a row of the catalog holds, whose fields are those of `articles` from id to places."""
    id, title, text, sha256, path, part = map(str, row[:6])  # noqa: A001
    author, published, publisher, url, language = (None if one is None else str(one) for one in row[6:11])
    day = date.fromisoformat(published) if published else None
    places = tuple((int(start), str(name)) for start, name in json.loads(str(row[11])))
    return Article(id, title, text, sha256, path, author, day, publisher, url, language, part, places)


def words_of(text: str) -> list[str]:
    """Return the words of a text as the lexical index is asked for them: in small letters, in their order."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).replace("_", " ").lower())
