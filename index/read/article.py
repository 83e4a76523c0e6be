"""From a file to an `Article`."""

import hashlib
from dataclasses import replace
from pathlib import PurePath

from index.boilerplate import strip_boilerplate
from index.errors import ReadError
from index.outline import Markup, front_matter, outline
from index.passage import Article
from index.read.decode import LARGEST_FILE, decode, read_bytes
from index.read.metadata import Metadata, read_fields, read_plain_metadata

PLAIN_SUFFIXES = (".txt", ".text")
HTML_SUFFIXES = (".html", ".htm", ".xhtml")


def markup_of(path: str) -> Markup:
    """Return how the text of an article from this file is marked up."""
    return "plain" if PurePath(path).suffix.lower() in PLAIN_SUFFIXES else "markdown"


def read_article(path: str, id: str, *, largest: int = LARGEST_FILE) -> Article:  # noqa: A002 - the noun's own word
    """Return the article in a file, known as `id`. Raises ReadError with the reason if there is none.

    The text of `.txt` and `.md` is the decoded file; of HTML it is the main text, as Markdown.
    """
    return parse_article(read_bytes(path, largest=largest), path, id)


def parse_article(content: bytes, path: str, id: str) -> Article:  # noqa: A002 - the noun's own word
    """Return the article in the bytes of a file. Raises ReadError with the reason if there is none."""
    suffix = PurePath(path).suffix.lower()
    if suffix in HTML_SUFFIXES:
        from index.read.html import read_html

        text, known = read_html(decode(content))
    else:
        text = decode(content)
        known = _plain(text) if suffix in PLAIN_SUFFIXES else _markdown(text)
    return Article(
        id=id,
        title=known.title or PurePath(path).stem.replace("_", " ").replace("-", " ").strip() or PurePath(path).name,
        text=text,
        sha256=text_digest(text),
        path=path,
        author=known.author,
        published=known.published,
        publisher=known.publisher,
        url=known.url,
        language=known.language,
    )


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex. Raises ReadError if it has no UTF-8 (a lone surrogate)."""
    try:
        return hashlib.sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:
        raise ReadError("holds characters that do not exist (lone surrogates)") from None


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
