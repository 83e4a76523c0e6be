"""Cut an article into passages: whole sentences below one heading, sized in the embedder's tokens."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.boilerplate import strip_boilerplate
from index.outline import Block, Markup, outline, trim
from index.passage import Article, Passage, Span

TARGET_TOKENS = 110
LEAST_TOKENS = 30
"""A shorter rest joins the passage before it."""
MOST_TOKENS = 190
CHUNKER = 3
"""Raised when the same text would be cut in another way."""

_FULL_STOP = re.compile(r"(?<=[。！？।۔؟])(?=[^。！？।۔؟…」』”’）)])")
"""Behind the full stops of scripts that nupunkt does not cut, some of which put no blank there; a quotation is closed first."""

Count = Callable[[Sequence[str]], Sequence[int]]
"""Numbers of the embedder's tokens in texts, special tokens left out."""


@dataclass(frozen=True, slots=True)
class Chunking:
    """How articles are cut, in tokens of the embedder; the index remembers it."""

    target: int = TARGET_TOKENS
    most: int = MOST_TOKENS
    version: int = CHUNKER


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of one that is too long for a passage."""

    start: int
    end: int
    tokens: int
    ends_paragraph: bool


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs that follow each other below one heading, nothing dropped between them."""

    heading: tuple[str, ...]
    paragraphs: tuple[Block, ...]


def chunk(article: Article, *, markup: Markup, count: Count, chunking: Chunking) -> list[Passage]:
    """Return the passages of an article in order.

    They cover every sentence that is neither heading nor boilerplate exactly once, and none holds more than
    `chunking.most` tokens. A sentence longer than that is cut between words.
    """
    passages: list[Passage] = []
    for section in _sections(outline(article.text, markup=markup)):
        pieces = _pieces(article.text, section, count, chunking.most)
        for group in _pack(pieces, chunking):
            start, end = group[0].start, group[-1].end
            sentences = tuple((piece.start, piece.end) for piece in group)
            passages.append(Passage(article.id, start, end, article.text[start:end], section.heading, sentences))
    return passages


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Return the spans of the sentences in `text[start:end]`, without the blanks between them."""
    from nupunkt import sent_spans

    spans: list[Span] = []
    for first, last in sent_spans(text[start:end]):
        cuts = [start + first, *(stop.start() for stop in _FULL_STOP.finditer(text, start + first, start + last)), start + last]
        spans += (trim(text, *span) for span in pairwise(cuts))
    return [(first, last) for first, last in spans if first < last]


def _sections(blocks: list[Block]) -> Iterator[Section]:
    path: list[Block] = []
    paragraphs: list[Block] = []
    for block, kept in zip(blocks, strip_boilerplate(blocks), strict=True):
        if kept and not kept.is_heading:
            paragraphs.append(kept)
            continue
        if paragraphs:
            yield Section(tuple(heading.text for heading in path), tuple(paragraphs))
            paragraphs = []
        if kept:
            path = [heading for heading in path if heading.level < block.level] + [block]
    if paragraphs:
        yield Section(tuple(heading.text for heading in path), tuple(paragraphs))


def _pieces(text: str, section: Section, count: Count, most: int) -> list[Piece]:
    spans = [(span, block) for block in section.paragraphs for span in split_sentences(text, block.start, block.end)]
    before = [section.paragraphs[0].start, *(end for (_, end), _ in spans)]
    tokens = count([text[gap:end] for gap, ((_, end), _) in zip(before, spans, strict=False)])
    pieces: list[Piece] = []
    for ((start, end), block), size in zip(spans, tokens, strict=True):
        if size <= most:
            pieces.append(Piece(start, end, size, end == block.end))
        else:
            pieces += _cut(text, start, end, count, most)
    return pieces


def _cut(text: str, start: int, end: int, count: Count, most: int) -> list[Piece]:
    """Cut a sentence that is too long at its blanks, or within a word that is too long itself."""
    words = [(start + word.start(), start + word.end()) for word in re.finditer(rf"\S{{1,{most}}}", text[start:end])]
    sizes = count([text[first:last] for first, last in words])
    pieces: list[Piece] = []
    for (first, last), size in zip(words, sizes, strict=True):
        if pieces and pieces[-1].tokens + size <= most:
            pieces[-1] = Piece(pieces[-1].start, last, pieces[-1].tokens + size, False)
        else:
            pieces.append(Piece(first, last, min(size, most), False))
    return pieces[:-1] + [Piece(pieces[-1].start, end, pieces[-1].tokens, True)]


def _pack(pieces: list[Piece], chunking: Chunking) -> list[list[Piece]]:
    """Fill passages up to the target, ending them with a paragraph where one ends near it."""
    groups: list[list[Piece]] = []
    size = 0
    for piece in pieces:
        is_full = not groups or size + piece.tokens > chunking.target
        if is_full or (groups[-1][-1].ends_paragraph and size >= 0.6 * chunking.target):
            groups.append([])
            size = 0
        groups[-1].append(piece)
        size += piece.tokens
    return _join_short_rest(groups, chunking.most)


def _join_short_rest(groups: list[list[Piece]], most: int) -> list[list[Piece]]:
    if len(groups) > 1:
        rest, before = (sum(piece.tokens for piece in group) for group in (groups[-1], groups[-2]))
        if rest < LEAST_TOKENS and rest + before <= most:
            groups[-2:] = [groups[-2] + groups[-1]]
    return groups
