"""From a question to an answer, over a real store with parts that one can reason about."""

import math
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import DamagedError, IbidError, ModelError, NoIndexError
from index.passage import Article, Filters
from index.store import Store
from qa.answer import Answer
from qa.assistant import LONGEST_QUESTION, Assistant, points_back, worth_showing
from qa.evidence import Quote
from qa.questions import load_questions
from tests.conftest import ROOT
from tests.qa.samples import LIBRARY, a_citation, a_hit, questions, require_promises, shown
from tests.toy import ToyEmbedder, ToyReranker

QUICK = settings(max_examples=60)
SILENT = (
    "",
    " ",
    "\n\t",
    "?",
    "?!… ---",
    "«»“”'\"",
    "()[]{}<>",
    "_",
    "___",
    "***",
    "🎉",
    "👩‍👩‍👧 🇵🇹 ☕",
    "\x00",
    "\u200b",
    "￼",
    "." * 6000,
)
ODD = (
    "AND", "OR", "NOT", "NEAR", "NEAR(harbour bridge)", "harbour AND", "NOT harbour", "title:harbour", "words: harbour", "harbour*",
    "^harbour", "-harbour", '"harbour', '""', "harbour\"; DROP TABLE articles; --", "{harbour bridge}", "harbour + bridge", "(harbour",
    "harbour\x00bridge", "HARBOUR_OF_MARLOW", "%harbour%", "<script>alert(1)</script>", "{{harbour}}", "\u202eharbour", "harbour 🎉",
    "naïve ŁÓDŹ ﬁne ǆ ß İ", "什么 桥 橋", "x" * 5000, "harbour " * 2000, "é" * 20000, "\u0301harbour", "²³ ½ Ⅳ ٣",
)  # fmt: skip

ks = st.one_of(st.none(), st.integers(1, 20))
days = st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2025, 1, 1)))
filters = st.builds(Filters, st.lists(st.sampled_from([*LIBRARY, "unknown.txt"]), max_size=3).map(tuple), days, days)


def files_of(home: Path) -> dict[str, tuple[int, bytes] | None]:
    """Return time and bytes of each file in a home; of Chroma's, which it touches itself when it opens them, only that it is there."""
    files = [path for path in sorted(home.rglob("*")) if path.is_file()]
    return {str(path): None if "vectors" in path.parts else (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def passes(article: Article, chosen: Filters) -> bool:
    is_named = not chosen.articles or article.id in chosen.articles
    day = article.published
    is_since = chosen.since is None or (day is not None and day >= chosen.since)
    is_until = chosen.until is None or (day is not None and day <= chosen.until)
    return is_named and is_since and is_until


# What holds for every question


@QUICK
@given(question=questions, k=ks)
def test_every_answer_keeps_its_promises(assistant: Assistant, articles: Sequence[Article], question: str, k: int | None) -> None:
    """Quotes are verbatim, numbered from 1, at most k, best first; answered exactly if there are citations."""
    answer = assistant.ask(question, k=k)
    require_promises(answer, articles, k)
    assert answer.question == question


@QUICK
@given(question=questions, chosen=filters, k=ks)
def test_filters_keep_other_articles_out(
    assistant: Assistant, articles: Sequence[Article], question: str, chosen: Filters, k: int | None
) -> None:
    """Nothing of an article that does not pass is cited, near or even read."""
    answer = assistant.ask(question, filters=chosen, k=k)
    require_promises(answer, articles, k)
    passing = {article.id for article in articles if passes(article, chosen)}
    assert {one.article.id for one in shown(answer)} <= passing
    assert {hit.passage.article for hit in answer.read} <= passing


@QUICK
@given(question=questions, k=ks)
def test_the_same_question_is_answered_the_same_twice(assistant: Assistant, question: str, k: int | None) -> None:
    """Asking changes nothing, so asking again gives an equal answer, scores included."""
    first, second = assistant.ask(question, k=k), assistant.ask(question, k=k)
    assert first == second
    assert first.read == second.read


@QUICK
@given(question=questions, history=st.lists(questions, max_size=3))
def test_a_follow_up_keeps_the_same_promises(assistant: Assistant, articles: Sequence[Article], question: str, history: list[str]) -> None:
    """Whatever was asked before, quotes stay verbatim and the question is repeated as it was put."""
    answer = assistant.ask(question, history=history)
    require_promises(answer, articles)
    assert answer.question == question


@QUICK
@given(question=questions, history=st.lists(questions, max_size=3))
def test_a_question_that_does_not_point_back_ignores_what_was_asked_before(assistant: Assistant, question: str, history: list[str]) -> None:
    """It is answered as when it is asked alone."""
    if not points_back(question):
        assert assistant.ask(question, history=history) == assistant.ask(question)


@QUICK
@given(question=questions)
def test_an_answer_says_how_much_was_searched_and_how_long_it_took(assistant: Assistant, library: Store, question: str) -> None:
    """The number is that of the passages in the index; the parts take no longer than the whole."""
    answer = assistant.ask(question)
    with library.reading() as reader:
        assert answer.searched == reader.count()[1]
    seconds = answer.seconds
    assert 0 <= seconds.retrieve + seconds.rerank <= seconds.total + 1e-6


# Questions that say nothing, and odd ones


@pytest.mark.parametrize("question", SILENT, ids=ascii)
def test_a_question_without_a_word_finds_nothing(assistant: Assistant, question: str) -> None:
    """Signs alone are no error and no question: nothing is read, nothing is near."""
    answer = assistant.ask(question)
    assert (answer.verdict, answer.statements, shown(answer), answer.read) == ("not_in_articles", (), (), ())
    assert answer.confidence < 1e-9


@pytest.mark.parametrize("question", SILENT, ids=ascii)
def test_a_follow_up_without_a_word_does_not_repeat_what_was_asked_before(assistant: Assistant, question: str) -> None:
    """An empty message after a question is not that question again."""
    answer = assistant.ask(question, history=["Who built the harbour of Marlow?"])
    assert not answer.is_answered
    assert shown(answer) == ()


@pytest.mark.parametrize("question", ODD, ids=lambda question: ascii(question)[:40])
def test_an_odd_question_is_a_question(assistant: Assistant, articles: Sequence[Article], question: str) -> None:
    """Operators of the search engine, markup, other scripts and very long texts are words like any other."""
    require_promises(assistant.ask(question), articles)
    require_promises(assistant.ask(question, history=[question, question]), articles)


@pytest.mark.parametrize("name", ["typed", "dialogues"])
def test_questions_as_people_type_them_are_questions(assistant: Assistant, articles: Sequence[Article], name: str) -> None:
    """Keywords, typos, whole paragraphs, other languages and follow-ups are answered or not, and keep the same promises."""
    asked = load_questions(ROOT / "tests" / "questions" / f"{name}.jsonl")
    assert len(asked) >= 60
    for one in asked:
        require_promises(assistant.ask(one.text, history=one.history), articles)


def test_a_very_long_question_is_read_up_to_its_limit(assistant: Assistant) -> None:
    """What stands after the limit changes nothing but the question that is repeated."""
    head = ("Who built the harbour of Marlow? " * LONGEST_QUESTION)[:LONGEST_QUESTION]
    long, cut = assistant.ask(head + " apples " * 1000), assistant.ask(head)
    assert (long.citations, long.nearest, long.confidence) == (cut.citations, cut.nearest, cut.confidence)


def test_blanks_around_a_question_say_nothing(assistant: Assistant) -> None:
    """They are repeated as part of the question, and change nothing else."""
    bare, wide = assistant.ask("Who built the harbour?"), assistant.ask("\n  Who built the harbour? \t")
    assert (bare.citations, bare.confidence) == (wide.citations, wide.confidence)


# Examples


def test_a_question_is_answered_with_the_sentence_that_says_it(assistant: Assistant) -> None:
    """The sentence is quoted alone, with the article's title, author and date."""
    answer = assistant.ask("Which engineer built the harbour of Marlow in 1871?")
    assert answer.is_answered
    (first, *_) = answer.citations
    assert first.quote == "The harbour of Marlow was built in 1871 by the engineer Ada Quill."
    assert (first.article.title, first.article.author, first.article.published) == ("The old harbour", "Ann Lee", date(2021, 3, 4))
    assert first.passage.heading == ("The old harbour",)
    assert answer.text.startswith(f"{first.quote} [1]")


def test_a_question_on_something_else_is_not_answered(assistant: Assistant) -> None:
    """The answer abstains with a low confidence, cites nothing, and shows apart what came nearest."""
    answer = assistant.ask("Which telescopes photographed Neptune?")
    assert not answer.is_answered
    assert answer.confidence < 0.5
    assert answer.citations == ()
    assert answer.statements == ()
    assert answer.nearest


def test_a_quote_that_leans_is_shown_with_what_it_speaks_of(assistant: Assistant) -> None:
    """The sentence before a This is quoted with it."""
    answer = assistant.ask("Which disaster ruined bakers nearby?")
    assert answer.is_answered
    assert answer.citations[0].quote.startswith("The tower of Ostrava burned down in 1794")
    assert answer.citations[0].quote.endswith("This disaster ruined the bakers nearby.")


def test_quotes_of_other_scripts_and_markup_are_verbatim(assistant: Assistant) -> None:
    """Curly quotes, emoji beyond the first plane and tags are characters like others."""
    answer = assistant.ask("Which café in Łódź serves tea and cake on Sundays?")
    assert answer.is_answered
    assert answer.citations[0].quote == "The “Blue Cup” café in Łódź serves 🍵 tea & <b>cake</b> on Sundays."


def test_equal_texts_in_two_articles_can_both_be_cited(assistant: Assistant) -> None:
    """Two articles that say the same stay two sources."""
    answer = assistant.ask("Which miller sold nineteen windmills to Portugal?", k=2)
    assert answer.is_answered
    assert {one.article.id for one in answer.citations} == {"copies/first.txt", "copies/second.txt"}
    assert len({one.quote for one in answer.citations}) == 1


def test_the_same_words_are_not_shown_twice_unless_they_are_asked_for(assistant: Assistant) -> None:
    """Without a number of quotes a second source that says the same adds nothing."""
    answer = assistant.ask("Which miller sold nineteen windmills to Portugal?")
    assert answer.is_answered
    assert len({one.quote for one in answer.citations}) == len(answer.citations)


def test_further_quotes_do_not_repeat_each_other(store: Store, tmp_path: Path) -> None:
    """Of two sources that say the same one is shown, also where a third says it better."""
    said = "The cheerful miller from Zennor quietly sold nineteen wooden windmills with canvas sails before breakfast"
    for name, text in (("a.txt", f"{said} daily."), ("b.txt", f"{said}."), ("c.txt", f"{said}.")):
        (tmp_path / name).write_text(f"News\n\n{text}\n")
    store.sync([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")])
    answer = Assistant(store, reranker=ToyReranker()).ask(f"Which {said[4:]} daily?")
    assert answer.citations[0].article.id == "a.txt"
    assert len({one.quote for one in answer.citations}) == len(answer.citations)


def test_a_quote_whose_article_was_altered_on_the_disk_is_damage(store: Store, tmp_path: Path) -> None:
    """It is neither quoted nor taken for what the articles do not say; the message names the article and the way out."""
    (tmp_path / "mill.txt").write_text("The cheerful miller from Zennor quietly sold nineteen windmills to Portugal.\n")
    store.sync([tmp_path / "mill.txt"])
    store.close()
    (catalog,) = store.home.glob("generations/*/catalog.sqlite")
    catalog.write_bytes(catalog.read_bytes().replace(b"from Zennor", b"from Zennxr"))
    with pytest.raises(DamagedError, match=r"does not stand in 'mill\.txt', .*`ibid restore`, or .*--fresh"):
        Assistant(store, reranker=ToyReranker()).ask("Which cheerful miller quietly sold nineteen windmills to Portugal?")


def test_a_number_of_quotes_is_what_is_given(assistant: Assistant) -> None:
    """With k there are k quotes where there are k passages worth reading, the best one the same as without."""
    question = "Which miller sold nineteen windmills to Portugal?"
    assert [len(assistant.ask(question, k=k).citations) for k in (1, 2)] == [1, 2]
    assert assistant.ask(question, k=1).citations[0] == assistant.ask(question).citations[0]


@pytest.mark.parametrize(
    ("chosen", "name"),
    [
        (Filters(since=date(2021, 3, 4)), "harbour.md"),
        (Filters(until=date(2021, 3, 4)), "harbour.md"),
        (Filters(since=date(2021, 3, 5)), "tower.md"),
        (Filters(since=date(2021, 3, 4), until=date(2021, 3, 4)), "harbour.md"),
        (Filters(articles=("bridge.txt",)), "bridge.txt"),
        (Filters(authors=("ann lee",)), "harbour.md"),
        (Filters(authors=("Nobody", "Jan Novák")), "tower.md"),
    ],
)
def test_a_filter_includes_its_days_and_names(assistant: Assistant, chosen: Filters, name: str) -> None:
    """Both days belong to the span; an article without a date is on neither side of a day."""
    answer = assistant.ask("Which harbour, bridge or tower was built or burned?", filters=chosen)
    assert shown(answer)[0].article.id == name


@pytest.mark.parametrize(
    "chosen",
    [
        Filters(articles=("unknown.txt",)),
        Filters(authors=("Ann",)),
        Filters(since=date(2030, 1, 1)),
        Filters(since=date(2024, 1, 1), until=date(2020, 1, 1)),
    ],
)
def test_a_filter_that_nothing_passes_leaves_nothing(assistant: Assistant, chosen: Filters) -> None:
    """Then the articles do not answer, and nothing is near."""
    answer = assistant.ask("Who built the harbour of Marlow?", filters=chosen)
    assert not answer.is_answered
    assert shown(answer) == ()


def test_reading_stops_when_a_quote_is_sure_and_there_are_enough(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it goes on to the depth; what was read stays sorted, and each passage is read once."""
    monkeypatch.setattr("qa.reading.FIRST", 2)
    monkeypatch.setattr("qa.reading.DEPTH", 5)
    assistant = Assistant(library, reranker=ToyReranker())
    sure, unsure = "Which miller sold nineteen windmills to Portugal?", "Which penguins sold submarines on Sundays?"
    assert [len(assistant.ask(sure).read), len(assistant.ask(sure, k=3).read), len(assistant.ask(unsure).read)] == [2, 5, 5]
    read = assistant.ask(unsure).read
    assert len({hit.passage for hit in read}) == 5
    assert [hit.reranked or 0.0 for hit in read] == sorted((hit.reranked or 0.0 for hit in read), reverse=True)


@pytest.mark.parametrize(
    ("probabilities", "shown"),
    [
        ([0.95, 0.93, 0.7], 2),
        ([0.8, 0.62, 0.58], 1),
        ([0.75, 0.61, 0.59], 2),
        ([0.7, 0.36, 0.34], 2),
        ([0.7, 0.5, 0.4, 0.3], 3),
        ([0.5, 0.3, 0.26, 0.24], 2),
        ([0.4], 1),
    ],
)
def test_another_quote_is_shown_where_the_first_is_not_likely_or_the_other_as_good(probabilities: list[float], shown: int) -> None:
    """Beside a likely one only another that is nearly as probable; beside one that is not, what may be meant instead."""
    hit = a_hit(["Ada came."])
    quotes = [Quote(hit, 0, 9, 0.0, math.log(one / (1 - one))) for one in probabilities]
    assert worth_showing(quotes) == quotes[:shown]


# Follow-ups


@pytest.mark.parametrize(
    ("before", "question", "name"),
    [
        ("Which engineer built the harbour of Marlow?", "And when was it?", "harbour.md"),
        ("Which apples of Tarn ripen?", "Really?", "notes/orchard.txt"),
        ("What did the valley bridge cost in crowns?", "Why so much?", "bridge.txt"),
    ],
)
def test_a_follow_up_that_points_back_finds_the_earlier_subject(assistant: Assistant, before: str, question: str, name: str) -> None:
    """Alone it names nothing; after the question before it, it is about that one's subject."""
    assert points_back(question)
    followed = assistant.ask(question, history=["Which bakers rebuilt ovens?", before])
    assert followed.read[0].passage.article == name
    assert followed.question == question


def test_a_change_of_subject_is_not_dragged_back(assistant: Assistant) -> None:
    """A follow-up that points, but finds its own subject as well, is answered as when it is asked alone."""
    question = "And which apples of Tarn ripen in October?"
    assert points_back(question)
    followed, alone = assistant.ask(question, history=["Which engineer built the harbour of Marlow?"]), assistant.ask(question)
    assert alone.is_answered
    assert followed == alone


def test_a_question_with_a_subject_of_its_own_is_not_answered_about_the_one_before(assistant: Assistant) -> None:
    """Joined with the question before it would be answered; alone the articles do not say it, and so they do not say it."""
    before, question = "Which engineer built the harbour of Marlow in 1871?", "Which telescopes photographed Neptune yesterday?"
    assert assistant.ask(f"{before} {question}").read[0].passage.article == "harbour.md"
    followed, alone = assistant.ask(question, history=[before]), assistant.ask(question)
    assert (followed, followed.read) == (alone, alone.read)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And who led it?", True),
        ("What did she sign?", True),
        ("Why?", True),
        ("How many?", True),
        ("But which treaty of 1961 was signed in Moscow?", True),
        ("Which treaty of 1961 was signed in Moscow?", False),
        ("Who sent shells from Wonsan to Vladivostok?", False),
        ("When was the theatre of Andover heated?", False),
    ],
)
def test_what_points_back_is_a_pronoun_a_joining_word_or_a_stub(question: str, expected: bool) -> None:
    """Words that only contain such a word (theatre, Andover) do not point."""
    assert points_back(question) is expected


# The search without a verdict


@QUICK
@given(words=questions, k=st.integers(1, 30), chosen=filters)
def test_a_search_ranks_at_most_k_passages_once_each(
    assistant: Assistant, articles: Sequence[Article], words: str, k: int, chosen: Filters
) -> None:
    """Best first, none twice, each from an article that passes and standing in it."""
    hits = assistant.search(words, k=k, filters=chosen)
    texts = {article.id: article.text for article in articles if passes(article, chosen)}
    assert len(hits) <= k
    assert len({hit.passage for hit in hits}) == len(hits)
    assert [hit.reranked or 0.0 for hit in hits] == sorted((hit.reranked or 0.0 for hit in hits), reverse=True)
    for hit in hits:
        assert texts[hit.passage.article][hit.passage.start : hit.passage.end] == hit.passage.text


@pytest.mark.parametrize("words", SILENT, ids=ascii)
def test_a_search_without_a_word_finds_nothing(assistant: Assistant, words: str) -> None:
    """Signs alone are no error."""
    assert assistant.search(words, k=5) == []


# The store behind it


def test_a_question_writes_nothing(tmp_path: Path, library: Store) -> None:
    """Catalog, manifest, lease and the name of the live generation are byte for byte, and to the nanosecond, what they were."""
    shutil.copytree(library.home, tmp_path / "home")
    store = Store(tmp_path / "home", embedder=ToyEmbedder())
    before = files_of(store.home)
    assert {Path(name).name for name, held in before.items() if held} == {
        "current",
        "writer.lock",
        "catalog.sqlite",
        "manifest.json",
        "lease",
    }
    Assistant(store, reranker=ToyReranker()).ask("Who built the harbour of Marlow?")
    Assistant(store, reranker=ToyReranker()).search("harbour", k=3)
    store.close()
    assert files_of(store.home) == before


def test_a_question_without_an_index_says_how_to_make_one(store: Store) -> None:
    """The error names the home and the command; no home is made by asking."""
    with pytest.raises(NoIndexError, match="ibid index") as caught:
        Assistant(store, reranker=ToyReranker()).ask("Who?")
    assert str(store.home) in str(caught.value)
    assert not store.home.exists()


def test_an_index_that_became_empty_does_not_answer(filled: Store) -> None:
    """With every article removed there is an index, and it says nothing."""
    filled.remove(["harbour.md", "bridge.txt", "notes/orchard.txt"])
    answer = Assistant(filled, reranker=ToyReranker()).ask("Who built the harbour of Marlow?")
    assert (answer.verdict, shown(answer), answer.searched) == ("not_in_articles", (), 0)


def test_an_assistant_sees_what_was_indexed_after_it_was_made(filled: Store, folder: Path) -> None:
    """A new article answers the next question, and a removed one no longer does."""
    assistant = Assistant(filled, reranker=ToyReranker())
    question = "Which comet passed Saturn?"
    assert not assistant.ask(question).is_answered
    (folder / "comet.txt").write_text("Sky\n\nThe comet of Bruges passed Saturn.\n")
    filled.sync([folder])
    assert [one.article.id for one in assistant.ask(question).citations] == ["comet.txt"]
    filled.remove(["comet.txt"])
    assert not assistant.ask(question).is_answered


def test_questions_from_several_threads_are_answered_as_one_by_one(assistant: Assistant) -> None:
    """One assistant serves many threads."""
    asked = [text.split("\n\n")[-1].split(".")[0] for text in LIBRARY.values()] * 4
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(assistant.ask, asked))
    assert together == [assistant.ask(question) for question in asked]


def test_preparing_changes_no_answer(filled: Store) -> None:
    """It loads what a question needs, and a question is answered the same with and without it."""
    question = "Who built the harbour of Marlow?"
    first = Assistant(filled, reranker=ToyReranker()).ask(question)
    prepared = Assistant(filled, reranker=ToyReranker())
    prepared.prepare()
    assert prepared.ask(question) == first


def test_preparing_fails_as_a_question_would(store: Store, library: Store, tmp_path: Path) -> None:
    """Without an index, or without models, it is told before the first question."""
    with pytest.raises(NoIndexError):
        Assistant(store, reranker=ToyReranker()).prepare()
    without = Store(library.home, embedder=ToyEmbedder(), models=tmp_path)
    with pytest.raises(ModelError):
        Assistant(without).prepare()
    without.close()


def test_missing_models_are_an_error_that_says_how_to_get_them(library: Store, tmp_path: Path) -> None:
    """Without a reranker of its own an assistant takes the one in the store's models folder."""
    store = Store(library.home, embedder=ToyEmbedder(), models=tmp_path)
    with pytest.raises(ModelError, match="ibid models fetch") as caught:
        Assistant(store).ask("Who built the harbour of Marlow?")
    store.close()
    assert str(tmp_path) in str(caught.value)
    assert isinstance(caught.value, IbidError)


def test_the_checks_of_these_tests_can_fail(articles: Sequence[Article], assistant: Assistant) -> None:
    """A citation of an article that was never indexed breaks the promises."""
    with pytest.raises(KeyError):
        require_promises(Answer("?", "answered", 0.5, citations=(a_citation(),)), articles)


def test_a_quote_that_stands_in_two_articles_names_the_other(assistant: Assistant) -> None:
    answer = assistant.ask("Who sold nineteen windmills to Portugal?")
    first = answer.citations[0]
    assert {first.article.id, *(one.id for one in first.also_in)} == {"copies/first.txt", "copies/second.txt"}
    assert not {one.article.id for one in answer.citations[1:]} & {"copies/first.txt", "copies/second.txt"}
