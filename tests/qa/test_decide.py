"""How likely a quote answers."""

import math
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qa.decide import Decision, Features, describe, judge, load_decision, odds, probability
from qa.evidence import Quote
from tests.qa.samples import a_hit

NAMES = [field.name for field in fields(Features)]

values = st.floats(-50, 50)
features = st.builds(Features, *[values] * len(NAMES))
decisions = st.builds(Decision, st.tuples(*[st.floats(-5, 5)] * len(NAMES)), st.floats(-5, 5), st.just(0.5))
vocabulary = st.sampled_from("harbour Marlow engineer 1871 Quill the of was granite Ada piers built".split())
phrases = st.lists(vocabulary, max_size=8).map(" ".join)
logits = st.floats(-12, 12)


def a_quote(text: str, name: str = "a.txt", *, heading: tuple[str, ...] = (), reranked: float = 2.0, run: float = 3.0) -> Quote:
    hit = a_hit([text], name, heading=heading, reranked=reranked)
    return Quote(hit, hit.passage.start, hit.passage.end, run)


# The coefficients


def test_the_coefficients_come_with_the_package() -> None:
    """There is a finite weight for each feature, a bias, and a threshold that is a probability."""
    decision = load_decision()
    assert len(decision.weights) == len(NAMES)
    assert all(math.isfinite(one) for one in (*decision.weights, decision.bias))
    assert any(decision.weights)
    assert 0 < decision.threshold < 1


@given(features, decisions, st.sampled_from(NAMES), values)
def test_odds_move_with_the_sign_of_the_weight(one: Features, decision: Decision, name: str, value: float) -> None:
    """Raising a feature never lowers the odds under a positive weight, nor raises them under a negative one."""
    assume(value >= getattr(one, name))
    change = odds(replace(one, **{name: value}), decision) - odds(one, decision)
    weight = decision.weights[NAMES.index(name)]
    assert change * weight >= -1e-9
    assert weight or change == 0


@given(features, st.sampled_from(NAMES), values)
def test_the_probability_moves_with_the_sign_of_the_fitted_weight(one: Features, name: str, value: float) -> None:
    """The same holds for the coefficients that come with the package, down to the probability that is shown."""
    assume(value >= getattr(one, name))
    decision = load_decision()
    change = probability(odds(replace(one, **{name: value}), decision)) - probability(odds(one, decision))
    assert change * decision.weights[NAMES.index(name)] >= -1e-9


@given(features, decisions)
def test_odds_are_the_weighted_sum(one: Features, decision: Decision) -> None:
    """Worked by hand: w·x + b."""
    parts = [weight * value for weight, value in zip(decision.weights, astuple(one), strict=True)]
    assert odds(one, decision) == pytest.approx(math.fsum([*parts, decision.bias]), abs=1e-9)


# The probability


@given(st.floats(allow_nan=False))
def test_a_probability_is_one_for_any_odds(log_odds: float) -> None:
    """No odds, however long, overflow or leave 0 to 1."""
    assert 0 <= probability(log_odds) <= 1


@given(st.floats(allow_nan=False), st.floats(allow_nan=False))
def test_better_odds_are_never_less_likely(one: float, other: float) -> None:
    """The probability grows with the odds, to infinity on both sides."""
    low, high = sorted((one, other))
    assert probability(low) <= probability(high)


@given(st.floats(-30, 30))
def test_the_probability_is_the_logistic_function(log_odds: float) -> None:
    """p / (1 - p) has these odds, and the odds against are those for, turned round."""
    assert probability(log_odds) == pytest.approx(1 / (1 + math.exp(-log_odds)), rel=1e-12)
    assert probability(log_odds) + probability(-log_odds) == pytest.approx(1)


def test_even_odds_are_a_half() -> None:
    """No evidence either way."""
    assert probability(0.0) == 0.5


def test_no_quote_at_all_is_as_good_as_impossible() -> None:
    """Odds of minus infinity are a probability that is shown as 0 %."""
    assert f"{probability(-math.inf):.0%}" == "0%"
    assert probability(-math.inf) < 1e-9


# What is judged


@given(st.lists(st.tuples(phrases, logits), max_size=5))
def test_quotes_are_judged_best_first(said: list[tuple[str, float]]) -> None:
    """The same quotes with the odds of their features, sorted; nothing else about them changes."""
    quotes = [a_quote(text or ".", f"{i}.txt", run=run) for i, (text, run) in enumerate(said)]
    judged = judge(quotes)
    expected = [odds(describe(one), load_decision()) for one in quotes]
    assert {quote.passage.article: quote.odds for quote in judged} == {f"{i}.txt": one for i, one in enumerate(expected)}
    assert [quote.odds for quote in judged] == sorted(expected, reverse=True)
    assert {replace(quote, odds=0.0) for quote in judged} == set(quotes)


@given(st.integers(0, 5))
def test_quotes_that_are_as_good_keep_their_order(n: int) -> None:
    """Equal texts with equal scores stay in the order in which they were read."""
    judged = judge([a_quote("harbour", f"{i}.txt") for i in range(n)])
    assert [quote.passage.article for quote in judged] == [f"{i}.txt" for i in range(n)]


def test_nothing_is_judged_as_nothing() -> None:
    """No quotes are an empty list."""
    assert judge([]) == []


def test_the_logit_of_the_reranker_is_passed_on_as_it_is() -> None:
    """A quote is described by the logit of its own run."""
    assert [describe(a_quote("Ada.", run=run)).run for run in (1.25, -2.0)] == [1.25, -2.0]
