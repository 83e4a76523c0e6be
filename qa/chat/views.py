"""The smaller pieces of the page as HTML."""

from collections.abc import Sequence
from datetime import UTC, datetime

from qa.chat.export import Kind
from qa.chat.markup import plain
from qa.chat.speech import later, say, say_count, say_day
from qa.conversations import Conversation
from qa.library import Entry

_HEADS = (later("Title"), later("Author"), later("Publisher"), later("Published"), later("Words"), later("Passages"))
_KINDS: dict[Kind, str] = {"markdown": "Markdown", "html": "HTML", "json": "JSON"}


def header(counted: str) -> str:
    """Return the line above everything: the name, what it promises, what is in the library."""
    name = f"<h1>Ibid<span>.</span></h1><p>{say('The exact words, or none.')}</p>"
    return f'<header class="ibid-header">{name}<p class="ibid-count">{plain(counted)}</p></header>'


def conversation_list(known: Sequence[Conversation], current: str | None) -> str:
    """Return the list of conversations that are kept, with the open one named as such."""
    if not known:
        return f'<p class="ibid-note">{say("Conversations are kept here.")}</p>'
    return f'<ul class="ibid-list">{"".join(_entry(one, is_current=one.id == current) for one in known)}</ul>'


def account_line(name: str) -> str:
    """Return who is logged in, with a button that ends it; nothing where nobody logs in."""
    out = f'<button type="button" data-out="true">{say("Sign out")}</button>'
    return f'<p class="ibid-note ibid-actions">{plain(name)} {out}</p>' if name else ""


def export_buttons() -> str:
    """Return the buttons that save the open conversation as a file."""
    buttons = "".join(f'<button type="button" data-act="{kind}">{name}</button>' for kind, name in _KINDS.items())
    return f'<div class="ibid-actions"><span class="ibid-copies">{say("Save as")} {buttons}</span></div>'


def library_table(entries: Sequence[Entry]) -> str:
    """Return the articles as a table whose columns sort it, with a field that finds rows; a title opens its article."""
    if not entries:
        return f'<p class="ibid-note">{say("There are no articles yet: add files.")}</p>'
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{i}">{say(name)}</button></th>' for i, name in enumerate(_HEADS)
    )
    rows, find = "".join(_row(one) for one in entries), say("Find articles")
    return (
        f'<div class="ibid-library"><input type="search" class="ibid-rows" placeholder="{find}" aria-label="{find}">'
        f'<span class="ibid-shown" aria-live="polite"></span><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _row(one: Entry) -> str:
    title = f'<button type="button" data-act="show" data-key="{one.key}">{plain(one.title)}</button><span>{plain(one.id)}</span>'
    cells = (one.author, one.publisher, one.published, f"{one.words}", f"{one.passages}")
    return f'<tr><th scope="row">{title}</th>{"".join(f"<td>{plain(cell)}</td>" for cell in cells)}</tr>'


def _entry(one: Conversation, *, is_current: bool) -> str:
    current = ' aria-current="true"' if is_current else ""
    day = say_day(datetime.fromtimestamp(one.changed, UTC).astimezone().date())
    questions = say_count(one.turns, later("{n} question"), later("{n} questions"))
    return (
        f'<li><button type="button" class="ibid-load" data-act="load" data-id="{plain(one.id)}"{current}>{plain(one.title)}'
        f"<span>{day} · {questions}</span></button>"
        f'<button type="button" class="ibid-delete" data-act="delete" data-id="{plain(one.id)}" data-confirm="{say("Delete?")}"'
        f' title="{say("Delete")}"'
        f' aria-label="{say("Delete {title}").format(title=plain(one.title))}">×</button></li>'
    )
