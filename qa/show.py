"""Find what `ibid show` is asked for: an article, or some characters of it."""

import re

from index.errors import SpanError
from index.passage import Article, Span
from index.reader import Reader

LONGEST_OFFSET = 18
"""Digits; no text is so long."""
_OFFSETS = re.compile(r"(?P<id>.+):(?P<start>\d+)-(?P<end>\d+)", re.DOTALL)


def find_span(reader: Reader, named: str) -> tuple[Article, Span]:
    """Return the article that `ID` or `ID:START-END` names and the characters that are meant.

    Raises UnknownArticleError, or SpanError if the offsets are not in its text.
    """
    match = _OFFSETS.fullmatch(named)
    if not match or any(article.id == named for article in reader.articles()):
        article = reader.article(named)
        return article, (0, len(article.text))
    article = reader.article(match["id"])
    start, end = (int(match[name][-LONGEST_OFFSET:]) for name in ("start", "end"))
    is_far = max(len(match["start"]), len(match["end"])) > LONGEST_OFFSET
    if is_far or not start <= end <= len(article.text):
        asked = f"{match['start']}-{match['end']}"
        raise SpanError(f"'{article.id}' has characters 0-{len(article.text)}, not {asked[:60]}")
    return article, (start, end)
