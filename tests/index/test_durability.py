"""Nothing is lost, whatever happens to the disk: each case has a clear end, and the last good index answers."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import DamagedError, LockedError, StoreError, UnwritableError
from index.generation import Manifest
from index.plan import make_plan
from index.seal import VECTORS
from index.store import Store
from tests.conftest import ARTICLES, ROOT
from tests.index.test_store import LONG, Action, contents, generations
from tests.toy import ToyEmbedder

is_root = os.geteuid() == 0
SYNC = """
import sys
from index.errors import IbidError
from index.store import Store
from tests.toy import ToyEmbedder
store = Store(sys.argv[1], embedder=ToyEmbedder())
try:
    report = store.sync([sys.argv[2]])
    print(report.removed, report.failed, report.articles)
except IbidError as error:
    print(type(error).__name__, error)
store.close()
"""
ASK = """
import sys
from index.store import Store
from tests.toy import ToyEmbedder
store = Store(sys.argv[1], embedder=ToyEmbedder())
with store.reading() as reader:
    print(reader.search_words("crowns", 1)[0].passage.article, reader.search_vectors("crowns", 1)[0].passage.article)
"""


def run(code: str, *words: object, is_bound: bool = False) -> str:
    """Run code in a process of its own and return what it printed; the superuser may be bound by permissions as others are."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if is_bound and is_root else []
    command = [*bound, sys.executable, "-c", code, *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def big_vectors(store: Store, folder: Path) -> Path:
    """Index so many sentences that Chroma writes files of its own; return the live generation."""
    for i in range(30):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    store.sync([folder])
    store.close()
    live = store.home / "generations" / (store.generation or "")
    assert len([one for one in Manifest.load(live).files if one.name.startswith(VECTORS)]) == 5
    return live


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 6 MB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if not is_root or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_keeps_the_index_as_it_was(small_disk: Path, folder: Path) -> None:
    """At whatever point it is full: nothing is left behind, the old index is sound, and with room again the sync completes."""
    store = Store(small_disk / "home", embedder=ToyEmbedder())
    store.sync([folder])
    before = contents(store)
    for i in range(30):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    ballast = small_disk / "ballast"
    for free in (0, 100_000, 400_000, 1_000_000, 1_600_000, 2_500_000):
        ballast.write_bytes(bytes(max(0, shutil.disk_usage(small_disk).free - free)))
        with pytest.raises(UnwritableError, match=r"cannot be written: .*It is as it was: make room"):
            store.sync([folder])
        ballast.unlink()
        assert generations(store) == ["000001"]
        assert contents(store) == before
        assert store.find_damage() == []
    store.close()
    shutil.move(small_disk / "home", folder.parent / "home")
    roomy = Store(folder.parent / "home", embedder=ToyEmbedder())
    assert roomy.sync([folder]).articles == 33
    assert roomy.find_damage() == []
    roomy.close()


def test_a_file_that_may_not_grow_is_as_a_full_disk(filled: Store, folder: Path) -> None:
    """With a limit on the size of files, as a quota has it."""
    before = contents(filled)
    for i in range(30):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
    said = run(limit + SYNC, filled.home, folder)
    assert said.startswith("UnwritableError"), said
    assert generations(filled) == ["000001"]
    assert contents(filled) == before
    assert filled.find_damage() == []


@pytest.mark.skipif(not is_root, reason="only the superuser may mount")
def test_a_home_that_cannot_be_written_can_be_asked(filled: Store, folder: Path, tmp_path: Path) -> None:
    """On a disk that is mounted for reading: questions are answered, a sync says why not."""
    filled.close()
    place = tmp_path / "fixed"
    place.mkdir()
    if subprocess.run(["mount", "--bind", "-o", "ro", str(filled.home), str(place)], capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        assert run(ASK, place) == "bridge.txt bridge.txt"
        assert run(SYNC, place, folder).startswith("StoreError no index can be kept in ")
    finally:
        subprocess.run(["umount", str(place)], check=True)


needs_setpriv = pytest.mark.skipif(is_root and not shutil.which("setpriv"), reason="the superuser may read everything")


@needs_setpriv
@pytest.mark.parametrize("lost", ["bridge.txt", "notes"])
def test_what_may_no_longer_be_read_stays_in_the_index(filled: Store, folder: Path, lost: str) -> None:
    """A file or a folder whose permission is lost is named; its articles stay until it says something else."""
    os.utime(folder / "bridge.txt", (1, 1))
    (folder / lost).chmod(0)
    said = run(SYNC, filled.home, folder, is_bound=True)
    (folder / lost).chmod(0o700)
    assert said.startswith("() ((")
    assert lost in said
    assert "Permission denied" in said
    assert said.endswith(" 3")


@needs_setpriv
@pytest.mark.parametrize("place", [".", "generations"])
def test_a_home_without_permission_can_be_asked_and_says_why_it_is_not_changed(filled: Store, folder: Path, place: str) -> None:
    (folder / "long.md").write_text(LONG)
    (filled.home / place).chmod(0o500)
    asked, said = run(ASK, filled.home, is_bound=True), run(SYNC, filled.home, folder, is_bound=True)
    (filled.home / place).chmod(0o700)
    assert asked == "bridge.txt bridge.txt"
    assert "Error" in said
    assert "Permission denied" in said


@needs_setpriv
@pytest.mark.parametrize("what", ["files", "folders", "both"])
def test_an_index_that_may_only_be_read_is_asked_and_synced_into_another_generation(filled: Store, folder: Path, what: str) -> None:
    """Chroma writes even to read: it gets a copy, which has none of these permissions."""
    before = contents(filled)
    filled.close()
    paths = [path for path in (filled.home / "generations").rglob("*") if what == "both" or path.is_dir() == (what == "folders")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    asked = run(ASK, filled.home, is_bound=True)
    for path in paths:
        path.chmod(0o755 if path.is_dir() else 0o444)
    (folder / "long.md").write_text(LONG)
    said = run(SYNC, filled.home, folder, is_bound=True)
    assert asked == "bridge.txt bridge.txt"
    assert said.startswith("() ()"), said
    assert filled.find_damage() == []
    assert contents(filled) != before


def test_a_file_that_changes_while_it_is_read_is_named_and_keeps_its_article(filled: Store, folder: Path) -> None:
    """Half of an old and half of a new text is no article; a later sync reads it whole."""
    path = folder / "bridge.txt"
    stop = threading.Event()

    def write() -> None:
        i = 0
        while not stop.is_set():
            path.write_text(f"The bridge fell {i} times. " * 100_000)
            i += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        reports = [filled.sync([folder]) for _ in range(10)]
    finally:
        stop.set()
        thread.join()
    named = [report for report in reports if report.failed]
    assert {reason for report in named for _, reason in report.failed} <= {
        "changes while it is read: index again when it is written", "is empty",
    }  # fmt: skip
    path.write_text(ARTICLES["bridge.txt"])
    assert filled.sync([folder]).failed == ()
    with filled.reading() as reader:
        assert reader.article("bridge.txt").text == ARTICLES["bridge.txt"]


def test_a_file_that_grows_while_it_is_read_is_no_article(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is another after it was read than before."""
    path = folder / "bridge.txt"
    fstat = os.fstat
    looks = 0

    def growing(handle: int) -> os.stat_result:
        nonlocal looks
        looks += 1
        if looks == 3:
            with path.open("a") as file:
                file.write("More.")
        return fstat(handle)

    monkeypatch.setattr(os, "fstat", growing)
    report = make_plan([path], []).report
    assert report.failed == ((str(path), "changes while it is read: index again when it is written"),)


def test_of_two_syncs_at_once_one_is_done(filled: Store, folder: Path) -> None:
    """The other is refused, or comes after; what is live is whole."""
    (folder / "long.md").write_text(LONG)
    processes = [
        subprocess.Popen([sys.executable, "-c", SYNC, str(filled.home), str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=120)[0].strip() for process in processes]
    assert all(one == "() () 4" or one.startswith(LockedError.__name__) for one in said), said
    assert "() () 4" in said
    assert filled.find_damage() == []
    assert generations(filled) == ["000002"]


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for i in range(len(content) // 2, len(content) // 2 + 40):
        content[i] ^= 255
    path.write_bytes(content)


NAMES = ("data_level0.bin", "link_lists.bin", "length.bin", "header.bin", "index_metadata.pickle")


@pytest.mark.parametrize("spoil", [cut_short, flip, Path.unlink], ids=["cut short", "flipped", "missing"])
@pytest.mark.parametrize("name", NAMES)
def test_a_spoilt_file_of_chroma_is_found_and_mended(store: Store, folder: Path, name: str, spoil: Callable[[Path], None]) -> None:
    """Chroma itself reads most of them without a word. Checking says so, rebuilding and syncing mend it without embedding."""
    live = big_vectors(store, folder)
    (path,) = live.rglob(name)
    spoil(path)
    assert [one for one in store.find_damage() if name in one]
    if spoil is not flip:
        with store.reading() as reader, pytest.raises(DamagedError, match=r"the index is damaged: .*run `ibid rebuild`"):
            reader.search_vectors("harbour", 3)
        store.close()
    assert isinstance(store._embedder(None), ToyEmbedder)
    embedded = len(store._embedder(None).embedded)  # type: ignore[attr-defined]
    if name == "data_level0.bin":
        (folder / "0.md").unlink()
        store.sync([folder])
    else:
        store.rebuild()
    assert store.find_damage() == []
    assert len(store._embedder(None).embedded) == embedded  # type: ignore[attr-defined]


@pytest.mark.parametrize("spoil", [cut_short, Path.unlink], ids=["cut short", "missing"])
def test_a_spoilt_base_of_chroma_is_found_and_mended(filled: Store, spoil: Callable[[Path], None]) -> None:
    filled.close()
    spoil(filled.home / "generations/000001/vectors/chroma.sqlite3")
    assert [one for one in filled.find_damage() if "rebuild" in one]
    filled.rebuild()
    assert filled.find_damage() == []


def test_a_catalog_in_which_one_byte_changed_is_never_carried_on(filled: Store, folder: Path) -> None:
    """A sync or a rebuild would make a false text the live one; a backup brings the true one back."""
    filled.backup(folder.parent / "b")
    filled.close()
    catalog = filled.home / "generations/000001/catalog.sqlite"
    catalog.write_bytes(catalog.read_bytes().replace(b"1871", b"1872"))
    assert [one for one in filled.find_damage() if "catalog.sqlite is not as it was written" in one]
    (folder / "bridge.txt").unlink()
    actions: list[Action] = [lambda: filled.sync([folder]), filled.rebuild]
    for action in actions:
        with pytest.raises(DamagedError, match="ibid restore"):
            action()
    assert filled.restore(folder.parent / "b", replaces=True).articles == 3
    assert filled.find_damage() == []


def test_a_file_that_does_not_belong_there_is_found(filled: Store) -> None:
    (filled.home / "generations/000001/catalog.sqlite-old").write_text("words of a removed article")
    assert filled.find_damage() == ["catalog.sqlite-old does not belong to it"]


def test_what_a_stopped_run_left_is_named_and_swept(filled: Store, folder: Path) -> None:
    """It is no damage; and what is read or made at that moment is not left over."""
    with filled.reading():
        (folder / "long.md").write_text(LONG)
        other = Store(filled.home, embedder=ToyEmbedder())
        other.sync([folder])
        assert other.left_over() == []
        (filled.home / "generations/000009").mkdir()
        assert (other.left_over(), other.find_damage()) == (["000009"], [])
        other.close()
    filled.sync([folder])
    assert filled.left_over() == []


def test_everything_is_on_the_disk_before_it_is_live(filled: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file of the generation, its folders, then `current`, which names it only afterwards, and the home."""
    flushed: list[tuple[str, str]] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        fsync(handle)
        flushed.append((str(Path(f"/proc/self/fd/{handle}").readlink()), (filled.home / "current").read_text().strip()))

    if not Path("/proc/self/fd").exists():
        pytest.skip("no /proc here")
    monkeypatch.setattr(os, "fsync", watched)
    (folder / "long.md").write_text(LONG)
    filled.sync([folder])
    monkeypatch.undo()
    home, live = str(filled.home), filled.home / "generations/000002"
    before = {path for path, name in flushed if name == "000001"}
    assert {str(path) for path in [*live.rglob("*"), live, live.parent] if "chroma.sqlite3-" not in path.name} <= before
    assert flushed[-2:] == [(home, "000002"), (str(filled.home.parent), "000002")]
    assert flushed[-3] == (f"{home}/current.new", "000001")


SECRETS = ("zanzibar", "xanadu", "quagga")


@pytest.mark.parametrize("way", ["deleted", "edited", "removed", "renamed away"])
def test_deleted_words_stand_in_no_file_of_the_home(store: Store, folder: Path, way: str) -> None:
    """In UTF-8 or UTF-16, capital or small, after the sync; also when somebody read the old state and is done."""
    for i in range(20):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    (folder / "quagga.txt").write_text("Zanzibar in brief\n\nThe cloves of Zanzibar were shipped to Xanadu. " * 200)
    store.sync([folder])
    reader = Store(store.home, embedder=ToyEmbedder())
    with reader.reading() as reading:
        assert reading.search_words("zanzibar", 1)
        if way == "removed":
            store.remove(["quagga.txt"])
        elif way == "edited":
            (folder / "quagga.txt").rename(folder / "other.txt")
            (folder / "other.txt").write_text("The cloves were shipped.")
            store.sync([folder])
        else:
            path = folder / "quagga.txt"
            path.unlink() if way == "deleted" else path.rename(folder.parent / "quagga.txt")
            store.sync([folder])
    with reader.reading() as reading:
        assert reading.search_words("zanzibar", 1) == []
    files = [path for path in store.home.rglob("*") if path.is_file()]
    contents = {path: path.read_bytes().lower() for path in files}
    for secret in SECRETS:
        for form in (secret.encode(), secret.encode("utf-16-le"), secret.encode("utf-16-be")):
            assert [path for path, content in contents.items() if form in content] == []
    reader.close()


def test_a_lost_pointer_loses_nothing_more(filled: Store) -> None:
    """Without `current` there is no index; who read the generation closes it and leaves it where it is."""
    with filled.reading():
        (filled.home / "current").unlink()
    filled.close()
    assert generations(filled) == ["000001"]
    with pytest.raises(StoreError):
        filled.find_damage()


SLOW = SYNC.replace(
    "store = Store(sys.argv[1], embedder=ToyEmbedder())",
    """
import time
class Slow(ToyEmbedder):
    def embed_passages(self, texts, sentences):
        time.sleep(0.2)
        return super().embed_passages(texts, sentences)
store = Store(sys.argv[1], embedder=Slow())
""",
)
"""A sync that takes long."""


@pytest.mark.parametrize("stage", ["reading", "embedding", "indexing", "verifying"])
def test_ctrl_c_ends_a_sync_within_two_seconds(filled: Store, folder: Path, stage: str) -> None:
    """The index is as it was, nothing is left behind, and the lock is free. Where others use the processor, it takes longer."""
    longest = 2 * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))
    for i in range(200):
        (folder / f"{i}.md").write_text(LONG.replace("harbour", f"harbour{i}"))
    told = SLOW.replace("[sys.argv[2]])", "[sys.argv[2]], progress=lambda step: print(step.stage, flush=True))")
    command = [sys.executable, "-c", told, str(filled.home), str(folder)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    while stage not in process.stdout.readline():
        assert process.poll() is None
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert time.monotonic() - began < longest
    assert process.returncode != 0
    assert generations(filled) == ["000001"]
    assert filled.find_damage() == []
