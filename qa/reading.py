"""Read what was found for a question: every passage once, the best ones again with what stands around them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.passage import Filters, Hit
from index.reader import Reader
from qa.answer import Seconds
from qa.decide import judge, probability
from qa.evidence import UNSURE, Quote, find_quotes, widened
from qa.rerank import Reranker, best_first, rerank, reread
from qa.retrieve import retrieve

DEPTH = 16
"""Passages that the cross-encoder reads at most."""
FIRST = 8
"""Passages that it reads first; it reads on unless a quote is SURE."""
SURE = 0.35
"""A quote that is at least this probable is not looked for any further."""
AGAIN = 2
"""Passages that are read again, of the best quotes."""
CERTAIN = 0.92
"""A quote that is more probable than this need not be read again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found for a question as it was understood."""

    hits: tuple[Hit, ...]
    """Reranked, best first."""
    quotes: tuple[Quote, ...]
    """Best first."""
    seconds: Seconds


def read(reader: Reader, reranker: Reranker, question: str, *, filters: Filters, k: int = 0) -> Reading:
    """Find passages and read them, as many as it takes for `k` quotes and one of them SURE."""
    began = time.perf_counter()
    found = retrieve(reader, question, n=DEPTH, filters=filters)
    retrieved = time.perf_counter()
    titles = titles_of(reader, found)
    hits: list[Hit] = []
    quotes: list[Quote] = []
    for part in (found[:FIRST], found[FIRST:]):
        hits = best_first([*hits, *rerank(reranker, question, part, titles=titles)])
        quotes = judge(find_quotes(hits))
        if quotes and len(quotes) >= k and probability(quotes[0].odds) >= SURE:
            break
    hits = look_again(reader, reranker, question, hits, quotes, titles=titles)
    quotes = [quote if probability(quote.odds) >= UNSURE else widened(quote) for quote in judge(find_quotes(hits))]
    return Reading(tuple(hits), tuple(quotes), Seconds(retrieved - began, time.perf_counter() - retrieved))


def look_again(
    reader: Reader, reranker: Reranker, question: str, hits: Sequence[Hit], quotes: Sequence[Quote], *, titles: Mapping[str, str]
) -> list[Hit]:
    """Return the hits with those of the best of their quotes read again, unless one is CERTAIN; best first."""
    if not quotes or probability(quotes[0].odds) > CERTAIN:
        return list(hits)
    best = [quote.hit for quote in quotes[:AGAIN]]
    around = [reader.surroundings(hit.passage) for hit in best]
    again = reread(reranker, question, best, titles=titles, around=around)
    return best_first([*again, *(hit for hit in hits if hit not in best)])


def titles_of(reader: Reader, hits: Sequence[Hit]) -> dict[str, str]:
    """Return the titles of the articles in which hits stand, by id."""
    return reader.titles({hit.passage.article for hit in hits})
