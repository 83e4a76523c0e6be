"""How likely a quote answers."""

import math
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qa.decide import Decision, Features, describe, judge, load_decision, odds, probability, words
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


def coverage(question: str, text: str, *said_by_others: str, title: str = "", heading: tuple[str, ...] = ()) -> float:
    """Return how much of a question one passage covers, among hits that say other things."""
    hits = [a_hit([other], f"{i}.txt") for i, other in enumerate(said_by_others)]
    (found,) = describe(question, [a_quote(text, heading=heading)], hits, titles={"a.txt": title})
    return found.coverage


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


@given(phrases, st.lists(st.tuples(phrases, logits, logits), max_size=5))
def test_quotes_are_judged_best_first(question: str, said: list[tuple[str, float, float]]) -> None:
    """The same quotes with the odds of their features, sorted; nothing else about them changes."""
    quotes = [a_quote(text or ".", f"{i}.txt", reranked=passage, run=run) for i, (text, passage, run) in enumerate(said)]
    hits, titles = [quote.hit for quote in quotes], {quote.passage.article: "" for quote in quotes}
    judged = judge(question, quotes, hits, titles=titles)
    expected = [odds(one, load_decision()) for one in describe(question, quotes, hits, titles=titles)]
    assert {quote.passage.article: quote.odds for quote in judged} == {f"{i}.txt": one for i, one in enumerate(expected)}
    assert [quote.odds for quote in judged] == sorted(expected, reverse=True)
    assert {replace(quote, odds=0.0) for quote in judged} == set(quotes)


@given(phrases, st.lists(phrases, max_size=4))
def test_quotes_that_are_as_good_keep_their_order(question: str, said: list[str]) -> None:
    """Equal texts with equal scores stay in the order in which they were read."""
    quotes = [a_quote("harbour", f"{i}.txt") for i in range(len(said))]
    judged = judge(question, quotes, [a_hit([text or "."]) for text in said], titles={f"{i}.txt": "" for i in range(len(said))})
    assert [quote.passage.article for quote in judged] == [f"{i}.txt" for i in range(len(said))]


def test_nothing_is_judged_as_nothing() -> None:
    """No quotes are an empty list."""
    assert judge("Who?", [], [], titles={}) == []


def test_scores_of_the_reranker_are_passed_on_as_they_are() -> None:
    """Each quote is described in its place, by the logits of its own passage and run."""
    quotes = [a_quote("Ada.", reranked=-4.5, run=1.25), a_quote("Quill.", "b.txt", reranked=6.0, run=-2.0)]
    described = describe("Who?", quotes, [], titles={"a.txt": "", "b.txt": ""})
    assert [(one.passage, one.run) for one in described] == [(-4.5, 1.25), (6.0, -2.0)]


@given(phrases, phrases, st.lists(phrases, max_size=4))
def test_coverage_is_a_share(question: str, said: str, others: list[str]) -> None:
    """It stays in 0 to 1 for any question and any hits."""
    assert 0 <= coverage(question, said or ".", *(other or "." for other in others)) <= 1 + 1e-9


@given(phrases, st.lists(phrases, max_size=4))
def test_a_passage_that_repeats_the_question_covers_it(question: str, others: list[str]) -> None:
    """Every word is there, whatever the others say; a question of common words alone is not covered by anything."""
    says_something = bool(set(question.lower().split()) - {"the", "of", "was"})
    found = coverage(question, question or ".", *(other or "." for other in others))
    assert found == pytest.approx(1.0 if says_something else 0.0)


@given(phrases, phrases, vocabulary)
def test_saying_more_never_covers_less(question: str, said: str, word: str) -> None:
    """A passage with a word more covers at least as much."""
    assert coverage(question, f"{said} {word}") >= coverage(question, said or ".") - 1e-12


def test_a_rare_word_weighs_more_than_one_that_every_hit_says() -> None:
    """Covering the word that singles a passage out counts for more."""
    others = ["harbour"] * 4
    assert coverage("harbour granite", "granite", *others) > 0.5 > coverage("harbour granite", "harbour", *others)


def test_title_and_heading_count_as_said() -> None:
    """A name that stands in the title or above the passage is covered."""
    question = "Who built Marlow in 1871?"
    bare, titled = coverage(question, "Ada built it."), coverage(question, "Ada built it.", title="Marlow")
    assert bare < titled < coverage(question, "Ada built it.", title="Marlow", heading=("Works", "Since 1871"))


def test_a_swapped_name_or_number_is_not_covered() -> None:
    """A passage about another year covers less than the one that is asked about."""
    question = "Did Ada Quill come in 1999?"
    assert coverage(question, "Ada Quill came in 1871.") < coverage(question, "Ada Quill came in 1999.")


# Words


@given(st.text(alphabet=st.characters(max_codepoint=0x24F, exclude_characters="İ"), max_size=60))
def test_words_do_not_depend_on_case(text: str) -> None:
    """A text and its lower case have the same words."""
    assert words(text.lower()) == words(text)


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), max_size=8))
def test_words_do_not_depend_on_order_or_number(said: list[str]) -> None:
    """A text has a set of words, and no other text adds to it."""
    assert words(" ".join(said)) == words(", ".join([*reversed(said), *said]))
    assert words(" ".join(said)) == frozenset[str]().union(*(words(word) for word in said))


@pytest.mark.parametrize(
    ("one", "many"), [("shell", "Shells"), ("port", "ports"), ("2023", "2023"), ("Korea", "Korea's"), ("Korea", "Korea’s")]
)
def test_singular_and_plural_agree(one: str, many: str) -> None:
    """A name and its plural or genitive are the same word."""
    assert words(one) <= words(many)


def test_short_words_keep_their_s() -> None:
    """Gas and bus are no plurals."""
    assert words("gas bus") == {"gas", "bus"}
