"""The texts of the page in the language of who reads it: English in the code, a file in `words` for each other language."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files

ENGLISH = "en"
LANGUAGES = ("de", "es", "fr", "ko", "ru", "zh")
"""Beside English."""

_chosen: ContextVar[str] = ContextVar("language", default="")


def say(text: str) -> str:
    """Return a text of the page, written in English, in the reader's language; what stands in braces is to be filled in.

    >>> with speaking("de"):
    ...     say("Evidence")
    'Belege'
    """
    return catalogue(language()).get(text, text)


def later(text: str) -> str:
    """Return a text as it is: it is said elsewhere, and this names it."""
    return text


def say_count(n: int, one: str, many: str) -> str:
    """Return a number of things, in the form for one or for many.

    >>> say_count(1, "{n} article", "{n} articles")
    '1 article'
    """
    return say(one if n == 1 else many).format(n=grouped(n))


def grouped(n: int) -> str:
    """Return a number with its thousands apart, as it is read in most languages: 9 086."""
    return f"{n:,}".replace(",", "\u00a0")


_MONTHS = (
    later("January"), later("February"), later("March"), later("April"), later("May"), later("June"), later("July"), later("August"),
    later("September"), later("October"), later("November"), later("December"),
)  # fmt: skip


def say_day(day: date, *, is_short: bool = False) -> str:
    """Return a day as it is written in the reader's language; in the short form its month is shortened.

    >>> say_day(date(2024, 6, 9)), say_day(date(2024, 6, 9), is_short=True)
    ('9 June 2024', '9 Jun 2024')
    """
    month = _short_month(day) if is_short else say(_MONTHS[day.month - 1])
    return say("{day} {month} {year}").format(day=day.day, month=month, number=day.month, year=day.year)


def say_month(day: date) -> str:
    """Return the month of a day, shortened.

    >>> say_month(date(2024, 6, 9))
    'Jun 2024'
    """
    return say("{month} {year}").format(month=_short_month(day), year=day.year)


def _short_month(day: date) -> str:
    return say("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()[day.month - 1]


def language() -> str:
    """Return the reader's language: the one that was chosen, or the first that the browser of the request at hand asks for."""
    if _chosen.get():
        return _chosen.get()
    from gradio.context import LocalContext

    request = LocalContext.request.get(None)
    return language_of(str(request.headers.get("accept-language") or "")) if request else ENGLISH


def language_of(accepted: str) -> str:
    """Return the language for what a browser accepts; English where its first wish is none that there is.

    >>> language_of("de-CH,de;q=0.9,en;q=0.8"), language_of("it,de"), language_of("")
    ('de', 'en', 'en')
    """
    first = re.match(r"\s*([a-z]+)", accepted.lower())
    return first[1] if first and first[1] in LANGUAGES else ENGLISH


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Say everything in one language for a while."""
    token = _chosen.set(name)
    try:
        yield
    finally:
        _chosen.reset(token)


@cache
def catalogue(name: str) -> dict[str, str]:
    """Return the texts of a language by their English words; none for English itself."""
    if name == ENGLISH:
        return {}
    return dict(json.loads(files("qa.chat").joinpath("words", f"{name}.json").read_text(encoding="utf-8")))
