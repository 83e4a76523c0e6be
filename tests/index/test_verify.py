"""Damage is found."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import verify
from index.generation import Generation, Manifest
from index.passage import Span
from index.schema import passage_of
from index.store import Store
from index.vectors import Rows, Vectors
from tests.conftest import write_articles
from tests.toy import DIMENSIONS, ToyEmbedder

Tamper = Callable[[Path], None]


def live_folder(store: Store) -> Path:
    return store.home / "generations" / (store.generation or "")


def run_sql(statement: str) -> Tamper:
    def tamper(live: Path) -> None:
        base = sqlite3.connect(live / "catalog.sqlite")
        base.execute(statement)
        base.commit()
        base.close()

    return tamper


def forget_a_vector(live: Path) -> None:
    """Take out the second sentence of the first passage: the passage itself is still found."""
    vectors = Vectors(live / "vectors", is_writable=True)
    first, second, *_ = vectors.keys()
    assert passage_of(first) == passage_of(second)
    vectors.remove([second])
    vectors.close()


def add_a_vector(live: Path) -> None:
    """Put in one sentence more than the last passage has."""
    vectors = Vectors(live / "vectors", is_writable=True)
    last = vectors.keys()[-1]
    assert passage_of(last + 1) == passage_of(last)
    vectors.add([(last + 1, 1)], np.ones((1, DIMENSIONS), np.float32))
    vectors.close()


def take_another_vector(live: Path) -> None:
    add_a_vector(live)
    forget_a_vector(live)


def count_one_more(live: Path) -> None:
    manifest = Manifest.load(live)
    replace(manifest, passages=manifest.passages + 1).save(live)


def test_a_sound_index_has_no_damage(filled: Store) -> None:
    assert filled.find_damage() == []


@pytest.mark.parametrize(
    ("tamper", "damage"),
    [
        (count_one_more, "its manifest says"),
        (forget_a_vector, "the vector index holds 9 vectors, the catalog 10, or others"),
        (add_a_vector, "the vector index holds 11 vectors, the catalog 10, or others"),
        (take_another_vector, "the vector index holds 10 vectors, the catalog 10, or others"),
        (
            run_sql(f"UPDATE passages SET rows = rows - 1, embedding = substr(embedding, 1, {4 * DIMENSIONS}) WHERE key = 1"),
            "the vector index holds 10 vectors, the catalog 9, or others",
        ),
        (run_sql("UPDATE articles SET text = replace(text, '1871', '1872')"), "the text of harbour.md does not have its digest"),
        (run_sql("UPDATE passages SET start = start + 1, end = end + 1"), "does not stand at"),
        (run_sql("DELETE FROM words WHERE rowid = 1"), "1 passages have no words or no embedding"),
    ],
    ids=["counts", "missing vector", "extra vector", "other vector", "missing row", "text", "offsets", "words"],
)
def test_damage_is_named(filled: Store, tamper: Tamper, damage: str) -> None:
    filled.close()
    tamper(live_folder(filled))
    assert [one for one in filled.find_damage() if damage in one]


def test_checking_changes_nothing(filled: Store) -> None:
    """The live generation is the same afterwards, file by file, but for what Chroma writes on opening."""
    before = {path: path.read_bytes() for path in live_folder(filled).iterdir() if path.is_file()}
    filled.find_damage()
    assert {path: path.read_bytes() for path in live_folder(filled).iterdir() if path.is_file()} == before


class ChanceEmbedder(ToyEmbedder):
    """A toy embedder whose sentences point anywhere: no two are equal."""

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Rows]:
        chance = np.random.default_rng(len(self.embedded))
        rows = [chance.normal(size=one.shape) for one in super().embed_passages(texts, sentences)]
        return [np.asarray(one / np.linalg.norm(one, axis=1, keepdims=True), np.float32) for one in rows]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Generation]:
    """A generation in whose vector index some vectors have changed places."""
    root = tmp_path_factory.mktemp("spoilt")
    folder = write_articles(root / "articles")
    for i in range(6):
        (folder / f"{i}.txt").write_text("\n\n".join(f"Ship {j} came to harbour {i}. It carried {j + i} tons of salt." for j in range(4)))
    store = Store(root / "home", embedder=ChanceEmbedder())
    store.sync([folder])
    assert store.find_damage() == []
    generation = Generation(live_folder(store), is_writable=True)
    keys = generation.catalog.vector_keys()
    rows = generation.catalog.vectors([key for key, _ in keys])
    rows[::4] = np.roll(rows[::4], 1, axis=0)
    generation.discard_vectors()
    generation.vectors.add(keys, rows)
    yield generation
    generation.close()
    store.close()


@pytest.mark.parametrize("block", [10, 11, 16, 10_000])
def test_recall_is_that_of_brute_force_in_blocks_of_any_size(spoilt: Generation, monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """Also where the last block holds less than the ten that are wanted, and where some are not found at all."""
    keys = [key for key, _ in spoilt.catalog.vector_keys()]
    assert len(keys) == 58
    monkeypatch.setattr(verify, "_BLOCK", block)
    monkeypatch.setattr(verify, "SAMPLES", (len(keys), len(keys)))
    rows = dict(zip(keys, spoilt.catalog.vectors(keys), strict=True))
    hits = themselves = 0
    for row in rows.values():
        found = {key: float(rows[key] @ row) for key in spoilt.vectors.search(row, 10)}
        nearest = sorted(rows, key=lambda key: -float(rows[key] @ row))[:10]
        hits += len(found.keys() & set(nearest))
        themselves += max(found.values()) > 1 - 1e-5
    assert verify._recall(spoilt, keys, len(keys)) == (hits / (10 * len(keys)), themselves / len(keys))
    assert 0 < hits < 10 * len(keys)
    assert 0 < themselves < len(keys)
    assert [one for one in verify.find_damage(spoilt) if "on a sample recall@10 is" in one]


@pytest.mark.parametrize("n", [1, 2, 9])
def test_an_index_of_few_sentences_is_sound(tmp_path: Path, n: int) -> None:
    """Fewer than the ten that recall looks at."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/a.txt").write_text(" ".join(f"Salt came from port {i}." for i in range(n)))
    store = Store(tmp_path / "home", embedder=ToyEmbedder())
    store.sync([tmp_path / "articles"])
    assert store.find_damage() == []
    store.close()
