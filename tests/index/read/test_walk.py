"""Finding files."""

import os
import sys
import unicodedata
from pathlib import Path

import pytest

from index.errors import PathError
from index.read.walk import SUFFIXES, walk

needs_any_name = pytest.mark.skipif(sys.platform == "darwin", reason="this file system holds UTF-8 names alone")


def names(folder: Path) -> list[str]:
    return [one.name for one in walk(folder).found]


def write(folder: Path, *files: str) -> Path:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("words")
    return folder


@pytest.mark.parametrize("suffix", [*SUFFIXES, ".TXT", ".Md"])
def test_files_that_ibid_reads_are_found(tmp_path: Path, suffix: str) -> None:
    assert names(write(tmp_path, f"a{suffix}")) == [f"a{suffix}"]


def test_other_kinds_are_ignored_and_named(tmp_path: Path) -> None:
    tree = walk(write(tmp_path, "a.txt", "b.doc", "c", "sub/d.png"))
    assert [one.name for one in tree.found] == ["a.txt"]
    assert sorted(tree.ignored) == [str(tmp_path / name) for name in ("b.doc", "c", "sub/d.png")]


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    assert names(write(tmp_path, "b.txt", "a/z.txt", "c.txt", "a.txt", "B.txt")) == ["B.txt", "a.txt", "a/z.txt", "b.txt", "c.txt"]


def test_a_found_file_says_where_it_is(tmp_path: Path) -> None:
    """The name stands below the root; size and time are those of the file."""
    folder = write(tmp_path / "articles", "sub/a.txt")
    (one,) = walk(folder).found
    state = (folder / "sub/a.txt").stat()
    assert (one.path, one.name, one.root) == (str(folder / "sub/a.txt"), "sub/a.txt", "articles")
    assert (one.size, one.mtime_ns) == (state.st_size, state.st_mtime_ns)


def test_one_file_can_be_named(tmp_path: Path) -> None:
    tree = walk(write(tmp_path, "sub/a.txt", "sub/b.txt") / "sub/a.txt")
    assert [one.name for one in tree.found] == ["a.txt"]
    assert not tree.covers(str(tmp_path / "sub/b.txt"))


def test_hidden_files_and_folders_are_passed_over(tmp_path: Path) -> None:
    tree = walk(write(tmp_path, ".a.txt", ".git/b.txt", "sub/.c/d.txt", "e.txt"))
    assert [one.name for one in tree.found] == ["e.txt"]
    assert tree.ignored == ()


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither a link to a file nor one to a folder, nor one that turns in a circle."""
    write(tmp_path, "outside/secret.txt", "in/a.txt")
    (tmp_path / "in/b.txt").symlink_to(tmp_path / "outside/secret.txt")
    (tmp_path / "in/c").symlink_to(tmp_path / "outside")
    (tmp_path / "in/d").symlink_to(tmp_path / "in")
    (tmp_path / "in/gone.txt").symlink_to(tmp_path / "nowhere")
    tree = walk(tmp_path / "in")
    assert [one.name for one in tree.found] == ["a.txt"]
    assert tree.failed == ()


def test_the_path_that_was_named_may_be_a_link(tmp_path: Path) -> None:
    """The files are then known by where they really are."""
    write(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert walk(tmp_path / "link") == walk(tmp_path / "real")


def test_a_pipe_is_ignored(tmp_path: Path) -> None:
    os.mkfifo(write(tmp_path, "a.txt") / "b.txt")
    tree = walk(tmp_path)
    assert [one.name for one in tree.found] == ["a.txt"]
    assert tree.ignored == (str(tmp_path / "b.txt"),)


def test_names_are_composed(tmp_path: Path) -> None:
    """A name in NFD, as a Mac writes it, becomes NFC; the path is the file's own."""
    name = unicodedata.normalize("NFD", "Ōsaka/café.txt")
    (one,) = walk(write(tmp_path, name)).found
    assert one.name == unicodedata.normalize("NFC", "Ōsaka/café.txt")
    assert Path(one.path).read_text() == "words"


def test_a_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"'.*nowhere' cannot be indexed: No such file or directory"):
        walk(tmp_path / "nowhere")


def test_a_file_of_another_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(PathError, match=r"'.*a\.doc' is not a file that Ibid reads\. It reads \.txt"):
        walk(write(tmp_path, "a.doc") / "a.doc")


def test_a_pipe_that_is_named_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(PathError):
        walk(tmp_path / "a.txt")


def test_an_empty_folder_has_nothing(tmp_path: Path) -> None:
    tree = walk(tmp_path)
    assert (tree.found, tree.failed, tree.ignored) == ((), (), ())


@needs_any_name
@pytest.mark.parametrize("name", [b"bad\xff.txt", b"bad\xff/a.txt"])
def test_a_name_that_is_no_utf_8_fails_with_a_reason(tmp_path: Path, name: bytes) -> None:
    """The others are found, and what is told about it can be printed."""
    write(tmp_path, "a.txt", os.fsdecode(name))
    tree = walk(tmp_path)
    assert [one.name for one in tree.found] == ["a.txt"]
    ((path, reason),) = tree.failed
    assert path.encode().startswith(str(tmp_path / "bad").encode())
    assert reason == "its name is not valid UTF-8: rename it"


@needs_any_name
def test_an_ignored_name_can_be_printed(tmp_path: Path) -> None:
    (ignored,) = walk(write(tmp_path, os.fsdecode(b"bad\xff.doc"))).ignored
    assert ignored.encode()


@needs_any_name
def test_a_file_whose_name_is_no_utf_8_cannot_be_named(tmp_path: Path) -> None:
    folder = write(tmp_path, os.fsdecode(b"bad\xff.txt"))
    try:
        tree = walk(folder / os.fsdecode(b"bad\xff.txt"))
    except PathError as error:
        assert "UTF-8" in str(error)
    else:
        assert tree.failed
        assert not tree.found


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may list every folder")
def test_a_folder_that_cannot_be_listed_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "shut/b.txt")
    (tmp_path / "shut").chmod(0)
    tree = walk(tmp_path)
    (tmp_path / "shut").chmod(0o700)
    assert tree.failed == ((str(tmp_path / "shut"), "the folder cannot be listed: Permission denied"),)
    assert [one.name for one in tree.found] == ["a.txt"]


def test_a_root_covers_itself_and_what_is_below(tmp_path: Path) -> None:
    """A folder whose name only begins alike is another one."""
    tree = walk(write(tmp_path / "in", "a.txt"))
    assert tree.covers(str(tmp_path / "in"))
    assert tree.covers(str(tmp_path / "in/a.txt"))
    assert not tree.covers(str(tmp_path / "inner/a.txt"))
    assert not tree.covers(str(tmp_path))
