"""Reading what was found, and the best of it again."""

from collections.abc import Sequence

import pytest

from index.passage import Hit, Span
from index.reader import ALL
from index.store import Store
from qa.decide import judge, probability
from qa.evidence import find_quotes
from qa.reading import AGAIN, look_again, read, titles_of
from qa.rerank import Scored, rerank
from qa.retrieve import retrieve
from tests.toy import ToyReranker

UNSURE = "Which miller drowned beside nineteen windmills?"
CERTAIN = "Which miller of Zennor sold nineteen windmills to Portugal?"


class Recorder(ToyReranker):
    """Remembers what it read."""

    def __init__(self) -> None:
        self.known: list[str] = []

    def read(self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Scored]:
        self.known += texts
        return super().read(question, texts, sentences)


def first_reading(library: Store, question: str) -> tuple[list[Hit], dict[str, str]]:
    with library.reading() as reader:
        found = retrieve(reader, question, n=8)
        titles = titles_of(reader, found)
    return rerank(ToyReranker(), question, found, titles=titles), titles


def test_the_best_are_read_again_and_nothing_is_lost(library: Store) -> None:
    """Those with the best quotes, each between its neighbours; the others keep their logits, and the best comes first."""
    hits, titles = first_reading(library, UNSURE)
    quotes = judge(find_quotes(hits))
    best = [quote.passage for quote in quotes[:AGAIN]]
    recorder = Recorder()
    with library.reading() as reader:
        again = look_again(reader, recorder, UNSURE, hits, quotes, titles=titles)
        around = [reader.surroundings(one) for one in best]
    assert len(recorder.known) == AGAIN
    assert all(any(f"{one.text} {near.behind}" in text for one, near in zip(best, around, strict=True)) for text in recorder.known)
    assert {hit.passage for hit in again} == {hit.passage for hit in hits}
    assert [hit.reranked or 0.0 for hit in again] == sorted((hit.reranked or 0.0 for hit in again), reverse=True)
    assert {hit for hit in hits if hit.passage not in best} <= set(again)


def test_a_certain_quote_is_not_read_again(library: Store) -> None:
    hits, titles = first_reading(library, CERTAIN)
    recorder = Recorder()
    with library.reading() as reader:
        assert look_again(reader, recorder, CERTAIN, hits, judge(find_quotes(hits)), titles=titles) == hits
        assert look_again(reader, recorder, CERTAIN, [], [], titles={}) == []
    assert recorder.known == []


def test_a_second_reading_may_take_back_what_the_first_said(library: Store) -> None:
    """One that finds nothing makes the best quote less probable."""

    class Denying(ToyReranker):
        def score(self, question: str, text: str) -> float:
            return -8.0

    hits, titles = first_reading(library, UNSURE)
    with library.reading() as reader:
        again = look_again(reader, Denying(), UNSURE, hits, judge(find_quotes(hits)), titles=titles)
    first, second = (judge(find_quotes(one))[0] for one in (hits, again))
    assert probability(second.odds) < probability(first.odds)


def test_the_same_passages_come_back_with_a_second_look_and_without(library: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is quoted once."""
    with library.reading() as reader:
        twice = read(reader, ToyReranker(), UNSURE, filters=ALL)
        monkeypatch.setattr("qa.reading.AGAIN", 0)
        once = read(reader, ToyReranker(), UNSURE, filters=ALL)
    assert {hit.passage for hit in twice.hits} == {hit.passage for hit in once.hits}
    assert {quote.passage for quote in twice.quotes} == {hit.passage for hit in twice.hits}
