"""A backup is the index, or it is none."""

import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from index.errors import BackupError, DamagedError, IbidError, MismatchError, NoIndexError
from index.store import Store
from tests.index.test_store import LONG, contents, generations, vectors_of
from tests.toy import ToyEmbedder


@pytest.fixture
def backup(filled: Store, tmp_path: Path) -> Path:
    """A backup of the small articles."""
    filled.backup(tmp_path / "ibid.backup")
    return tmp_path / "ibid.backup"


def test_what_is_restored_is_what_was_backed_up(filled: Store, backup: Path, tmp_path: Path) -> None:
    """Articles, passages and every vector, on another home, without embedding anything; and it is sound."""
    embedder = ToyEmbedder()
    other = Store(tmp_path / "other", embedder=embedder)
    report = other.restore(backup)
    assert (report.articles, embedder.embedded) == (3, [])
    assert contents(other) == contents(filled)
    assert vectors_of(other) == vectors_of(filled)
    assert other.find_damage() == []
    other.close()


def test_an_index_is_never_replaced_unless_that_is_said(filled: Store, backup: Path, folder: Path) -> None:
    (folder / "long.md").write_text(LONG)
    filled.sync([folder])
    before = contents(filled)
    with pytest.raises(BackupError, match=r"there is an index in '.*' already: replace it with --force"):
        filled.restore(backup)
    assert contents(filled) == before
    assert filled.restore(backup, replaces=True).articles == 3
    assert contents(filled)[0] == [one for one in before[0] if one.id != "long.md"]
    assert filled.sync([folder]).added == ("long.md",)


def test_a_file_is_never_replaced_unless_that_is_said(filled: Store, backup: Path) -> None:
    before = backup.read_bytes()
    with pytest.raises(BackupError, match=r"is there already: .* --force"):
        filled.backup(backup)
    assert backup.read_bytes() == before
    filled.backup(backup, replaces=True)


def test_a_backup_is_one_state_while_another_is_made(filled: Store, folder: Path, tmp_path: Path) -> None:
    """While a sync goes on beside it, each backup holds the index of before or of after."""
    states = {tuple(contents(filled)[0])}
    writer = Store(filled.home, embedder=ToyEmbedder())

    def change() -> None:
        for i in range(5):
            (folder / "long.md").write_text(LONG.replace("harbour", f"harbour{i}"))
            writer.sync([folder])
            states.add(tuple(contents(writer)[0]))

    thread = threading.Thread(target=change)
    thread.start()
    names = [tmp_path / f"{i}.backup" for i in range(10)]
    for name in names:
        filled.backup(name)
    thread.join()
    other = Store(tmp_path / "other", embedder=ToyEmbedder())
    for name in names:
        other.restore(name, replaces=True)
        assert tuple(contents(other)[0]) in states
    other.close()
    writer.close()


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    for i in range(len(content) // 2, len(content) // 2 + 64):
        content[i] ^= 255
    file.write_bytes(content)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def rewrite(file: Path) -> None:
    """Put another catalog in, with a checksum of the archive that fits."""
    with zipfile.ZipFile(file) as archive:
        manifest, catalog = archive.read("manifest.json"), archive.read("catalog.sqlite")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", manifest)
        archive.writestr("catalog.sqlite", catalog.replace(b"1871", b"1872"))


def add_a_member(file: Path) -> None:
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("../../outside", "x")


def of_another_format(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"format": 99}')
        archive.writestr("catalog.sqlite", "")


@pytest.mark.parametrize("has_index", [True, False])
@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (cut, BackupError),
        (flip, IbidError),
        (empty, BackupError),
        (rewrite, DamagedError),
        (add_a_member, BackupError),
        (of_another_format, MismatchError),
        (Path.unlink, BackupError),
    ],
    ids=["cut", "flipped", "empty", "other words", "a stranger", "another format", "missing"],
)
def test_a_damaged_backup_changes_nothing(
    filled: Store, backup: Path, tmp_path: Path, has_index: bool, spoil: Callable[[Path], None], error: type[IbidError]
) -> None:
    """Neither an index that is there nor an empty home, and nothing is left behind."""
    spoil(backup)
    store = filled if has_index else Store(tmp_path / "other", embedder=ToyEmbedder())
    with pytest.raises(error):
        store.restore(backup, replaces=True)
    assert [one.name for one in store.home.glob("generations/*")] == ["000001"] * has_index
    assert store.find_damage() == [] if has_index else store.generation is None
    assert not (tmp_path.parent / "outside").exists()


def test_a_damaged_index_is_not_backed_up(filled: Store, tmp_path: Path) -> None:
    filled.close()
    catalog = filled.home / "generations" / "000001" / "catalog.sqlite"
    catalog.write_bytes(catalog.read_bytes().replace(b"1871", b"1872"))
    with pytest.raises(DamagedError, match=r"damaged and not backed up: .*catalog\.sqlite is not as it was written"):
        filled.backup(tmp_path / "b")
    assert not list(tmp_path.glob("*b*part"))
    assert not (tmp_path / "b").exists()


def test_a_backup_needs_an_index_and_a_place(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(NoIndexError):
        Store(tmp_path / "other").backup(tmp_path / "b")
    with pytest.raises(BackupError, match="cannot be written: No such file or directory"):
        filled.backup(tmp_path / "nowhere" / "b")


def test_a_restored_index_can_be_read_beside_the_old_one(filled: Store, backup: Path) -> None:
    """Who reads the old generation reads it to the end."""
    with filled.reading() as reader:
        before = reader.articles()
        other = Store(filled.home, embedder=ToyEmbedder())
        other.restore(backup, replaces=True)
        assert reader.articles() == before
        assert reader.search_vectors("harbour", 3)
        other.close()
    filled.close()
    assert generations(filled) == [filled.generation]
    shutil.rmtree(filled.home)
