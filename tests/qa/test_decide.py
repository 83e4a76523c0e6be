"""Whether a quote answers."""

import math
from dataclasses import astuple, fields, replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.passage import Hit
from qa.decide import Decision, Features, describe, load_decision, probability, proper_words, words
from qa.evidence import Quote
from tests.qa.samples import a_hit

NAMES = [field.name for field in fields(Features)]

values = st.floats(-50, 50)
features = st.builds(Features, *[values] * len(NAMES))
decisions = st.builds(Decision, st.tuples(*[st.floats(-5, 5)] * len(NAMES)), st.floats(-5, 5), st.just(0.5))
vocabulary = st.sampled_from("harbour Marlow engineer 1871 Quill the of was granite Ada piers built".split())
phrases = st.lists(vocabulary, max_size=8).map(" ".join)


def a_quote(text: str, *, heading: tuple[str, ...] = (), reranked: float = 2.0, cosine: float | None = None) -> Quote:
    hit = replace(a_hit([text], heading=heading, reranked=reranked), cosine=cosine)
    return Quote(hit, hit.passage.start, hit.passage.end, 3.0)


def test_the_coefficients_come_with_the_package() -> None:
    """There is a finite weight for each feature, a bias, and a threshold that is a probability."""
    decision = load_decision()
    assert len(decision.weights) == len(NAMES)
    assert all(math.isfinite(one) for one in (*decision.weights, decision.bias))
    assert 0 < decision.threshold < 1


def test_the_fitted_signs_are_those_that_the_features_document() -> None:
    """All but `missing` speak for the quote or not at all; `missing` never does."""
    weights = dict(zip(NAMES, load_decision().weights, strict=True))
    assert weights.pop("missing") <= 0
    assert all(weight >= 0 for weight in weights.values())
    assert any(weights.values())


@given(features, decisions, st.sampled_from(NAMES), values)
def test_probability_moves_with_the_sign_of_the_weight(one: Features, decision: Decision, name: str, value: float) -> None:
    """Raising a feature never lowers the probability under a positive weight, nor raises it under a negative one."""
    assume(value >= getattr(one, name))
    before, after = probability(one, decision), probability(replace(one, **{name: value}), decision)
    weight = decision.weights[NAMES.index(name)]
    assert (after - before) * weight >= -1e-12
    assert weight or after == before


@given(features, st.sampled_from(NAMES), values)
def test_probability_moves_with_the_sign_of_the_fitted_weight(one: Features, name: str, value: float) -> None:
    """The same holds for the coefficients that come with the package."""
    assume(value >= getattr(one, name))
    decision = load_decision()
    change = probability(replace(one, **{name: value}), decision) - probability(one, decision)
    assert change * decision.weights[NAMES.index(name)] >= -1e-12


@given(st.builds(Features, *[st.floats(-1e300, 1e300)] * len(NAMES)), decisions)
def test_probability_is_one_for_any_scores(one: Features, decision: Decision) -> None:
    """No score, however large, overflows or leaves 0 to 1."""
    assert 0 <= probability(one, decision) <= 1


@given(features, decisions)
def test_probability_is_the_logistic_function_of_the_weighted_sum(one: Features, decision: Decision) -> None:
    """Worked by hand where the logit is not extreme."""
    logit = sum(weight * value for weight, value in zip(decision.weights, astuple(one), strict=True)) + decision.bias
    assume(abs(logit) < 30)
    assert probability(one, decision) == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-9)


def test_no_evidence_either_way_is_a_half() -> None:
    """A logit of nothing is a probability of one half."""
    assert probability(Features(0, 0, 0, 0, 0), Decision((1, 1, 1, 1, 1), 0.0, 0.5)) == 0.5


@given(phrases, phrases, st.lists(phrases, max_size=4))
def test_coverage_and_missing_are_shares(question: str, said: str, others: list[str]) -> None:
    """Both stay in 0 to 1 for any question and any hits."""
    hits = [a_hit([other or "."], f"{i}.txt") for i, other in enumerate(others)]
    found = describe(question, a_quote(said or "."), hits, "A title")
    assert 0 <= found.coverage <= 1 + 1e-9
    assert 0 <= found.missing <= 1


@given(phrases)
def test_a_passage_that_repeats_the_question_covers_it(question: str) -> None:
    """Every word is there: nothing is missing, and coverage is whole where the question says anything."""
    found = describe(question, a_quote(question or "."), [], "")
    says_something = bool(set(question.lower().split()) - {"the", "of", "was"})
    assert found.coverage == pytest.approx(1.0 if says_something else 0.0)
    assert found.missing == 0.0


@given(phrases, phrases, vocabulary)
def test_saying_more_never_covers_less(question: str, said: str, word: str) -> None:
    """A passage with a word more covers at least as much and misses at most as much."""
    before = describe(question, a_quote(said or "."), [], "")
    after = describe(question, a_quote(f"{said} {word}"), [], "")
    assert after.coverage >= before.coverage - 1e-12
    assert after.missing <= before.missing


def test_a_rare_word_weighs_more_than_one_that_every_hit_says() -> None:
    """Covering the word that singles a passage out counts for more."""
    hits = [a_hit(["harbour"], f"{i}.txt") for i in range(4)]
    common = describe("harbour granite", a_quote("harbour"), hits, "")
    rare = describe("harbour granite", a_quote("granite"), hits, "")
    assert rare.coverage > 0.5 > common.coverage


def test_title_and_heading_count_as_said() -> None:
    """A name that stands in the title or above the passage is not missing."""
    bare = describe("Who built Marlow in 1871?", a_quote("Ada built it."), [], "Harbours")
    titled = describe("Who built Marlow in 1871?", a_quote("Ada built it.", heading=("Since 1871",)), [], "Marlow")
    assert (bare.missing, titled.missing) == (1.0, 0.0)
    assert titled.coverage > bare.coverage


def test_a_swapped_name_or_number_is_missing() -> None:
    """One of two names, and the year, are not in the passage: two thirds are missing."""
    found = describe("Did Ada Quill come in 1999?", a_quote("Ada Moss came in 1871."), [], "")
    assert found.missing == pytest.approx(2 / 3)


def test_scores_are_passed_on_as_they_are() -> None:
    """Passage and run keep their logits, and a cosine of the quote's own is not replaced."""
    found = describe("Who?", a_quote("Ada.", reranked=-4.5, cosine=0.25), [replace(a_hit(["Else."]), cosine=0.75)], "")
    assert (found.passage, found.run, found.cosine) == (-4.5, 3.0, 0.25)


@pytest.mark.parametrize(("cosines", "expected"), [((0.5, None, 0.75), 0.75), ((None,), 0.0), ((), 0.0)])
def test_an_unknown_cosine_is_the_best_of_all(cosines: tuple[float | None, ...], expected: float) -> None:
    """A passage found by its words alone gets the best cosine of the hits, or none."""
    hits = [Hit(a_hit(["Else."], f"{i}.txt").passage, cosine=cosine) for i, cosine in enumerate(cosines)]
    assert describe("Who?", a_quote("Ada."), hits, "").cosine == expected


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_words_do_not_depend_on_case(text: str) -> None:
    """A text and its lower case have the same words."""
    assert words(text.lower()) == words(text) or "İ" in text


@pytest.mark.parametrize(("one", "many"), [("shell", "Shells"), ("port", "ports"), ("2023", "2023"), ("Korea", "Korea's")])
def test_singular_and_plural_agree(one: str, many: str) -> None:
    """A name and its plural or genitive are the same word."""
    assert words(one) <= words(many)


def test_short_words_keep_their_s() -> None:
    """Gas and bus are no plurals."""
    assert words("gas bus") == {"gas", "bus"}


@given(st.lists(st.from_regex(r"[A-Za-z0-9]{1,8}", fullmatch=True), max_size=8).map(" ".join))
def test_names_of_a_question_are_among_its_words(question: str) -> None:
    """A name has the form in which it is looked for in a passage."""
    assert proper_words(question) <= words(question)


@pytest.mark.xfail(strict=True, reason="lower-casing İ gives two characters, of which `words` keeps one")
def test_a_turkish_name_is_found_where_it_stands() -> None:
    """A name is not missing from a passage that says it, in any script."""
    assert proper_words("Where is İstanbul?") <= words("İstanbul is large.")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Where is it?", set()),
        ("Marlow harbour", set()),
        ("Is Marlow old?", {"marlow"}),
        ("Did The Ship sail in 1903?", {"ship", "1903"}),
        ("1903 was what?", {"1903"}),
        ("", set()),
        ("?!", set()),
    ],
)
def test_names_are_capitalised_within_the_question_or_begin_with_a_digit(question: str, expected: set[str]) -> None:
    """The first word's capital says nothing; common words are no names."""
    assert proper_words(question) == expected
