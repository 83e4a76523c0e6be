"""From a PDF to its lines and what it says of itself. The one owner of pypdf."""

import math
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from index.errors import ReadError
from index.read.extract import Extract
from index.read.metadata import Metadata, read_properties
from index.read.typeset import Line, typeset


def read_pdf(content: bytes) -> Extract:
    """Return the text of a PDF in reading order with its pages. Raises ReadError if it is locked, damaged or has no text."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, LimitReachedError, PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReadError("is encrypted: save it without its password")
        lines = [line for number, page in enumerate(reader.pages, start=1) for line in _lines(page, number)]
        if not lines:
            raise ReadError(_why_empty(reader))
        text, places = typeset(lines, len(reader.pages))
        return Extract(text, _known(reader), places)
    except DependencyError:
        raise ReadError("is encrypted in a way that is not read: save it without its password") from None
    except LimitReachedError:
        raise ReadError("would unpack to far more than its size, as no honest PDF does") from None
    except PyPdfError as error:
        raise ReadError(f"is damaged: {str(error)[:200] or type(error).__name__}") from None


def _lines(page: Any, number: int) -> Iterator[Line]:
    """Yield the lines of a page as they are drawn."""
    found: list[tuple[str, float, float, float]] = []

    def see(text: str, outer: list[float], inner: list[float], font: object, size: float) -> None:  # noqa: ARG001 - how pypdf calls it
        scale = math.sqrt(abs(inner[0] * inner[3] - inner[1] * inner[2]) * abs(outer[0] * outer[3] - outer[1] * outer[2]))
        across = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
        up = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
        found.append((text, across, up, size * scale))

    page.extract_text(visitor_text=see)
    words: list[tuple[str, float, float, float]] = []
    for text, across, up, size in [*found, ("\n", 0.0, 0.0, 0.0)]:
        first, *others = text.split("\n")
        for i, part in enumerate([first, *others]):
            if i and words:
                yield _line(words, number)
                words = []
            if part.strip():
                words.append((part, across, up, size))
            elif part and words:
                words.append((part, *words[-1][1:]))


def _line(words: list[tuple[str, float, float, float]], number: int) -> Line:
    """Join what stands on one line; most of its letters give its size."""
    _, across, up, _ = words[0]
    size = max(words, key=lambda word: len(word[0]))[3]
    return Line("".join(word[0] for word in words), number, across, up, size)


def _why_empty(reader: Any) -> str:
    if any("/XObject" in (page.get("/Resources") or {}) for page in reader.pages):
        return "holds pictures of pages and no text (a scan): run text recognition (OCR) over it first"
    return "holds no text"


def _known(reader: Any) -> Metadata:
    said = reader.metadata
    if said is None:
        return Metadata()
    language = str(reader.root_object.get("/Lang", ""))
    return read_properties(title=said.title, authors=[said.author or ""], language=language)
