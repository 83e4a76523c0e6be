"""From a web page to its main text, as Markdown, and what the page says of itself."""

from collections.abc import Iterator

from lxml.etree import _Element

from index.errors import ReadError
from index.read.declared import read_declared
from index.read.metadata import Metadata

_BLOCKS = ("p", "item", "quote", "code", "row", "head")
_CAPTIONS = """//figcaption | //*[contains(concat(' ', @class, ' '), ' caption ') or contains(@class, 'wp-caption-text')]
    | //*[contains(@class, 'pullquote') or contains(@class, 'pull-quote')]"""


def read_html(page: str) -> tuple[str, Metadata]:
    """Return the main text and the metadata of a page. Raises ReadError if the page has no main text.

    Paragraphs stand apart by a blank line, headings begin with `#`, list items with `-`; navigation, scripts,
    captions and comments are left out. The same page always gives the same text.
    """
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    try:
        tree = load_html(page)
        content = None
        if tree is not None:
            known = read_declared(tree)
            content = bare_extraction(tree, include_comments=False, include_formatting=True, prune_xpath=_CAPTIONS)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"cannot be read as HTML: {error}") from None
    body = getattr(content, "body", None)
    text = "\n\n".join(_paragraphs(body)) if body is not None else ""
    if not text:
        raise ReadError("holds no main text that could be told from the page around it")
    return text, known


def _paragraphs(element: _Element) -> Iterator[str]:
    """Yield the text of the innermost blocks in order, each on one line."""
    if element.tag in _BLOCKS and not any(child.tag in (*_BLOCKS, "list", "table") for child in element.iterdescendants()):
        yield from _marked(element, " ".join("".join(_texts(element)).split()))
        return
    if element.text and element.text.strip():
        yield " ".join(element.text.split())
    for child in element:
        yield from _paragraphs(child)
        if child.tail and child.tail.strip():
            yield " ".join(child.tail.split())


def _texts(element: _Element) -> Iterator[str]:
    for text in element.itertext():
        yield str(text)
        if element.tag == "row":
            yield " "


def _marked(element: _Element, line: str) -> Iterator[str]:
    if not line:
        return
    if element.tag == "head":
        yield "#" * int((element.get("rend") or "h2")[-1:]) + " " + line
    else:
        yield ("- " if element.tag == "item" else "") + line
