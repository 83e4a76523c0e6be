"""What a folder asks to be left out."""

import os
import subprocess
from pathlib import Path

import pytest

from index.errors import PathError
from index.read.walk import walk

NAMES = ("a.txt", "b.md", "keep.md", "sub/a.txt", "sub/b.md", "sub/deep/c.txt", "drafts/d.txt", "drafts/final.txt", "sub/drafts/e.txt")
RULES = (
    "*.md\n!keep.md\n",
    "/a.txt\n",
    "drafts/\n",
    "drafts/*\n!drafts/final.txt\n",
    "# a comment\n\nsub/deep\n",
    "**/deep/*.txt\n",
    "*\n!*/\n!b.md\n",
    "/sub/*\n!/sub/deep\n",
)


def write(folder: Path, rules: str, inner: str = "") -> Path:
    for name in NAMES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("words")
    (folder / ".ibidignore").write_text(rules)
    if inner:
        (folder / "sub/.ibidignore").write_text(inner)
    return folder


@pytest.mark.parametrize("inner", ["", "!b.md\n", "*.txt\n"])
@pytest.mark.parametrize("rules", RULES)
def test_what_is_left_out_is_what_git_leaves_out(tmp_path: Path, rules: str, inner: str) -> None:
    """The same rules in `.gitignore`, in the folder and in one below it."""
    write(tmp_path, rules, inner)
    for path in list(tmp_path.rglob(".ibidignore")):
        path.with_name(".gitignore").write_bytes(path.read_bytes())
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    listing = ["git", "-c", "core.excludesFile=", "ls-files", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [one.name for one in walk(tmp_path).found] == sorted(name for name in listed if not Path(name).name.startswith("."))


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    """Of a folder its own path alone, and other kinds of file as well."""
    (write(tmp_path, "drafts/\n*.png\n") / "a.png").write_bytes(b"")
    tree = walk(tmp_path)
    assert sorted(tree.excluded) == [str(tmp_path / name) for name in ("a.png", "drafts", "sub/drafts")]
    assert tree.ignored == ()


def test_a_file_that_is_named_itself_is_read(tmp_path: Path) -> None:
    assert [one.name for one in walk(write(tmp_path, "*") / "a.txt").found] == ["a.txt"]


@pytest.mark.parametrize(("content", "reason"), [(b"!\n", "has a line that is no pattern"), (b"\xff\xfe\n", "it is not UTF-8")])
def test_rules_that_cannot_be_read_stop_the_walk(tmp_path: Path, content: bytes, reason: str) -> None:
    """Rather than to read what somebody wants left out."""
    write(tmp_path, "")
    (tmp_path / "sub/.ibidignore").write_bytes(content)
    with pytest.raises(PathError, match=rf"'.*sub/\.ibidignore' .*{reason}"):
        walk(tmp_path)


def test_rules_that_are_a_folder_stop_the_walk(tmp_path: Path) -> None:
    (tmp_path / ".ibidignore").mkdir()
    with pytest.raises(PathError, match="cannot be read: Is a directory"):
        walk(tmp_path)


def test_names_in_any_bytes_are_matched(tmp_path: Path) -> None:
    (write(tmp_path, "é*\n*.bin\n") / "étude.txt").write_text("words")
    (tmp_path / os.fsdecode(b"bad\xff.bin")).write_text("words")
    assert "étude.txt" not in [one.name for one in walk(tmp_path).found]
