"""Check a generation: that its parts agree and that its vectors are found."""

from collections.abc import Iterator, Sequence

import numpy as np

from index.catalog import Catalog, Vectors
from index.errors import REPAIR, DamagedError
from index.generation import Generation
from index.read.article import text_digest
from index.seal import VECTORS, find_broken, find_strangers

SAMPLES = (64, 512)
"""Vectors that are looked for; the larger sample only where the smaller one is not found well enough, so that chance does not decide."""
_BLOCK = 20_000
"""Vectors that are compared at once."""
LEAST_RECALL = 0.98
"""The least recall@10 of the vector index against brute force that is accepted, and the least share that find themselves."""


def find_damage(generation: Generation) -> Iterator[str]:
    """Yield what is wrong with a generation: counts, and how well its vectors are found."""
    catalog, vectors = generation.catalog, generation.vectors
    yield from _false_counts(generation)
    keys = [key for key, _ in catalog.vector_keys()]
    if vectors.keys() != keys:
        yield f"the vector index holds {vectors.count()} vectors, the catalog {len(keys)}, or others"
        return
    if not keys:
        return
    if not np.allclose(np.linalg.norm(_sample(catalog, keys, SAMPLES[0]), axis=1), 1.0, atol=0.01):
        yield "some vectors of the catalog are not of unit length"
    elif not generation.manifest.is_exact:
        for size in SAMPLES:
            recall, found = _recall(generation, keys, size)
            if min(recall, found) >= LEAST_RECALL:
                return
        yield f"on a sample recall@10 is {recall:.3f} and {found:.3f} find themselves, at least {LEAST_RECALL} is needed"


def find_all_damage(generation: Generation) -> Iterator[str]:
    """Yield all that is wrong with a finished generation: its files, what SQLite says, every text and passage, every vector."""
    folder, seals = generation.folder, generation.manifest.files
    broken = list(find_broken(folder, seals, reads=True))
    yield from (*broken, *find_strangers(folder, seals))
    yield from find_false_texts(generation)
    if any(one.startswith(VECTORS) for one in broken):
        yield from _false_counts(generation)
        return
    yield from find_damage(generation)
    if generation.vectors.articles() != generation.catalog.vector_keys():
        yield "some vectors are not those of the articles that they name"


def require_catalog(generation: Generation) -> None:
    """Raise DamagedError if the catalog does not hold what its manifest says, or a text of it is false."""
    for damage in (*_false_counts(generation), *find_false_texts(generation)):
        raise DamagedError(f"{damage}: {REPAIR}")


def find_false_texts(generation: Generation) -> Iterator[str]:
    """Yield what is wrong with the catalog: what SQLite says, and every text and passage that is not what it should be."""
    yield from generation.catalog.find_damage()
    yield from _false_texts(generation.catalog, [key for key, _ in generation.catalog.passage_keys()])


def _false_counts(generation: Generation) -> Iterator[str]:
    held = generation.catalog.counts()
    said = (generation.manifest.articles, generation.manifest.passages)
    if held != said:
        yield f"the catalog holds {held[0]} articles and {held[1]} passages, its manifest says {said[0]} and {said[1]}"


def _false_texts(catalog: Catalog, keys: Sequence[int]) -> Iterator[str]:
    texts: dict[str, str] = {}
    for article in catalog.articles():
        texts[article.id] = article.text
        if text_digest(article.text) != article.sha256:
            yield f"the text of {article.id} does not have its digest"
    for passage in catalog.passages(keys):
        if texts[passage.article][passage.start : passage.end] != passage.text:
            yield f"a passage of {passage.article} does not stand at {passage.start}-{passage.end}"


def _sample(catalog: Catalog, keys: Sequence[int], size: int) -> Vectors:
    chosen = np.random.default_rng(len(keys)).choice(len(keys), min(size, len(keys)), replace=False)
    return catalog.vectors([keys[i] for i in sorted(chosen)])


def _recall(generation: Generation, keys: Sequence[int], size: int) -> tuple[float, float]:
    """Return for a sample of `size` vectors recall@10 against brute force, and the share that find themselves or an equal."""
    catalog = generation.catalog
    sample = _sample(catalog, keys, size)
    n = min(10, len(keys))
    best = np.full((len(sample), 0), -1.0, np.float32)
    for first in range(0, len(keys), _BLOCK):
        cosines = sample @ catalog.vectors(keys[first : first + _BLOCK]).T
        best = -np.partition(-np.hstack([best, cosines]), n - 1, axis=1)[:, :n]
    hits = themselves = 0
    for row, least in zip(sample, best.min(axis=1), strict=True):
        near = generation.vectors.search(row, n)
        found = catalog.vectors(near) @ row if near else np.zeros(0)
        hits += int((found >= least - 1e-5).sum())
        themselves += bool(found.size) and float(found.max()) >= float(row @ row) - 1e-5
    return hits / (n * len(sample)), themselves / len(sample)
