"""The difference between folders and catalog."""

import os
import shutil
from pathlib import Path

import pytest

from index.compare import RACY_NS
from index.errors import PathError
from index.plan import MANY, Plan, Step, make_plan
from index.schema import FileState
from tests.conftest import ARTICLES


def known_after(plan: Plan) -> list[FileState]:
    """Return what a catalog that was empty knows after this plan."""
    return [change.state for change in plan.changes]


def settle(folder: Path) -> None:
    """Let the files be old, so that their time and size tell whether they have changed."""
    for path in folder.rglob("*"):
        os.utime(path, (1_600_000_000, 1_600_000_000))


def test_everything_is_new_at_first(folder: Path) -> None:
    plan = make_plan([folder], [])
    assert plan.report.added == tuple(sorted(ARTICLES))
    assert [change.article.text for change in plan.changes] == [ARTICLES[name] for name in sorted(ARTICLES)]
    assert not plan.is_empty


@pytest.mark.parametrize("is_settled", [True, False])
def test_a_second_look_finds_nothing(folder: Path, is_settled: bool) -> None:
    if is_settled:
        settle(folder)
    plan = make_plan([folder], known_after(make_plan([folder], [])))
    assert plan.is_empty
    assert plan.report.unchanged == tuple(sorted(ARTICLES))
    assert (plan.report.added, plan.report.changed, plan.report.removed, plan.report.failed) == ((), (), (), ())


def test_a_file_that_was_touched_is_not_changed(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    os.utime(folder / "bridge.txt", (1, 1))
    assert make_plan([folder], known).is_empty


def test_new_changed_and_removed_files_are_told_apart(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "new.txt").write_text("A new one.")
    (folder / "bridge.txt").write_text("The bridge is gone.")
    (folder / "harbour.md").unlink()
    report = make_plan([folder], known).report
    assert (report.added, report.changed, report.removed, report.unchanged) == (
        ("new.txt",), ("bridge.txt",), ("harbour.md",), ("notes/orchard.txt",),
    )  # fmt: skip


def test_a_change_of_the_same_size_and_time_is_seen_if_the_file_was_young(folder: Path) -> None:
    """A file read just after it was written may change again within the same tick of the clock."""
    known = known_after(make_plan([folder], []))
    path = folder / "bridge.txt"
    state = path.stat()
    path.write_text(ARTICLES["bridge.txt"].replace("1932", "1933"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert make_plan([folder], known).report.changed == ("bridge.txt",)


def test_an_old_file_of_the_same_size_and_time_is_not_read_again(folder: Path) -> None:
    """That makes a sync of thousands of files fast: the one that is left out here would be refused if it were read."""
    settle(folder)
    known = known_after(make_plan([folder], []))
    assert all(state.read_ns - state.mtime_ns > RACY_NS for state in known)
    assert make_plan([folder], known, largest=1).report.failed == ()


def test_what_is_remembered_of_a_file_is_what_it_is(folder: Path) -> None:
    for change in make_plan([folder], []).changes:
        state = Path(change.state.path).stat()
        assert (change.state.size, change.state.mtime_ns) == (state.st_size, state.st_mtime_ns)
        assert (change.state.id, change.state.path) == (change.article.id, change.article.path)


def test_a_renamed_file_is_removed_and_added(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "bridge.txt").rename(folder / "span.txt")
    report = make_plan([folder], known).report
    assert (report.added, report.removed, report.changed) == (("span.txt",), ("bridge.txt",), ())
    assert report.renamed == (("bridge.txt", "span.txt"),)


def test_a_file_that_is_renamed_and_rewritten_is_not_renamed(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "bridge.txt").unlink()
    (folder / "span.txt").write_text("Another bridge.")
    assert make_plan([folder], known).report.renamed == ()


def test_each_of_equal_files_is_renamed_once(folder: Path) -> None:
    """Two files with the same bytes, of which one goes and two come: one renamed, one added."""
    known = known_after(make_plan([folder], []))
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(ARTICLES["bridge.txt"])
    assert make_plan([folder], known).report.renamed == ()
    (folder / "bridge.txt").unlink()
    report = make_plan([folder], known).report
    assert (report.added, report.removed, report.renamed) == (("a.txt", "b.txt"), ("bridge.txt",), (("bridge.txt", "a.txt"),))


def test_equal_names_in_two_folders_are_two_articles(tmp_path: Path) -> None:
    """The second is known by its folder's name too, the third by its whole path."""
    for name in ("one", "two", "deep/two"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.txt").write_text(f"Words of {name}.")
    paths = [tmp_path / "one", tmp_path / "two", tmp_path / "deep/two"]
    assert make_plan(paths, []).report.added == ("a.txt", "two/a.txt", str(tmp_path / "deep/two/a.txt"))


def test_a_folder_named_twice_is_one(folder: Path) -> None:
    """Neither does a folder inside it bring its files again."""
    report = make_plan([folder, folder, folder / "notes", folder / "bridge.txt"], []).report
    assert len(report.added) == len(ARTICLES)


def test_an_article_keeps_its_id_however_its_file_is_named(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "notes/orchard.txt").write_text("Apples are gone.")
    assert make_plan([folder / "notes"], known).report.changed == ("notes/orchard.txt",)


def test_other_folders_are_left_alone(folder: Path) -> None:
    """Only what stands below the paths that are named can be removed."""
    known = known_after(make_plan([folder], []))
    for name in ARTICLES:
        (folder / name).unlink()
    assert make_plan([folder / "notes"], known).report.removed == ("notes/orchard.txt",)


def test_an_emptied_folder_is_emptied(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    for name in ARTICLES:
        (folder / name).unlink()
    assert make_plan([folder], known).report.removed == tuple(sorted(ARTICLES))


def write_many(folder: Path, n: int = MANY) -> Path:
    folder.mkdir(parents=True)
    for i in range(n):
        (folder / f"{i}.txt").write_text(f"Words of article {i}.")
    return folder


def test_a_folder_that_is_gone_is_not_taken_for_deletions(folder: Path) -> None:
    """Unless that is said; and a path that nothing is known of must exist in any case."""
    known = known_after(make_plan([folder], []))
    folder.rename(folder.parent / "elsewhere")
    with pytest.raises(PathError, match=r"'.*articles' is gone, and 3 articles of it are in the index.* --prune"):
        make_plan([folder], known)
    assert make_plan([folder], known, prunes=True).report.removed == tuple(sorted(ARTICLES))
    with pytest.raises(PathError, match=r"'.*nowhere' cannot be indexed"):
        make_plan([folder.parent / "nowhere"], known, prunes=True)


def test_a_file_that_is_gone_goes_only_if_that_is_said(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "bridge.txt").unlink()
    with pytest.raises(PathError, match="is gone, and 1 articles"):
        make_plan([folder / "bridge.txt"], known)
    assert make_plan([folder / "bridge.txt"], known, prunes=True).report.removed == ("bridge.txt",)


@pytest.mark.parametrize("left", ["nothing", "other files", "ignored articles"])
def test_a_folder_that_is_suddenly_empty_is_not_taken_for_deletions(tmp_path: Path, left: str) -> None:
    """A disk that is not mounted leaves an empty folder; one article that is left tells that it is there."""
    folder = write_many(tmp_path / "disk")
    known = known_after(make_plan([folder], []))
    if left == "ignored articles":
        (folder / ".ibidignore").write_text("*.txt\n")
    else:
        for path in folder.iterdir():
            path.unlink()
    if left == "other files":
        (folder / "a.png").write_bytes(b"\x89PNG")
    with pytest.raises(PathError, match=rf"holds no article any more, and {MANY} articles of it .* --prune"):
        make_plan([folder], known)
    assert len(make_plan([folder], known, prunes=True).report.removed) == MANY
    (folder / "new.md").write_text("A new one.")
    assert len(make_plan([folder], known).report.removed) == MANY


def test_one_lost_folder_of_two_stops_both(tmp_path: Path) -> None:
    """Nothing is half done."""
    one, two = write_many(tmp_path / "one", 3), write_many(tmp_path / "two", 3)
    known = known_after(make_plan([one, two], []))
    shutil.rmtree(two)
    with pytest.raises(PathError, match=r"'.*two' is gone"):
        make_plan([one, two], known)


def test_what_an_ibidignore_names_is_left_out_and_goes(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / ".ibidignore").write_text("notes/\n")
    report = make_plan([folder], known).report
    assert (report.removed, report.excluded) == (("notes/orchard.txt",), (str(folder / "notes"),))
    assert report.failed == ()


def test_a_bad_file_is_named_with_its_reason_and_the_rest_is_read(folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"%PDF-1.7")
    (folder / "void.md").write_bytes(b"")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    report = make_plan([folder], []).report
    assert report.failed == ((str(folder / "bad.txt"), "is a PDF, not text"), (str(folder / "void.md"), "is empty"))
    assert report.ignored == (str(folder / "picture.png"),)
    assert report.added == tuple(sorted(ARTICLES))


def test_a_file_over_the_limit_is_named(folder: Path) -> None:
    ((path, reason),) = make_plan([folder / "harbour.md"], [], largest=10).report.failed
    assert path == str(folder / "harbour.md")
    assert "--max-size" in reason


def test_a_file_that_became_unreadable_text_takes_its_article_with_it(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "bridge.txt").write_bytes(b"\0\1\2")
    report = make_plan([folder], known).report
    assert report.removed == ("bridge.txt",)
    assert [path for path, _ in report.failed] == [str(folder / "bridge.txt")]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may open every file")
def test_a_file_that_cannot_be_opened_keeps_its_article(folder: Path) -> None:
    known = known_after(make_plan([folder], []))
    (folder / "bridge.txt").write_text("changed words")
    (folder / "bridge.txt").chmod(0)
    report = make_plan([folder], known).report
    assert report.removed == ()
    assert report.failed == ((str(folder / "bridge.txt"), "cannot be opened: Permission denied"),)


def test_a_folder_without_articles_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "b.doc").write_bytes(b"words")
    with pytest.raises(PathError, match=r"no articles in '.*' \(looked for \.txt, .*\): add one or name another folder"):
        make_plan([tmp_path], [])


def test_one_missing_path_of_several_is_named(folder: Path) -> None:
    with pytest.raises(PathError, match=r"'.*nowhere' cannot be indexed"):
        make_plan([folder, folder / "nowhere"], [])


def test_every_file_is_told_while_it_is_read(folder: Path) -> None:
    steps: list[Step] = []
    make_plan([folder], [], progress=steps.append)
    assert steps == [Step("reading", i, 3, name) for i, name in enumerate(sorted(ARTICLES), start=1)]
