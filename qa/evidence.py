"""Within the best passages find the sentences that answer: the shortest run that says what its passage says."""

from collections.abc import Sequence
from dataclasses import dataclass

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
    runs = [(hit, run) for hit in read for run in _runs(hit.passage)]
    texts = list(dict.fromkeys(_slice(hit.passage, run) for hit, run in runs))
    scores = dict(zip(texts, reranker.score(question, texts), strict=True))
    return [_best_run(hit, [(run, scores[_slice(hit.passage, run)]) for other, run in runs if other is hit]) for hit in read]


def _runs(passage: Passage) -> list[tuple[int, int]]:
    """Return the runs of up to LONGEST_RUN sentences, as half-open numbers of sentences."""
    n = len(passage.sentences)
    return [(first, last) for first in range(n) for last in range(first + 1, min(first + LONGEST_RUN, n) + 1)]


def _slice(passage: Passage, run: tuple[int, int]) -> str:
    start, end = _span(passage, run)
    return passage.text[start - passage.start : end - passage.start]


def _span(passage: Passage, run: tuple[int, int]) -> Span:
    return passage.sentences[run[0]][0], passage.sentences[run[1] - 1][1]


def _best_run(hit: Hit, scored: Sequence[tuple[tuple[int, int], float]]) -> Quote:
    top = max(score for _, score in scored)
    good = [(run, score) for run, score in scored if score >= top - SLACK]
    run, score = min(good, key=lambda one: (one[0][1] - one[0][0], -one[1]))
    start, end = _span(hit.passage, _standing_alone(hit.passage, run))
    return Quote(hit, start, end, score)


def _standing_alone(passage: Passage, run: tuple[int, int]) -> tuple[int, int]:
    """Take in the sentence before a run that opens with a word that leans on it (he, this …)."""
    first = _slice(passage, (run[0], run[0] + 1)).lstrip("“\"'‘(").split(maxsplit=1)
    if run[0] and run[1] - run[0] < LONGEST_RUN and first and first[0].lower().strip(",;:.") in _LEANING:
        return run[0] - 1, run[1]
    return run
