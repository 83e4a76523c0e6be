"""Which articles may answer, as the page says it: in words, and as a link."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from index.passage import Imprint
from qa.chat.markup import plain, whole
from qa.chat.speech import later, say
from qa.wanted import DAYS, LISTS, Wanted, wanted_of

LONGEST_NAME = 60
"""Characters of a name on a button."""


_SAID = {"since": later("since {day}"), "until": later("until {day}")}


def wanted_in_link(parameters: Mapping[str, Sequence[str]], known: Sequence[Imprint]) -> Wanted:
    """Return what a link asks for, as far as the library has it."""
    choices: tuple[set[str | None], ...] = ({one.id for one in known}, {one.author for one in known}, {one.publisher for one in known})
    names = [[one for one in parameters.get(name, ()) if one in own] for name, own in zip(LISTS, choices, strict=True)]
    days = ["".join(parameters.get(name, ())[:1])[:40] for name in DAYS]
    return wanted_of(names[0], names[1], names[2], days[0], days[1])


def chips(wanted: Wanted, known: Sequence[Imprint]) -> str:
    """Return what is wanted as buttons that take it away, with one that copies the link; nothing where every article may answer."""
    if wanted.is_open:
        return ""
    name = say("Filters that are set")
    titles = {one.id: one.title for one in known}
    shown = [_chip("articles", i, titles.get(one, one)) for i, one in enumerate(wanted.articles)]
    shown += [_chip(name, i, one) for name in ("authors", "publishers") for i, one in enumerate(getattr(wanted, name))]
    shown += [_chip(name, 0, say(_SAID[name]).format(day=day)) for name in DAYS if (day := getattr(wanted, name))]
    pairs = [(name, one) for name in LISTS for one in getattr(wanted, name)] + [(name, getattr(wanted, name)) for name in DAYS]
    query = whole("?" + urlencode([pair for pair in pairs if pair[1]]))
    link = f'<button type="button" class="ibid-link" data-query="{query}" title="{say("Copy a link with these filters")}">'
    link += f"{say('Copy link')}</button>"
    clear = (
        f'<button type="button" class="ibid-link" data-act="clear" title="{say("Let every article answer")}">{say("Remove all")}</button>'
    )
    return f'<div class="ibid-chips" role="group" aria-label="{name}"><span>{say("Only")}</span>{"".join(shown)}{clear}{link}</div>'


def _chip(field: str, place: int, shown: str) -> str:
    name = plain(shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…")
    return (
        f'<button type="button" data-act="without" data-field="{field}" data-place="{place}" title="{say("Remove this filter")}"'
        f' aria-label="{say("Remove the filter {name}").format(name=name)}">{name} <span aria-hidden="true">×</span></button>'
    )
