"""Watching a folder: what changes in it is soon so in the index."""

import queue
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import watch as watching
from index.errors import IbidError, PathError
from index.plan import Report
from index.store import Store
from index.watch import watch
from tests.conftest import write_articles
from tests.toy import ToyEmbedder

LONGEST = 60
"""Seconds after which what was waited for is given up."""


class Watched:
    """A watch that runs beside the test, and what it yielded."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.yielded: queue.Queue[Report | IbidError] = queue.Queue()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(store, folder))
        self.thread.start()

    def _run(self, store: Store, folder: Path) -> None:
        for one in watch(lambda: store.sync([folder]), [folder], home=store.home, quiet=0.1, stop=self.stop):
            self.yielded.put(one)

    def next(self) -> Report | IbidError:
        return self.yielded.get(timeout=LONGEST)

    def report(self) -> Report:
        one = self.next()
        assert isinstance(one, Report), one
        return one


@pytest.fixture
def watched(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    """A watch over the small articles that has made its first sync."""
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.3)
    watched = Watched(store, folder)
    assert len(watched.report().added) == 3
    yield watched
    watched.stop.set()
    watched.thread.join(LONGEST)
    assert not watched.thread.is_alive()


def test_what_changes_is_synced(watched: Watched, folder: Path) -> None:
    """New, edited, renamed and deleted files, also in a folder that is new, each without being asked."""
    (folder / "deep/er").mkdir(parents=True)
    (folder / "deep/er/new.txt").write_text("A new one.")
    assert watched.report().added == ("deep/er/new.txt",)
    (folder / "bridge.txt").write_text("The bridge fell.")
    assert watched.report().changed == ("bridge.txt",)
    (folder / "harbour.md").rename(folder / "port.md")
    assert watched.report().renamed == (("harbour.md", "port.md"),)
    shutil.rmtree(folder / "deep")
    assert watched.report().removed == ("deep/er/new.txt",)


def test_a_reader_beside_it_sees_each_sync(watched: Watched, store: Store, folder: Path) -> None:
    """A store of its own over the same home, as a chat in another process has it."""
    other = Store(store.home, embedder=ToyEmbedder())
    with other.reading() as reader:
        assert reader.count()[0] == 3
    (folder / "new.txt").write_text("A new one.")
    watched.report()
    with other.reading() as reader:
        assert reader.article("new.txt").text == "A new one."
    other.close()


def test_what_changes_nothing_is_not_told(watched: Watched, folder: Path) -> None:
    """Files of other kinds, hidden ones and what is left out; the next thing told is the next change."""
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "a.png").write_bytes(b"\x89PNG")
    (folder / ".ibidignore").write_text("drafts/\n")
    (folder / "drafts").mkdir()
    (folder / "drafts/a.txt").write_text("A draft.")
    (folder / "new.txt").write_text("A new one.")
    assert watched.report().added == ("new.txt",)


def test_a_file_that_fails_is_told_once(watched: Watched, folder: Path) -> None:
    (folder / "bad.txt").write_bytes(b"%PDF-1.7")
    assert watched.report().failed == ((str(folder / "bad.txt"), "is a PDF, not text"),)
    (folder / "bridge.txt").touch()
    (folder / "bad.txt").unlink()
    assert watched.report().failed == ()


def test_a_folder_that_goes_and_comes_back_is_told_and_kept(watched: Watched, store: Store, folder: Path) -> None:
    """As when a disk is taken out: an error once, the articles stay, and changes are seen again when it is back."""
    folder.rename(folder.parent / "away")
    error = watched.next()
    assert isinstance(error, PathError)
    assert "is gone, and 3 articles" in str(error)
    with store.reading() as reader:
        assert reader.count()[0] == 3
    (folder.parent / "away").rename(folder)
    assert watched.report().unchanged
    (folder / "new.txt").write_text("A new one.")
    assert watched.report().added == ("new.txt",)


def test_a_folder_that_goes_before_the_first_look_is_told(store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.01)
    stop = threading.Event()
    yielded = watch(lambda: store.sync([folder]), [folder], home=store.home, stop=stop)
    assert isinstance(next(yielded), Report)
    folder.rename(folder.parent / "away")
    given_up = threading.Timer(LONGEST, stop.set)
    given_up.start()
    assert isinstance(next(yielded, None), PathError)
    given_up.cancel()


def test_another_folder_in_its_place_is_watched(watched: Watched, folder: Path) -> None:
    folder.rename(folder.parent / "away")
    write_articles(folder)
    (folder / "new.txt").write_text("A new one.")
    reports: list[Report] = []
    while not (reports and reports[-1].added == ("new.txt",)):
        one = watched.next()
        reports += [one] if isinstance(one, Report) else []
    (folder / "newer.txt").write_text("A newer one.")
    assert watched.report().added == ("newer.txt",)


def test_the_index_may_stand_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a sync writes there is no change."""
    monkeypatch.setattr(watching, "LOOK_AGAIN", 0.3)
    folder = write_articles(tmp_path / "articles")
    store = Store(folder / "index", embedder=ToyEmbedder())
    syncs: list[Report] = []
    stop = threading.Event()

    def sync() -> Report:
        syncs.append(store.sync([folder]))
        return syncs[-1]

    yielded = watch(sync, [folder], home=store.home, quiet=0.1, stop=stop)
    next(yielded)
    (folder / "new.txt").write_text("A new one.")
    next(yielded)
    (folder / "newer.txt").write_text("A newer one.")
    next(yielded)
    assert len(syncs) <= 4
    stop.set()
    assert list(yielded) == []
    store.close()


def test_the_first_sync_raises(store: Store, tmp_path: Path) -> None:
    with pytest.raises(PathError):
        next(watch(lambda: store.sync([tmp_path / "nowhere"]), [tmp_path / "nowhere"], home=store.home))
