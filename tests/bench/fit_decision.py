"""Fit `qa/decision.json`: python tests/bench/fit_decision.py [FEATURES]

The questions are those of `bench/squad` whose article the reranker has not learned from, and our own, which paraphrase more,
over the same and other such articles (`wiki-held`, `news-held`). One that is answered is read twice, as it is and with its
whole article held back (of our own every second one that names something); one that is not, as it is: an adversarial one of
`bench/squad`, or a close one of ours. Every quote that is found is an example: it holds the answer or it does not. Predictions
are made for articles that were held out of the fit (five folds by article). FEATURES keeps what was read.
"""

import json
import pickle
import re
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict

from index.passage import Hit
from index.reader import Reader
from qa.decide import Features, describe, judge
from qa.evidence import find_quotes
from qa.measures import auroc, calibration_error
from qa.questions import Question
from qa.reading import look_again, titles_of
from qa.rerank import CrossEncoder, rerank
from qa.retrieve import CANDIDATES, retrieve
from tests.bench.sets import HELD_OUT, SQUAD, question_sets
from tests.conftest import ROOT, models_folder

NATURAL, NATURAL_ALONE = "natural", "natural, its article held back"
PARAPHRASED, PARAPHRASED_ALONE = "ours", "ours, its article held back"
CLOSE, ADVERSARIAL = "ours, close", "adversarial"
WEIGHTS = {NATURAL: 2.0, NATURAL_ALONE: 1.0, PARAPHRASED: 2.0, PARAPHRASED_ALONE: 1.0, CLOSE: 1.0, ADVERSARIAL: 0.1}
"""With these about three of four questions are answered by the articles, as in the files of questions that people wrote."""
READ = 12
"""Passages; a question that is asked reads a few less or more."""
NAMING = re.compile(r"\s\W*[A-Z0-9]")
"""What leaves its subject open may well be answered by another article when its own is held back."""
FALSE_ABSTENTIONS = 0.05
"""The threshold lets at most this share of the rightly quoted questions go unanswered."""
STRICT = 0.03
"""The share of natural ones at which false answers are told, too."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it was read: the features of each quote, and which quotes hold the answer."""

    kind: str
    article: str
    features: tuple[Features, ...]
    is_right: tuple[bool, ...]


def readings(reader: Reader, question: Question, *, is_even: bool) -> Iterator[Reading]:
    """Yield a question in each way it is read; of our own, only even ones that name something also without their article."""
    hits = retrieve(reader, question.text, n=2 * CANDIDATES)
    is_own = not question.id.startswith(("squad", "xquad"))
    article = question.evidence[0].article if question.is_answerable else PurePath(hits[0].passage.article).stem
    if not is_own and article not in HELD_OUT:
        return
    if not question.is_answerable:
        yield reading(reader, question, hits, CLOSE if is_own else ADVERSARIAL, article)
        return
    yield reading(reader, question, hits, PARAPHRASED if is_own else NATURAL, article)
    if is_own and not (is_even and NAMING.search(question.text)):
        return
    others = [hit for hit in hits if PurePath(hit.passage.article).stem != article]
    yield reading(reader, question, others, PARAPHRASED_ALONE if is_own else NATURAL_ALONE, article)


def reading(reader: Reader, question: Question, found: list[Hit], kind: str, article: str) -> Reading:
    titles = titles_of(reader, found)
    hits = rerank(RERANKER, question.text, found[:READ], titles=titles)
    quotes = find_quotes(look_again(reader, RERANKER, question.text, hits, judge(find_quotes(hits)), titles=titles))
    is_right = [question.is_answered_by(one.passage.article, one.start, one.end) for one in quotes]
    return Reading(kind, article, tuple(map(describe, quotes)), tuple(is_right))


def collect() -> list[Reading]:
    sets = question_sets(SQUAD, "wiki-held", "news-held")
    return [
        one
        for _, reader, questions in sets
        for i, question in enumerate(questions)
        for one in readings(reader, question, is_even=i % 2 == 1)
    ]


def main() -> None:
    cache = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    known: list[Reading] = pickle.loads(cache.read_bytes()) if cache and cache.exists() else collect()
    if cache:
        cache.write_bytes(pickle.dumps(known))
    known = [one for one in known if one.features]
    values = np.array([astuple(features) for one in known for features in one.features])
    is_right = np.array([right for one in known for right in one.is_right])
    weights = np.array([WEIGHTS[one.kind] for one in known for _ in one.features])
    groups = [one.article for one in known for _ in one.features]
    ranker = LogisticRegression(max_iter=1000)
    held_out = cross_val_predict(
        ranker, values, is_right, groups=groups, cv=GroupKFold(5), method="decision_function", params={"sample_weight": weights}
    )
    ranker.fit(values, is_right, sample_weight=weights)
    first = first_quotes(known, held_out)
    scale, shift = calibrate(known, held_out[first], is_right[first])
    threshold = report(known, 1 / (1 + np.exp(-scale * held_out[first] - shift)), is_right[first])
    fitted = {
        "command": "python tests/bench/fit_decision.py",
        "weights": {name: round(float(scale * one), 4) for name, one in zip(Features.__dataclass_fields__, ranker.coef_[0], strict=True)},
        "bias": round(float(scale * ranker.intercept_[0] + shift), 4),
        "threshold": round(threshold, 4),
    }
    (ROOT / "qa" / "decision.json").write_text(json.dumps(fitted, indent=1) + "\n")
    print(json.dumps(fitted, indent=1))


def first_quotes(known: list[Reading], odds: NDArray[np.float64]) -> list[int]:
    """Return for each reading which of all quotes stands first in it."""
    ends = np.cumsum([len(one.features) for one in known])
    return [
        int(end) - len(one.features) + int(np.argmax(odds[end - len(one.features) : end])) for end, one in zip(ends, known, strict=True)
    ]


def calibrate(known: list[Reading], odds: NDArray[np.float64], is_right: NDArray[np.bool_]) -> tuple[float, float]:
    """Return scale and shift that turn the odds of first quotes into calibrated ones (Platt, 1999)."""
    weights = [WEIGHTS[one.kind] for one in known]
    line = LogisticRegression(C=1e6).fit(odds[:, None], is_right, sample_weight=weights)
    return float(line.coef_[0][0]), float(line.intercept_[0])


def report(known: list[Reading], first: NDArray[np.float64], is_right: NDArray[np.bool_]) -> float:
    """Print what the probabilities of first quotes in held-out articles are worth, and return the threshold."""
    kinds = np.array([one.kind for one in known])
    right = first[is_right]
    threshold = float(np.quantile(right, FALSE_ABSTENTIONS))
    for kind in (NATURAL, PARAPHRASED):
        chosen = kinds == kind
        lost = np.mean(first[chosen & is_right] < threshold)
        print(f"{kind:<30} first quote right for {is_right[chosen].mean():.3f} of {sum(chosen)}, of them {lost:.3f} not given")
    for kind in WEIGHTS:
        wrong = first[(kinds == kind) & ~is_right]
        told_apart = auroc(right, wrong) or 0
        print(f"{kind:<30} wrong {len(wrong):>3}  given as an answer {np.mean(wrong >= threshold):.3f}  AUROC {told_apart:.3f}")
    natural, alone = first[(kinds == NATURAL) & is_right], first[(kinds == NATURAL_ALONE) & ~is_right]
    false = np.mean(alone >= np.quantile(natural, STRICT))
    print(f"natural alone: AUROC {auroc(natural, alone) or 0:.3f}; with {STRICT:.0%} of the right quotes lost {false:.3f} false answers")
    groups = {"natural": (NATURAL, NATURAL_ALONE), "all but adversarial": set(WEIGHTS) - {ADVERSARIAL}}
    for name, group in groups.items():
        those = np.isin(kinds, list(group))
        shown = np.repeat(np.flatnonzero(those), [int(WEIGHTS[kind]) for kind in kinds[those]])
        print(f"expected calibration error, {name}, ten bins: {calibration_error(first[shown], is_right[shown]) or 0:.3f}")
    return threshold


RERANKER = CrossEncoder(models_folder())

if __name__ == "__main__":
    main()
