"""The store: the folder is the truth, and nothing is lost."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.catalog import Catalog
from index.chunk import Chunking
from index.errors import DamagedError, IbidError, LockedError, MismatchError, ModelError, NoIndexError, PathError, UnknownArticleError
from index.generation import Manifest
from index.home import writing
from index.passage import Article, Passage, Span
from index.plan import Step
from index.read.article import read_article
from index.store import Store
from index.vectors import Vectors
from tests.conftest import ARTICLES
from tests.index.test_generation import leaks
from tests.toy import ToyEmbedder

Action = Callable[[], object]
ROOT = Path(__file__).parent.parent.parent
LONG = "".join(
    f"# Part {i}\n\nThe harbour number {i} was built in {1800 + i} by engineer {i}. It took {i} ships each year.\n\n" for i in range(20)
)
"""Twenty passages of two sentences."""


class FailingEmbedder(ToyEmbedder):
    """A toy embedder that fails after some texts."""

    def __init__(self, after: int = 0) -> None:
        super().__init__()
        self._after = after

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        if len(self.embedded) + len(texts) > self._after:
            raise MemoryError
        return super().embed_passages(texts, sentences)


class WrongEmbedder(ToyEmbedder):
    """A toy embedder whose vectors are as long as it says: their cosine is not their product, unless all are 1."""

    def __init__(self, *lengths: float) -> None:
        super().__init__()
        self._lengths = lengths

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        lengths = np.resize(np.array(self._lengths, np.float32), len(texts))
        return [rows * length for rows, length in zip(super().embed_passages(texts, sentences), lengths, strict=True)]


class ListeningEmbedder(ToyEmbedder):
    """A toy embedder that remembers the sentences it was told of, as they stand in what it embeds."""

    def __init__(self, max_tokens: int) -> None:
        super().__init__()
        self.max_tokens = max_tokens
        self.heard: list[tuple[str, ...]] = []

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        self.heard += [tuple(text[start:end] for start, end in spans) for text, spans in zip(texts, sentences, strict=True)]
        return super().embed_passages(texts, sentences)


def contents(store: Store) -> tuple[list[Article], list[Passage]]:
    """Return every article and every passage of a store, in order."""
    with store.reading() as reader:
        hits = reader.search_vectors("harbour", 10_000)
        passages = sorted((hit.passage for hit in hits), key=lambda one: (one.article, one.start))
        assert reader.count() == (len(reader.articles()), len(passages))
        return reader.articles(), passages


def live_folder(store: Store) -> Path:
    return store.home / "generations" / (store.generation or "")


def vectors_of(store: Store) -> dict[int, tuple[str, bytes]]:
    """Return every vector that the catalog of a store holds by its key, with the id of its article.

    The vector index must hold the same keys.
    """
    catalog = Catalog(live_folder(store) / "catalog.sqlite")
    keys = catalog.vector_keys()
    names = {state.key: state.id for state in catalog.file_states()}
    rows = list(catalog.vectors([key for key, _ in keys])) if keys else []
    catalog.close()
    vectors = Vectors(live_folder(store) / "vectors")
    assert vectors.keys() == [key for key, _ in keys]
    vectors.close()
    return {key: (names[article], row.tobytes()) for (key, article), row in zip(keys, rows, strict=True)}


def generations(store: Store) -> list[str]:
    return sorted(path.name for path in (store.home / "generations").iterdir())


def check_vectors(store: Store) -> None:
    """Check that the vector index finds what brute force over the catalog finds."""
    assert store.find_damage() == []
    with store.reading() as reader:
        n = reader.count()[1]
        everything = reader.search_vectors("harbour built in 1803", n)
        assert len(everything) == n
        assert [hit.cosine for hit in reader.search_vectors("harbour built in 1803", 5)] == pytest.approx(
            [hit.cosine for hit in everything[:5]], abs=1e-5
        )


def test_a_folder_becomes_articles(store: Store, folder: Path) -> None:
    report = store.sync([folder])
    assert report.added == tuple(sorted(ARTICLES))
    assert (report.articles, report.failed, report.generation) == (3, (), "000001")
    articles, passages = contents(store)
    assert {article.id: article.text for article in articles} == ARTICLES
    assert report.passages == len(passages)


def test_articles_know_their_files(filled: Store, folder: Path) -> None:
    with filled.reading() as reader:
        article = reader.article("harbour.md")
        assert (article.title, article.author, str(article.published)) == ("The old harbour", "Ann Lee", "2021-03-04")
        assert article.path == str(folder / "harbour.md")
        assert article == read_article(article.path, article.id)


def test_a_second_sync_does_nothing(filled: Store, folder: Path, embedder: ToyEmbedder) -> None:
    """Nothing is embedded and no new generation is made."""
    before = len(embedder.embedded)
    report = filled.sync([folder])
    assert (report.added, report.changed, report.removed) == ((), (), ())
    assert report.unchanged == tuple(sorted(ARTICLES))
    assert (len(embedder.embedded), filled.generation) == (before, "000001")


def test_a_sync_makes_the_index_say_what_the_folder_says(filled: Store, folder: Path) -> None:
    """After adding, changing, removing and renaming files the index equals one that is made anew."""
    (folder / "new.md").write_text(LONG)
    (folder / "bridge.txt").write_text("The bridge fell in 1940. Nobody was hurt.")
    (folder / "harbour.md").unlink()
    (folder / "notes/orchard.txt").rename(folder / "trees.txt")
    report = filled.sync([folder])
    assert (report.added, report.changed, report.removed) == (("new.md", "trees.txt"), ("bridge.txt",), ("harbour.md", "notes/orchard.txt"))
    other = Store(filled.home.parent / "other", embedder=ToyEmbedder())
    other.sync([folder])
    assert contents(filled) == contents(other)
    assert filled.find_damage() == []
    other.close()


def test_building_twice_gives_the_same(filled: Store, folder: Path, tmp_path: Path) -> None:
    other = Store(tmp_path / "other", embedder=ToyEmbedder())
    other.sync([folder])
    assert contents(other) == contents(filled)
    other.close()


def test_the_order_of_changes_does_not_matter(store: Store, folder: Path, tmp_path: Path) -> None:
    """One file after the other gives what all at once give."""
    for name in sorted(ARTICLES, reverse=True):
        (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name, tmp_path / "copy" / name)
        store.sync([tmp_path / "copy"])
    other = Store(tmp_path / "other", embedder=ToyEmbedder())
    other.sync([tmp_path / "copy"])
    assert contents(store) == contents(other)
    other.close()


@pytest.mark.parametrize("max_tokens", [256, 20, 2])
def test_an_embedder_is_told_where_the_sentences_stand(tmp_path: Path, folder: Path, max_tokens: int) -> None:
    """Whether title and headings stand before them, the title alone, or nothing."""
    (folder / "long.md").write_text(LONG.replace("It took", "Ünal's étude 港町 took"))
    embedder = ListeningEmbedder(max_tokens)
    store = Store(tmp_path / "home", embedder=embedder)
    store.sync([folder])
    articles, passages = contents(store)
    texts = {article.id: article.text for article in articles}
    assert sorted(embedder.heard) == sorted(tuple(texts[one.article][start:end] for start, end in one.sentences) for one in passages)
    assert sum(len(one.sentences) for one in passages) == len(vectors_of(store)) == 50
    assert all(one.text.startswith(texts[one.article][slice(*one.sentences[0])]) for one in passages)
    store.close()


def test_nothing_of_a_removed_article_is_left_among_the_vectors(filled: Store, folder: Path) -> None:
    """Not one of its sentences; those of the other articles stay as they are."""
    (folder / "long.md").write_text(LONG)
    filled.sync([folder])
    before = vectors_of(filled)
    assert sum(name == "long.md" for name, _ in before.values()) == 40
    (folder / "long.md").write_text(LONG.replace("It took 3 ships each year.", "It closed. Ships went elsewhere. Nobody came."))
    filled.sync([folder])
    edited = vectors_of(filled)
    assert {key: one for key, one in edited.items() if one[0] != "long.md"} == {
        key: one for key, one in before.items() if one[0] != "long.md"
    }
    assert sum(name == "long.md" for name, _ in edited.values()) == 42
    assert not {key for key, (name, _) in before.items() if name == "long.md"} & edited.keys()
    filled.remove(["bridge.txt"])
    left = vectors_of(filled)
    assert left == {key: one for key, one in edited.items() if one[0] != "bridge.txt"}
    assert len(left) == len(edited) - 4


def test_renaming_a_file_embeds_nothing(filled: Store, folder: Path, embedder: ToyEmbedder) -> None:
    """Every sentence keeps its vector."""
    before, held = len(embedder.embedded), vectors_of(filled)
    (folder / "bridge.txt").rename(folder / "notes/span.txt")
    report = filled.sync([folder])
    assert (report.added, report.removed) == (("notes/span.txt",), ("bridge.txt",))
    assert len(embedder.embedded) == before
    assert sorted(vectors_of(filled).values()) == sorted((name.replace("bridge", "notes/span"), row) for name, row in held.values())
    check_vectors(filled)


def test_editing_a_paragraph_embeds_only_what_changed(store: Store, folder: Path, embedder: ToyEmbedder) -> None:
    (folder / "long.md").write_text(LONG)
    store.sync([folder])
    embedder.embedded.clear()
    (folder / "long.md").write_text(LONG.replace("built in 1807", "built in 1907"))
    assert store.sync([folder]).changed == ("long.md",)
    (text,) = embedder.embedded
    assert "1907" in text
    check_vectors(store)


def test_equal_texts_are_two_articles_with_passages_of_their_own(filled: Store, folder: Path) -> None:
    shutil.copy(folder / "bridge.txt", folder / "copy.txt")
    assert filled.sync([folder]).added == ("copy.txt",)
    with filled.reading() as reader:
        for hits in (reader.search_words("crowns", 9), reader.search_vectors("The bridge cost 2 million crowns", 2)):
            assert {hit.passage.article for hit in hits} == {"bridge.txt", "copy.txt"}
            assert len({hit.passage.text for hit in hits}) == 1
        assert reader.article("copy.txt").sha256 == reader.article("bridge.txt").sha256


def test_one_of_two_equal_texts_may_go(filled: Store, folder: Path, embedder: ToyEmbedder) -> None:
    shutil.copy(folder / "bridge.txt", folder / "copy.txt")
    filled.sync([folder])
    before = len(embedder.embedded)
    (folder / "bridge.txt").unlink()
    filled.sync([folder])
    assert len(embedder.embedded) == before
    with filled.reading() as reader:
        assert {hit.passage.article for hit in reader.search_words("crowns", 9)} == {"copy.txt"}
    check_vectors(filled)


def test_two_files_may_change_places(filled: Store, folder: Path, embedder: ToyEmbedder) -> None:
    """Each keeps its id and has the other's words; nothing is embedded."""
    before = len(embedder.embedded)
    (folder / "bridge.txt").write_text(ARTICLES["notes/orchard.txt"])
    (folder / "notes/orchard.txt").write_text(ARTICLES["bridge.txt"])
    assert filled.sync([folder]).changed == ("bridge.txt", "notes/orchard.txt")
    with filled.reading() as reader:
        assert reader.article("bridge.txt").text == ARTICLES["notes/orchard.txt"]
        assert {hit.passage.article for hit in reader.search_words("crowns", 9)} == {"notes/orchard.txt"}
    assert len(embedder.embedded) == before


def test_a_bad_file_is_named_and_the_rest_is_indexed(store: Store, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"%PDF-1.7")
    report = store.sync([folder])
    assert report.failed == ((str(folder / "bad.txt"), "is a PDF, not text"),)
    assert report.articles == 3


def test_a_file_that_became_unreadable_drops_its_article(filled: Store, folder: Path) -> None:
    (folder / "bridge.txt").write_bytes(b"\0\1\2\3")
    report = filled.sync([folder])
    assert (report.removed, report.articles) == (("bridge.txt",), 2)
    assert filled.sync([folder]).failed == report.failed
    assert filled.generation == "000002"


def test_a_file_of_furniture_is_an_article_without_passages(filled: Store, folder: Path) -> None:
    (folder / "page.txt").write_text("Share\n\nLeave a Reply\n")
    before = contents(filled)[1]
    assert filled.sync([folder]).added == ("page.txt",)
    articles, passages = contents(filled)
    assert "page.txt" in [article.id for article in articles]
    assert passages == before


def test_articles_of_other_folders_stay(filled: Store, tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more/tower.txt").write_text("The tower of Tarn has 99 steps.")
    assert filled.sync([tmp_path / "more"]).removed == ()
    assert [article.id for article in contents(filled)[0]] == ["bridge.txt", "harbour.md", "notes/orchard.txt", "tower.txt"]


def test_a_fresh_index_holds_only_what_is_named(filled: Store, folder: Path) -> None:
    report = filled.sync([folder / "notes"], is_fresh=True)
    assert report.added == ("orchard.txt",)
    assert [article.id for article in contents(filled)[0]] == ["orchard.txt"]


def test_a_fresh_index_of_nothing_is_empty(filled: Store, tmp_path: Path) -> None:
    """Where every file fails, the articles of before are not what was asked for."""
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad/a.txt").write_bytes(b"%PDF-1.7")
    assert filled.sync([tmp_path / "bad"], is_fresh=True).articles == 0


def test_an_emptied_folder_is_an_empty_index(filled: Store, folder: Path) -> None:
    """It can be searched, checked and filled again."""
    for name in ARTICLES:
        (folder / name).unlink()
    assert filled.sync([folder]).articles == 0
    assert contents(filled) == ([], [])
    assert filled.find_damage() == []
    (folder / "bridge.txt").write_text(ARTICLES["bridge.txt"])
    assert filled.sync([folder]).added == ("bridge.txt",)
    check_vectors(filled)


def test_nothing_of_a_removed_article_is_left(filled: Store, folder: Path) -> None:
    """Neither its text nor its words, its title nor its name stand in any file of the live generation."""
    (folder / "quagga.txt").write_text("Zanzibar in brief\n\nThe cloves of Zanzibar were shipped to Xanadu. " * 30)
    filled.sync([folder])
    wanted = (b"zanzibar", b"clove", b"xanadu", b"quagga")
    assert all(word in (live_folder(filled) / "catalog.sqlite").read_bytes().lower() for word in wanted)
    (folder / "quagga.txt").unlink()
    filled.sync([folder])
    files = [path for path in live_folder(filled).rglob("*") if path.is_file()]
    assert live_folder(filled) / "catalog.sqlite" in files
    assert [(path.name, word) for path in files for word in wanted if word in path.read_bytes().lower()] == []
    assert generations(filled) == [filled.generation]


def test_nothing_of_words_that_were_changed_is_left(filled: Store, folder: Path) -> None:
    """Also if the file had no passages, but only words that are no article."""
    (folder / "page.txt").write_text("Share\n\nTags: zanzibar\n\nLeave a Reply")
    (folder / "bridge.txt").write_text("The xanadu bridge stands.")
    filled.sync([folder])
    (folder / "page.txt").write_text("Share\n\nTags: other\n\nLeave a Reply")
    (folder / "bridge.txt").write_text("The bridge stands.")
    filled.sync([folder])
    left = (live_folder(filled) / "catalog.sqlite").read_bytes().lower()
    assert b"zanzibar" not in left
    assert b"xanadu" not in left


def test_many_removals_rebuild_the_vectors(store: Store, folder: Path) -> None:
    """Chroma keeps dead vectors; with more than a third of them the index is built anew and finds as before."""
    for i in range(6):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    store.sync([folder])
    sizes = []
    for i in range(4):
        (folder / f"{i}.md").unlink()
        store.sync([folder])
        manifest = Manifest.load(live_folder(store))
        sizes.append(manifest.dead_vectors)
        assert manifest.dead_vectors <= (len(vectors_of(store)) + manifest.dead_vectors) / 3
    assert sizes == [40, 80, 0, 40]
    check_vectors(store)


def test_an_article_can_be_removed(filled: Store, folder: Path) -> None:
    """Its file stays, and brings it back when the folder is indexed again."""
    report = filled.remove(["bridge.txt", "harbour.md", "bridge.txt"])
    assert (report.removed, report.articles) == (("bridge.txt", "harbour.md"), 1)
    assert [article.id for article in contents(filled)[0]] == ["notes/orchard.txt"]
    assert (folder / "bridge.txt").read_text() == ARTICLES["bridge.txt"]
    assert filled.sync([folder]).added == ("bridge.txt", "harbour.md")


def test_removing_an_unknown_article_removes_none(filled: Store) -> None:
    before = contents(filled)
    with pytest.raises(UnknownArticleError, match=r"no article is called 'none\.txt'"):
        filled.remove(["bridge.txt", "none.txt"])
    assert contents(filled) == before
    assert generations(filled) == ["000001"]


def test_an_empty_home_has_no_index(store: Store) -> None:
    assert store.generation is None
    actions: list[Action] = [lambda: store.remove(["a"]), store.rebuild, store.find_damage]
    for action in actions:
        with pytest.raises(NoIndexError, match="make one with `ibid index PATH`"):
            action()


def test_a_path_without_articles_makes_no_index(store: Store, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PathError):
        store.sync([tmp_path / "empty"])
    with pytest.raises(PathError):
        store.sync([tmp_path / "nowhere"])
    assert store.generation is None


@pytest.mark.parametrize("other", [ToyEmbedder(name="other"), ToyEmbedder(digest="1" * 64)], ids=["name", "digest"])
def test_another_embedder_is_refused_with_the_way_out(filled: Store, folder: Path, other: ToyEmbedder) -> None:
    """Neither reading nor writing mixes vectors of two embedders; --fresh makes the index anew with this one."""
    store = Store(filled.home, embedder=other)
    with pytest.raises(MismatchError, match="--fresh"), store.reading():
        pytest.fail("read with another embedder")
    actions: list[Action] = [lambda: store.sync([folder]), lambda: store.remove(["bridge.txt"]), store.rebuild]
    for action in actions:
        with pytest.raises(MismatchError, match="--fresh"):
            action()
    assert other.embedded == []
    assert store.sync([folder], is_fresh=True).articles == 3
    assert len(other.embedded) == len(contents(store)[1])
    with pytest.raises(MismatchError), filled.reading():
        pytest.fail("read with another embedder")
    store.close()


def test_another_cut_is_refused(filled: Store, folder: Path) -> None:
    store = Store(filled.home, embedder=ToyEmbedder())
    store.chunking = Chunking(target=50)
    with pytest.raises(MismatchError, match=r"cut as .*target=110.* not as .*target=50.*--fresh"):
        store.sync([folder])


def test_an_unknown_embedder_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(ModelError, match="no model is called 'gpt'"):
        Store(tmp_path / "home", embedder="gpt").sync([folder])


def test_a_missing_model_leaves_no_index(tmp_path: Path, folder: Path) -> None:
    """The message says how to get the model; the half-made generation is gone."""
    store = Store(tmp_path / "home", models=tmp_path / "models")
    with pytest.raises(ModelError, match="ibid models fetch all-MiniLM-L6-v2"):
        store.sync([folder])
    assert store.generation is None
    assert generations(store) == []


def test_a_second_writer_is_refused(filled: Store, folder: Path) -> None:
    """Reading goes on meanwhile."""
    with writing(filled.home):
        actions: list[Action] = [lambda: filled.sync([folder]), lambda: filled.remove(["bridge.txt"]), filled.rebuild]
        for action in actions:
            with pytest.raises(LockedError, match="try again when it is done"):
                action()
        assert contents(filled)[0]
    assert filled.sync([folder]).unchanged


@pytest.mark.parametrize("after", [0, 128])
def test_a_sync_that_fails_leaves_the_index_as_it_was(filled: Store, folder: Path, after: int) -> None:
    """The old generation is live and answers, the half-made one is gone, and the next sync does it all."""
    before = contents(filled)
    for i in range(10):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    failing = Store(filled.home, embedder=FailingEmbedder(after))
    with pytest.raises(MemoryError):
        failing.sync([folder])
    assert (filled.generation, generations(filled)) == ("000001", ["000001"])
    assert contents(filled) == before
    assert filled.sync([folder]).articles == 13
    check_vectors(filled)


def test_vectors_that_cannot_be_found_never_become_live(filled: Store, folder: Path) -> None:
    """An index that does not pass its checks is not switched to."""
    before = contents(filled)
    (folder / "long.md").write_text(LONG)
    with pytest.raises(DamagedError, match=r"did not pass its checks .*; the old one stays"):
        Store(filled.home, embedder=WrongEmbedder(1, 0.1, 9)).sync([folder])
    assert generations(filled) == ["000001"]
    assert contents(filled) == before


def test_an_index_in_which_vectors_are_not_found_is_compared_one_by_one(
    filled: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it is found again: many equal vectors hide others from the index, and no answer is to suffer from that."""
    expected = found_by_meaning(filled, "harbour")
    monkeypatch.setattr("index.verify.LEAST_RECALL", 1.1)
    (folder / "long.md").write_text(LONG)
    filled.sync([folder])
    assert Manifest.load(filled.home / "generations" / str(filled.generation)).is_exact
    assert filled.find_damage() == []
    assert found_by_meaning(filled, "harbour", but="long.md") == expected
    monkeypatch.undo()
    (folder / "long.md").unlink()
    filled.sync([folder])
    assert not Manifest.load(filled.home / "generations" / str(filled.generation)).is_exact
    assert found_by_meaning(filled, "harbour") == expected


def found_by_meaning(store: Store, words: str, *, but: str = "") -> list[str]:
    with store.reading() as reader:
        hits = reader.search_vectors(words, 50)
    return [hit.passage.text for hit in hits if hit.passage.article != but]


def test_vectors_that_are_no_numbers_are_refused(filled: Store, folder: Path) -> None:
    before = contents(filled)
    (folder / "long.md").write_text(LONG)
    with pytest.raises(IbidError):
        Store(filled.home, embedder=WrongEmbedder(np.nan)).sync([folder])
    assert contents(filled) == before


KILLED = """
import os, signal, sys
from index.store import Store
from tests.toy import ToyEmbedder
class Killed(ToyEmbedder):
    def embed_passages(self, texts, sentences):
        os.kill(os.getpid(), signal.SIGKILL)
Store(sys.argv[1], embedder=Killed()).sync([sys.argv[2]])
"""


def test_a_killed_sync_leaves_the_index_as_it_was(filled: Store, folder: Path) -> None:
    """Its lock is free, and the orphan that it left is swept by the next sync."""
    before = contents(filled)
    (folder / "long.md").write_text(LONG)
    done = subprocess.run([sys.executable, "-c", KILLED, str(filled.home), str(folder)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert generations(filled) == ["000001", "000002"]
    assert contents(filled) == before
    assert filled.find_damage() == []
    filled.close()
    assert filled.sync([folder]).added == ("long.md",)
    assert generations(filled) == [filled.generation]
    check_vectors(filled)


def test_deleted_vectors_are_built_again_without_embedding(filled: Store, embedder: ToyEmbedder) -> None:
    before = contents(filled)
    filled.close()
    shutil.rmtree(live_folder(filled) / "vectors")
    assert [one for one in filled.find_damage() if "missing: run `ibid rebuild`" in one]
    with filled.reading() as reader, pytest.raises(DamagedError, match="ibid rebuild"):
        reader.search_vectors("harbour", 5)
    embedded = len(embedder.embedded)
    report = filled.rebuild()
    assert (report.articles, report.passages) == (3, len(before[1]))
    assert len(embedder.embedded) == embedded
    assert contents(filled) == before
    check_vectors(filled)


def test_words_are_found_without_vectors(filled: Store) -> None:
    filled.close()
    shutil.rmtree(live_folder(filled) / "vectors")
    with filled.reading() as reader:
        assert reader.search_words("crowns", 5)[0].passage.article == "bridge.txt"


def test_a_sync_mends_missing_vectors(filled: Store, folder: Path, embedder: ToyEmbedder) -> None:
    """It embeds what is new and takes the rest from the catalog."""
    filled.close()
    shutil.rmtree(live_folder(filled) / "vectors")
    (folder / "long.md").write_text(LONG)
    embedder.embedded.clear()
    assert filled.sync([folder]).added == ("long.md",)
    assert len(embedder.embedded) == 20
    check_vectors(filled)


def test_a_rebuild_changes_nothing_that_can_be_seen(filled: Store) -> None:
    before = contents(filled)
    filled.close()
    report = filled.rebuild()
    assert (report.generation, generations(filled)) == ("000002", ["000002"])
    assert contents(filled) == before


@leaks
@pytest.mark.parametrize("size", [0, 100, 4096, 40_000])
def test_a_truncated_catalog_is_damage(filled: Store, folder: Path, size: int) -> None:
    """Reading, checking and syncing say so; --fresh makes a new index from the folder."""
    filled.close()
    os.truncate(live_folder(filled) / "catalog.sqlite", size)
    assert filled.find_damage()
    actions: list[Action] = [lambda: contents(filled), lambda: filled.sync([folder])]
    for action in actions:
        with pytest.raises(DamagedError):
            action()
    assert filled.generation == "000001"
    filled.close()
    assert filled.sync([folder], is_fresh=True).articles == 3
    check_vectors(filled)


@leaks
@pytest.mark.parametrize("name", ["catalog.sqlite", "manifest.json"])
def test_a_missing_part_is_damage(filled: Store, folder: Path, name: str) -> None:
    filled.close()
    (live_folder(filled) / name).unlink()
    assert filled.find_damage()
    actions: list[Action] = [
        lambda: contents(filled),
        lambda: filled.sync([folder]),
        lambda: filled.remove(["bridge.txt"]),
    ]
    for action in actions:
        with pytest.raises(DamagedError):
            action()
    assert filled.sync([folder], is_fresh=True).articles == 3


def test_a_rebuild_never_empties_the_index(filled: Store) -> None:
    """The manifest says how much the catalog holds; a catalog that holds less is damaged."""
    filled.close()
    os.truncate(live_folder(filled) / "catalog.sqlite", 0)
    with pytest.raises(DamagedError):
        filled.rebuild()
    assert filled.generation == "000001"


def test_a_rebuild_without_a_catalog_is_damage(filled: Store) -> None:
    filled.close()
    (live_folder(filled) / "catalog.sqlite").unlink()
    with pytest.raises(DamagedError):
        filled.rebuild()


def test_progress_is_told(store: Store, folder: Path) -> None:
    """Files are read one by one, passages are counted as they are embedded, and the end is verified."""
    steps: list[Step] = []
    report = store.sync([folder], progress=steps.append)
    assert [astuple(step)[:3] for step in steps if step.stage == "reading"] == [("reading", i, 3) for i in (1, 2, 3)]
    embedding = [step for step in steps if step.stage == "embedding"]
    assert (embedding[0].done, embedding[-1].done, embedding[-1].total) == (0, report.passages, report.passages)
    assert astuple(steps[-1])[:3] == ("verifying", 1, 1)


def test_files_over_the_limit_are_refused(store: Store, folder: Path) -> None:
    report = store.sync([folder], largest=150)
    assert report.added == ("notes/orchard.txt",)
    assert len(report.failed) == 2


def test_two_stores_share_a_home(filled: Store, folder: Path) -> None:
    """What one writes, the other reads, and one may close while the other is read."""
    other = Store(filled.home, embedder=ToyEmbedder())
    with filled.reading() as reader:
        (folder / "long.md").write_text(LONG)
        assert other.sync([folder]).added == ("long.md",)
        assert contents(other)[0] != reader.articles()
        other.close()
        assert reader.search_vectors("harbour", 3)
    assert contents(filled)[0] == contents(other)[0]
    other.close()


def test_a_title_may_be_any_text(store: Store, folder: Path) -> None:
    (folder / "odd.md").write_text('---\ntitle: "a\\0b\\x1f \'; DROP TABLE articles; --"\n---\n\nOdd words.\n')
    store.sync([folder])
    with store.reading() as reader:
        assert reader.article("odd.md").title == "a\0b '; DROP TABLE articles; --"
