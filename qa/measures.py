"""Measures, as pure functions over arrays: ranking, excerpts, confidence. Shares are 0 to 1; what cannot be said is None."""

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from index.errors import ExtraError

Floats = NDArray[np.float64]
Spot = tuple[str, int, int]
"""Half-open character offsets in the text of the article with this id."""

CUTS = (1, 3, 5, 10)
"""The k of hit@k and recall@k."""
BINS = 10
"""Bins of equal width for the calibration error."""
RESAMPLES = 1000
SEED = 1911


def require_ranking() -> None:
    """Raise ExtraError if the package that measures rankings is missing."""
    try:
        import ir_measures  # noqa: F401 - to see whether it is there
    except ModuleNotFoundError:
        raise ExtraError("`ibid eval` needs a package that is missing: pip install ir-measures (or Ibid with its extra `eval`)") from None


def rank_measures(relevant: Sequence[Collection[Spot]], ranked: Sequence[Sequence[Spot]]) -> dict[str, Floats]:
    """Return hit@k, recall@k, mrr and ndcg@10, each with one value a question.

    For each question `relevant` holds its passages that answer (at least one), `ranked` the passages found, best first and
    none twice. nDCG has gains of 0 and 1 and the discount log2(rank + 1) (Järvelin and Kekäläinen, 2002).
    """
    import ir_measures
    from ir_measures import RR, R, Success, nDCG

    names = {f"hit@{k}": Success @ k for k in CUTS} | {f"recall@{k}": R @ k for k in CUTS} | {"mrr": RR, "ndcg@10": nDCG @ 10}
    judged = {str(i): {repr(spot): 1 for spot in spots} for i, spots in enumerate(relevant)}
    found = {str(i): {repr(spot): -float(rank) for rank, spot in enumerate(spots)} for i, spots in enumerate(ranked) if spots}
    values = {str(measure): np.zeros(len(relevant)) for measure in names.values()}
    if found:
        for one in ir_measures.iter_calc(list(names.values()), judged, found):
            values[str(one.measure)][int(one.query_id)] = one.value
    return {name: values[str(measure)] for name, measure in names.items()}


def excerpt_measures(passages: Sequence[Spot], evidence: Sequence[Spot]) -> tuple[float, float, float]:
    """Return recall, precision and intersection over union in characters (Smith and Troynikov, Chroma, 2024).

    With I the characters that passages and evidence share, each counted once: recall is I / evidence, precision
    I / summed length of the passages, IoU I / (that sum + evidence that was not retrieved).
    """
    shared, total = overlap(passages, evidence), sum(end - start for _, start, end in passages)
    asked = overlap(evidence, evidence)
    return _ratio(shared, asked), _ratio(shared, total), _ratio(shared, total + asked - shared)


def overlap(first: Sequence[Spot], second: Sequence[Spot]) -> int:
    """Return how many characters stand in both, each counted once.

    >>> overlap([("a", 0, 10), ("a", 5, 12)], [("a", 8, 20), ("b", 0, 9)])
    4
    """
    pairs = [(left, right) for left in _merged(first) for right in _merged(second) if left[0] == right[0]]
    return sum(max(0, min(left[2], right[2]) - max(left[1], right[1])) for left, right in pairs)


def auroc(positive: ArrayLike, negative: ArrayLike) -> float | None:
    """Return the area under the ROC curve; None if either is empty.

    It is the probability that a positive has a higher score than a negative, ties counting half (Mann and Whitney, 1947).

    >>> auroc([0.9, 0.5], [0.5, 0.1])
    0.875
    """
    high, low = np.asarray(positive, float), np.sort(np.asarray(negative, float))
    if not (high.size and low.size):
        return None
    below = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(below.mean() / (2 * low.size))


def reliability(confidence: ArrayLike, is_right: ArrayLike, *, bins: int = BINS) -> Floats:
    """Return a row for each bin that holds a question: how many, their mean confidence, the share that is right.

    The bins split 0 to 1 evenly; a confidence on a border belongs to the bin above it, and 1 to the last.
    """
    said, right = np.asarray(confidence, float), np.asarray(is_right, float)
    numbers = np.minimum((said * bins).astype(int), bins - 1)
    held = [numbers == i for i in range(bins) if (numbers == i).any()]
    return np.array([(one.sum(), said[one].mean(), right[one].mean()) for one in held]).reshape(-1, 3)


def calibration_error(confidence: ArrayLike, is_right: ArrayLike, *, bins: int = BINS) -> float | None:
    """Return the expected calibration error (Naeini, Cooper and Hauskrecht, 2015); lower is better; None if there is nothing.

    It is the mean over questions of |mean confidence - share right| of their bin.
    """
    rows = reliability(confidence, is_right, bins=bins)
    return float(np.average(np.abs(rows[:, 1] - rows[:, 2]), weights=rows[:, 0])) if rows.size else None


def risk_coverage(confidence: ArrayLike, is_right: ArrayLike) -> tuple[Floats, Floats]:
    """Return coverage and risk, a point for each number of questions answered, the surest first (El-Yaniv and Wiener, 2010).

    Risk is the share wrong among those answered; lower is better. Equally sure questions count with their mean.
    """
    said, wrong = np.asarray(confidence, float), 1 - np.asarray(is_right, float)
    _, group, sizes = np.unique(-said, return_inverse=True, return_counts=True)
    means = np.bincount(group, weights=wrong, minlength=sizes.size) / np.maximum(sizes, 1)
    answered = np.arange(1, said.size + 1)
    return answered / max(1, said.size), np.cumsum(np.repeat(means, sizes)) / answered


def risk_at(confidence: ArrayLike, is_right: ArrayLike, coverage: float) -> float | None:
    """Return the risk when at least this share of the questions is answered, the surest first; None if there is none."""
    _, risk = risk_coverage(confidence, is_right)
    return float(risk[math.ceil(coverage * risk.size - 1e-9) - 1]) if risk.size else None


def bootstrap_interval(values: ArrayLike) -> tuple[float, float] | None:
    """Return the 95 % interval of a mean: percentiles over 1,000 resamples (Efron, 1979); None if there is no value.

    The seed is fixed: the same values give the same interval.
    """
    sample = np.asarray(values, float)
    if not sample.size:
        return None
    draw = np.random.default_rng(SEED)
    means = [draw.choice(sample, sample.size).mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(means, (2.5, 97.5))
    return float(low), float(high)


def _merged(spots: Sequence[Spot]) -> list[Spot]:
    merged: list[Spot] = []
    for article, start, end in sorted(spots):
        if merged and merged[-1][0] == article and start <= merged[-1][2]:
            merged[-1] = (article, merged[-1][1], max(end, merged[-1][2]))
        else:
            merged.append((article, start, end))
    return merged


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
