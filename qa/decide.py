"""Decide whether a quote answers: a logistic regression over scores that are there anyway.

The coefficients stand in `decision.json`, with the command that fitted them.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
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
    """What the decision looks at. All but `missing` grow with the odds that the quote answers."""

    passage: float
    """Logit of the cross-encoder for the quote's passage."""
    run: float
    """Logit for the quote alone."""
    cosine: float
    """Of question and passage; the best of all where the quote's own is not known."""
    coverage: float
    """Share of the question's words that stand in the passage or its title, weighted by rarity, 0 to 1."""
    missing: float
    """Share of the question's names and numbers that stand neither in the passage nor in its title, 0 to 1."""


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


def probability(features: Features, decision: Decision) -> float:
    """Return the probability that the quote answers, 0 to 1: 1 / (1 + exp(-(w·x + b)))."""
    logit = sum(weight * value for weight, value in zip(decision.weights, astuple(features), strict=True)) + decision.bias
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, logit))))


def describe(question: str, quote: Quote, hits: Sequence[Hit], title: str) -> Features:
    """Return the features of a quote for a question, given all hits that were retrieved."""
    said = words(" ".join((title, *quote.passage.heading, quote.passage.text)))
    asked = words(question) - _COMMON
    others = [words(hit.passage.text) for hit in hits]
    rarity = {word: math.log(1 + (len(others) + 1) / (1 + sum(word in other for other in others))) for word in asked}
    total = sum(rarity.values())
    names = proper_words(question)
    cosines = [hit.cosine for hit in hits if hit.cosine is not None]
    own = quote.hit.cosine
    return Features(
        passage=quote.hit.reranked or 0.0,
        run=quote.run,
        cosine=own if own is not None else max(cosines, default=0.0),
        coverage=sum(weight for word, weight in rarity.items() if word in said) / total if total else 0.0,
        missing=len(names - said) / len(names) if names else 0.0,
    )


def words(text: str) -> frozenset[str]:
    """Return the words of a text in a form in which singular and plural agree.

    >>> sorted(words("Treaties’ articles"))
    ['article', 'treatie']
    """
    return frozenset(_stem(word) for word in re.findall(r"\w+", text.lower().replace("’", "'")))


def proper_words(question: str) -> frozenset[str]:
    """Return the names and numbers in a question, in the form of `words`.

    >>> sorted(proper_words("How many shells did Pyongyang send in 2023?"))
    ['2023', 'pyongyang']
    """
    found = re.findall(r"\w+", question)
    named = [word for i, word in enumerate(found) if word[0].isdigit() or (i and word[0].isupper())]
    return frozenset(_stem(word.lower()) for word in named) - _COMMON


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > 3 else word
