"""How far down the right passage stands before it is reranked: python tests/bench/legs.py

Share of the answered questions whose passage is among the first k, for each leg alone and for their fusion.
"""

from collections.abc import Callable, Iterator, Sequence

from index.passage import Hit
from index.reader import Reader
from qa.questions import Question
from qa.retrieve import CANDIDATES, fuse
from tests.bench.sets import SQUAD, question_sets

DEPTHS = (1, 3, 5, 12, 20, 50)


def main() -> None:
    for name, reader, questions in question_sets(SQUAD, "wiki-held", "wiki-train", "news-held", "news-train"):
        show(name, reader, [one for one in questions if one.is_answerable])


def show(name: str, reader: Reader, questions: Sequence[Question]) -> None:
    found = [list(rankings(reader, one)) for one in questions]
    print(f"{name}, {len(questions)} questions".ljust(34) + "".join(f"{depth:>7}" for depth in DEPTHS))
    for i, (leg, _) in enumerate(LEGS):
        ranks = [rank_of(question, one[i]) for question, one in zip(questions, found, strict=True)]
        print(f"  {leg:<32}" + "".join(f"{sum(rank < depth for rank in ranks) / len(ranks):>7.3f}" for depth in DEPTHS))


def rankings(reader: Reader, question: Question) -> Iterator[Sequence[Hit]]:
    dense = reader.search_vectors(question.text, CANDIDATES)
    lexical = reader.search_words(question.text, CANDIDATES)
    return (rank(dense, lexical) for _, rank in LEGS)


def rank_of(question: Question, hits: Sequence[Hit]) -> int:
    spans = [(hit.passage.article, hit.passage.start, hit.passage.end) for hit in hits]
    return next((rank for rank, span in enumerate(spans) if question.is_answered_by(*span)), len(spans) + max(DEPTHS))


def by_mean(dense: Sequence[Hit], _: Sequence[Hit]) -> list[Hit]:
    """Rank as one vector a passage would, near enough: by the mean over its sentences."""
    return sorted(dense, key=lambda hit: -sum(hit.cosines) / len(hit.cosines))


LEGS: tuple[tuple[str, Callable[[Sequence[Hit], Sequence[Hit]], Sequence[Hit]]], ...] = (
    ("words (BM25)", lambda dense, lexical: lexical),
    ("meaning, mean of the sentences", by_mean),
    ("meaning, nearest sentence", lambda dense, lexical: dense),
    ("fused", fuse),
)

if __name__ == "__main__":
    main()
