"""What to read of the articles for some words: the sentences that may answer, joined where they stand close together."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.passage import Article, Hit, Passage, Span

UNLIKELY = 8.0
"""Sentences at a passage's ends are left out whose logit is this much less than the best one's of all, and so is a passage near what
was taken if all of its own are."""
NEAR = 600
"""Characters between two parts of an article that are shown as one, with what stands between them."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of an article, known by the best hit in it."""

    hit: Hit
    start: int
    end: int

    @property
    def article(self) -> str:
        """Return the article's id."""
        return self.hit.passage.article

    def passage_of(self, article: Article) -> Passage:
        """Return it as a passage of its article."""
        sentences = tuple(one for one in self.hit.passage.sentences if self.start <= one[0] and one[1] <= self.end)
        return Passage(article.id, self.start, self.end, article.text[self.start : self.end], self.hit.passage.heading, sentences)


def excerpts(hits: Sequence[Hit], *, n: int) -> list[Excerpt]:
    """Return up to `n` parts of articles from hits that were read, in the order of their best hits.

    Hits are taken, best first, as long as they are near what was taken before or there are fewer than `n` parts.
    """
    least = max((logit for hit in hits for logit in hit.answering), default=0.0) - UNLIKELY
    found: list[Excerpt] = []
    for hit in hits:
        start, end = _likely(hit, least)
        near = [one for one in found if _is_near(one, hit.passage.article, start, end)]
        if not near and len(found) == n:
            break
        if near and hit.answering and max(hit.answering) < least:
            continue
        first = near[0] if near else Excerpt(hit, start, end)
        whole = Excerpt(first.hit, min([start, *(one.start for one in near)]), max([end, *(one.end for one in near)]))
        found = [whole if one is first else one for one in found if one is first or one not in near] + ([] if near else [whole])
    return found


def _likely(hit: Hit, least: float) -> Span:
    """Return where a hit's first and last sentence stand that may answer, or its likeliest one."""
    logits = hit.answering or (0.0,) * len(hit.passage.sentences)
    chosen = [i for i, logit in enumerate(logits) if logit >= min(least, max(logits))]
    return hit.passage.sentences[chosen[0]][0], hit.passage.sentences[chosen[-1]][1]


def _is_near(one: Excerpt, article: str, start: int, end: int) -> bool:
    return one.article == article and one.start - NEAR <= end and start <= one.end + NEAR
