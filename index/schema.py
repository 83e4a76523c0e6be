"""The catalog's tables, and how its vectors are numbered."""

from dataclasses import dataclass

from index.passage import Passage

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
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE removed (digest BLOB PRIMARY KEY, embedding BLOB, rows INTEGER);
"""
"""Embeddings of removed passages: the same words elsewhere (a file renamed or edited) are not embedded again."""
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
