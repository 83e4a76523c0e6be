"""Texts to try things on: what hypothesis may write, and articles made of it."""

import hashlib
from datetime import date

from hypothesis import strategies as st

from index.chunk import Chunking, chunk
from index.outline import Block, Markup
from index.passage import Article, Passage
from tests.toy import ToyEmbedder

NEWLINES = ("\n", "\r\n", "\r")
SMALL = Chunking(target=12, most=20)
"""Passages of a few words, so that short texts have several."""

_WORDS = "harbour treaty the of salt Ünal Ōsaka e\u0301tude 港町 شجرة ไทย Dr. U.S. 3.5 412 share (PHOTO) “quoted” a-b x"
_words = st.sampled_from(_WORDS.split())
sentences = st.builds(lambda words, mark: " ".join(words) + mark, st.lists(_words, min_size=1, max_size=12), st.sampled_from(".!?。؟"))
_lines = st.one_of(
    sentences,
    st.builds(lambda one, n: " ".join([one] * n), sentences, st.integers(2, 6)),
    st.sampled_from(("", "", "TRADE", "Share", "Related Posts", "Copyright ©2024", "- a point", "> a quote", "   ", "1) first", "---")),
    st.sampled_from(("# Part", "## Trade", "```", "| a | b |", "|---|---|", "    code", "* * *", "<div>", "[1]: http://x.org")),
)
characters = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=120)
"""Any characters that a decoded file can hold."""
pages = st.builds(lambda lines, newline: newline.join(lines), st.lists(_lines, max_size=12), st.sampled_from(NEWLINES))
"""Headings, paragraphs, lists, tables, code and furniture in any order, with any newline."""
any_text = st.one_of(characters, pages)


def article_of(text: str, id: str = "a.txt", *, title: str = "A title", published: date | None = None) -> Article:  # noqa: A002 - the noun's own word
    """Return an article with this text."""
    return Article(id, title, text, hashlib.sha256(text.encode()).hexdigest(), f"/{id}", published=published)


def cut(text: str, *, markup: Markup = "plain", chunking: Chunking | None = None) -> list[Passage]:
    """Return the passages of a text as the toy embedder counts it."""
    return chunk(article_of(text), markup=markup, count=ToyEmbedder().count_tokens, chunking=chunking or Chunking())


def paragraph(text: str, *, level: int = 0) -> Block:
    """Return a block with this text at the start of an article."""
    return Block(0, len(text), text, level)


def letters_of(text: str) -> str:
    """Return the text without its blanks."""
    return "".join(text.split())
