"""Reciprocal rank fusion, and retrieval from a real store."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Filters, Hit
from index.store import Store
from qa.retrieve import CANDIDATES, RRF_K, WORDS, fuse, retrieve
from tests.qa.samples import a_passage, questions

POOL = [a_passage([f"Sentence {i}."], name, start=20 * i) for name in ("a.txt", "b.txt") for i in range(6)]

rankings = st.lists(st.sampled_from(POOL), unique=True, max_size=len(POOL))


def dense_leg(passages: Sequence[object]) -> list[Hit]:
    known = [one for one in POOL if one in passages]
    ranks = {one: rank for rank, one in enumerate(passages, start=1)}
    return sorted((Hit(one, cosine=1 / ranks[one], cosine_rank=ranks[one]) for one in known), key=lambda hit: hit.cosine_rank or 0)


def lexical_leg(passages: Sequence[object]) -> list[Hit]:
    return [Hit(hit.passage, bm25=hit.cosine, bm25_rank=hit.cosine_rank) for hit in dense_leg(passages)]


def share(rank: int | None) -> float:
    return 1 / (10 + rank) if rank else 0


def test_the_constants_of_fusion_are_those_that_were_measured() -> None:
    """Cormack, Clarke and Büttcher (2009) use 60 and equal weights; other values are a choice, made on purpose."""
    assert (RRF_K, WORDS) == (10, 0.5)


def test_a_fused_score_is_worked_out_by_hand() -> None:
    """First by meaning and second by words: 1/11 + 0.5/12; third by meaning alone: 1/13; third by words alone: 0.5/13."""
    first, second, third, fourth = POOL[:4]
    fused = fuse(dense_leg([first, second, third]), lexical_leg([second, first, fourth]))
    expected = {first: 1 / 11 + 0.5 / 12, second: 1 / 12 + 0.5 / 11, third: 1 / 13, fourth: 0.5 / 13}
    assert {hit.passage: hit.fused for hit in fused} == pytest.approx(expected, rel=1e-12)
    assert [hit.passage for hit in fused] == [first, second, third, fourth]


@given(rankings, rankings)
def test_fusion_keeps_every_passage_once_with_its_sum(dense: list[object], lexical: list[object]) -> None:
    """Each passage of either list is there once, and its score is the sum of weight / (10 + rank) over both."""
    fused = fuse(dense_leg(dense), lexical_leg(lexical))
    assert len(fused) == len({hit.passage for hit in fused})
    assert {hit.passage for hit in fused} == set(dense) | set(lexical)
    for hit in fused:
        ranks = [(weight, leg.index(hit.passage) + 1) for weight, leg in ((1, dense), (0.5, lexical)) if hit.passage in leg]
        assert hit.fused == pytest.approx(sum(weight / (10 + rank) for weight, rank in ranks), rel=1e-12)


@given(rankings, rankings)
def test_fusion_sorts_best_first_and_ties_by_place(dense: list[object], lexical: list[object]) -> None:
    """Equal sums are put in the order of article and place, which no order of the input can change."""
    keys = [(-hit.fused, hit.passage.article, hit.passage.start) for hit in fuse(dense_leg(dense), lexical_leg(lexical))]
    assert keys == sorted(keys)


@given(rankings, rankings, st.randoms(use_true_random=False))
def test_fusion_looks_at_ranks_and_not_at_the_order_of_its_input(dense: list[object], lexical: list[object], chance: object) -> None:
    """Shuffled lists with the same ranks give the same result, ties included."""
    first, second = dense_leg(dense), lexical_leg(lexical)
    mixed_first, mixed_second = list(first), list(second)
    chance.shuffle(mixed_first)  # type: ignore[attr-defined]
    chance.shuffle(mixed_second)  # type: ignore[attr-defined]
    assert fuse(mixed_first, mixed_second) == fuse(first, second)


@given(rankings, rankings)
def test_exchanging_the_legs_exchanges_their_fields_and_weights(dense: list[object], lexical: list[object]) -> None:
    """Nothing else tells them apart: the words weigh half of the meaning, whichever list they bring."""
    one = {hit.passage: hit for hit in fuse(dense_leg(dense), lexical_leg(lexical))}
    other = {hit.passage: hit for hit in fuse(dense_leg(lexical), lexical_leg(dense))}
    assert one.keys() == other.keys()
    for passage, hit in other.items():
        swapped = replace(hit, cosine=hit.bm25, cosine_rank=hit.bm25_rank, bm25=hit.cosine, bm25_rank=hit.cosine_rank)
        assert replace(swapped, fused=one[passage].fused) == one[passage]
        assert hit.fused == pytest.approx(0.5 * share(swapped.cosine_rank) + share(swapped.bm25_rank), rel=1e-12)


@given(rankings)
def test_what_meaning_alone_finds_stands_before_what_words_alone_find_at_the_same_rank(passages: list[object]) -> None:
    """Two lists without a passage in common are not dealt out in turns: the lexical one has half the weight."""
    dense, lexical = passages[::2], passages[1::2]
    fused = {hit.passage: hit.fused for hit in fuse(dense_leg(dense), lexical_leg(lexical))}
    for found, worded in zip(dense, lexical, strict=False):
        assert fused[found] == pytest.approx(2 * fused[worded], rel=1e-12)  # type: ignore[index]


def test_a_hit_says_what_each_leg_knew_of_it() -> None:
    """A passage that both legs found carries both scores and ranks; one that a leg missed has none of it."""
    both, dense_alone, lexical_alone = POOL[:3]
    fused = fuse(dense_leg([both, dense_alone]), lexical_leg([both, lexical_alone]))
    known = {hit.passage: (hit.cosine_rank, hit.bm25_rank, hit.cosine, hit.bm25) for hit in fused}
    assert known == {both: (1, 1, 1.0, 1.0), dense_alone: (2, None, 0.5, None), lexical_alone: (None, 2, None, 0.5)}


def test_no_hits_fuse_to_no_hits() -> None:
    """Nothing found is an empty list."""
    assert fuse([], []) == []


@settings(max_examples=40)
@given(question=questions, n=st.integers(0, 12))
def test_retrieval_returns_at_most_n_of_the_fused_legs(library: Store, question: str, n: int) -> None:
    """What is retrieved is the head of the two legs, fused."""
    with library.reading() as reader:
        hits = retrieve(reader, question, n=n)
        fused = fuse(reader.search_vectors(question, CANDIDATES), reader.search_words(question, CANDIDATES))
    assert hits == fused[:n]
    assert len(hits) <= n


def test_retrieval_puts_first_what_says_the_words(library: Store) -> None:
    """The passage whose words are asked for is found by both legs and stands first."""
    with library.reading() as reader:
        best = retrieve(reader, "apples of Tarn ripen in October", n=3)[0]
    assert best.passage.article == "notes/orchard.txt"
    assert (best.cosine_rank, best.bm25_rank) == (1, 1)


@settings(max_examples=20)
@given(question=questions)
def test_a_filter_holds_for_both_legs(library: Store, question: str) -> None:
    """No passage of another article is retrieved, whether by meaning or by words."""
    with library.reading() as reader:
        hits = retrieve(reader, question, n=50, filters=Filters(articles=("bridge.txt",)))
    assert {hit.passage.article for hit in hits} <= {"bridge.txt"}
