"""The catalog: what is written comes back, words are found, and nothing removed is left."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.catalog import Catalog, Vectors
from index.errors import DamagedError
from index.passage import Article, Filters, Passage
from index.schema import MOST_ROWS, Draft, FileState, passage_of, vector_keys
from tests.index.texts import any_text, article_of, cut

TEXTS = {
    "salt.txt": "Salt came from the south. Ships carried it in autumn.",
    "timber.txt": "Timber came from the valley. Ships carried it in spring, said the naïve mayor.",
    "tea.txt": "Tea was dear. AND OR NOT NEAR are words too.",
}
DAYS = {"salt.txt": date(2020, 1, 1), "timber.txt": date(2021, 6, 5), "tea.txt": None}
AUTHORS = {"salt.txt": "Ann Lee", "timber.txt": "Jan Novák", "tea.txt": None}
PUBLISHERS = {"salt.txt": "The Bell", "timber.txt": None, "tea.txt": "Ann Lee"}
filters = st.builds(
    Filters,
    articles=st.lists(st.sampled_from([*TEXTS, "none.txt"]), max_size=3).map(tuple),
    authors=st.lists(st.sampled_from(["Ann Lee", "ann lee", "JAN NOVáK", "Ann", ""]), max_size=2).map(tuple),
    publishers=st.lists(st.sampled_from(["THE BELL", "Ann Lee", "Bell", ""]), max_size=2).map(tuple),
    since=st.none() | st.sampled_from([date(2019, 1, 1), date(2020, 1, 1), date(2020, 1, 2), date(2021, 6, 5), date(2022, 1, 1)]),
    until=st.none() | st.sampled_from([date(2019, 1, 1), date(2020, 1, 1), date(2021, 6, 4), date(2021, 6, 5), date(2022, 1, 1)]),
)


def add(catalog: Catalog, article: Article, passages: Sequence[Passage]) -> None:
    state = FileState(0, article.id, article.path, "f" * 64, 1, 2, 3)
    catalog.add_article(article, [Draft(one, one.text.encode()) for one in passages], state)


def passages_of(article: Article) -> list[Passage]:
    return [replace(one, article=article.id) for one in cut(article.text)]


def keys_of(catalog: Catalog, name: str) -> list[int]:
    wanted = {state.id: state.key for state in catalog.file_states()}[name]
    return [key for key, article in catalog.passage_keys() if article == wanted]


def embeddings_of(*counts: int) -> list[Vectors]:
    """Return an embedding with each of these numbers of rows; no two rows are equal."""
    rows = np.arange(3 * sum(counts), dtype=np.float32).reshape(-1, 3)
    return np.split(rows, np.cumsum(counts)[:-1])


def embed(catalog: Catalog, *counts: int) -> list[int]:
    """Give the passages that have no embedding one of these numbers of rows each, and return their keys."""
    keys = catalog.unembedded(1000)
    catalog.set_embeddings(keys, embeddings_of(*counts))
    return keys


def sections(n: int, id: str = "a.txt") -> Article:  # noqa: A002 - the noun's own word
    """Return an article of `n` passages."""
    return article_of("\n\n".join(f"COST\n\nPart {i} of it." for i in range(n)), id)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Catalog]:
    """A catalog to write to."""
    catalog = Catalog(tmp_path / "catalog.sqlite", is_writable=True)
    yield catalog
    catalog.close()


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """A catalog of three articles, open for reading."""
    path = tmp_path_factory.mktemp("catalog") / "catalog.sqlite"
    writer = Catalog(path, is_writable=True)
    for name, text in TEXTS.items():
        article = article_of(text, name, title=name.removesuffix(".txt").title(), published=DAYS[name])
        article = replace(article, author=AUTHORS[name], publisher=PUBLISHERS[name])
        add(writer, article, passages_of(article))
    writer.close()
    catalog = Catalog(path)
    yield catalog
    catalog.close()


@given(texts=st.lists(any_text, max_size=3), title=st.text(st.characters(codec="utf-8"), min_size=1), day=st.none() | st.dates())
@settings(max_examples=15)
def test_articles_and_passages_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], title: str, day: date | None
) -> None:
    """Text, title, offsets, headings and sentences are what they were, whatever characters they hold."""
    path = tmp_path_factory.mktemp("round") / "catalog.sqlite"
    articles = [article_of(text, f"{i}.txt", title=title, published=day) for i, text in enumerate(texts)]
    writer = Catalog(path, is_writable=True)
    for article in articles:
        add(writer, article, passages_of(article))
    writer.close()
    reader = Catalog(path)
    keys = [key for key, _ in reader.passage_keys()]
    assert reader.articles() == articles
    assert reader.passages(keys) == [one for article in articles for one in passages_of(article)]
    assert reader.counts() == (len(articles), len(keys))
    reader.close()


def test_every_field_of_an_article_comes_back(empty: Catalog) -> None:
    article = replace(article_of("x"), author="Ann Lee", published=date(2020, 1, 1), publisher="News", url="http://x", language="en")
    add(empty, article, [])
    assert empty.article("a.txt") == article


def test_an_unknown_article_is_none(catalog: Catalog) -> None:
    assert catalog.article("none.txt") is None
    assert catalog.titles(["salt.txt", "none.txt"]) == {"salt.txt": "Salt"}


@given(order=st.permutations(range(-1, 5)))
@settings(max_examples=20)
def test_passages_come_in_the_order_asked_for(catalog: Catalog, order: list[int]) -> None:
    """A key that is not there is left out."""
    keys = [key for key, _ in catalog.passage_keys()]
    texts = {key: catalog.passages([key])[0].text for key in keys}
    assert [one.text for one in catalog.passages(order)] == [texts[key] for key in order if key in texts]


@given(question=st.one_of(st.text(max_size=60), st.text(st.sampled_from("\"*():^+-{}[]'\\,;.ANDORNOTEAR _\0"), max_size=40)))
@settings(max_examples=150)
def test_no_question_breaks_the_search_for_words(catalog: Catalog, question: str) -> None:
    """Quotes, operators and punctuation of the search language are words or nothing."""
    for key, weight in catalog.search_words(question, 5, Filters()):
        assert catalog.passages([key])
        assert weight > 0


@pytest.mark.parametrize(
    "question", ['AND OR NOT "x" * ( ) :', "NEAR(tea dear)", "text: tea", "tea*", '"', "tea -dear", "\ud800 tea", "{tea}"]
)
def test_operators_are_words_like_others(catalog: Catalog, question: str) -> None:
    found = [catalog.passages([key])[0].article for key, _ in catalog.search_words(question, 5, Filters())]
    assert found == ([] if question == '"' else ["tea.txt"])


def test_a_question_of_5000_words_is_searched(catalog: Catalog) -> None:
    assert catalog.search_words(" ".join(f"word{i}" for i in range(5000)) + " tea", 5, Filters())


@pytest.mark.parametrize("question", ["", "  ", "?!…", '"" () *', "🙂"])
def test_a_question_without_words_finds_nothing(catalog: Catalog, question: str) -> None:
    assert catalog.search_words(question, 5, Filters()) == []


@given(
    words=st.lists(st.sampled_from("salt timber tea ships carried valley autumn dear mayor".split()), min_size=1),
    n=st.integers(1, 4),
    only=filters,
)
@settings(max_examples=60)
def test_hits_are_sorted_at_most_n_and_pass_the_filters(catalog: Catalog, words: list[str], n: int, only: Filters) -> None:
    found = catalog.search_words(" ".join(words), n, only)
    weights = [weight for _, weight in found]
    assert len(found) <= n
    assert weights == sorted(weights, reverse=True)
    allowed = [name for name in TEXTS if passes(name, only)]
    assert all(one.article in allowed for one in catalog.passages([key for key, _ in found]))


def test_passages_are_counted_by_article(catalog: Catalog) -> None:
    """Those of every article, also one that has none."""
    counts = catalog.passage_counts()
    assert sorted(counts) == sorted(TEXTS)
    assert counts == {name: len(keys_of(catalog, name)) for name in TEXTS}


def is_one_of(name: str | None, wanted: Sequence[str]) -> bool:
    return not wanted or (name is not None and name.lower() in [one.lower() for one in wanted])


def passes(name: str, only: Filters) -> bool:
    day = DAYS[name]
    is_by = is_one_of(AUTHORS[name], only.authors) and is_one_of(PUBLISHERS[name], only.publishers)
    is_in_time = (not only.since or (day is not None and day >= only.since)) and (not only.until or (day is not None and day <= only.until))
    return is_by and is_in_time and (not only.articles or name in only.articles)


@given(only=filters)
@settings(max_examples=100)
def test_filters_are_exact(catalog: Catalog, only: Filters) -> None:
    """Days count themselves; an article without a day, or an author, passes no filter of days, or of authors."""
    keys = {state.key: state.id for state in catalog.file_states()}
    assert sorted(keys[key] for key in catalog.article_keys(only)) == sorted(name for name in TEXTS if passes(name, only))


def test_a_filter_finds_what_it_allows_even_if_others_are_better(catalog: Catalog) -> None:
    (found,) = catalog.search_words("salt salt ships", 1, Filters(articles=("timber.txt",)))
    assert catalog.passages([found[0]])[0].article == "timber.txt"


@pytest.mark.parametrize("question", ["SALT", "salty? no, salt!", "sàlt", "ship", "shipping", "the title is Salt"])
def test_case_accents_and_endings_do_not_matter(catalog: Catalog, question: str) -> None:
    assert "salt.txt" in [one.article for one in catalog.passages([key for key, _ in catalog.search_words(question, 5, Filters())])]


def test_accents_in_an_article_do_not_matter(catalog: Catalog) -> None:
    for question in ("naive", "naïve", "NAÏVE"):
        assert catalog.search_words(question, 5, Filters())


def test_a_question_may_be_decomposed(catalog: Catalog) -> None:
    """As a Mac writes it in file names: the letter and its accent are two characters."""
    assert catalog.search_words("nai\u0308ve", 5, Filters())


def test_embeddings_come_back_in_the_order_asked_for(empty: Catalog) -> None:
    """Each has the rows that it was given, one or many."""
    add(empty, sections(5), passages_of(sections(5)))
    keys = empty.unembedded(100)
    assert (len(keys), empty.count_unembedded(), empty.unembedded(2)) == (5, 5, keys[:2])
    rows = embeddings_of(2, 1, 5, 1, 3)
    empty.set_embeddings(keys, rows)
    assert empty.count_unembedded() == 0
    found = empty.embeddings(keys[::-1])
    assert [one.shape for one in found] == [(3, 3), (1, 3), (5, 3), (1, 3), (2, 3)]
    assert all(np.array_equal(one, other) for one, other in zip(found, rows[::-1], strict=True))
    assert empty.embeddings([]) == []


@given(data=st.data(), counts=st.lists(st.integers(1, 6) | st.just(MOST_ROWS), min_size=1, max_size=6))
@settings(max_examples=25)
def test_every_row_has_a_key_of_its_own(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, counts: list[int]) -> None:
    """By its key a row comes back in any order asked for, and the key says which passage and article it belongs to."""
    catalog = Catalog(tmp_path_factory.mktemp("rows") / "catalog.sqlite", is_writable=True)
    for name, n in (("a.txt", len(counts) // 2), ("b.txt", len(counts) - len(counts) // 2)):
        add(catalog, sections(n, name), passages_of(sections(n, name)))
    passages = embed(catalog, *counts)
    articles = dict(catalog.passage_keys())
    keys = catalog.vector_keys()
    assert keys == [(key, articles[one]) for one, count in zip(passages, counts, strict=True) for key in vector_keys(one, count)]
    assert keys == sorted(set(keys))
    rows = {key: row for (key, _), row in zip(keys, np.concatenate(embeddings_of(*counts)), strict=True)}
    chosen = data.draw(st.lists(st.sampled_from(sorted(rows)), min_size=1, max_size=40))
    assert np.array_equal(catalog.vectors(chosen), [rows[key] for key in chosen])
    assert np.array_equal(catalog.vectors(list(rows)), list(rows.values()))
    catalog.close()


@given(passages=st.sets(st.integers(1, 2**40), min_size=1, max_size=9), rows=st.integers(1, MOST_ROWS))
def test_keys_of_vectors_name_their_passage_and_never_meet(passages: set[int], rows: int) -> None:
    """They stand in the order of their passages, so that what was added last has the greatest keys."""
    keys = [key for one in sorted(passages) for key in vector_keys(one, rows)]
    assert keys == sorted(set(keys))
    assert [passage_of(key) for key in keys] == [one for one in sorted(passages) for _ in range(rows)]


def test_a_passage_that_is_not_embedded_has_no_vectors(empty: Catalog) -> None:
    add(empty, sections(2), passages_of(sections(2)))
    assert len(empty.passage_keys()) == 2
    assert empty.vector_keys() == []
    assert empty.remove_article(empty.file_states()[0].key) == []


@pytest.mark.parametrize("missing", [1, 99])
def test_a_missing_embedding_is_damage(empty: Catalog, missing: int) -> None:
    article = article_of("Salt came from the south.")
    add(empty, article, passages_of(article))
    with pytest.raises(DamagedError, match=r"no good embedding.*--fresh"):
        empty.embeddings([missing])
    with pytest.raises(DamagedError, match=r"no good embedding.*--fresh"):
        empty.vectors(vector_keys(missing, 1))


def test_an_embedding_that_does_not_make_its_rows_is_damage(empty: Catalog, tmp_path: Path) -> None:
    add(empty, sections(1), passages_of(sections(1)))
    (key,) = embed(empty, 2)
    empty.commit()
    base = sqlite3.connect(tmp_path / "catalog.sqlite")
    for rows in (4, 0):
        base.execute("UPDATE passages SET rows = ?", (rows,))
        base.commit()
        with pytest.raises(DamagedError, match=r"no good embedding.*--fresh"):
            empty.embeddings([key])
    base.close()


def test_the_same_words_take_the_embedding_that_is_there(empty: Catalog) -> None:
    """Words of another article, and words that were removed just now, are not embedded again; every row is kept."""
    first = article_of(TEXTS["salt.txt"], "first.txt")
    add(empty, first, passages_of(first))
    embed(empty, 2)
    second = article_of(TEXTS["salt.txt"], "second.txt")
    add(empty, second, passages_of(second))
    assert empty.unembedded(9) == []
    assert np.array_equal(empty.embeddings(keys_of(empty, "second.txt")), embeddings_of(2))
    held = [key for key, _ in empty.vector_keys()]
    assert [key for state in empty.file_states() for key in empty.remove_article(state.key)] == held
    assert len(set(held)) == 4
    assert empty.vector_keys() == []
    third = article_of(TEXTS["salt.txt"], "third.txt")
    add(empty, third, passages_of(third))
    assert empty.unembedded(9) == []
    (key,) = keys_of(empty, "third.txt")
    assert np.array_equal(empty.embeddings([key]), embeddings_of(2))
    assert [one for one, _ in empty.vector_keys()] == list(vector_keys(key, 2))


def test_equal_texts_are_two_articles(empty: Catalog) -> None:
    for name in ("a.txt", "b.txt"):
        article = article_of(TEXTS["salt.txt"], name)
        add(empty, article, passages_of(article))
    found = empty.passages([key for key, _ in empty.search_words("salt", 5, Filters())])
    assert sorted(one.article for one in found) == ["a.txt", "b.txt"]
    assert {one.text for one in found} == {TEXTS["salt.txt"]}


def test_a_removed_article_takes_its_passages_vectors_and_words_along(empty: Catalog) -> None:
    for name, text in TEXTS.items():
        add(empty, article_of(text, name), passages_of(article_of(text, name)))
    embed(empty, 2, 1, 3)
    held = empty.vector_keys()
    gone = keys_of(empty, "tea.txt")
    key = next(state.key for state in empty.file_states() if state.id == "tea.txt")
    assert empty.remove_article(key) == [one for passage in gone for one in vector_keys(passage, 3)]
    assert empty.vector_keys() == [(one, article) for one, article in held if article != key]
    assert len(empty.vector_keys()) == 3
    assert [article.id for article in empty.articles()] == ["salt.txt", "timber.txt"]
    assert empty.passages(gone) == []
    assert empty.search_words("tea dear", 5, Filters()) == []


def test_a_key_is_never_used_twice(empty: Catalog) -> None:
    """The vector index knows vectors by their keys: one that was removed must not come back as another."""
    article = article_of(TEXTS["tea.txt"])
    add(empty, article, passages_of(article))
    embed(empty, 4)
    gone = empty.remove_article(empty.file_states()[0].key)
    assert len(gone) == 4
    add(empty, article, passages_of(article))
    assert len(empty.vector_keys()) == 4
    assert min(key for key, _ in empty.vector_keys()) > max(gone)
    assert not {key for key, _ in empty.passage_keys()} & set(map(passage_of, gone))


def test_nothing_of_a_removed_article_is_left_in_the_file(empty: Catalog, tmp_path: Path) -> None:
    article = article_of("Zanzibar sold cloves. " * 400, title="Quaggaland")
    add(empty, article, passages_of(article))
    empty.commit()
    assert b"Zanzibar" in (tmp_path / "catalog.sqlite").read_bytes()
    empty.remove_article(empty.file_states()[0].key)
    empty.compact()
    left = (tmp_path / "catalog.sqlite").read_bytes().lower()
    assert [word for word in (b"zanzibar", b"clove", b"quaggaland") if word in left] == []


def test_a_whole_catalog_has_no_damage(empty: Catalog) -> None:
    article = article_of(TEXTS["tea.txt"])
    add(empty, article, passages_of(article))
    embed(empty, 2)
    assert list(empty.find_damage()) == []


def test_a_passage_without_an_embedding_is_damage(empty: Catalog) -> None:
    article = article_of(TEXTS["tea.txt"])
    add(empty, article, passages_of(article))
    assert list(empty.find_damage()) == ["catalog: 1 passages have no words or no embedding"]


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_file_that_is_no_catalog_is_damaged(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "catalog.sqlite").write_bytes(content)
    with pytest.raises(DamagedError):
        Catalog(tmp_path / "catalog.sqlite").counts()


def test_a_missing_catalog_is_damaged_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DamagedError, match=r"catalog\.sqlite' cannot be opened"):
        Catalog(tmp_path / "catalog.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_reading_changes_nothing(tmp_path: Path, empty: Catalog) -> None:
    """A reader neither writes to the folder nor can it be made to."""
    add(empty, article_of("x"), [])
    empty.commit()
    content = (tmp_path / "catalog.sqlite").read_bytes()
    reader = Catalog(tmp_path / "catalog.sqlite")
    reader.search_words("salt", 5, Filters())
    reader.close()
    assert (tmp_path / "catalog.sqlite").read_bytes() == content
