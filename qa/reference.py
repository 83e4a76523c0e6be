"""A quote with its reference, as people paste it into what they write."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

from qa.turn import Source

Style = Literal["plain", "markdown", "chicago", "bibtex"]
STYLES: tuple[Style, ...] = get_args(Style)

_LATEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {c: f"\\{c}" for c in "{}$&%#_"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~$&])")


def reference(one: Source, style: Style) -> str:
    """Return a quote with its reference in a style; what is not known of the article is left out.

    `plain` and `markdown` name the characters, so that anyone can look the quote up with `ibid show`; `chicago` is a note as the
    Chicago Manual of Style has it; `bibtex` is an entry with the quote as its note.
    """
    return {"plain": _plain, "markdown": _markdown, "chicago": _chicago, "bibtex": _bibtex}[style](one)


def described(one: Source) -> str:
    """Return where a quote stands: author, title, publisher, day, page, and its characters as `ibid show` takes them."""
    known = (_line(part) for part in (one.author, f"“{one.title}”", one.publisher) if part)
    return ", ".join([*known, *_day(one), *_place(one)])


def written_day(day: date) -> str:
    """Return a day as the British write it.

    >>> written_day(date(2024, 6, 9))
    '9 June 2024'
    """
    return f"{day.day} {day:%B} {day.year}"


def escaped(text: str | None) -> str:
    """Return text in which no character means anything to Markdown, a list's mark at its beginning included."""
    return re.sub(r"^(\d*)([-.)])", r"\1\\\2", _MARKDOWN.sub(r"\\\1", _line(text)))


def _plain(one: Source) -> str:
    return f"“{_line(one.quote)}” ({described(one)})"


def _markdown(one: Source) -> str:
    title = f"*{escaped(one.title)}*"
    link = _link(one)
    parts = (escaped(one.author), f"[{title}]({link})" if link else title, escaped(one.publisher))
    known = [part for part in parts if part]
    place = [escaped(part) for part in _place(one)]
    return f"> {escaped(one.quote)}\n>\n> — {', '.join([*known, *_day(one), *place])}"


def _chicago(one: Source) -> str:
    day = one.published
    title = _line(one.title)
    title = f"“{title}”" if title.endswith(("?", "!")) else f"“{title},”"
    american = f"{day:%B} {day.day}, {day.year}" if day else "n.d."
    known = (one.publisher, american, one.place, _link(one))
    before = f"{_line(one.author)}, " if one.author else ""
    return f"“{_line(one.quote)}” {before}{title} {', '.join(_line(part) for part in known if part).removesuffix('.')}."


def _bibtex(one: Source) -> str:
    day = one.published
    fields = {
        "author": f"{{{_latex(one.author)}}}" if one.author else None,
        "title": f"{{{_latex(one.title)}}}",
        "howpublished": _latex(one.publisher),
        "year": str(day.year) if day else None,
        "month": f"{day:%b}".lower() if day else None,
        "day": str(day.day) if day else None,
        "pages": _latex(one.place.removeprefix("p. ")).replace("–", "--") if one.place.startswith("p. ") else None,
        "url": _link(one),
        "note": f"``{_latex(one.quote)}''",
    }
    lines = [f"  {name} = {value if name == 'month' else f'{{{value}}}'}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{_key(one)},", *lines, "}"])


def _key(one: Source) -> str:
    """Return a key of author, year and first long word of the title, in ASCII."""
    name = (one.author or "").split()[-1:]
    year = [str(one.published.year)] if one.published else []
    word = [one for one in re.findall(r"\w+", one.title) if len(one) > 3][:1]
    ascii_only = unicodedata.normalize("NFKD", "".join([*name, *year, *word])).encode("ascii", "ignore").decode()
    return re.sub(r"\W", "", ascii_only).lower() or f"article{one.sha256[:8]}"


def _day(one: Source) -> Iterator[str]:
    if one.published:
        yield written_day(one.published)


def _place(one: Source) -> Iterator[str]:
    if one.place:
        yield _line(one.place)
    yield f"{_line(one.article)}:{one.start}-{one.end}"


def _link(one: Source) -> str:
    """Return an article's address if it is one that may stand in a link."""
    url = (one.url or "").strip()
    return url if re.fullmatch(r"https?://[^\s<>()\"'\\{}]+", url) else ""


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def _latex(text: str | None) -> str:
    return "".join(_LATEX.get(c, c) for c in _line(text))
