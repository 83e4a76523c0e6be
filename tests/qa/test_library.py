"""The library: added to, synced, taken from, put back."""

from pathlib import Path

import pytest

from index.errors import PathError, UnknownArticleError
from index.store import Store
from qa.library import Entry, Library
from tests.conftest import write_articles
from tests.formats.make import zipped


@pytest.fixture
def library(store: Store, folder: Path) -> Library:
    store.sync([folder])
    return Library(store)


@pytest.fixture
def mill(tmp_path: Path) -> Path:
    path = tmp_path / "mill.txt"
    path.write_text("News from the mill\n\nThe miller sold nineteen windmills to Portugal.\n")
    return path


def ids(library: Library) -> list[str]:
    return [one.id for one in library.entries()]


def test_articles_are_listed_with_what_is_known(library: Library) -> None:
    first = library.entries()[1]
    assert ids(library) == ["bridge.txt", "harbour.md", "notes/orchard.txt"]
    assert (first.title, first.author, first.published) == ("The old harbour", "Ann Lee", "2021-03-04")
    assert first.words > 20 and first.passages >= 2


def test_an_index_that_is_not_there_has_no_articles(store: Store) -> None:
    assert Library(store).entries() == []


def test_a_file_is_added_and_replaced(library: Library, mill: Path) -> None:
    """It is copied, so that it stays when the upload goes; the same name is the same article."""
    assert library.add([mill]).added == ("mill.txt",)
    mill.write_text("News from the mill\n\nThe miller sold twenty windmills to Spain.\n")
    assert library.add([mill]).changed == ("mill.txt",)
    mill.unlink()
    assert library.sync().unchanged == ("bridge.txt", "harbour.md", "mill.txt", "notes/orchard.txt")


@pytest.mark.parametrize("name", ["a.exe", "a", ".txt"])
def test_a_file_of_another_kind_is_refused_with_all_that_came_with_it(library: Library, mill: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(PathError, match=r"It reads \.txt"):
        library.add([mill, tmp_path / name])
    with pytest.raises(PathError):
        library.add([])
    assert ids(library) == ["bridge.txt", "harbour.md", "notes/orchard.txt"] and not library.folder.exists()


def test_what_is_removed_is_put_back(library: Library, mill: Path, folder: Path) -> None:
    """A file of the library's own is put aside; one of a person's folder stays where it is."""
    library.add([mill])
    with library._store.reading() as reader:
        own, other = reader.article("mill.txt"), reader.article("notes/orchard.txt")
    for article in (own, other):
        assert library.remove(article.id).removed == (article.id,)
        assert article.id not in ids(library)
    assert not Path(own.path).exists() and (folder / "notes" / "orchard.txt").exists()
    assert library.add([mill]).added == ("mill.txt",)
    library.remove("mill.txt")
    assert library.restore(own).added == ("mill.txt",)
    assert library.restore(other).added == ("notes/orchard.txt",)
    assert ids(library) == ["bridge.txt", "harbour.md", "mill.txt", "notes/orchard.txt"]
    with pytest.raises(UnknownArticleError):
        library.remove("none.txt")


def test_a_folder_that_is_gone_empties_nothing(library: Library, folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))
    with pytest.raises(PathError):
        library.sync()
    assert len(ids(library)) == 3


def test_a_key_has_letters_and_digits_whatever_the_id_is() -> None:
    keys = [Entry(name, "", "", "", "", 0, 0).key for name in ("a", "a\n", "\udce9", '"><b>')]
    assert all(key.isalnum() and key.isascii() for key in keys) and len(set(keys)) == 4


def test_an_archive_is_added_and_one_article_of_it_removed_and_put_back(
    library: Library, store: Store, folder: Path, tmp_path: Path
) -> None:
    """Its file stays: the rest of it is still to be read."""
    (tmp_path / "mills.zip").write_bytes(zipped({"a.txt": "Words of one mill.", "b.txt": "Words of another mill."}))
    assert library.add([tmp_path / "mills.zip"]).added == ("mills.zip/a.txt", "mills.zip/b.txt")
    with store.reading() as reader:
        article = reader.article("mills.zip/a.txt")
    library.remove(article.id)
    assert "mills.zip/a.txt" not in ids(library) and "mills.zip/b.txt" in ids(library)
    assert library.restore(article).added == ("mills.zip/a.txt",)
    assert set(library.roots()) == {library.folder, folder}


def test_only_allowed_folders_are_added(store: Store, tmp_path: Path) -> None:
    """Neither `..` nor a link leads out of them; what is refused changes nothing, and is told the same whether it is there or not."""
    allowed, secret = tmp_path / "allowed", tmp_path / "secret"
    write_articles(allowed / "deep")
    write_articles(secret)
    (allowed / "link").symlink_to(secret)
    library = Library(store, allowed=[allowed])
    before = store.generation
    wrong = [str(secret), f"{allowed}/../secret", str(allowed / "link"), "", " ", "/", "/etc", str(tmp_path), "a\0b", str(allowed / "none")]
    for named in [*wrong, str(allowed) + "2"]:
        with pytest.raises(PathError, match="may not be added: name a folder"):
            library.add_folder(named)
    assert store.generation == before
    assert len(library.add_folder(str(allowed / "deep")).added) == 3
    with pytest.raises(PathError, match="one of these: none"):
        Library(store).add_folder(str(allowed))
