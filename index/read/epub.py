"""From a book to Markdown, chapter by chapter."""

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote
from zipfile import ZipFile

from lxml.etree import _Element

from index.errors import ReadError
from index.read.archive import open_archive, read_member
from index.read.blocks import paragraphs
from index.read.extract import Extract, joined
from index.read.metadata import Metadata, read_properties
from index.read.odt import parse_xml

_DC = "{http://purl.org/dc/elements/1.1/}"
_PAGES = ("application/xhtml+xml", "text/html", "application/xml")


def read_epub(content: bytes) -> Extract:
    """Return the text of a book in reading order. Raises ReadError if it is locked or damaged."""
    archive = open_archive(content)
    if "META-INF/encryption.xml" in archive.namelist() and "META-INF/rights.xml" in archive.namelist():
        raise ReadError("is locked to its buyer (DRM): it cannot be read")
    container = parse_xml(read_member(archive, "META-INF/container.xml"))
    path = next((one.get("full-path") for one in container.iter("{*}rootfile")), None)
    if not path:
        raise ReadError("is damaged: it does not say where its contents are listed")
    package = parse_xml(read_member(archive, path))
    names = dict.fromkeys(_chapters(package, posixpath.dirname(path)))
    lines = [line for name in names for line in _chapter(archive, name)]
    return Extract(joined(lines), _known(package))


def _chapter(archive: ZipFile, name: str) -> list[str]:
    page = read_member(archive, name)
    return paragraphs(page) if page.strip() else []


def _chapters(package: _Element, folder: str) -> Iterator[str]:
    """Yield the paths of the chapters in reading order; the table of contents is none."""
    items = {one.get("id"): one for one in package.iter("{*}item")}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is not None and item.get("media-type") in _PAGES and "nav" not in (item.get("properties") or "").split():
            yield posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))


def _known(package: _Element) -> Metadata:
    said = {
        name: [one.text or "" for one in package.iter(f"{_DC}{name}")] for name in ("title", "creator", "date", "publisher", "language")
    }
    title, published, publisher, language = ("".join(said[name][:1]) for name in ("title", "date", "publisher", "language"))
    return read_properties(title=title, authors=said["creator"], published=published, publisher=publisher, language=language)
