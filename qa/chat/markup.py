"""Answers as HTML. Every character that comes from an article or a person passes through `plain` or `whole`."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from qa.reference import Style, reference, written_day
from qa.turn import Source, Turn

State = Literal["stands", "changed", "gone"]
"""Whether a source's article is as it was when it was quoted, has changed since, or is no longer in the library."""

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


def whole(text: str) -> str:
    r"""Return text in which no character means anything to HTML, with its line ends; to be copied, not to be read.

    >>> whole("a\n<b>")
    'a&#10;&#60;b&#62;'
    """
    return "".join(c if c.isalnum() or c == " " else f"&#{ord(c)};" for c in re.sub(r"[^\S\n]|\r", " ", _UNSHOWN.sub(_kept, text)))


def likelihood(probability: float) -> str:
    """Return a probability in words.

    >>> likelihood(0.9)
    'very likely'
    """
    return next(words for least, words in LIKELY if probability >= least)


def anchor(turn: int, number: int) -> str:
    """Return the id of a citation's card: the turn of the conversation and the citation's number."""
    return f"cite-{turn}-{number}"


def answer_message(turn: Turn, number: int) -> str:
    """Return a turn's answer as a message of the chat: its quotes, each with a link to its card."""
    step = f'<div class="ibid-step">Searched {turn.searched} passages · read {turn.read} · {turn.seconds:.1f} s</div>'
    return "\n".join([step, *(_quotes(turn, number) if turn.is_answered else _abstention(turn, number))])


def asking_link(question: str, *, shown: str = "", is_broad: bool = False) -> str:
    """Return a link that asks a question; a broad one asks it without filters. The question is the link's words, or else its title."""
    kind = "ibid-ask ibid-broad" if is_broad else "ibid-ask"
    return f'<a class="{kind}" href="#ask" title="{plain(question)}">{plain(shown or question)}</a>'


def panel(turns: Sequence[Turn], states: Sequence[Sequence[State]] = ()) -> str:
    """Return the evidence panel: the cards of the newest answer first, those before it folded.

    `states` holds what became of each turn's sources; without it they all stand.
    """
    known = states or [["stands"] * len(turn.sources) for turn in turns]
    groups = [_group(turn, number, state) for number, (turn, state) in enumerate(zip(turns, known, strict=True), start=1)]
    folded = [group.replace(" open>", ">", 1) for group in groups[:-1]]
    empty = '<p class="ibid-note">The passages that an answer rests on appear here, with the quote marked.</p>'
    shown = "".join([groups[-1], *reversed(folded)]) if groups else empty
    return f'<section class="ibid-panel" aria-label="Evidence"><h2>Evidence</h2>{shown}</section>'


def byline(one: Source, *, with_title: bool = True) -> str:
    """Return title, author, publisher and day as HTML, as far as they are known."""
    day = written_day(one.published) if one.published else None
    parts = (one.title if with_title else None, one.author, one.publisher, day)
    return " · ".join(plain(part) for part in parts if part) or "no author or date known"


def _group(turn: Turn, number: int, states: Sequence[State]) -> str:
    kind = "found" if turn.is_answered else "nearest"
    note = "" if turn.is_answered or not turn.sources else '<p class="ibid-note">Nearest passages. They do not answer the question.</p>'
    cards = "".join(_card(one, number, kind, state) for one, state in zip(turn.sources, states, strict=True))
    empty = '<p class="ibid-note">Nothing came near this question.</p>'
    return (
        f'<details class="ibid-group" open><summary><span class="ibid-turn">{number}</span> {plain(turn.question[:200])}</summary>'
        f"{note}{cards or empty}</details>"
    )


def _quotes(turn: Turn, number: int) -> Iterator[str]:
    yield '<div class="ibid-answer">'
    for one in turn.sources:
        link = (
            f'<a class="ibid-cite" href="#{anchor(number, one.number)}" title="Show quote {one.number} in its passage">[{one.number}]</a>'
        )
        yield f'<div class="ibid-quote">“{plain(one.quote)}” {link}</div><div class="ibid-by">{byline(one)}</div>'
    yield f'<div class="ibid-sure">{likelihood(turn.confidence)} the answer · {min(turn.confidence, MOST_SHOWN):.0%}</div></div>'


def _abstention(turn: Turn, number: int) -> Iterator[str]:
    yield '<div class="ibid-abstain"><strong>Not in these articles.</strong>'
    if turn.sources:
        links = " ".join(
            f'<a class="ibid-cite" href="#{anchor(number, one.number)}" title="Show nearest passage {one.number}">({one.number})</a>'
            for one in turn.sources
        )
        yield f" No passage answers the question. The nearest ones are shown beside: {links}"
    else:
        yield " Nothing in them comes near the question."
    if turn.advice:
        yield f'<div class="ibid-advice">{plain(turn.advice)}</div>'
    yield "</div>"


def _card(one: Source, turn: int, kind: str, state: State) -> str:
    first = one.start - one.passage_start
    before, after = one.passage[:first], one.passage[first + len(one.quote) :]
    heading = f'<p class="ibid-heading">{plain(" › ".join(one.heading))}</p>' if one.heading else ""
    marked = f"<mark>{plain(one.quote)}</mark>" if kind == "found" else plain(one.quote)
    return (
        f'<article class="ibid-card ibid-{kind}" id="{anchor(turn, one.number)}" tabindex="-1">'
        f'<header><span class="ibid-number">{one.number}</span><div><h3>{plain(one.title)}</h3>'
        f'<p class="ibid-by">{byline(one, with_title=False)}</p></div></header>{_NOTES[state]}{heading}'
        f'<p class="ibid-passage">{_padded(before, last=True)}{marked}{_padded(after, last=False)}</p>'
        f"{_sure(one) if kind == 'found' else ''}{_actions(one, turn)}"
        f"<footer>paragraph {one.paragraph} of {one.paragraphs} · {plain(one.article)} · characters {one.start}–{one.end} · "
        f'verbatim <span title="SHA-256 of the article’s text">{plain(one.sha256[:12])}</span></footer></article>'
    )


def _sure(one: Source) -> str:
    share = round(100 * min(one.probability, MOST_SHOWN))
    words = f"{likelihood(one.probability)} the answer · {share}%"
    return f'<p class="ibid-sure"><meter min="0" max="100" value="{share}" aria-hidden="true"></meter> {words}</p>'


def _actions(one: Source, turn: int) -> str:
    place = f'data-turn="{turn}" data-number="{one.number}"'
    copies = "".join(
        f'<button type="button" data-copy="{whole(reference(one, style))}" title="Copy the quote with its reference">{name}</button>'
        for style, name in _STYLES.items()
    )
    return (
        f'<div class="ibid-actions"><button type="button" data-act="open" {place}>Open in article</button>'
        f'<button type="button" data-act="only" {place}>Ask this article only</button>'
        f'<span class="ibid-copies">Copy as {copies}</span></div>'
    )


def _padded(text: str, *, last: bool) -> str:
    """Keep the blank between a quote and what stands beside it."""
    if not text.strip():
        return " " if text else ""
    return f"{plain(text)} " if last else f" {plain(text)}" if text[0].isspace() else plain(text)


def _kept(match: re.Match[str]) -> str:
    """Keep line ends and tabs among the characters that are not shown."""
    return match[0] if match[0] in "\n\r\t" else "\ufffd"


_STYLES: dict[Style, str] = {"plain": "text", "markdown": "Markdown", "chicago": "Chicago", "bibtex": "BibTeX"}
_NOTES: dict[State, str] = {
    "stands": "",
    "changed": '<p class="ibid-stale">The article has changed since it was quoted.</p>',
    "gone": '<p class="ibid-stale">No longer in the library.</p>',
}
