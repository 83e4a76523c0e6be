"""Which articles may answer: the page's fields, what they say in words, and the link that holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from index.errors import PathError
from index.passage import Article, Filters
from qa.chat.markup import plain, whole
from qa.chat.speech import later, say

LONGEST_NAME = 60
"""Characters of a name on a button."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page's fields say: ids, names, and days as they were typed."""

    articles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether every article may answer."""
        return self == Wanted()

    def filters(self) -> Filters:
        """Return the filters. Raises PathError if a day is not written as 2024-06-19."""
        return Filters(self.articles, _day(self.since), _day(self.until), self.authors, self.publishers)

    def without(self, field: str, place: int) -> "Wanted":
        """Return what is wanted when a name, by its place in its field from 0, or a day is taken away."""
        left: dict[str, Any] = {name: (*own[:place], *own[place + 1 :]) for name in LISTS if name == field and (own := getattr(self, name))}
        left |= {name: "" for name in DAYS if name == field}
        return replace(self, **left)


LISTS = ("articles", "authors", "publishers")
DAYS = ("since", "until")
_SAID = {"since": later("since {day}"), "until": later("until {day}")}


def wanted_of(articles: object, authors: object, publishers: object, since: object, until: object) -> Wanted:
    """Return what the values of the page's fields say; anything else than names and words says nothing."""
    names = [tuple(str(one) for one in given) if isinstance(given, list | tuple) else () for given in (articles, authors, publishers)]
    days = [given.strip() if isinstance(given, str) else "" for given in (since, until)]
    return Wanted(names[0], names[1], names[2], days[0], days[1])


def wanted_in_link(parameters: Mapping[str, Sequence[str]], known: Sequence[Article]) -> Wanted:
    """Return what a link asks for, as far as the library has it."""
    choices: tuple[set[str | None], ...] = ({one.id for one in known}, {one.author for one in known}, {one.publisher for one in known})
    names = [[one for one in parameters.get(name, ()) if one in own] for name, own in zip(LISTS, choices, strict=True)]
    days = ["".join(parameters.get(name, ())[:1])[:40] for name in DAYS]
    return wanted_of(names[0], names[1], names[2], days[0], days[1])


def chips(wanted: Wanted, known: Sequence[Article]) -> str:
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
    return f'<div class="ibid-chips" role="group" aria-label="{name}"><span>{say("Only")}</span>{"".join(shown)}{link}</div>'


def _chip(field: str, place: int, shown: str) -> str:
    name = plain(shown if len(shown) <= LONGEST_NAME else shown[: LONGEST_NAME - 1] + "…")
    return (
        f'<button type="button" data-act="without" data-field="{field}" data-place="{place}" title="{say("Remove this filter")}"'
        f' aria-label="{say("Remove the filter {name}").format(name=name)}">{name} <span aria-hidden="true">×</span></button>'
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PathError(f"'{text[:40]}' is no day: write it as 2024-06-19") from None
