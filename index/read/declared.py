"""What a web page declares about its article: JSON-LD, meta elements, and the elements that are marked as byline and date."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import cast

from lxml.etree import XPath, _Element

from index.byline import byline, lone_date, lone_names, stated_date
from index.dates import Order, day_order, parse_date
from index.read.metadata import Metadata, parse_authors, parse_text

Record = dict[str, object]

MOST_RECORDS = 500
"""Records of JSON-LD that are looked at."""
LONGEST = 1000
"""Characters of an element that are read."""

_ARTICLE = re.compile(r"(?:\w*Article|BlogPosting|LiveBlogPosting|SocialMediaPosting|Report|Essay)")
_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "twitter:title")
_AUTHORS = ("citation_author", "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator")
_DATES = (
    "article:published_time", "og:article:published_time", "citation_online_date", "citation_publication_date", "citation_date", "datepublished", "parsely-pub-date",
    "sailthru.date", "dcterms.issued", "dc.date.issued", "pubdate", "publish-date", "publish_date", "publication_date", "dc.date", "dcterms.date", "date",
)  # fmt: skip
_PUBLISHERS = (
    "og:site_name",
    "citation_journal_title",
    "citation_publisher",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "application-name",
)
_NOT_THE_ARTICLE = """not(ancestor-or-self::aside or ancestor-or-self::footer or ancestor-or-self::nav or ancestor-or-self::form or ancestor-or-self::*[
    re:test(concat(@class, ' ', @id), 'comment|relat|sidebar|footer|widget|recommend|promo|teaser|most-|popular|latest|cookie|consent|newsletter|next-|more-', 'i')])"""
_RE = {"re": "http://exslt.org/regular-expressions"}
_BYLINES = XPath(
    f".//*[(@rel='author' or contains(@itemprop, 'author') or re:test(@class, '(^|[ _-])(byline|author)(s|-name|__name|-line)?( |$)', 'i')) and {_NOT_THE_ARTICLE}]",
    namespaces=_RE,
)
_STATED_DAYS = XPath(
    f".//*[(contains(@itemprop, 'datePublished') or (self::time and (@pubdate or re:test(@class, 'publish', 'i')))) and {_NOT_THE_ARTICLE}]",
    namespaces=_RE,
)
_DAYS = XPath(
    f".//*[(self::time or re:test(@class, '(^|[ _-])(date|dateline|timestamp|published|posted-on|pubdate)( |$)', 'i'))"
    f" and not(re:test(@class, 'updat|modif', 'i') or contains(@itemprop, 'Modified')) and {_NOT_THE_ARTICLE}]",
    namespaces=_RE,
)
_HEADINGS = XPath(f".//h1[{_NOT_THE_ARTICLE}]", namespaces=_RE)
_JUNK_TITLE = re.compile(r"(?:home(?:\s?page)?|untitled(?:\s\w+)?|index|document|new page|article|blog|news)", re.IGNORECASE)
_PLACE = re.compile(r"\s+[|–—·•«»:-]+\s+")


def read_declared(tree: _Element) -> Metadata:
    """Return what a page declares. Where two declarations of a kind differ, JSON-LD comes before meta elements."""
    metas = _metas(tree)
    record = _article_record(tree, metas)
    publisher = _name_of(record.get("publisher")) or _first(metas, _PUBLISHERS)
    order = day_order("\n".join(value for values in metas.values() for value in values))
    return Metadata(
        title=_title(tree, parse_text(record.get("headline")) or _first(metas, _TITLES), publisher),
        author=_not_publisher(_authors(record, metas) or _marked_authors(tree), publisher),
        published=parse_date(record.get("datePublished"), order=order)
        or next((day for key in _DATES for value in metas.get(key, []) if (day := parse_date(value, order=order))), None)
        or _marked_day(tree, order),
        publisher=publisher,
        url=_url(tree, metas),
        language=(parse_text(tree.get("lang")) or "").replace("_", "-").split("-")[0].lower() or None,
    )


def _metas(tree: _Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in tree.iterfind(".//meta"):
        key = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if value := parse_text(element.get("content")):
            found.setdefault(key.lower().replace("dc:", "dc."), []).append(value)
    return found


def _first(metas: dict[str, list[str]], keys: tuple[str, ...]) -> str | None:
    return next((metas[key][0] for key in keys if key in metas), None)


def _article_record(tree: _Element, metas: dict[str, list[str]]) -> Record:
    """Return the JSON-LD record of the page's article with its references filled in; {} if there is none, or several."""
    records = list(_records(tree))
    named = {one["@id"]: one for one in records if isinstance(one.get("@id"), str) and len(one) > 1}
    articles = [one for one in records if any(_ARTICLE.fullmatch(kind) for kind in _texts(one.get("@type")))]
    if len(articles) > 1:
        titles = {_letters(title) for title in [*metas.get("og:title", []), *map(_said, cast(list[_Element], _HEADINGS(tree)))]}
        articles = [one for one in articles if _letters(str(one.get("headline"))) in titles]
    if len({str(one.get("headline")) for one in articles}) != 1:
        return {}
    return {key: _resolved(value, named) for key, value in articles[0].items()}


def _records(tree: _Element) -> Iterator[Record]:
    """Yield the records that stand for the page itself: at the top, in a graph, or as its main entity."""
    waiting: list[object] = []
    for script in tree.iterfind(".//script[@type='application/ld+json']"):
        try:
            waiting.append(json.loads(re.sub(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$", "", script.text or ""), strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(MOST_RECORDS):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            yield one
            waiting += [one[key] for key in ("@graph", "mainEntity") if key in one]


def _resolved(value: object, named: dict[object, Record]) -> object:
    if isinstance(value, list):
        return [_resolved(one, named) for one in value]
    return named.get(value["@id"], value) if isinstance(value, dict) and isinstance(value.get("@id"), str) else value


def _authors(record: Record, metas: dict[str, list[str]]) -> str | None:
    value = record.get("author") or record.get("creator")
    people = [
        one
        for one in (value if isinstance(value, list) else [value])
        if not isinstance(one, dict) or "Organization" not in _texts(one.get("@type"))
    ]
    named = parse_authors([name for one in people if (name := _name_of(one))])
    return named or next((names for key in _AUTHORS if (names := parse_authors(metas.get(key, [])))), None)


def _name_of(value: object) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        return parse_text(value.get("name")) or parse_text(" ".join(_texts(value.get("givenName")) + _texts(value.get("familyName"))))
    return parse_text(value)


def _texts(value: object) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _marked_authors(tree: _Element) -> str | None:
    """Return whom the elements marked as byline name, if they agree."""
    found = set()
    for element in cast(list[_Element], _BYLINES(tree)):
        line = _said(element)
        found.add(parse_authors([byline(line) or lone_names(line) or ""]))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _marked_day(tree: _Element, order: Order | None) -> date | None:
    """Return the day in the elements marked as date of publication, or in the only one marked as a date."""
    for path in (_STATED_DAYS, _DAYS):
        elements = cast(list[_Element], path(tree))
        days = {day for one in elements if (day := parse_date(one.get("datetime") or one.get("content")) or _day_said(_said(one), order))}
        if len(days) == 1:
            return days.pop()
    return None


def _day_said(line: str, order: Order | None) -> date | None:
    return stated_date(line, order=order) or lone_date(line, order=order)


def _title(tree: _Element, declared: str | None, publisher: str | None) -> str | None:
    """Prefer the heading that readers see, if it is the declared title or the only one; the site's name is none."""
    headings = [
        said for one in cast(list[_Element], _HEADINGS(tree)) if (said := _said(one)) and _letters(said) != _letters(publisher or "")
    ]
    title = _without_site(declared or "", publisher) or (headings[0] if len(headings) == 1 else None)
    element = tree.find(".//head/title")
    title = title or _without_site(_said(element) if element is not None else "", publisher)
    seen = next((one for one in headings if title and (_letters(one) in _letters(title) or _letters(title) in _letters(one))), None)
    return seen or (title if title and not _JUNK_TITLE.fullmatch(title) else None)


def _without_site(title: str, publisher: str | None) -> str | None:
    """Cut the site's name off a title; None if there is nothing else."""
    parts = _PLACE.split(title)
    if publisher and len(parts) > 1 and _letters(parts[-1]) == _letters(publisher):
        title = title[: -len(parts[-1])].rstrip(" |–—·•«»:-")
    return title if title and _letters(title) != _letters(publisher or "") else None


def _not_publisher(author: str | None, publisher: str | None) -> str | None:
    return None if author and publisher and author.lower() == publisher.lower() else author


def _url(tree: _Element, metas: dict[str, list[str]]) -> str | None:
    link = tree.find(".//link[@rel='canonical']")
    address = (link.get("href") if link is not None else None) or _first(metas, ("og:url",)) or ""
    return address.strip() if re.fullmatch(r"https?://\S{3,2000}", address.strip()) else None


def _said(element: _Element) -> str:
    return " ".join("".join(str(text) for text in element.itertext()).split())[:LONGEST]


def _letters(text: str) -> str:
    return "".join(re.findall(r"\w", text.lower()))
