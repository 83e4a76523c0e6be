"""Which of the quotes that may answer are shown, and in which order."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.passage import Article
from qa.answer import Citation

MOST_QUOTES = 3
"""Quotes in an answer unless another number is asked for."""
SAME = 0.8
"""Two quotes say the same when the shorter one has at least this share of its words in common with the other."""
EQUAL = 0.1
"""Quotes whose scores differ by less are equally good: the newest comes first."""
FEWEST_WORDS = 4
"""Of quotes with fewer different words only those with the same ones say the same."""

_DENYING = frozenset("not no never nor neither without denied denies".split())


def choose(cited: Sequence[Citation], *, question: str = "") -> list[Citation]:
    """Return up to three citations, best first: no statement twice, and rather from an article that is not quoted yet.

    Of those that say the same the best is taken, of equally good ones the newest, and it names the others' articles. Where the
    question names both articles, each may say it.
    """
    left = newest_first(cited)
    chosen: list[Citation] = []
    while left and len(chosen) < MOST_QUOTES:
        quoted = {one.article.id for one in chosen}
        best = next((one for one in left if one.article.id not in quoted), left[0])
        same = [one for one in left if one is not best and is_same(one.quote, best.quote)]
        kept = [one for one in same if one.article.id != best.article.id and asks_for_both(question, one.article, best.article)]
        dropped = [one for one in same if one not in kept]
        chosen.append(with_others(best, [one.article for one in dropped if is_copy(one.quote, best.quote)]))
        left = [one for one in left if one is not best and one not in dropped]
    return newest_first(chosen)


def with_others(one: Citation, articles: Sequence[Article]) -> Citation:
    """Return a citation that names other articles which say the same, each once."""
    others = {article.id: article for article in (*one.also_in, *articles) if article.id != one.article.id}
    return replace(one, also_in=tuple(others.values()))


def asks_for_both(question: str, one: Article, other: Article) -> bool:
    """Say whether a question names two articles, each by a title, publisher or author that the other does not have."""
    asked = question.lower()
    first, second = _names(one), _names(other)
    return any(name in asked for name in first - second) and any(name in asked for name in second - first)


def newest_first(cited: Sequence[Citation]) -> list[Citation]:
    """Return citations best first; of those as good as the best that is left the newest comes first, those without a date last."""
    left = sorted(cited, key=lambda one: -one.score)
    ordered: list[Citation] = []
    while left:
        equals = [one for one in left if left[0].score - one.score < EQUAL]
        best = max(equals, key=lambda one: (one.article.published or date.min, one.score))
        ordered.append(best)
        left = [one for one in left if one is not best]
    return ordered


def is_same(one: str, other: str) -> bool:
    """Say whether two quotes say the same in nearly the same words.

    >>> is_same("The king is dead.", "The King, they say, is dead."), is_same("He won in 1990.", "He won in 1991.")
    (True, False)
    """
    first, second = _words(one), _words(other)
    apart = first ^ second
    if any(word.isdigit() or word in _DENYING for word in apart):
        return False
    fewer = min(len(first), len(second))
    return not apart or (fewer >= FEWEST_WORDS and len(first & second) >= SAME * fewer)


def is_copy(one: str, other: str) -> bool:
    """Say whether two quotes are one text with small changes: they say the same, and the longer one says hardly more.

    >>> is_copy("The king is dead, they say in Bern.", "The king is dead, they said in Bern.")
    True
    >>> is_copy("He won it all.", "He, it is said, won all.")
    False
    """
    first, second = _words(one), _words(other)
    return is_same(one, other) and len(first & second) >= SAME * max(len(first), len(second))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _names(article: Article) -> set[str]:
    return {name.lower() for name in (article.title, article.publisher, article.author) if name}
