"""Within the passages that were read find the sentences that answer: the shortest run that holds most of the evidence."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.passage import Hit, Passage

LONGEST_RUN = 2
"""Sentences in a quote."""
ENOUGH = 0.75
"""The shortest run is quoted that holds at least this share of what its passage has of the answer."""

UNSURE = 0.6
"""A quote less probable than this is shown with its neighbours: where the decision is unsure, a person wants to see more."""

Run = tuple[int, int]
"""Half-open numbers of a passage's sentences."""

_LEANING = frozenset("he she it they his her its their him them this that these those such both here there".split())


@dataclass(frozen=True, slots=True)
class Quote:
    """A run of whole sentences of a passage, and how well it answers."""

    hit: Hit
    start: int
    end: int
    run: float
    """Logit that the answer stands in this run."""
    odds: float = 0.0
    """Logarithm of the odds that it answers; higher is better."""

    @property
    def passage(self) -> Passage:
        """Return the passage that the run stands in."""
        return self.hit.passage

    @property
    def text(self) -> str:
        """Return the run's characters."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]


def find_quotes(hits: Sequence[Hit]) -> list[Quote]:
    """Return one quote from each passage that was read, in their order."""
    return [_best_run(hit) for hit in hits]


def widened(quote: Quote) -> Quote:
    """Return a quote with the sentence before it and the one behind it, as far as its passage has them."""
    before = [start for start, end in quote.passage.sentences if end <= quote.start]
    behind = [end for start, end in quote.passage.sentences if start >= quote.end]
    return replace(quote, start=max(before, default=quote.start), end=min(behind, default=quote.end))


def sum_of(logits: Iterable[float]) -> float:
    """Return the logit of one event or another of those that exclude each other: log Σ exp.

    >>> round(sum_of([0.0, 0.0]), 3)
    0.693
    """
    known = list(logits)
    top = max(known, default=-math.inf)
    return top + math.log(sum(math.exp(one - top) for one in known)) if known else top


def _best_run(hit: Hit) -> Quote:
    """Return the shortest run that holds enough of the passage's evidence, or the longest that is best."""
    n = len(hit.answering)
    whole = sum_of(hit.answering)
    for size in range(1, min(LONGEST_RUN, n) + 1):
        runs = [(first, first + size) for first in range(n - size + 1)]
        logit, run = max((sum_of(hit.answering[run[0] : run[1]]), run) for run in runs)
        if logit - whole >= math.log(ENOUGH):
            break
    first, last = _standing_alone(hit.passage, run)
    return Quote(hit, hit.passage.sentences[first][0], hit.passage.sentences[last - 1][1], logit)


def _standing_alone(passage: Passage, run: Run) -> Run:
    """Take in the sentence before a run that opens with a word that leans on it (he, this …)."""
    first = passage.sentence(run[0]).lstrip("“\"'‘(").split(maxsplit=1)
    if run[0] and run[1] - run[0] < LONGEST_RUN and first and first[0].lower().strip(",;:.") in _LEANING:
        return run[0] - 1, run[1]
    return run
