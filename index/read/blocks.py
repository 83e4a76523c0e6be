"""From the markup of a chapter or a mail to paragraphs, all of them; the main text of a web page is found in `html`."""

import re
from collections.abc import Iterator

from lxml import etree
from lxml.html import document_fromstring

from index.errors import ReadError

_SKIPPED = frozenset("script style head template noscript svg object nav".split())
_BREAKING = frozenset(
    "address article aside blockquote body caption center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr"
    " html li main ol p pre section table tbody td tfoot th thead tr ul".split()
)
_CELLS = frozenset(("td", "th"))


def paragraphs(page: bytes | str) -> list[str]:
    """Return the paragraphs of HTML or XHTML in order, each on one line: headings begin with `#`, list items with `-`.

    The cells of a row stand on one line, `|` between them. Raises ReadError if it is no markup.
    """
    try:
        root = document_fromstring(page)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"cannot be read as HTML: {error}") from None
    return list(_lines(root))


def _lines(root: etree._Element) -> Iterator[str]:
    words: list[str] = []
    marks = [""]
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        is_block = tag in _BREAKING and not (tag in _CELLS or _is_in_cell(element))
        if is_block:
            yield from _flowing(words, marks[-1])
            words.clear()
        if event == "start":
            if is_block:
                marks.append(_mark(tag) or (marks[-1] if tag == "p" else ""))
            if tag in _SKIPPED:
                walk.skip_subtree()
            else:
                words.append(_spaced(element.text))
            continue
        if is_block:
            marks.pop()
        words.append("\n" if tag == "br" else " | " if tag in _CELLS and element.getnext() is not None else "")
        words.append(_spaced(element.tail))


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def _is_in_cell(element: etree._Element) -> bool:
    """Say whether a block stands in a cell with others beside it: a layout table of one column is no table."""
    cell = next((one for one in element.iterancestors("td", "th")), None)
    return cell is not None and (cell.getnext() is not None or cell.getprevious() is not None)


def _mark(tag: str) -> str:
    if re.fullmatch(r"h[1-6]", tag):
        return "#" * int(tag[1]) + " "
    return "- " if tag == "li" else ""


def _flowing(words: list[str], mark: str) -> Iterator[str]:
    """Yield what was gathered as lines; an empty line within it parts paragraphs."""
    for part in re.split(r"\n[ \xa0]*\n", "".join(words)):
        line = " ".join(part.split()).strip("| ")
        if line:
            yield mark + line
