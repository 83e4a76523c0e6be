"""Within the best passages find the sentences that answer: the shortest run that says what its passage says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.passage import Hit, Passage, Span
from qa.rerank import Reranker

PASSAGES = 3
"""Passages whose sentences are read."""
LONGEST_RUN = 2
"""Sentences in a run that is scored."""
SLACK = 0.5
"""A shorter run is taken when its logit is at most this far below that of the best run."""
WORTH_READING = 5.0
"""A passage whose logit is further below the best one's is not read sentence by sentence."""

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
    """Logit of the run alone, without its passage."""
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


def find_quotes(reranker: Reranker, question: str, hits: Sequence[Hit], *, n: int = PASSAGES) -> list[Quote]:
    """Return one quote from each of the first `n` passages that is worth reading. The hits are reranked, best first."""
    if not hits:
        return []
    best = hits[0].reranked or 0.0
    read = [hit for hit in hits[:n] if (hit.reranked or 0.0) >= best - WORTH_READING]
    alone = _scored(reranker, question, [(hit.passage, (i, i + 1)) for hit in read for i in range(len(hit.passage.sentences))])
    joined = _scored(reranker, question, [(hit.passage, run) for hit in read for run in _around_best(hit.passage, alone)])
    return [_best_run(hit, alone | joined) for hit in read]


def widened(quote: Quote) -> Quote:
    """Return a quote with the sentence before it and the one behind it, as far as its passage has them."""
    before = [start for start, end in quote.passage.sentences if end <= quote.start]
    behind = [end for start, end in quote.passage.sentences if start >= quote.end]
    return replace(quote, start=max(before, default=quote.start), end=min(behind, default=quote.end))


def _scored(reranker: Reranker, question: str, runs: Sequence[tuple[Passage, Run]]) -> dict[tuple[Passage, Run], float]:
    texts = list(dict.fromkeys(_slice(passage, run) for passage, run in runs))
    scores = dict(zip(texts, reranker.score(question, texts), strict=True))
    return {(passage, run): scores[_slice(passage, run)] for passage, run in runs}


def _around_best(passage: Passage, alone: dict[tuple[Passage, Run], float]) -> list[Run]:
    """Return the pairs of sentences that the best single one is part of."""
    n = len(passage.sentences)
    best = max(range(n), key=lambda i: alone[passage, (i, i + 1)])
    return [(first, first + 2) for first in (best - 1, best) if 0 <= first <= n - 2]


def _slice(passage: Passage, run: Run) -> str:
    start, end = _span(passage, run)
    return passage.text[start - passage.start : end - passage.start]


def _span(passage: Passage, run: Run) -> Span:
    return passage.sentences[run[0]][0], passage.sentences[run[1] - 1][1]


def _best_run(hit: Hit, scores: dict[tuple[Passage, Run], float]) -> Quote:
    scored = [(run, score) for (passage, run), score in scores.items() if passage is hit.passage]
    top = max(score for _, score in scored)
    good = [(run, score) for run, score in scored if score >= top - SLACK]
    run, score = min(good, key=lambda one: (one[0][1] - one[0][0], -one[1]))
    start, end = _span(hit.passage, _standing_alone(hit.passage, run))
    return Quote(hit, start, end, score)


def _standing_alone(passage: Passage, run: Run) -> Run:
    """Take in the sentence before a run that opens with a word that leans on it (he, this …)."""
    first = _slice(passage, (run[0], run[0] + 1)).lstrip("“\"'‘(").split(maxsplit=1)
    if run[0] and run[1] - run[0] < LONGEST_RUN and first and first[0].lower().strip(",;:.") in _LEANING:
        return run[0] - 1, run[1]
    return run
