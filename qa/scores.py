"""From outcomes to named scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa.evaluate import EXCERPTS, Outcome
from qa.measures import CUTS, Floats, Spot, auroc, bootstrap_interval, calibration_error, excerpt_measures, overlap, rank_measures, risk_at

COVERAGE = 0.8

Unit = Literal["share", "characters", "seconds"]
Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Score:
    """A measure of a question file."""

    name: str
    meaning: str
    value: float | None
    """None: the file holds no question that could tell."""
    n: int
    """Questions it rests on."""
    low: float | None = None
    """Lower end of its 95 % interval, where it is a mean over questions."""
    high: float | None = None
    unit: Unit = "share"
    """A share is 0 to 1."""
    better: Better = "higher"


def score(outcomes: Sequence[Outcome], *, k: int = EXCERPTS) -> list[Score]:
    """Return every score of some outcomes, which hold up to `k` excerpts."""
    known = [one for one in outcomes if one.question.is_answerable]
    return [*_ranking(known), *_excerpts(known, k), *_quotes(known), *_abstention(outcomes, known), *_latency(outcomes)]


def _ranking(known: Sequence[Outcome]) -> list[Score]:
    found = rank_measures([one.relevant for one in known], [one.ranked for one in known])
    first = [bool(one.ranked) and one.ranked[0][0] in {article for article, _, _ in one.evidence} for one in known]
    meanings = {f"hit@{k}": f"a passage that answers is among the first {k}" for k in CUTS}
    meanings |= {f"recall@{k}": f"share of the passages that answer among the first {k}" for k in CUTS}
    meanings |= {
        "mrr": "mean of 1 / rank of the first passage that answers",
        "ndcg@10": "discounted gain of the first 10, of the best possible",
    }
    return [
        _mean("article_hit@1", "the first passage is of an article that answers", first),
        *(_mean(name, meaning, found[name]) for name, meaning in meanings.items()),
    ]


def _excerpts(known: Sequence[Outcome], k: int) -> list[Score]:
    rows = np.array([excerpt_measures(one.excerpts[:k], one.evidence) for one in known]).reshape(-1, 3)
    meanings = {
        "recall": f"share of the evidence's characters in the first {k} excerpts",
        "precision": f"share of the first {k} excerpts' characters that are evidence",
        "iou": f"characters shared by evidence and first {k} excerpts, of all of both",
    }
    return [_mean(f"excerpt_{name}@{k}", meaning, rows[:, i]) for i, (name, meaning) in enumerate(meanings.items())]


def _quotes(known: Sequence[Outcome]) -> list[Score]:
    shares = np.array([_quote_shares(one) for one in known]).reshape(-1, 2)
    lengths = [len(one.quotes[0].text) for one in known if one.quotes]
    first, three = "the first quote holds the evidence", "one of three quotes holds the evidence"
    return [
        _mean("answer_in_first_quote", f"answered, and {first}", [one.is_answered and one.holds(1) for one in known]),
        _mean("answer_in_first_three_quotes", f"answered, and {three}", [one.is_answered and one.holds(3) for one in known]),
        _mean("answer_in_first_quote_undecided", f"{first}, given or not", [one.holds(1) for one in known]),
        _mean("answer_in_first_three_quotes_undecided", f"{three}, given or not", [one.holds(3) for one in known]),
        _mean("quote_precision", "share of the first quote's characters that are evidence", shares[:, 0]),
        _mean("quote_recall", "share of the evidence's characters in the first quote", shares[:, 1]),
        _figure("quote_length_median", "length of the first quote", _percentile(lengths, 50), len(lengths), "characters", "neither"),
    ]


def _quote_shares(one: Outcome) -> tuple[float, float]:
    first: list[Spot] = [(quote.article, quote.start, quote.end) for quote in one.quotes[:1]]
    shared, length = overlap(first, one.evidence), overlap(first, first)
    return shared / length if length else 0.0, shared / overlap(one.evidence, one.evidence)


def _abstention(outcomes: Sequence[Outcome], known: Sequence[Outcome]) -> list[Score]:
    unknown = [one for one in outcomes if not one.question.is_answerable]
    right = [one.confidence for one in known if one.is_right]
    area = auroc(right, [one.confidence for one in unknown])
    said, is_right = [one.confidence for one in outcomes], [one.is_right for one in outcomes]
    apart = "a right first quote is surer than one for a question that the articles do not answer"
    return [
        _figure("auroc", apart, area, len(right) + len(unknown)),
        _mean("false_answer_rate", "answered, of those that the articles do not answer", [one.is_answered for one in unknown], "lower"),
        _mean("false_abstention_rate", "abstained, of those that they answer", [not one.is_answered for one in known], "lower"),
        _figure(
            "expected_calibration_error",
            "gap between confidence and share of right first quotes, ten bins",
            calibration_error(said, is_right),
            len(said),
            better="lower",
        ),
        _figure(
            "risk_at_80_coverage",
            "share wrong among the surest 80 % of all questions",
            risk_at(said, is_right, COVERAGE),
            len(said),
            better="lower",
        ),
    ]


def _latency(outcomes: Sequence[Outcome]) -> list[Score]:
    seconds, n = [one.seconds for one in outcomes], len(outcomes)
    return [
        _figure("seconds_median", "time for a question", _percentile(seconds, 50), n, "seconds", "lower"),
        _figure("seconds_p95", "time that 95 % of the questions keep within", _percentile(seconds, 95), n, "seconds", "lower"),
    ]


def _mean(name: str, meaning: str, values: Sequence[float] | Floats, better: Better = "higher") -> Score:
    interval = bootstrap_interval(values)
    if interval is None:
        return Score(name, meaning, None, 0, better=better)
    return Score(name, meaning, float(np.mean(values)), len(values), *interval, better=better)


def _figure(name: str, meaning: str, value: float | None, n: int, unit: Unit = "share", better: Better = "higher") -> Score:
    return Score(name, meaning, value, n, unit=unit, better=better)


def _percentile(values: Sequence[float], rank: float) -> float | None:
    return float(np.percentile(values, rank)) if values else None
