"""Answers as HTML. Every character that comes from an article or a person passes through `plain` or `whole`."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from qa.chat.speech import grouped, later, say, say_day
from qa.reference import Style, reference
from qa.turn import Source, Turn

State = Literal["stands", "changed", "gone"]
"""Whether a source's article is as it was when it was quoted, has changed since, or is no longer in the library."""

_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls and lone surrogates: HTML would show others in their place."""
MOST_SHOWN = 0.99
"""No probability is shown as certainty."""
LIKELY = (
    (0.97, later("almost certainly the answer")),
    (0.85, later("very likely the answer")),
    (0.65, later("likely the answer")),
    (0.0, later("possibly the answer")),
)
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
    'very likely the answer'
    """
    return next(say(words) for least, words in LIKELY if probability >= least)


def anchor(turn: int, number: int) -> str:
    """Return the id of a citation's card: the turn of the conversation and the citation's number."""
    return f"cite-{turn}-{number}"


def answer_message(turn: Turn, number: int) -> str:
    """Return a turn's answer as a message of the chat: its quotes, each with a link to its card."""
    searched = say("Searched {n} passages · read {read} · {seconds} s")
    step = searched.format(n=grouped(turn.searched), read=turn.read, seconds=f"{turn.seconds:.1f}")
    if turn.read_as:
        step += f" · {say('Read as “{question}”').format(question=plain(turn.read_as))}"
    quoted = _quotes(turn, number) if turn.is_answered else _abstention(turn, number)
    return "\n".join([f'<div class="ibid-step">{step}</div>', *quoted])


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
    empty = f'<p class="ibid-note">{say("The passages that an answer rests on appear here, with the quote marked.")}</p>'
    shown = "".join([groups[-1], *reversed(folded)]) if groups else empty
    name = say("Evidence")
    return f'<section class="ibid-panel" aria-label="{name}"><h2>{name}</h2>{shown}</section>'


def byline(one: Source, *, with_title: bool = True) -> str:
    """Return title, author, publisher and day as HTML, as far as they are known."""
    day = say_day(one.published) if one.published else None
    parts = (one.title if with_title else None, one.author, one.publisher, day)
    return " · ".join(plain(part) for part in parts if part) or say("no author or date known")


def _group(turn: Turn, number: int, states: Sequence[State]) -> str:
    kind = "found" if turn.is_answered else "nearest"
    nearest = say("Nearest passages. They do not answer the question.")
    note = "" if turn.is_answered or not turn.sources else f'<p class="ibid-note">{nearest}</p>'
    cards = "".join(_card(one, number, kind, state) for one, state in zip(turn.sources, states, strict=True))
    empty = f'<p class="ibid-note">{say("Nothing came near this question.")}</p>'
    return (
        f'<details class="ibid-group" open><summary><span class="ibid-turn">{number}</span> {plain(turn.question[:200])}</summary>'
        f"{note}{cards or empty}</details>"
    )


def _quotes(turn: Turn, number: int) -> Iterator[str]:
    yield '<div class="ibid-answer">'
    for one in turn.sources:
        title = say("Show quote {n} in its passage").format(n=one.number)
        link = f'<a class="ibid-cite" href="#{anchor(number, one.number)}" title="{title}">[{one.number}]</a>'
        yield f'<div class="ibid-quote">“{plain(one.quote)}” {link}</div><div class="ibid-by">{byline(one)}</div>'
    yield f'<div class="ibid-sure">{likelihood(turn.confidence)} · {min(turn.confidence, MOST_SHOWN):.0%}</div></div>'


def _abstention(turn: Turn, number: int) -> Iterator[str]:
    yield f'<div class="ibid-abstain"><strong>{say("Not in these articles.")}</strong>'
    if turn.sources:
        title = say("Show nearest passage {n}")
        links = " ".join(
            f'<a class="ibid-cite" href="#{anchor(number, one.number)}" title="{title.format(n=one.number)}">({one.number})</a>'
            for one in turn.sources
        )
        yield f" {say('No passage answers the question. The nearest ones are shown beside:')} {links}"
    else:
        yield f" {say('Nothing in them comes near the question.')}"
    if turn.advice:
        yield f'<div class="ibid-advice">{plain(turn.advice)}</div>'
    yield "</div>"


def _card(one: Source, turn: int, kind: str, state: State) -> str:
    first = one.start - one.passage_start
    before, after = one.passage[:first], one.passage[first + len(one.quote) :]
    below = [name for name in one.heading if name != one.title]
    heading = f'<p class="ibid-heading">{plain(" › ".join(below))}</p>' if below else ""
    marked = f"<mark>{plain(one.quote)}</mark>" if kind == "found" else plain(one.quote)
    place = say("paragraph {n} of {all}").format(n=one.paragraph, all=one.paragraphs)
    span = say("characters {start}–{end}").format(start=one.start, end=one.end)
    return (
        f'<article class="ibid-card ibid-{kind}" id="{anchor(turn, one.number)}" tabindex="-1">'
        f'<header><span class="ibid-number">{one.number}</span><div><h3>{plain(one.title)}</h3>'
        f'<p class="ibid-by">{byline(one, with_title=False)}{_place(one)}</p></div></header>{_note(state)}{heading}'
        f"{_others(one)}"
        f'<p class="ibid-passage">{_padded(before, last=True)}{marked}{_padded(after, last=False)}</p>'
        f"{_sure(one) if kind == 'found' else ''}{_actions(one, turn)}"
        f"<footer>{place} · {plain(one.article)} · {span} · "
        f'{say("verbatim")} <span title="{say("SHA-256 of the article’s text")}">{plain(one.sha256[:12])}</span></footer></article>'
    )


def _place(one: Source) -> str:
    return f" · {plain(say_place(one.place))}" if one.place else ""


def say_place(place: str) -> str:
    """Return a page or a slide, as an article names it, in the reader's language.

    >>> say_place("p. 6–7"), say_place("slide 3")
    ('p. 6–7', 'slide 3')
    """
    kind, _, number = place.partition(" ")
    return say(_PLACES[kind]).format(n=number) if kind in _PLACES else place


def _others(one: Source) -> str:
    return f'<p class="ibid-by">{say("Also in {titles}").format(titles=plain(" · ".join(one.also_in)))}</p>' if one.also_in else ""


def _note(state: State) -> str:
    return f'<p class="ibid-stale">{say(_NOTES[state])}</p>' if _NOTES[state] else ""


def _sure(one: Source) -> str:
    share = round(100 * min(one.probability, MOST_SHOWN))
    words = f"{likelihood(one.probability)} · {share}%"
    return f'<p class="ibid-sure"><meter min="0" max="100" value="{share}" aria-hidden="true"></meter> {words}</p>'


def _actions(one: Source, turn: int) -> str:
    place = f'data-turn="{turn}" data-number="{one.number}"'
    title = say("Copy the quote with its reference")
    copies = "".join(
        f'<button type="button" data-copy="{whole(reference(one, style))}" title="{title}">{say(name)}</button>'
        for style, name in _STYLES.items()
    )
    return (
        f'<div class="ibid-actions"><button type="button" data-act="open" {place}>{say("Open in article")}</button>'
        f'<button type="button" data-act="only" {place}>{say("Ask this article only")}</button>'
        f'<span class="ibid-copies">{say("Copy as")} {copies}</span></div>'
    )


def _padded(text: str, *, last: bool) -> str:
    """Keep the blank between a quote and what stands beside it."""
    if not text.strip():
        return " " if text else ""
    return f"{plain(text)} " if last else f" {plain(text)}" if text[0].isspace() else plain(text)


def _kept(match: re.Match[str]) -> str:
    """Keep line ends and tabs among the characters that are not shown."""
    return match[0] if match[0] in "\n\r\t" else "\ufffd"


_PLACES = {"p.": later("p. {n}"), "slide": later("slide {n}")}
_STYLES: dict[Style, str] = {"plain": later("text"), "markdown": "Markdown", "chicago": "Chicago", "bibtex": "BibTeX"}
_NOTES: dict[State, str] = {
    "stands": "",
    "changed": later("The article has changed since it was quoted."),
    "gone": later("No longer in the library."),
}
