"""Decide whether a quote answers: a logistic regression over scores that are there anyway.

The coefficients stand in `decision.json`, with the command that fitted them.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from importlib.resources import files

from index.passage import Hit
from qa.evidence import Quote

_COMMON = frozenset(
    "a an the of in on at to for from by with about as into over after before between and or but not no nor so than then that this"
    " these those there here it its he she his her him they them their we us our you your i me my who whom whose which what when where"
    " why how is are was were be been being am do does did done has have had having can could will would shall should may might must"
    " s t d ll re ve if any some all each other such only also just more most much many very up out off tell say said says please".split()
)


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision looks at. The weights are fitted together: one may be negative where another says the same."""

    passage: float
    """Logit of the cross-encoder for the quote's passage."""
    run: float
    """Logit of the cross-encoder for the quote's sentences."""
    coverage: float
    """Share of the question's words that stand in the passage or its title, weighted by rarity, 0 to 1."""
    sentence: float
    """Cosine of the question and the nearest sentence of the quote, -1 to 1; 0 where it is not known."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The fitted model."""

    weights: tuple[float, ...]
    """One for each feature, in their order."""
    bias: float
    threshold: float
    """The least probability with which a quote is given as an answer."""


@cache
def load_decision() -> Decision:
    """Read the coefficients that come with the package."""
    fields = json.loads(files("qa").joinpath("decision.json").read_text())
    weights = tuple(fields["weights"][name] for name in Features.__dataclass_fields__)
    return Decision(weights, fields["bias"], fields["threshold"])


def judge(question: str, quotes: Sequence[Quote], hits: Sequence[Hit], *, titles: Mapping[str, str]) -> list[Quote]:
    """Return the quotes with the odds that each answers, best first.

    `hits` are all that were retrieved: they tell how rare a word is. `titles` holds the articles' titles by id.
    """
    decision = load_decision()
    described = describe(question, quotes, hits, titles=titles)
    judged = [replace(quote, odds=odds(features, decision)) for quote, features in zip(quotes, described, strict=True)]
    return sorted(judged, key=lambda quote: -quote.odds)


def odds(features: Features, decision: Decision) -> float:
    """Return the logarithm of the odds that a quote answers: w·x + b."""
    values: tuple[float, ...] = astuple(features)
    return decision.bias + sum(weight * value for weight, value in zip(decision.weights, values, strict=True))


def probability(log_odds: float) -> float:
    """Return the probability that has these odds: 1 / (1 + exp(-x)).

    >>> probability(0.0)
    0.5
    """
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))


def describe(question: str, quotes: Sequence[Quote], hits: Sequence[Hit], *, titles: Mapping[str, str]) -> list[Features]:
    """Return the features of each quote."""
    asked = words(question) - _COMMON
    others = [words(hit.passage.text) for hit in hits]
    rarity = {word: math.log(1 + (len(others) + 1) / (1 + sum(word in other for other in others))) for word in asked}
    total = sum(rarity.values())
    described = []
    for quote in quotes:
        said = words(" ".join((titles[quote.passage.article], *quote.passage.heading, quote.passage.text)))
        covered = sum(weight for word, weight in rarity.items() if word in said)
        is_covered = covered / total if total else 0.0
        described.append(Features(quote.hit.reranked or 0.0, quote.run, is_covered, nearest_sentence(quote)))
    return described


def nearest_sentence(quote: Quote) -> float:
    """Return the greatest cosine of the question and a sentence of the quote, or of its passage where sentences have none."""
    known = quote.hit.cosines
    sentences = quote.passage.sentences
    if len(known) != len(sentences):
        return max(known, default=0.0)
    return max((one for one, (start, end) in zip(known, sentences, strict=True) if quote.start <= start and end <= quote.end), default=0.0)


def words(text: str) -> frozenset[str]:
    """Return the words of a text in a form in which singular and plural agree.

    >>> sorted(words("Treaties’ articles"))
    ['article', 'treatie']
    """
    return frozenset(_stem(word) for word in re.findall(r"\w+", text.lower().replace("’", "'")))


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
