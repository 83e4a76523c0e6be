"""From Word, PowerPoint and RTF files to Markdown or text. The one owner of docx, pptx and striprtf, which the extra `office` brings."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from index.errors import ReadError
from index.passage import Place
from index.read.archive import open_archive
from index.read.extract import Extract, fit, joined
from index.read.metadata import Metadata, read_properties

WAY_OUT = "needs packages that are missing: pip install 'ibid-qa[office]'"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WRAPPERS = [f"{_W}{name}" for name in ("ins", "moveTo", "smartTag", "sdt", "sdtContent", "customXml")]
_HEADING = re.compile(r"(?:heading|title)\s*(\d?)", re.IGNORECASE)
_DEEPEST = 12
"""Levels of groups within groups on a slide."""


def read_docx(content: bytes) -> Extract:
    """Return the text of a Word file as Markdown; tracked insertions are in it, deletions are not. Raises ReadError."""
    try:
        from docx import Document
        from docx.opc.exceptions import OpcError
    except ImportError:
        raise ReadError(WAY_OUT) from None
    open_archive(content)
    try:
        document = Document(BytesIO(content))
    except (OpcError, KeyError) as error:
        raise ReadError(f"is no Word file, or a damaged one: {str(error)[:200]}") from None
    return Extract(joined(list(_word_lines(document))), _core(document.core_properties, unset="python-docx"))


def read_pptx(content: bytes) -> Extract:
    """Return the text of a presentation as Markdown with its slides; a slide's notes follow it. Raises ReadError."""
    try:
        from pptx import Presentation
        from pptx.exc import PythonPptxError
    except ImportError:
        raise ReadError(WAY_OUT) from None
    open_archive(content)
    try:
        show = Presentation(BytesIO(content))
    except (PythonPptxError, KeyError) as error:
        raise ReadError(f"is no PowerPoint file, or a damaged one: {str(error)[:200]}") from None
    parts: list[str] = []
    places: list[Place] = []
    for number, slide in enumerate(show.slides, start=1):
        lines = [line for one in _slide_lines(slide) if (line := fit(one))]
        if lines:
            places.append((sum(len(one) + 2 for one in parts), f"slide {number}"))
            parts += lines
    return Extract(joined(parts), _core(show.core_properties, unset="Steve Canny"), tuple(places))


def read_rtf(content: bytes) -> Extract:
    """Return the text of an RTF file. Raises ReadError."""
    try:
        from striprtf.striprtf import rtf_to_text
    except ImportError:
        raise ReadError(WAY_OUT) from None
    if not content.lstrip().startswith(b"{\\rtf"):
        raise ReadError("is no RTF file")
    source = content.decode("latin-1")
    lines = rtf_to_text(source, errors="replace").splitlines()
    page = "".join(re.findall(r"\\ansicpg\d+", source)[:1])
    found = {name: re.search(rf"\{{\\{name} ((?:[^{{}}\\]|\\[^\n])+?)\}}", source) for name in ("title", "author")}
    fields = {name: rtf_to_text(f"{{\\rtf1\\ansi{page} {one[1]}}}", errors="replace") for name, one in found.items() if one}
    return Extract(
        joined([" ".join(line.split()) for line in lines]), read_properties(title=fields.get("title"), authors=[fields.get("author", "")])
    )


def _word_lines(document: Any) -> Iterator[str]:
    from docx.table import Table
    from lxml import etree

    body = document.element.body
    etree.strip_elements(body, f"{_W}moveFrom", with_tail=False)
    etree.strip_tags(body, *_WRAPPERS)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from (_row(row.cells) for row in block.rows)
            continue
        line = " ".join(block.text.split())
        style = block.style.name or "" if block.style is not None else ""
        heading = _HEADING.fullmatch(style)
        if heading and line:
            line = "#" * min(int(heading[1] or 1), 6) + " " + line
        yield f"- {line}" if line and style.startswith("List") else line


def _row(cells: Any) -> str:
    """Return a row on one line; a cell that spans several columns is told once."""
    seen = {id(cell._tc): " ".join(cell.text.split()) for cell in cells} if cells and hasattr(cells[0], "_tc") else {}
    return " | ".join(text for text in seen.values() if text)


def _slide_lines(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        yield "## " + " ".join(title.text_frame.text.split())
    for shape in slide.shapes:
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape_lines(shape, 0)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        yield from (" ".join(line.split()) for line in slide.notes_slide.notes_text_frame.text.splitlines())


def _shape_lines(shape: Any, depth: int) -> Iterator[str]:
    if hasattr(shape, "shapes") and depth < _DEEPEST:
        for inner in shape.shapes:
            yield from _shape_lines(inner, depth + 1)
    elif getattr(shape, "has_table", False):
        yield from (_row(row.cells) for row in shape.table.rows)
    elif shape.has_text_frame:
        yield from (" ".join(one.text.split()) for one in shape.text_frame.paragraphs)


def _core(said: Any, *, unset: str) -> Metadata:
    """Return what a file says of itself, but for the name that its maker's library leaves there."""
    return read_properties(title=said.title, authors=[said.author] if said.author != unset else [], language=said.language)
