"""The vector index finds what brute force finds."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedError
from index.vectors import Rows, Vectors

N, ARTICLES = 300, 7


def unit_rows(seed: int, n: int) -> Rows:
    rows = np.random.default_rng(seed).normal(size=(n, 24))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


ROWS = unit_rows(0, N)
KEYS = [(key, key % ARTICLES + 1) for key in range(1, N + 1)]
"""Keys of passages and of their articles."""


def nearest(vector: Rows, n: int, articles: list[int] | None = None) -> list[int]:
    """Return what brute force finds."""
    allowed = [i for i, (_, article) in enumerate(KEYS) if articles is None or article in articles]
    ranked = sorted(allowed, key=lambda i: -float(ROWS[i] @ vector))
    return [KEYS[i][0] for i in ranked[:n]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where 300 vectors are kept."""
    folder = tmp_path_factory.mktemp("vectors")
    writer = Vectors(folder, is_writable=True)
    writer.add(KEYS, ROWS)
    writer.close()
    return folder


@pytest.fixture(scope="module")
def vectors(folder: Path) -> Iterator[Vectors]:
    """The 300 vectors, open for reading."""
    vectors = Vectors(folder)
    yield vectors
    vectors.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Vectors]:
    """An index to write to."""
    vectors = Vectors(tmp_path / "vectors", is_writable=True)
    yield vectors
    vectors.close()


def test_what_was_added_is_there_when_it_is_opened_again(vectors: Vectors) -> None:
    assert vectors.count() == N
    assert vectors.keys() == [key for key, _ in KEYS]


@given(seed=st.integers(1, 10_000), n=st.integers(1, 50))
@settings(max_examples=60)
def test_neighbours_are_those_of_brute_force(vectors: Vectors, seed: int, n: int) -> None:
    question = unit_rows(seed, 1)[0]
    assert sorted(vectors.search(question, n)) == sorted(nearest(question, n))


@given(seed=st.integers(1, 10_000), n=st.integers(1, 50), articles=st.sets(st.integers(1, ARTICLES + 2), max_size=ARTICLES).map(sorted))
@settings(max_examples=60)
def test_a_filter_of_articles_is_exact(vectors: Vectors, seed: int, n: int, articles: list[int]) -> None:
    """The neighbours among these articles are found, however far the others push them down."""
    question = unit_rows(seed, 1)[0]
    assert sorted(vectors.search(question, n, articles)) == sorted(nearest(question, n, articles))


def test_all_are_found_where_more_are_asked_for(vectors: Vectors) -> None:
    assert sorted(vectors.search(ROWS[0], 10 * N)) == vectors.keys()


def test_no_article_passes_an_empty_filter(vectors: Vectors) -> None:
    assert vectors.search(ROWS[0], 5, []) == []


def test_an_empty_index_finds_nothing(empty: Vectors) -> None:
    assert empty.search(ROWS[0], 5) == []
    assert (empty.count(), empty.keys()) == (0, [])


@pytest.mark.parametrize("gone", [[1], list(range(1, N, 2)), list(range(2, N + 1))], ids=len)
def test_removed_vectors_are_not_found(empty: Vectors, gone: list[int]) -> None:
    """The others still are, as by brute force."""
    empty.add(KEYS, ROWS)
    empty.remove(gone)
    left = [key for key, _ in KEYS if key not in set(gone)]
    assert empty.keys() == left
    for i in (0, 1, 150):
        ranked = [key for key in nearest(ROWS[i], N) if key in set(left)]
        assert sorted(empty.search(ROWS[i], 10)) == sorted(ranked[:10])


def test_equal_vectors_are_all_found(empty: Vectors) -> None:
    empty.add([(key, 1) for key in range(1, 21)], np.repeat(ROWS[:1], 20, axis=0))
    assert sorted(empty.search(ROWS[0], 20)) == list(range(1, 21))


def test_more_than_a_batch_is_added_and_removed(empty: Vectors) -> None:
    """Chroma refuses so many at once."""
    keys = [(key, 1) for key in range(1, 5501)]
    empty.add(keys, np.tile(ROWS, (20, 1))[:5500, :4])
    assert empty.count() == 5500
    empty.remove([key for key, _ in keys[:5499]])
    assert empty.keys() == [5500]


@pytest.mark.slow
def test_the_articles_of_more_vectors_are_told_than_one_statement_may_name(empty: Vectors) -> None:
    """SQLite takes 32,766 values, and Chroma puts every key into one statement."""
    keys = [(key, key % ARTICLES) for key in range(1, 33_001)]
    empty.add(keys, unit_rows(1, len(keys)))
    assert empty.articles() == keys


def test_nothing_is_added_or_removed_where_nothing_is_given(empty: Vectors) -> None:
    empty.add([], ROWS[:0])
    empty.remove([])
    assert empty.count() == 0


def test_one_reader_may_close_while_another_reads(folder: Path, vectors: Vectors) -> None:
    other = Vectors(folder)
    other.search(ROWS[0], 5)
    other.close()
    assert sorted(vectors.search(ROWS[0], 5)) == sorted(nearest(ROWS[0], 5))


def test_an_index_may_be_opened_by_threads_at_once(tmp_path: Path) -> None:
    """As two stores of one home do, or a check beside a reader; often, but not always, one of them fails."""
    failures: list[BaseException] = []

    def open_and_search(folder: Path, together: threading.Barrier) -> None:
        together.wait()
        try:
            reader = Vectors(folder)
            assert reader.search(ROWS[0], 1) == [1]
            reader.close()
        except BaseException as error:  # noqa: BLE001 - a thread cannot raise into the test
            failures.append(error)

    for i in range(6):
        writer, together = Vectors(tmp_path / str(i), is_writable=True), threading.Barrier(8)
        writer.add(KEYS[:5], ROWS[:5])
        writer.close()
        threads = [threading.Thread(target=open_and_search, args=(tmp_path / str(i), together)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []


@pytest.mark.parametrize("content", [None, b"", b"no database at all" * 100], ids=["missing", "empty", "other"])
def test_an_index_that_is_not_there_is_damage(tmp_path: Path, content: bytes | None) -> None:
    """The message names the folder and the way out."""
    if content is not None:
        (tmp_path / "chroma.sqlite3").write_bytes(content)
    with pytest.raises(DamagedError, match=r"the vector index '.*ibid rebuild"):
        Vectors(tmp_path).search(ROWS[0], 5)


@pytest.mark.parametrize(("n", "expected"), [(109, set()), (225, {112, 224}), (300, {150, 300})])
def test_many_vectors_are_written_in_few_steps_that_leave_hardly_any_over(
    empty: Vectors, tmp_path: Path, n: int, expected: set[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left over is taken anew whenever the index is opened. Chroma's file of lengths, four bytes each, begins with room for 100."""
    monkeypatch.setattr("index.vectors._MANY_WRITTEN", 110)
    size, written = empty.expect(n), set[int]()
    for first in range(0, n, size):
        part = slice(first, min(first + size, n))
        empty.add(KEYS[part], ROWS[part])
        written |= {path.stat().st_size // 4 for path in tmp_path.rglob("length.bin")}
    assert written - {0, 100} == expected
    assert empty.keys() == [key for key, _ in KEYS[:n]]


def test_few_vectors_are_expected_without_a_change(empty: Vectors, tmp_path: Path) -> None:
    """What is not changed cannot fail."""
    (file,) = tmp_path.rglob("chroma.sqlite3")
    before = file.read_bytes()
    empty.expect(N)
    assert file.read_bytes() == before


def test_many_may_be_expected_just_after_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chroma still reads in a thread of its own then; in one of twenty-five cases its database was locked."""
    monkeypatch.setattr("index.vectors._MANY_WRITTEN", 10)
    for i in range(30):
        vectors = Vectors(tmp_path, is_writable=True)
        vectors.expect(11 + i % 2)
        vectors.add(KEYS[8 * i : 8 * i + 8], ROWS[8 * i : 8 * i + 8])
        vectors.close()


def test_very_many_are_put_in_with_more_care(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where none is held yet: a graph keeps what it was created with."""
    monkeypatch.setattr("index.vectors._MANY_WRITTEN", 100)
    monkeypatch.setattr("index.vectors._VERY_MANY", 200)
    monkeypatch.setattr("index.vectors._CAREFUL_BATCH", 30)

    def care_of(n: int) -> int:
        vectors = Vectors(tmp_path, is_writable=True)
        size, held = vectors.expect(n), vectors.count()
        vectors.add(KEYS[held : held + size], ROWS[held : held + size])
        assert [key for key, _ in KEYS[: held + size]] == vectors.keys()
        assert vectors.search(ROWS[held], 1) == [KEYS[held][0]]
        care = vectors._collection.configuration["hnsw"]["ef_construction"]
        vectors.close()
        return int(care)

    assert care_of(200) == care_of(150) == 200
    shutil.rmtree(tmp_path)
    assert care_of(150) == care_of(250) == 64


@pytest.mark.parametrize("n", [5, 300])
def test_no_file_holds_what_the_memory_held_where_no_vector_is(tmp_path: Path, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """hnswlib writes room for a hundred vectors as it finds it; what stands there may be somebody's deleted words."""
    monkeypatch.setattr("index.vectors._MANY_WRITTEN", 300)
    vectors = Vectors(tmp_path, is_writable=True)
    vectors.expect(n)
    vectors.add(KEYS[:n], ROWS[:n])
    (header,) = tmp_path.rglob("header.bin")
    files = [header.with_name("data_level0.bin"), header.with_name("length.bin")]
    if n == 5:
        for file in files:
            file.write_bytes((b"quagga " * file.stat().st_size)[: file.stat().st_size])
    before = [file.read_bytes() for file in files]
    vectors.close()
    expected = before if n == 300 else [bytes(len(one)) for one in before]
    assert [file.read_bytes() for file in files] == expected
    again = Vectors(tmp_path)
    assert again.search(ROWS[3], 1) == [KEYS[3][0]]
    again.close()
