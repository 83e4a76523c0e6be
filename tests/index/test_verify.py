"""Damage is found."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from index.generation import Manifest
from index.store import Store
from index.vectors import Vectors

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
    vectors = Vectors(live / "vectors", is_writable=True)
    vectors.remove(vectors.keys()[:1])
    vectors.close()


def count_one_more(live: Path) -> None:
    manifest = Manifest.load(live)
    replace(manifest, passages=manifest.passages + 1).save(live)


def test_a_sound_index_has_no_damage(filled: Store) -> None:
    assert filled.find_damage() == []


@pytest.mark.parametrize(
    ("tamper", "damage"),
    [
        (count_one_more, "its manifest says"),
        (forget_a_vector, "the vector index holds 4 vectors for 5 passages"),
        (run_sql("UPDATE articles SET text = replace(text, '1871', '1872')"), "the text of harbour.md does not have its digest"),
        (run_sql("UPDATE passages SET start = start + 1, end = end + 1"), "does not stand at"),
        (run_sql("DELETE FROM words WHERE rowid = 1"), "1 passages have no words or no embedding"),
    ],
    ids=["counts", "vectors", "text", "offsets", "words"],
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
