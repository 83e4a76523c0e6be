"""Find the passages that may answer: by meaning and by words, fused."""

from collections.abc import Sequence
from dataclasses import replace

from index.passage import Filters, Hit, Passage
from index.reader import ALL, Reader

CANDIDATES = 50
"""Passages from each leg."""
RRF_K = 10
"""The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009): the smaller, the more the first ranks count."""
WORDS = 0.5
"""Weight of the lexical leg beside the dense one, which reads paraphrases."""


def retrieve(reader: Reader, question: str, *, n: int, filters: Filters = ALL) -> list[Hit]:
    """Return up to `n` passages, best first by reciprocal rank fusion of both legs."""
    dense = reader.search_vectors(question, CANDIDATES, filters=filters)
    lexical = reader.search_words(question, CANDIDATES, filters=filters)
    return fuse(dense, lexical)[:n]


def fuse(dense: Sequence[Hit], lexical: Sequence[Hit]) -> list[Hit]:
    """Join two ranked lists: each passage gets the sum of weight / (10 + rank) over the lists that hold it."""
    joined: dict[Passage, Hit] = {hit.passage: hit for hit in dense}
    for hit in lexical:
        known = joined.get(hit.passage, hit)
        joined[hit.passage] = replace(known, bm25=hit.bm25, bm25_rank=hit.bm25_rank)
    fused = [replace(hit, fused=_share(hit.cosine_rank) + WORDS * _share(hit.bm25_rank)) for hit in joined.values()]
    return sorted(fused, key=lambda hit: (-hit.fused, hit.passage.article, hit.passage.start))


def _share(rank: int | None) -> float:
    return 1 / (RRF_K + rank) if rank else 0.0
