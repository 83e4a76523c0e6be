"""The smaller pieces of the page as HTML."""

from collections.abc import Sequence
from datetime import UTC, datetime

from index.plan import Report
from qa.chat.export import Kind
from qa.chat.markup import asking_link, plain
from qa.conversations import Conversation
from qa.library import Entry
from qa.reference import written_day
from qa.render import report_lines

MOST_NAMED = 20
"""Articles of a kind that a report names."""
_HEADS = ("Title", "Author", "Publisher", "Published", "Words", "Passages")
_KINDS: dict[Kind, str] = {"markdown": "Markdown", "html": "HTML", "json": "JSON"}


def header(counted: str) -> str:
    """Return the line above everything: the name, what it promises, what is in the library."""
    name = "<h1>Ibid<span>.</span></h1><p>The exact words, or none.</p>"
    return f'<header class="ibid-header">{name}<p class="ibid-count">{plain(counted)}</p></header>'


def welcome(examples: Sequence[str] = ()) -> str:
    """Return what an empty conversation says, as Markdown, with questions that the articles answer."""
    offers = "".join(asking_link(one) for one in examples)
    said = "**Ask the articles.** The answer is a quote you can check, or an honest no."
    return f'{said}\n\n<div class="ibid-more">{offers}</div>' if offers else said


def conversation_list(known: Sequence[Conversation], current: str | None) -> str:
    """Return the list of conversations that are kept, with the open one named as such."""
    if not known:
        return '<p class="ibid-note">Conversations are kept here.</p>'
    return f'<ul class="ibid-list">{"".join(_entry(one, is_current=one.id == current) for one in known)}</ul>'


def export_buttons() -> str:
    """Return the buttons that save the open conversation as a file."""
    buttons = "".join(f'<button type="button" data-act="{kind}">{name}</button>' for kind, name in _KINDS.items())
    return f'<div class="ibid-actions"><span class="ibid-copies">Save as {buttons}</span></div>'


def library_table(entries: Sequence[Entry]) -> str:
    """Return the articles as a table whose columns sort it, with a field that finds rows; a title opens its article."""
    if not entries:
        return '<p class="ibid-note">There are no articles yet: add files.</p>'
    heads = "".join(
        f'<th scope="col" aria-sort="none"><button type="button" data-sort="{i}">{name}</button></th>' for i, name in enumerate(_HEADS)
    )
    rows = "".join(_row(one) for one in entries)
    return (
        '<div class="ibid-library"><input type="search" class="ibid-rows" placeholder="Find articles" aria-label="Find articles">'
        f'<span class="ibid-shown" aria-live="polite"></span><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def report_view(report: Report) -> str:
    """Return what a sync did: files that failed with their reasons, the articles that changed, and counts."""
    lines = "".join(f"<p>{plain(line)}</p>" for line in report_lines(report))
    kinds = (("Added", report.added), ("Changed", report.changed), ("Removed", report.removed))
    named = "".join(f"<dt>{kind}</dt><dd>{_listed(ids)}</dd>" for kind, ids in kinds if ids)
    return f'<div class="ibid-report" role="status">{lines}{f"<dl>{named}</dl>" if named else ""}</div>'


def _listed(ids: Sequence[str]) -> str:
    more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
    return plain(", ".join(ids[:MOST_NAMED])) + more


def _row(one: Entry) -> str:
    title = f'<button type="button" data-act="show" data-key="{one.key}">{plain(one.title)}</button><span>{plain(one.id)}</span>'
    cells = (one.author, one.publisher, one.published, f"{one.words}", f"{one.passages}")
    return f'<tr><th scope="row">{title}</th>{"".join(f"<td>{plain(cell)}</td>" for cell in cells)}</tr>'


def _entry(one: Conversation, *, is_current: bool) -> str:
    current = ' aria-current="true"' if is_current else ""
    day = written_day(datetime.fromtimestamp(one.changed, UTC).astimezone().date())
    questions = f"{one.turns} question{'' if one.turns == 1 else 's'}"
    return (
        f'<li><button type="button" class="ibid-load" data-act="load" data-id="{plain(one.id)}"{current}>{plain(one.title)}'
        f"<span>{day} · {questions}</span></button>"
        f'<button type="button" class="ibid-delete" data-act="delete" data-id="{plain(one.id)}" data-confirm="Delete?" title="Delete"'
        f' aria-label="Delete {plain(one.title)}">×</button></li>'
    )
