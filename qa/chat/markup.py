"""Answers as HTML. Every character that comes from an article or a person passes through `plain`."""

import re
from collections.abc import Iterator

from index.passage import Article
from qa.answer import Answer, Citation

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls and lone surrogates: HTML would show others in their place."""
MOST_SHOWN = 0.99
"""No probability is shown as certainty."""
LIKELY = ((0.97, "almost certainly"), (0.85, "very likely"), (0.65, "likely"), (0.0, "possibly"))
"""Words for a probability, from its least value."""


def plain(text: str) -> str:
    """Return text in which no character means anything to HTML, Markdown, LaTeX or a template.

    >>> plain("<b>*2*</b>")
    '&#60;b&#62;&#42;2&#42;&#60;&#47;b&#62;'
    """
    shown = _UNSHOWN.sub("\ufffd", " ".join(text.split()))
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in shown)


def likelihood(probability: float) -> str:
    """Return a probability in words.

    >>> likelihood(0.9)
    'very likely'
    """
    return next(words for least, words in LIKELY if probability >= least)


def anchor(turn: int, number: int) -> str:
    """Return the id of a citation's card: the turn of the conversation and the citation's number."""
    return f"cite-{turn}-{number}"


def answer_message(answer: Answer, turn: int) -> str:
    """Return an answer as a message of the chat: its quotes, each with a link to its card."""
    if not answer.is_answered:
        return "\n".join(_abstention(answer, turn))
    return "\n".join(_quotes(answer, turn))


def panel_group(answer: Answer, turn: int) -> str:
    """Return the cards of one answer for the evidence panel."""
    shown = answer.citations or answer.nearest
    kind = "found" if answer.is_answered else "nearest"
    note = "" if answer.is_answered or not shown else '<p class="ibid-note">Nearest passages. They do not answer the question.</p>'
    cards = "".join(_card(one, turn, kind) for one in shown) or '<p class="ibid-note">Nothing came near this question.</p>'
    return (
        f'<details class="ibid-group" open><summary><span class="ibid-turn">{turn}</span> {plain(answer.question[:200])}</summary>'
        f"{note}{cards}</details>"
    )


def panel(groups: list[str]) -> str:
    """Return the evidence panel: the newest answer's cards first, those before it folded."""
    if not groups:
        return (
            '<section class="ibid-panel" aria-label="Evidence"><h2>Evidence</h2>'
            '<p class="ibid-note">The passages that an answer rests on appear here, with the quote marked.</p></section>'
        )
    folded = [group.replace(" open>", ">", 1) for group in groups[:-1]]
    return f'<section class="ibid-panel" aria-label="Evidence"><h2>Evidence</h2>{"".join([groups[-1], *reversed(folded)])}</section>'


def _quotes(answer: Answer, turn: int) -> Iterator[str]:
    yield '<div class="ibid-answer">'
    for one in answer.citations:
        link = f'<a class="ibid-cite" href="#{anchor(turn, one.number)}" title="Show quote {one.number} in its passage">[{one.number}]</a>'
        yield f'<div class="ibid-quote">“{plain(one.quote)}” {link}</div><div class="ibid-by">{_byline(one.article)}</div>'
    yield f'<div class="ibid-sure">{likelihood(answer.confidence)} the answer · {min(answer.confidence, MOST_SHOWN):.0%}</div></div>'


def _abstention(answer: Answer, turn: int) -> Iterator[str]:
    yield '<div class="ibid-abstain"><strong>Not in these articles.</strong>'
    if answer.nearest:
        links = " ".join(
            f'<a class="ibid-cite" href="#{anchor(turn, one.number)}" title="Show nearest passage {one.number}">({one.number})</a>'
            for one in answer.nearest
        )
        yield f" No passage answers the question. The nearest ones are shown beside: {links}"
    else:
        yield " Nothing in them comes near the question."
    if answer.advice:
        yield f'<div class="ibid-advice">{plain(answer.advice)}</div>'
    yield "</div>"


def _card(one: Citation, turn: int, kind: str) -> str:
    passage = one.passage
    before, after = passage.text[: one.start - passage.start], passage.text[one.end - passage.start :]
    heading = f'<p class="ibid-heading">{plain(" › ".join(passage.heading))}</p>' if passage.heading else ""
    marked = f"<mark>{plain(one.quote)}</mark>" if kind == "found" else plain(one.quote)
    return (
        f'<article class="ibid-card ibid-{kind}" id="{anchor(turn, one.number)}" tabindex="-1">'
        f'<header><span class="ibid-number">{one.number}</span><div><h3>{plain(one.article.title)}</h3>'
        f'<p class="ibid-by">{_byline(one.article, with_title=False)}</p></div></header>{heading}'
        f'<p class="ibid-passage">{_padded(before, last=True)}{marked}{_padded(after, last=False)}</p>'
        f'<footer>{plain(one.article.id)} · characters {one.start}–{one.end} · verbatim <span title="SHA-256 of the article’s text">'
        f"{plain(one.article.sha256[:12])}</span></footer></article>"
    )


def _padded(text: str, *, last: bool) -> str:
    """Keep the blank between a quote and what stands beside it."""
    if not text.strip():
        return " " if text else ""
    return f"{plain(text)} " if last else f" {plain(text)}" if text[0].isspace() else plain(text)


def _byline(article: Article, *, with_title: bool = True) -> str:
    day = f"{article.published.day} {article.published:%B %Y}" if article.published else None
    parts = (article.title if with_title else None, article.author, article.publisher, day)
    return " · ".join(plain(part) for part in parts if part) or "no author or date known"
