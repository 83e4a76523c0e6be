"""From an OpenDocument text to Markdown."""

from collections.abc import Iterator

from lxml import etree

from index.errors import ReadError
from index.read.archive import open_archive, read_member
from index.read.extract import Extract, joined
from index.read.metadata import read_properties

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_UNSAID = (f"{_TEXT}tracked-changes", f"{_TEXT}note-citation", f"{_OFFICE}annotation")
_BLANKS = (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break")


def read_odt(content: bytes) -> Extract:
    """Return the text of an OpenDocument file; what was deleted under change tracking is not in it. Raises ReadError."""
    archive = open_archive(content)
    root = parse_xml(read_member(archive, "content.xml"))
    etree.strip_elements(root, *_UNSAID, with_tail=False)
    meta = parse_xml(read_member(archive, "meta.xml")) if "meta.xml" in archive.namelist() else etree.Element("none")
    title, language = (_said(meta, f"{_DC}{name}") for name in ("title", "language"))
    creators = _said(meta, f"{_META}initial-creator") or _said(meta, f"{_DC}creator")  # the latter is who saved it last
    known = read_properties(title="".join(title[:1]), authors=creators, language="".join(language[:1]))
    return Extract(joined(list(_lines(root))), known)


def parse_xml(content: bytes) -> etree._Element:
    """Return the root of XML that is read without its entities and from nowhere else. Raises ReadError."""
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"is damaged: {str(error)[:200]}") from None


def _lines(root: etree._Element) -> Iterator[str]:
    """Yield headings, paragraphs and rows in order; what stands in another paragraph or a row is told once."""
    told: set[etree._Element] = set()
    for element in root.iter(f"{_TEXT}h", f"{_TEXT}p", f"{_TABLE}table-row"):
        if told.isdisjoint(element.iterancestors()):
            told.add(element)
            yield _line(element)


def _line(element: etree._Element) -> str:
    if element.tag == f"{_TABLE}table-row":
        cells = (" ".join(_words(cell)) for cell in element)
        return " | ".join(cell for cell in cells if cell)
    line = " ".join(_words(element))
    if element.tag == f"{_TEXT}h" and line:
        level = element.get(f"{_TEXT}outline-level", "1")
        return "#" * (min(int(level), 6) if level.isdecimal() else 1) + " " + line
    return f"- {line}" if line and next(element.iterancestors(f"{_TEXT}list-item"), None) is not None else line


def _words(element: etree._Element) -> list[str]:
    for blank in element.iter(*_BLANKS):
        blank.text = " "
    return "".join(str(text) for text in element.itertext()).split()


def _said(meta: etree._Element, name: str) -> list[str]:
    return [one.text or "" for one in meta.iter(name)]
