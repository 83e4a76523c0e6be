"""A map of the articles: two dimensions in which those that say alike things stand near each other."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from index.catalog import Catalog, Vectors


@dataclass(frozen=True, slots=True)
class Point:
    """Where an article stands on the map: coordinates from -1 to 1, in one scale; the spread is largest along `x`."""

    article: str
    """The article's id."""
    x: float
    y: float


def points(catalog: Catalog) -> list[Point]:
    """Return a point for every article that has passages, sorted by id; the same catalog gives the same points.

    The points are the first two principal components of the articles' mean vectors.
    """
    known = dict(sorted(_means(catalog)))
    if not known:
        return []
    plane = _plane(np.stack(list(known.values())))
    return [Point(name, float(x), float(y)) for name, (x, y) in zip(known, plane, strict=True)]


def _means(catalog: Catalog) -> Iterator[tuple[str, Vectors]]:
    """Yield the id of each article with the mean of its vectors, one article at a time."""
    by_article = sorted(catalog.passage_keys(), key=lambda pair: pair[1])
    for _, group in groupby(by_article, key=lambda pair: pair[1]):
        keys = [key for key, _ in group]
        yield catalog.passages(keys[:1])[0].article, np.concatenate(catalog.embeddings(keys)).mean(axis=0)


def _plane(means: Vectors) -> Vectors:
    """Return the first two principal components, (rows, 2), in one scale. The largest weight of each is positive: signs are no chance."""
    spread = np.zeros((len(means), 2), np.float32)
    centred = means - means.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    for i, axis in enumerate(axes[:2]):
        spread[:, i] = centred @ axis * np.sign(axis[np.abs(axis).argmax()])
    return spread / max(float(np.abs(spread).max()), 1e-6)
