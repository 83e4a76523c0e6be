"""Which articles a person wants to answer, as it was typed or chosen."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.errors import PathError
from index.passage import Filters


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


def wanted_of(articles: object, authors: object, publishers: object, since: object, until: object) -> Wanted:
    """Return what the values of the page's fields say; anything else than names and words says nothing."""
    names = [tuple(str(one) for one in given) if isinstance(given, list | tuple) else () for given in (articles, authors, publishers)]
    days = [given.strip() if isinstance(given, str) else "" for given in (since, until)]
    return Wanted(names[0], names[1], names[2], days[0], days[1])


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PathError(f"'{text[:40]}' is no day: write it as 2024-06-19") from None
