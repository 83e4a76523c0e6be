"""Measures, each against values worked out by hand."""

import math
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ExtraError
from qa.measures import (
    auroc,
    bootstrap_interval,
    calibration_error,
    excerpt_measures,
    overlap,
    rank_measures,
    reliability,
    require_ranking,
    risk_at,
    risk_coverage,
)

A, B, C, D = ("a.md", 0, 10), ("a.md", 10, 20), ("b c.md", 0, 5), ("d.md", 3, 4)
REST = [("rest.md", i, i + 1) for i in range(12)]
spots = st.lists(
    st.tuples(st.sampled_from("ab"), st.integers(0, 30), st.integers(1, 9)).map(lambda one: (one[0], one[1], one[1] + one[2])), max_size=6
)
answers = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), min_size=1, max_size=30)


# Ranking


def test_ranks_are_measured_as_by_hand() -> None:
    """With the passages that answer at ranks 2 and 4 of four: DCG is 1/log2(3) + 1/log2(5), the best one 1 + 1/log2(3)."""
    found = {name: float(values[0]) for name, values in rank_measures([{A, B}], [[C, A, D, B]]).items()}
    assert {name: found[name] for name in ("hit@1", "hit@3", "hit@5", "hit@10")} == {"hit@1": 0, "hit@3": 1, "hit@5": 1, "hit@10": 1}
    assert {name: found[name] for name in ("recall@1", "recall@3", "recall@5")} == {"recall@1": 0, "recall@3": 0.5, "recall@5": 1}
    assert found["mrr"] == 0.5
    assert found["ndcg@10"] == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)))


def test_the_tenth_counts_and_the_eleventh_does_not() -> None:
    """Cut-offs are inclusive; the reciprocal rank has none."""
    tenth, eleventh = (rank_measures([{A}], [[*REST[:before], A, *REST[before:]]]) for before in (9, 10))
    assert [tenth[name][0] for name in ("hit@10", "mrr", "ndcg@10")] == pytest.approx([1, 1 / 10, 1 / math.log2(11)])
    assert [eleventh[name][0] for name in ("hit@10", "recall@10", "ndcg@10", "mrr")] == pytest.approx([0, 0, 0, 1 / 11])


def test_a_question_for_which_nothing_was_found_counts_as_zero() -> None:
    """It is not left out of the mean, alone or among others; each question keeps its place."""
    assert list(rank_measures([{A}, {A}, {B}], [[], [A], [C]])["hit@1"]) == [0, 1, 0]
    assert {float(values[0]) for values in rank_measures([{A}], [[]]).values()} == {0}
    assert {values.size for values in rank_measures([], []).values()} == {0}


# Excerpts


def test_excerpts_are_measured_as_by_hand() -> None:
    """Passages of 100 and 50 characters, evidence of 60 of which 30 are in the first and 10 in the second."""
    passages, evidence = [("a", 0, 100), ("b", 0, 50)], [("a", 70, 110), ("b", 40, 60)]
    recall, precision, iou = excerpt_measures(passages, evidence)
    assert (recall, precision, iou) == (40 / 60, 40 / 150, 40 / (150 + 20))


def test_what_two_passages_share_is_retrieved_once_and_paid_for_twice() -> None:
    """Both hold all ten characters of the evidence: recall is 1, not 2; precision is 10 of both lengths."""
    assert excerpt_measures([("a", 0, 100), ("a", 50, 150)], [("a", 80, 90)]) == (1, 10 / 200, 10 / 200)
    assert excerpt_measures([("a", 0, 100), ("a", 50, 150)], [("a", 90, 120)]) == (1, 30 / 200, 30 / 200)


def test_evidence_given_twice_counts_once() -> None:
    """The evidence is the set of its characters."""
    assert excerpt_measures([("a", 0, 10)], [("a", 0, 20), ("a", 5, 20)]) == (10 / 20, 1, 10 / 20)


def test_without_a_passage_nothing_is_retrieved() -> None:
    """All three are 0, and so they are when the passages are elsewhere."""
    assert excerpt_measures([], [("a", 0, 5)]) == (0, 0, 0)
    assert excerpt_measures([("b", 0, 5), ("a", 5, 9)], [("a", 0, 5)]) == (0, 0, 0)


@given(first=spots, second=spots)
def test_an_overlap_is_the_size_of_the_sets_intersection(first: list[tuple[str, int, int]], second: list[tuple[str, int, int]]) -> None:
    """Counted character by character it is the same."""
    left, right = ({(name, i) for name, start, end in spots for i in range(start, end)} for spots in (first, second))
    assert overlap(first, second) == len(left & right)


# Confidence


@pytest.mark.parametrize(
    ("positive", "negative", "area"),
    [
        ([0.9, 0.8], [0.1, 0.2], 1.0),
        ([0.1], [0.9], 0.0),
        ([0.5, 0.5], [0.5], 0.5),
        ([0.9, 0.5], [0.5, 0.1], 3.5 / 4),
        ([0.8, 0.4, 0.4], [0.4, 0.6], (2 + 0.5 + 0.5) / 6),
    ],
)
def test_the_area_counts_pairs_and_half_of_ties(positive: list[float], negative: list[float], area: float) -> None:
    """Of all pairs, those in which the positive is surer."""
    assert auroc(positive, negative) == pytest.approx(area)


def test_what_no_question_could_tell_is_none() -> None:
    """Never 0, which would be a result."""
    assert [auroc([], [0.5]), auroc([0.5], []), calibration_error([], []), risk_at([], [], 0.8), bootstrap_interval([])] == [None] * 5


def test_the_calibration_error_is_the_mean_gap_of_the_bins() -> None:
    """Bin 8-9: confidence 0.85, one of two right, gap 0.35; bin 9-10: 0.95 and 1.0, both right, gap 0.025."""
    said, right = [0.85, 0.85, 0.9, 1.0], [True, False, True, True]
    assert reliability(said, right).tolist() == [[2, 0.85, 0.5], [2, 0.95, 1]]
    assert calibration_error(said, right) == pytest.approx((2 * 0.35 + 2 * 0.05) / 4)
    assert calibration_error([0.5, 0.5], [True, False]) == 0
    assert calibration_error([0.0, 1.0], [False, True]) == 0


def test_risk_and_coverage_are_those_of_the_surest() -> None:
    """Wrong is the third of five by confidence, and the last; at 80 % four are answered, one of them wrongly."""
    said, right = [0.5, 0.9, 0.7, 0.8, 0.6], [False, True, False, True, True]
    coverage, risk = risk_coverage(said, right)
    assert coverage == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert risk == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 5])
    assert risk_at(said, right, 0.8) == pytest.approx(1 / 4)
    assert risk_at(said, right, 0.81) == pytest.approx(2 / 5)


def test_equally_sure_questions_have_no_order() -> None:
    """Of two equally sure ones, one right, half is wrong whichever stands first in the file."""
    for right in ([True, False], [False, True]):
        assert risk_coverage([0.5, 0.5], right)[1] == pytest.approx([0.5, 0.5])


@given(answers)
def test_the_last_risk_is_the_share_that_is_wrong(known: list[tuple[float, bool]]) -> None:
    """With every question answered the order is of no account."""
    said, right = [one for one, _ in known], [one for _, one in known]
    assert risk_at(said, right, 1.0) == pytest.approx(1 - np.mean(right))
    assert 0 <= (calibration_error(said, right) or 0) <= 1


# Intervals


def test_an_interval_is_the_same_every_time() -> None:
    """The seed is fixed; other values give another interval."""
    values = [True, False, True, True, True, False, True, True]
    assert bootstrap_interval(values) == bootstrap_interval(list(values)) != bootstrap_interval([True, False] * 4)


def test_an_interval_holds_the_mean_and_narrows_with_more_questions() -> None:
    """For 400 tosses of a fair coin it is about 0.05 on either side (1.96 · 0.5 / 20); without spread it is a point."""
    low, high = bootstrap_interval([0, 1] * 200) or (0, 0)
    assert low == pytest.approx(0.45, abs=0.01)
    assert high == pytest.approx(0.55, abs=0.01)
    assert bootstrap_interval([1, 1, 1]) == (1, 1)


def test_a_missing_package_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says which install brings it."""
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(ExtraError, match="pip install ir-measures"):
        require_ranking()
