"""From a file to an `Article`."""

import hashlib
import re
from dataclasses import fields, replace
from pathlib import PurePath

from index.boilerplate import strip_boilerplate
from index.errors import ReadError
from index.outline import Markup, front_matter, outline
from index.passage import Article, Place
from index.read.decode import LARGEST_FILE, decode, read_bytes
from index.read.metadata import Metadata, read_fields, read_plain_metadata
from index.read.sandbox import SHARED, Sandbox

TEXT_SUFFIXES = (".txt", ".text")
MARKDOWN_SUFFIXES = (".md", ".markdown")
PLAIN_SUFFIXES = (*TEXT_SUFFIXES, ".pdf", ".rtf", ".eml", ".jsonl", ".ndjson")
"""The text of articles from these has no markup, or none that is meant."""


def markup_of(article: Article) -> Markup:
    """Return how the text of an article is marked up."""
    return "plain" if _suffix(article.path, article.part) in PLAIN_SUFFIXES else "markdown"


def read_article(path: str, id: str, *, largest: int = LARGEST_FILE) -> Article:  # noqa: A002 - the noun's own word
    """Return the one article in a file, known as `id`. Raises ReadError with the reason if there is none.

    The text of `.txt` and `.md` is the decoded file; of others it is what they say, as Markdown or plain.
    """
    return parse_article(read_bytes(path, largest=largest), path, id)


def parse_article(content: bytes, path: str, id: str, *, part: str = "", sandbox: Sandbox = SHARED) -> Article:  # noqa: A002 - the noun's own word
    """Return the article in the bytes of a file, or of a part of it. Raises ReadError with the reason if there is none."""
    suffix = _suffix(path, part)
    if suffix not in (*TEXT_SUFFIXES, *MARKDOWN_SUFFIXES):
        extract = sandbox.extract(suffix, content)
        known = extract.known.or_else(_plain(extract.text)) if suffix == ".pdf" else extract.known
        return article_of(extract.text, known, path, id, part=part, places=extract.places)
    text = decode(content)
    return article_of(text, _plain(text) if suffix in TEXT_SUFFIXES else _markdown(text), path, id, part=part)


def article_of(
    text: str,
    known: Metadata,
    path: str,
    id: str,  # noqa: A002 - the noun's own word
    *,
    part: str = "",
    places: tuple[Place, ...] = (),
) -> Article:
    """Return an article of its text and what is known of it; without a title it is called by its name. Raises ReadError."""
    name = PurePath(part or path)
    return Article(
        id=id,
        title=known.title or name.stem.replace("_", " ").replace("-", " ").strip() or name.name,
        text=text,
        sha256=text_digest(text),
        path=path,
        author=known.author,
        published=known.published,
        publisher=known.publisher,
        url=known.url,
        language=known.language,
        part=part,
        places=places,
    )


def article_digest(article: Article) -> str:
    """Return a SHA-256, in hex, of an article's text and all that is known of it, whatever it is called and wherever it stands."""
    said = [repr(getattr(article, field.name)) for field in fields(article) if field.name not in ("id", "path", "part", "text")]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex. Raises ReadError if it has no UTF-8 (a lone surrogate)."""
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise ReadError("holds characters that do not exist (lone surrogates)") from None


def _suffix(path: str, part: str) -> str:
    """Return the ending that tells the kind of a file, or of a file within it."""
    return PurePath(path + re.sub(r"#\d+\Z", "", part)).suffix.lower()


def _plain(text: str) -> Metadata:
    blocks = outline(text, markup="plain")
    return read_plain_metadata(blocks, strip_boilerplate(blocks))


def _markdown(text: str) -> Metadata:
    blocks = outline(text, markup="markdown")
    heading = next((block.text for block in blocks if block.level == 1), None)
    said = replace(read_plain_metadata(blocks, strip_boilerplate(blocks)), title=heading)
    return read_fields(_front_matter_fields(text)).or_else(said)


def _front_matter_fields(text: str) -> dict[str, object]:
    import yaml

    span = front_matter(text)
    if span is None:
        return {}
    try:
        fields = yaml.load(text[slice(*span)], Loader=yaml.BaseLoader)  # noqa: S506 - it makes nothing but strings
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(key).lower(): value for key, value in fields.items()} if isinstance(fields, dict) else {}
