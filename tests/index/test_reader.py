"""Reading: hits are exact, sorted and at most `n`; a generation is held while it is read."""

import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunk import MOST_TOKENS
from index.errors import NoIndexError, UnknownArticleError
from index.passage import Filters, Hit, Imprint, Surroundings
from index.reader import SENTENCES, Reader
from index.store import Store
from index.sync import passage_inputs
from tests.conftest import ARTICLES
from tests.toy import ToyEmbedder

GOODS = "salt timber tea silk wool iron coal wine grain wax amber tin".split()
questions = st.lists(st.sampled_from([*GOODS, "ship", "harbour", "1871", "sold"]), max_size=6).map(" ".join)
ids = st.lists(st.sampled_from([f"{good}.md" for good in [*GOODS, "none"]]), max_size=4).map(tuple)
days = st.none() | st.dates(date(2019, 12, 30), date(2021, 1, 3))
filters = st.builds(Filters, articles=ids, since=days, until=days)


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of twelve articles with four passages of one to five sentences each, one published in every month of 2020."""
    home = tmp_path_factory.mktemp("market")
    (home / "articles").mkdir()
    for month, good in enumerate(GOODS, start=1):
        parts = [
            f"## Part {i}\n\nThe {good} of harbour {i * month} was sold for {i} crowns by ship {good[::-1]}.{more_on(month, i)}\n"
            for i in range(4)
        ]
        head = f"---\ntitle: On {good}\npublished: 2020-{month:02}-01\n---\n\n"
        (home / "articles" / f"{good}.md").write_text(head + "\n".join(parts))
    store = Store(home / "home", embedder=ToyEmbedder())
    store.sync([home / "articles"])
    yield store
    store.close()


def more_on(month: int, part: int) -> str:
    """Return up to four sentences more, each on other goods."""
    goods = [GOODS[(month + 3 * part + 5 * i) % len(GOODS)] for i in range((month + part) % 5)]
    return "".join(f" Merchant {i} of {part} sold {one} in 1871, or so the harbour says." for i, one in enumerate(goods))


@pytest.fixture(scope="module")
def reader(market: Store) -> Iterator[Reader]:
    with market.reading() as reader:
        yield reader


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def brute_force(reader: Reader, question: str, only: Filters) -> dict[tuple[str, int], list[float]]:
    """Return the cosines of all sentences of every passage that passes, by the passage's article and start."""
    embedder = ToyEmbedder()
    vector = embedder.embed_question(question)
    everything = reader.search_words("the ship", 1000)
    titles = reader.titles([hit.passage.article for hit in everything])
    allowed = {article.id: article.text for article in reader.articles() if passes(article.id, article.published, only)}
    cosines: dict[tuple[str, int], list[float]] = {}
    for one in (hit.passage for hit in everything if hit.passage.article in allowed):
        context = passage_inputs(titles, [one], embedder, most=MOST_TOKENS)[0].removesuffix(one.text)
        said = [allowed[one.article][start:end] for start, end in one.sentences]
        cosines[one.article, one.start] = [float(np.dot(embedder.embed_question(f"{context} {text}"), vector)) for text in said]
    return cosines


def passes(name: str, day: date | None, only: Filters) -> bool:
    is_in_time = (not only.since or (day is not None and day >= only.since)) and (not only.until or (day is not None and day <= only.until))
    return is_in_time and (not only.articles or name in only.articles)


def check_hits(reader: Reader, hits: list[Hit], n: int) -> None:
    assert len(hits) <= n
    for hit in hits:
        passage = hit.passage
        assert reader.article(passage.article).text[passage.start : passage.end] == passage.text


@given(question=questions, n=st.integers(1, 60), only=filters)
@settings(max_examples=60)
def test_the_nearest_passages_are_those_of_brute_force(reader: Reader, question: str, n: int, only: Filters) -> None:
    """A passage is as near as its nearest sentence, and there is no hit less than the sentences looked up allow.

    Cosines are exact and sorted, ranks count from 1, no passage comes twice, and filters let through exactly what they say.
    """
    hits = reader.search_vectors(question, n, filters=only)
    expected = brute_force(reader, question, only)
    nearest = sorted((cosine for cosines in expected.values() for cosine in cosines), reverse=True)[: n * SENTENCES]
    best = {place: max(cosines) for place, cosines in expected.items()}
    cosines = [hit.cosine or 0.0 for hit in hits]
    check_hits(reader, hits, n)
    assert [hit.cosine_rank for hit in hits] == list(range(1, len(hits) + 1))
    assert cosines == sorted(cosines, reverse=True)
    assert len({hit.passage for hit in hits}) == len(hits)
    assert cosines == pytest.approx(sorted(best.values(), reverse=True)[: len(hits)], abs=1e-5)
    assert cosines == pytest.approx([best[hit.passage.article, hit.passage.start] for hit in hits], abs=1e-5)
    surely, perhaps = (sum(one >= nearest[-1] + slack for one in best.values()) if nearest else 0 for slack in (1e-5, -1e-5))
    assert min(n, surely) <= len(hits) <= min(n, perhaps)


def test_the_market_has_passages_of_many_sentences(reader: Reader) -> None:
    """Otherwise the tests above would not tell a sentence from its passage."""
    assert {len(one.sentences) for one in reader.passages()} == {1, 2, 3, 4, 5}


def test_one_sentence_brings_its_passage_to_the_top(store: Store, folder: Path) -> None:
    """Its neighbours do not pull it down, as they would in one vector for the whole passage."""
    said = "Zeppelins landed at Tarn."
    (folder / "zeppelins.txt").write_text("Zeppelins at Tarn were never seen by the mayor of Marlow.")
    (folder / "news.txt").write_text(f"Salt was dear. Ships were late again. {said} Nobody bought wool. Grain rotted in the autumn rain.")
    store.sync([folder])
    embedder = ToyEmbedder()
    vector = embedder.embed_question(said)
    with store.reading() as reader:
        first, second, *_ = reader.search_vectors(said, 5)
        titles = reader.titles([first.passage.article, second.passage.article])
        texts = passage_inputs(titles, [first.passage, second.passage], embedder, most=MOST_TOKENS)
        whole = [embedder.embed_question(one) for one in texts]
    assert [first.passage.article, second.passage.article] == ["news.txt", "zeppelins.txt"]
    assert float(whole[0] @ vector) < float(whole[1] @ vector) < (first.cosine or 0)


def test_near_sentences_of_one_passage_may_leave_no_room_for_others(store: Store, folder: Path) -> None:
    """There are fewer hits than were asked for then, and the passage is still named once."""
    ports = "Tarn Marlow Xanadu Norway Zanzibar Lima Oslo Bergen Riga Genoa".split()
    (folder / "salt.txt").write_text(" ".join(f"Salt was sold in {port}." for port in ports))
    store.sync([folder])
    with store.reading() as reader:
        (passage,) = reader.passages(filters=Filters(articles=("salt.txt",)))
        assert len(passage.sentences) == len(ports)
        for n, found in ((1, 1), (len(ports) // SENTENCES, 1), (6, 6)):
            hits = reader.search_vectors("Salt was sold in", n)
            assert (hits[0].passage, len({hit.passage for hit in hits}), len(hits)) == (passage, found, found)


@given(question=questions, n=st.integers(1, 60), only=filters)
@settings(max_examples=60)
def test_passages_that_share_words_are_sorted_by_their_weight(reader: Reader, question: str, n: int, only: Filters) -> None:
    hits = reader.search_words(question, n, filters=only)
    weights = [hit.bm25 or 0.0 for hit in hits]
    check_hits(reader, hits, n)
    assert [hit.bm25_rank for hit in hits] == list(range(1, len(hits) + 1))
    assert weights == sorted(weights, reverse=True)
    assert all(weight > 0 for weight in weights)
    assert {hit.passage.article for hit in hits} <= {one.id for one in reader.articles() if passes(one.id, one.published, only)}


@pytest.mark.parametrize("good", GOODS)
def test_a_word_of_one_article_finds_it_first(reader: Reader, good: str) -> None:
    assert reader.search_words(f"Who sold {good}?", 5)[0].passage.article == f"{good}.md"


def test_no_common_word_is_no_hit(reader: Reader) -> None:
    assert reader.search_words("zeppelin", 5) == []


def test_articles_are_sorted_and_known_by_id(reader: Reader) -> None:
    articles = reader.articles()
    assert [article.id for article in articles] == sorted(f"{good}.md" for good in GOODS)
    assert [reader.article(article.id) for article in articles] == articles
    assert reader.titles(["tea.md"]) == {"tea.md": "On tea"}
    assert reader.count() == (12, 48)


def test_digests_are_those_of_the_articles(reader: Reader) -> None:
    """Of those that were asked for and are there."""
    known = {one.id: one.sha256 for one in reader.articles()}
    assert reader.digests([*known, "none.txt"]) == known
    assert reader.digests([]) == {}


def test_imprints_say_what_articles_say_of_themselves(filled: Store) -> None:
    with filled.reading() as reader:
        known = [Imprint(one.id, one.title, one.author, one.published, one.publisher) for one in reader.articles()]
        assert reader.imprints() == known
    assert any(one.published for one in known) and not all(one.published for one in known)


def test_an_unknown_article_is_named(reader: Reader) -> None:
    with pytest.raises(UnknownArticleError, match=r"no article is called 'none\.md': `ibid articles` lists them"):
        reader.article("none.md")


def test_without_an_index_there_is_nothing_to_read(store: Store) -> None:
    with pytest.raises(NoIndexError), store.reading():
        pytest.fail("there is no index")


def test_many_threads_may_read_at_once(market: Store) -> None:
    """Each gets the hits that it gets alone."""
    failures: list[BaseException] = []

    def search(good: str) -> list[Hit]:
        with market.reading() as reader:
            return reader.search_words(good, 3) + reader.search_vectors(good, 60)

    def read(good: str) -> None:
        try:
            for _ in range(5):
                assert search(good) == alone[good]
        except BaseException as error:  # noqa: BLE001 - a thread cannot raise into the test
            failures.append(error)

    alone = {good: search(good) for good in GOODS}
    threads = [threading.Thread(target=read, args=(good,)) for good in GOODS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_first_questions_may_come_at_once(filled: Store, hasty_threads: None) -> None:
    """Nothing is open yet, and eight threads ask together."""
    failures: list[BaseException] = []
    filled.close()
    for _ in range(6):
        store, together = Store(filled.home, embedder=ToyEmbedder()), threading.Barrier(8)
        threads = [threading.Thread(target=ask, args=(store, together, failures)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        store.close()
    assert failures == []


def ask(store: Store, together: threading.Barrier, failures: list[BaseException]) -> None:
    together.wait()
    try:
        with store.reading() as reader:
            assert len(reader.search_vectors("harbour", 3)) == 3
    except BaseException as error:  # noqa: BLE001 - a thread cannot raise into the test
        failures.append(error)


def test_a_reader_answers_from_the_generation_it_holds(filled: Store, folder: Path) -> None:
    """A sync meanwhile is seen by the next reader, not by this one; then the old generation goes."""
    with filled.reading() as old:
        (folder / "bridge.txt").write_text("Zeppelins cross the valley now, twice a day.")
        filled.sync([folder])
        assert old.article("bridge.txt").text == ARTICLES["bridge.txt"]
        assert old.search_words("zeppelins", 5) == []
        assert "bridge.txt" in [hit.passage.article for hit in old.search_vectors("bridge of the valley", 2)]
        with filled.reading() as new:
            assert new.article("bridge.txt").text.startswith("Zeppelins")
            assert new.search_words("zeppelins", 5)[0].passage.article == "bridge.txt"
            assert new.generation > old.generation
        assert old.search_words("crowns", 5)
    filled.sync([folder])
    assert [path.name for path in (filled.home / "generations").iterdir()] == [filled.generation]


def test_readers_see_one_whole_generation_while_the_folder_changes(filled: Store, folder: Path) -> None:
    """A reader's counts, words and texts agree with each other, whatever a writer does meanwhile."""
    failures: list[BaseException] = []
    is_done = threading.Event()

    def read() -> None:
        try:
            while not is_done.is_set():
                with filled.reading() as reader:
                    texts = {article.id: article.text for article in reader.articles()}
                    hits = reader.search_words("ship", 50) + reader.search_vectors("ship", 50)
                    assert len(texts) == reader.count()[0]
                    assert all(texts[hit.passage.article][hit.passage.start : hit.passage.end] == hit.passage.text for hit in hits)
        except BaseException as error:  # noqa: BLE001 - a thread cannot raise into the test
            failures.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for i in range(3):
        (folder / "ship.txt").write_text(f"Ship {i} came.\n\n" * (i + 1))
        filled.sync([folder])
    is_done.set()
    thread.join()
    assert failures == []


def test_a_closed_store_can_be_read_again(filled: Store) -> None:
    filled.close()
    with filled.reading() as reader:
        assert reader.count()[0] == len(ARTICLES)


@given(only=filters)
def test_passages_are_those_of_the_articles_that_pass_in_order(reader: Reader, only: Filters) -> None:
    """Without filters every one; each is a slice of its article."""
    texts = {article.id: article.text for article in reader.articles()}
    every, found = reader.passages(), reader.passages(filters=only)
    assert len(every) == reader.count()[1]
    assert every == sorted(every, key=lambda one: (one.article, one.start))
    assert all(texts[one.article][one.start : one.end] == one.text for one in every)
    passing = {hit.passage.article for hit in reader.search_vectors("salt", len(every), filters=only)}
    assert found == [one for one in every if one.article in passing]


def test_the_articles_that_hold_the_same_words_are_found(store: Store, folder: Path) -> None:
    """Whatever capitals, accents and signs stand between; not with another number, not fewer words, not in another order."""
    sentence = "The miller of Zennor sold nineteen windmills to Portugal in 1871."
    (folder / "wire.txt").write_text(f"News\n\nIt rained. {sentence} Nobody knows why.")
    (folder / "copy.txt").write_text("Other news\n\nThe miller of Zennor sold “nineteen” WINDMILLS\nto Portugal, in 1871! He is well.")
    (folder / "year.txt").write_text(f"Old news\n\n{sentence.replace('1871', '1872')}")
    (folder / "order.txt").write_text("News\n\nIn 1871 the miller of Zennor sold nineteen windmills to Portugal.")
    (folder / "ending.txt").write_text(f"News\n\n{sentence.replace('sold', 'sells').replace('windmills', 'windmill')}")
    store.sync([folder])
    with store.reading() as reader:
        assert [one.id for one in reader.articles_saying(sentence)] == ["copy.txt", "wire.txt"]
        assert reader.articles_saying("The miller of Zennor sold nineteen windmills") == []
        assert reader.articles_saying('" OR text : the of in to a b c d') == []
        assert reader.articles_saying("") == []


def test_every_copy_is_found_by_meaning_when_its_article_alone_may_answer(tmp_path: Path) -> None:
    """Also those that are not in the vector index."""
    for name in "abcdef":
        (tmp_path / f"{name}.txt").write_text("The salt of the harbour was sold to Portugal.\n")
    store = Store(tmp_path / "home", embedder=ToyEmbedder())
    store.sync([tmp_path])
    with store.reading() as reader:
        for name in "abcdef":
            hits = reader.search_vectors("salt", 5, filters=Filters(articles=(f"{name}.txt",)))
            assert [hit.passage.article for hit in hits] == [f"{name}.txt"]
    store.close()


def test_the_surroundings_of_a_passage_are_sentences_of_its_article(reader: Reader) -> None:
    """The one before, the one behind, and the first one, unless it is the one before; the passage holds none of them."""
    known = reader.passages()
    sizes = set()
    for one in known:
        own = [other for other in known if other.article == one.article]
        said = [(span, other.sentence(i)) for other in own for i, span in enumerate(other.sentences)]
        before = [text for span, text in said if span[1] <= one.start]
        behind = [text for span, text in said if span[0] >= one.end]
        expected = Surroundings(before[0] if len(before) > 1 else "", before[-1] if before else "", behind[0] if behind else "")
        assert reader.surroundings(one) == expected
        sizes.add(len(own))
    assert max(sizes) > 2


def test_many_passages_are_asked_of_the_vector_index_which_holds_to_the_filter(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Filters(articles=("tea.md", "salt.md"), since=date(2020, 1, 1))
    one_by_one = reader.search_vectors("salt sold in 1871", 5, filters=chosen)
    monkeypatch.setattr("index.reader.FEW", 0)
    assert reader.search_vectors("salt sold in 1871", 5, filters=chosen) == one_by_one
    assert {hit.passage.article for hit in one_by_one} == {"tea.md", "salt.md"}
    monkeypatch.setattr("index.reader.MOST_NAMED", 0)
    assert reader.search_vectors("salt sold in 1871", 5, filters=chosen) == one_by_one
