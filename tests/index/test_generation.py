"""Generations: one is live, the next is made beside it."""

import fcntl
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from index.chunk import Chunking
from index.errors import DamagedError, LockedError, MismatchError, NoIndexError
from index.generation import Generation, Manifest, begin, drop, open_live, switch
from index.home import live_name, writing
from tests.index.test_catalog import add, passages_of
from tests.index.texts import article_of
from tests.toy import ToyEmbedder

MANIFEST = Manifest.of(ToyEmbedder(), Chunking())


leaks = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
"""Until open_live gives its lease back."""


def is_lease_free(folder: Path) -> bool:
    """Say whether nobody reads a generation."""
    with (folder / "lease").open("rb") as lease:
        try:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def names(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "generations").iterdir())


def make_live(home: Path, *texts: str) -> str:
    """Make a generation of these articles the live one and return its name."""
    with writing(home):
        generation = begin(home, manifest=MANIFEST, copies="nothing")
        for i, text in enumerate(texts):
            add(generation.catalog, article_of(text, f"{i}.txt"), passages_of(article_of(text, f"{i}.txt")))
        generation.close()
        switch(home, generation.name)
    return generation.name


def test_there_is_no_live_generation_at_first(tmp_path: Path) -> None:
    assert live_name(tmp_path) is None
    with pytest.raises(NoIndexError, match=r"there is no index in '.*' yet: make one with `ibid index PATH`"):
        open_live(tmp_path)


def test_a_generation_is_not_live_until_it_is_switched_to(tmp_path: Path) -> None:
    with writing(tmp_path):
        generation = begin(tmp_path, manifest=MANIFEST, copies="nothing")
        generation.close()
        assert live_name(tmp_path) is None
        switch(tmp_path, generation.name)
    assert live_name(tmp_path) == generation.name == "000001"


def test_what_a_generation_holds_is_copied_into_the_next(tmp_path: Path) -> None:
    make_live(tmp_path, "Salt came from the south.")
    with writing(tmp_path):
        generation = begin(tmp_path, manifest=MANIFEST, copies="catalog")
        assert [article.text for article in generation.catalog.articles()] == ["Salt came from the south."]
        drop(generation)


def test_writing_to_a_generation_leaves_the_live_one_as_it_is(tmp_path: Path) -> None:
    make_live(tmp_path, "Salt came from the south.")
    with writing(tmp_path):
        generation = begin(tmp_path, manifest=MANIFEST, copies="catalog")
        generation.catalog.remove_article(1)
        generation.catalog.commit()
        live = open_live(tmp_path)
        assert live.catalog.counts()[0] == 1
        live.close()
        drop(generation)


def test_the_next_generation_has_the_next_number(tmp_path: Path) -> None:
    assert [make_live(tmp_path) for _ in range(3)] == ["000001", "000002", "000003"]
    assert names(tmp_path) == ["000003"]


def test_a_dropped_generation_is_gone(tmp_path: Path) -> None:
    with writing(tmp_path):
        drop(begin(tmp_path, manifest=MANIFEST, copies="nothing"))
    assert names(tmp_path) == []


def test_an_orphan_is_swept_by_the_next_writer(tmp_path: Path) -> None:
    """A crash leaves a generation that nobody names, whole or without its lease."""
    make_live(tmp_path)
    begin(tmp_path, manifest=MANIFEST, copies="all").close()
    (tmp_path / "generations/000009").mkdir()
    with writing(tmp_path):
        assert names(tmp_path) == ["000001"]


def test_a_generation_stays_while_it_is_read(tmp_path: Path) -> None:
    make_live(tmp_path, "Salt came from the south.")
    reader = open_live(tmp_path)
    make_live(tmp_path)
    assert names(tmp_path) == ["000001", "000002"]
    assert reader.catalog.counts() == (1, 1)
    reader.close()
    with writing(tmp_path):
        assert names(tmp_path) == ["000002"]


def test_a_lease_is_held_while_a_generation_is_open(tmp_path: Path) -> None:
    make_live(tmp_path)
    reader = open_live(tmp_path)
    assert not is_lease_free(reader.folder)
    reader.close()
    assert is_lease_free(reader.folder)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    """The second is refused at once, and let in when the first is done."""
    with (
        writing(tmp_path),
        pytest.raises(LockedError, match=r"another process is changing the index in '.*': try again"),
        writing(tmp_path),
    ):
        pytest.fail("two writers")
    with writing(tmp_path):
        assert (tmp_path / "writer.lock").exists()


def test_a_writer_that_fails_gives_the_lock_back(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), writing(tmp_path):
        _ = 1 / 0
    with writing(tmp_path):
        assert live_name(tmp_path) is None


def test_a_manifest_comes_back_equal(tmp_path: Path) -> None:
    manifest = replace(MANIFEST, articles=3, passages=12, dead_vectors=2)
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"format": 3}', '{"format": 3, "chunking": 3}', '{"format": 3, "chunking": {"x": 1}}', "\udcff"]
)
def test_a_broken_manifest_is_damage(tmp_path: Path, content: str) -> None:
    (tmp_path / "manifest.json").write_bytes(os.fsencode(content))
    with pytest.raises(DamagedError, match=r"the manifest of '.*' cannot be read .*--fresh"):
        Manifest.load(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    """Also if the rest of the manifest is one that this version does not know."""
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 99, "new": True}))
    with pytest.raises(MismatchError, match=r"format 99, this Ibid reads format 3: .*--fresh"):
        Manifest.load(tmp_path)


def test_an_index_with_one_vector_a_passage_is_refused(tmp_path: Path) -> None:
    """Format 1, whose manifest says all else as today."""
    live = tmp_path / "generations" / make_live(tmp_path)
    replace(MANIFEST, format=1).save(live)
    with pytest.raises(MismatchError, match=r"format 1, this Ibid reads format 3: .*--fresh"):
        open_live(tmp_path)


@pytest.mark.parametrize(
    ("embedder", "chunking"),
    [
        (ToyEmbedder(name="other"), Chunking()),
        (ToyEmbedder(digest="1" * 64), Chunking()),
        (ToyEmbedder(), Chunking(target=50)),
        (ToyEmbedder(), Chunking(version=0)),
    ],
)
def test_an_index_made_in_another_way_is_refused(embedder: ToyEmbedder, chunking: Chunking) -> None:
    """Another name or other bytes of the embedder, or another cut; the message says both and the way out."""
    MANIFEST.require(ToyEmbedder(), Chunking())
    with pytest.raises(MismatchError, match=r"not .*: .*--fresh.*--home"):
        MANIFEST.require(embedder, chunking)


def test_a_live_generation_that_is_gone_is_damage(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("000007\n")
    with pytest.raises(DamagedError, match=r"the live generation '.*000007' is missing: .*--fresh"):
        open_live(tmp_path)


@leaks
@pytest.mark.parametrize("name", ["manifest.json", "catalog.sqlite"])
def test_a_generation_that_cannot_be_opened_gives_its_lease_back(tmp_path: Path, name: str) -> None:
    """Otherwise no later sync of this process could remove it."""
    live = tmp_path / "generations" / make_live(tmp_path)
    (live / name).unlink()
    with pytest.raises(DamagedError) as caught:
        open_live(tmp_path)
    is_free = is_lease_free(live)
    del caught
    assert is_free


def test_vectors_are_opened_when_they_are_asked_for(tmp_path: Path) -> None:
    generation = Generation(tmp_path / "generations" / make_live(tmp_path), is_writable=True)
    assert not (generation.folder / "vectors").exists()
    assert generation.vectors.count() == 0
    assert (generation.folder / "vectors").exists()
    generation.discard_vectors()
    assert not (generation.folder / "vectors").exists()
    assert generation.vectors.count() == 0
    generation.close()
