"""A whole article as HTML, with what was cited of it marked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.outline import Block, outline
from index.passage import Article
from index.read.article import markup_of
from qa.chat.markup import plain
from qa.chat.speech import later, say, say_count, say_day

LONGEST_SHOWN = 2_000_000
"""Characters of an article that are shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of an article that were cited, and the id that leads to them."""

    start: int
    end: int
    id: str


def article_view(article: Article, marks: Sequence[Mark], *, current: str = "", note: str = "", with_bar: bool = True) -> str:
    """Return an article to be read, with the passages of a conversation marked; the view opens at the mark named `current`."""
    digest = say("SHA-256 of the text")
    bar = _bar(len(marks)) if with_bar else ""
    blocks = [block for block in outline(article.text, markup=markup_of(article)) if block.start < LONGEST_SHOWN]
    body = "".join(_block(article.text, block, marks) for block in blocks if block.text.strip() != article.title)
    words = say_count(len(article.text.split()), later("{n} word"), later("{n} words"))
    day = say_day(article.published) if article.published else None
    parts = (article.author, article.publisher, day, words)
    said = f'<p class="ibid-stale">{plain(note)}</p>' if note else ""
    file = article.path + article.part
    return (
        f'<article class="ibid-reader" aria-label="{say("Article")}" data-current="{plain(current)}">{bar}'
        f'<h2 tabindex="-1">{plain(article.title)}</h2><p class="ibid-by">{" · ".join(plain(one) for one in parts if one)}</p>{said}{body}'
        f'<footer>{plain(file)}<br>{digest} <span class="ibid-digest">{plain(article.sha256)}</span></footer></article>'
    )


def missing_view(title: str, reason: str) -> str:
    """Return what is shown in place of an article that cannot be read any more."""
    return (
        f'<article class="ibid-reader" aria-label="{say("Article")}">{_bar(0)}<h2 tabindex="-1">{plain(title)}</h2>'
        f'<p class="ibid-stale">{plain(reason)}</p></article>'
    )


def _bar(marks: int) -> str:
    """Return the buttons above an article: back, from mark to mark, and what finds words in it."""
    before, after, find = say("Previous mark"), say("Next mark"), say("Find in article")
    steps = (
        f'<button type="button" data-step="-1" title="{before} (p)" aria-label="{before}">↑</button>'
        f'<span class="ibid-count" aria-live="polite">{say("{n} marked").format(n=marks)}</span>'
        f'<button type="button" data-step="1" title="{after} (n)" aria-label="{after}">↓</button>'
    )
    return (
        f'<div class="ibid-bar"><button type="button" data-act="close">← {say("Evidence")}</button>'
        f'<input type="search" class="ibid-find" placeholder="{find}" aria-label="{find}">'
        f'<span class="ibid-found" aria-live="polite"></span>{steps if marks else ""}</div>'
    )


def _block(text: str, block: Block, marks: Sequence[Mark]) -> str:
    if block.is_heading:
        level = min(block.level + 2, 6)
        return f"<h{level}>{plain(block.text)}</h{level}>"
    return f"<p>{''.join(_pieces(text, block, marks))}</p>"


def _pieces(text: str, block: Block, marks: Sequence[Mark]) -> Iterator[str]:
    """Yield a block's text, cut where a mark begins or ends; marks may overlap."""
    inside = [one for one in marks if one.start < block.end and block.start < one.end]
    cuts = sorted({block.start, block.end} | {place for one in inside for place in (one.start, one.end) if block.start < place < block.end})
    for start, end in pairwise(cuts):
        yield from (f'<span id="{plain(one.id)}" class="ibid-place" tabindex="-1"></span>' for one in inside if one.start == start)
        is_marked = any(one.start <= start and end <= one.end for one in inside)
        yield f"<mark>{_flowing(text[start:end])}</mark>" if is_marked else _flowing(text[start:end])


def _flowing(text: str) -> str:
    """Return plain text that keeps a blank at its ends."""
    shown = plain(text)
    if not shown:
        return " " if text else ""
    return f"{' ' * text[0].isspace()}{shown}{' ' * text[-1].isspace()}"
