"""The smaller pieces of the page as HTML."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from index.plan import Report
from qa.chat.export import Kind
from qa.chat.markup import asking_link, plain
from qa.chat.speech import later, say, say_count, say_day
from qa.conversations import Conversation
from qa.library import Entry

MOST_NAMED = 20
"""Articles of a kind that a report names."""
_HEADS = (later("Title"), later("Author"), later("Publisher"), later("Published"), later("Words"), later("Passages"))
_ADDED, _CHANGED, _REMOVED, _UNCHANGED = later("{n} added"), later("{n} changed"), later("{n} removed"), later("{n} unchanged")
_OTHER, _EXCLUDED = later("files of other kinds, left alone: {n}"), later("left out by .ibidignore: {n}")
_KINDS: dict[Kind, str] = {"markdown": "Markdown", "html": "HTML", "json": "JSON"}


def header(counted: str) -> str:
    """Return the line above everything: the name, what it promises, what is in the library."""
    name = f"<h1>Ibid<span>.</span></h1><p>{say('The exact words, or none.')}</p>"
    return f'<header class="ibid-header">{name}<p class="ibid-count">{plain(counted)}</p></header>'


def welcome(examples: Sequence[str] = ()) -> str:
    """Return what an empty conversation says, as Markdown, with questions that the articles answer."""
    offers = "".join(asking_link(one) for one in examples)
    said = say("**Ask the articles.** The answer is a quote you can check, or an honest no.")
    return f'{said}\n\n<div class="ibid-more">{offers}</div>' if offers else said


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


def report_view(report: Report) -> str:
    """Return what a sync did: files that failed with their reasons, counts, and the articles that changed."""
    lines = "".join(f"<p>{plain(line)}</p>" for line in _report_lines(report))
    kinds = ((say("Added"), report.added), (say("Changed"), report.changed), (say("Removed"), report.removed))
    named = "".join(f"<dt>{kind}</dt><dd>{_listed(ids)}</dd>" for kind, ids in kinds if ids)
    return f'<div class="ibid-report" role="status">{lines}{f"<dl>{named}</dl>" if named else ""}</div>'


def _report_lines(report: Report) -> Iterator[str]:
    for path, reason in report.failed:
        yield say("failed: {path}: {reason}").format(path=path, reason=reason)
    for text, left in ((_OTHER, report.ignored), (_EXCLUDED, report.excluded)):
        if left:
            yield say(text).format(n=len(left))
    counts = ((_ADDED, report.added), (_CHANGED, report.changed), (_REMOVED, report.removed), (_UNCHANGED, report.unchanged))
    done = [say(text).format(n=len(ids)) for text, ids in counts if ids]
    yield f"{', '.join(done) or say('nothing to do')} · {say_count(report.articles, later('{n} article'), later('{n} articles'))}"


def _listed(ids: Sequence[str]) -> str:
    """Return the first of many names."""
    named = plain(", ".join(ids[:MOST_NAMED]))
    return f"{named} {say('and {n} more').format(n=len(ids) - MOST_NAMED)}" if len(ids) > MOST_NAMED else named


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
