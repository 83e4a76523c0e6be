"""The map of the articles."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.atlas import points
from index.catalog import Catalog
from index.reader import Reader
from index.store import Store
from tests.toy import ToyEmbedder

TEXTS = {
    "apple.txt": "Apples\n\nApples ripen in autumn orchards. Growers pick apples and pears by hand.\n",
    "pear.txt": "Pears\n\nPears ripen in autumn orchards. Growers pick pears and apples by hand.\n",
    "ship.txt": "Ships\n\nShips carry timber across stormy seas. Captains steer vessels through fog.\n",
    "boat.txt": "Boats\n\nBoats carry timber across stormy seas. Captains steer vessels through fog.\n",
    "moon.txt": "The moon\n\nThe moon circles the earth monthly. Tides follow its pull.\n",
}


@contextmanager
def stored(home: Path, texts: dict[str, str]) -> Iterator[Reader]:
    """Read a store that holds texts by their names."""
    folder = home / "articles"
    folder.mkdir(parents=True)
    for name, text in texts.items():
        (folder / name).write_text(text)
    with closing(Store(home / "home", embedder=ToyEmbedder())) as store:
        store.sync([folder])
        with store.reading() as reader:
            yield reader


def placed(home: Path, texts: dict[str, str]) -> dict[str, NDArray[np.float64]]:
    """Return where texts stand on their map, by their names."""
    with stored(home, texts) as reader:
        return {one.article: np.array([one.x, one.y]) for one in reader.points()}


def test_like_articles_stand_near_each_other(tmp_path: Path) -> None:
    """Every article has a nearer neighbour in its own subject than in any other; all stay within the map."""
    at = placed(tmp_path, TEXTS)
    assert set(at) == set(TEXTS)
    for one, friend in (("apple.txt", "pear.txt"), ("pear.txt", "apple.txt"), ("ship.txt", "boat.txt"), ("boat.txt", "ship.txt")):
        others = set(TEXTS) - {one, friend}
        assert np.linalg.norm(at[one] - at[friend]) < min(np.linalg.norm(at[one] - at[other]) for other in others)
    assert np.isclose(max(np.abs(place).max() for place in at.values()), 1)
    xs, ys = np.array(list(at.values())).T
    assert xs.std() >= ys.std() and np.isclose(xs.mean(), 0, atol=1e-5)


def test_the_same_articles_stand_in_the_same_place(tmp_path: Path) -> None:
    """Built anew and in another order, the map is the same, signs included."""
    first = placed(tmp_path / "a", TEXTS)
    again = placed(tmp_path / "b", dict(reversed(TEXTS.items())))
    assert all(np.allclose(first[name], again[name], atol=1e-4) for name in TEXTS)


@pytest.mark.parametrize("n", [1, 2])
def test_a_map_of_few_articles_is_a_map(tmp_path: Path, n: int) -> None:
    at = placed(tmp_path, dict(list(TEXTS.items())[:n]))
    assert len(at) == n and all(np.isfinite(place).all() for place in at.values())


def test_equal_articles_stand_on_one_place(tmp_path: Path) -> None:
    at = placed(tmp_path, {"a.txt": TEXTS["moon.txt"], "b.txt": TEXTS["moon.txt"]})
    assert np.allclose(at["a.txt"], at["b.txt"]) and np.allclose(at["a.txt"], 0, atol=1e-3)


def test_an_article_without_passages_is_not_on_the_map(tmp_path: Path) -> None:
    with stored(tmp_path, TEXTS | {"scrap.txt": "Related Posts\n\nLeave a Reply\n"}) as reader:
        counts = reader.passage_counts()
        assert {one.article for one in reader.points()} == {name for name, count in counts.items() if count}


def test_an_empty_catalog_has_no_points(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path / "catalog.sqlite", is_writable=True)
    assert points(catalog) == []
    catalog.close()
