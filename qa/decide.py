"""Decide whether a quote answers: a logistic regression over scores that are there anyway.

The coefficients stand in `decision.json`, with the command that fitted them.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from functools import cache
from importlib.resources import files

from qa.evidence import Quote


@dataclass(frozen=True, slots=True)
class Features:
    """What the decision looks at."""

    run: float
    """Logit of the cross-encoder for the quote's sentences."""
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


def judge(quotes: Sequence[Quote]) -> list[Quote]:
    """Return the quotes with the odds that each answers, best first."""
    decision = load_decision()
    return sorted((replace(quote, odds=odds(describe(quote), decision)) for quote in quotes), key=lambda quote: -quote.odds)


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


def describe(quote: Quote) -> Features:
    """Return the features of a quote."""
    return Features(quote.run, nearest_sentence(quote))


def nearest_sentence(quote: Quote) -> float:
    """Return the greatest cosine of the question and a sentence of the quote, or of its passage where sentences have none."""
    known = quote.hit.cosines
    sentences = quote.passage.sentences
    if len(known) != len(sentences):
        return max(known, default=0.0)
    return max((one for one, (start, end) in zip(known, sentences, strict=True) if quote.start <= start and end <= quote.end), default=0.0)
