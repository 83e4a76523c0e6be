"""Read full dates: a day, a month and a year, never guessed from less."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

Order = Literal["day", "month"]
"""What stands first in dates such as 03/04/2024."""

_NAMES = """
january jan januar janvier enero gennaio janeiro januari styczeń stycznia января|february feb februar février fevrier febrero febbraio fevereiro februari lutego февраля
march mar märz mars marzo março maart marca марта|april apr avril abril aprile kwietnia апреля|may mai mayo maggio maio mei maj maja мая
june jun juni juin junio giugno junho czerwca июня|july jul juli juillet julio luglio julho lipca июля|august aug août aout agosto augustus augusti sierpnia августа
september sep sept septembre septiembre settembre setembro września сентября|october oct oktober octobre octubre ottobre outubro október października октября
november nov novembre noviembre novembro listopada ноября|december dec dezember décembre diciembre dicembre dezembro grudnia декабря
"""
_MONTHS = {name: i for i, names in enumerate(_NAMES.strip().replace("\n", "|").split("|"), start=1) for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|\.)?"
_FORMS = (
    r"\d{4}-\d{2}-\d{2}",
    r"\d{4}/\d{1,2}/\d{1,2}",
    rf"{_DAY}(?:\s+of\s+|\s+de\s+|[\s-]+){_MONTH},?(?:\s+de\s+|[\s-]+)\d{{4}}",
    rf"\b{_MONTH}\s+{_DAY},?\s+\d{{4}}",
    r"\d{1,2}/\d{1,2}/\d{4}",
    r"\d{1,2}\.\d{1,2}\.\d{4}",
    r"\d{1,2}-\d{1,2}-\d{4}",
)
MONTH_OF_YEAR = rf"\b{_MONTH},?\s+\d{{4}}(?![\w/-])"
PART_OF_DATE = rf"(?:{_DAY}\s+{_MONTH}|\b{_MONTH}(?:\s+{_DAY})?|{MONTH_OF_YEAR})(?![\w/-])"
"""Patterns of a month of a year, and of that, a day without its year or a month alone; to be compiled with IGNORECASE."""
DATE = r"(?<![\d/.-])(?:" + "|".join(_FORMS) + r")(?![\d/]|[.-]\d)"
"""A pattern of a full date; to be compiled with IGNORECASE."""
_DATE = re.compile(DATE, re.IGNORECASE)
_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?![\d/]|[.-]\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T.*)?")
_PLACEHOLDERS = frozenset(date(year, 1, 1) for year in (1, 1601, 1900, 1904, 1970, 1980))
"""What programs write where they know no date."""


def find_dates(line: str, *, order: Order | None = None) -> set[date]:
    """Return the full dates in a line. One that could be two days is left out unless `order` says which it is."""
    return {day for match in _DATE.finditer(line) if (day := _as_date(match[0], order))}


def find_date(line: str, *, order: Order | None = None) -> date | None:
    """Return the one full date in a line, or None if there is none or more than one.

    >>> find_date("Research paper |19-july-2024")
    datetime.date(2024, 7, 19)
    """
    found = find_dates(line, order=order)
    return found.pop() if len(found) == 1 else None


def parse_date(value: object, *, order: Order | None = None) -> date | None:
    """Return a date from a metadata field: a date, a datetime or text that holds one. A program's placeholder is none."""
    if isinstance(value, datetime):
        day: date | None = value.date()
    elif isinstance(value, str) and (match := _COMPACT.fullmatch(value.strip())):
        day = _checked(*map(int, match.groups()))
    else:
        day = value if isinstance(value, date) else find_date(value, order=order) if isinstance(value, str) else None
    return None if day in _PLACEHOLDERS else day


def day_order(text: str) -> Order | None:
    """Return what stands first in the text's dates of numbers, where one of them decides and none contradicts.

    >>> day_order("03/04/2024, then 25/04/2024"), day_order("03/04/2024")
    ('day', None)
    """
    found = set(_orders(text))
    return found.pop() if len(found) == 1 else None


def _orders(text: str) -> Iterator[Order]:
    for first, _, second in _NUMBERS.findall(text):
        if 12 < int(first) <= 31 and int(second) <= 12:
            yield "day"
        elif 12 < int(second) <= 31 and int(first) <= 12:
            yield "month"


def _as_date(text: str, order: Order | None) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if len(numbers) == 2:
        name = next(word for word in re.findall(r"[^\W\d_]+", text.lower()) if word in _MONTHS)
        return _checked(numbers[1], _MONTHS[name], numbers[0])
    if re.match(r"\d{4}", text):
        return _checked(*numbers)
    first, second, year = numbers
    if first == second or (order or day_order(text)) == "day":
        return _checked(year, second, first)
    return _checked(year, first, second) if (order or day_order(text)) == "month" else None


def _checked(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
