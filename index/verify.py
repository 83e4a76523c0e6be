"""Check a generation: that its parts agree and that its vectors are found."""

from collections.abc import Iterator, Sequence

import numpy as np

from index.catalog import Catalog
from index.generation import Generation
from index.read.article import text_digest

SAMPLE = 64
LEAST_RECALL = 0.98
"""Recall@10 of the vector index against brute force over a sample, the least that is accepted."""


def find_damage(generation: Generation, *, is_thorough: bool = False) -> Iterator[str]:
    """Yield what is wrong with a generation: counts, offsets, and how well its vectors are found.

    A thorough look reads every article and lets SQLite check its file.
    """
    catalog, vectors, manifest = generation.catalog, generation.vectors, generation.manifest
    articles, passages = catalog.counts()
    if (articles, passages) != (manifest.articles, manifest.passages):
        said = f"{manifest.articles} and {manifest.passages}"
        yield f"the catalog holds {articles} articles and {passages} passages, its manifest says {said}"
    keys = [key for key, _ in catalog.passage_keys()]
    if vectors.keys() != keys:
        yield f"the vector index holds {vectors.count()} vectors for {passages} passages, or others"
        return
    if is_thorough:
        yield from catalog.find_damage()
        yield from _false_texts(catalog, keys)
    if keys:
        recall, is_found = _recall(generation, keys)
        if recall < LEAST_RECALL or not is_found:
            yield f"recall@10 of the vector index is {recall:.3f} on a sample, at least {LEAST_RECALL} is needed"


def _false_texts(catalog: Catalog, keys: Sequence[int]) -> Iterator[str]:
    texts: dict[str, str] = {}
    for article in catalog.articles():
        texts[article.id] = article.text
        if text_digest(article.text) != article.sha256:
            yield f"the text of {article.id} does not have its digest"
    for passage in catalog.passages(keys):
        if texts[passage.article][passage.start : passage.end] != passage.text:
            yield f"a passage of {passage.article} does not stand at {passage.start}-{passage.end}"


def _recall(generation: Generation, keys: Sequence[int]) -> tuple[float, bool]:
    """Return recall@10 against brute force for a sample of the vectors, and whether each finds itself or an equal."""
    rows = generation.catalog.embeddings(keys)
    places = {key: i for i, key in enumerate(keys)}
    sample = np.random.default_rng(len(keys)).choice(len(keys), min(SAMPLE, len(keys)), replace=False)
    n = min(10, len(keys))
    hits, is_found = 0, True
    for i in sample:
        cosines = rows @ rows[i]
        found = cosines[[places[key] for key in generation.vectors.search(rows[i], n)]]
        least = np.partition(cosines, -n)[-n]
        hits += int((found >= least - 1e-5).sum())
        is_found = is_found and bool(found.size) and float(found.max()) >= float(cosines[i]) - 1e-5
    return hits / (n * len(sample)), is_found
