"""Lines of a question file: for a person to fill in, or from what people said of answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from index.passage import Article, Passage, Span
from qa.conversations import NOTHING_ANSWERS, Judged


def draft(articles: Sequence[Article], passages: Sequence[Passage], n: int) -> Iterator[dict[str, Any]]:
    """Yield up to `n` questions without their words, each with a sentence to ask about, spread over the articles.

    The same articles give the same lines.
    """
    names = Counter(PurePath(article.id).stem for article in articles)
    texts = {article.id: article.text for article in articles}
    for number, passage in enumerate(spread(passages, n), start=1):
        stem = PurePath(passage.article).stem
        start, end = longest_sentence(passage)
        evidence = {
            "article": stem if names[stem] == 1 else passage.article,
            "start": start,
            "end": end,
            "quote": texts[passage.article][start:end],
        }
        yield {"id": f"draft-{number}", "question": "", "answerable": True, "answers": [], "evidence": [evidence]}


def judged_lines(judged: Sequence[Judged]) -> Iterator[dict[str, Any]]:
    """Yield a line for each answer that was said to be good, and each that was said to be given though the articles do not answer.

    Of another answer that was not good nobody knows what would have been; it has no line.
    """
    number = 0
    for one in judged:
        if not one.is_good and not (one.turn.is_answered and one.reason == NOTHING_ANSWERS):
            continue
        number += 1
        is_answerable = one.is_good and one.turn.is_answered
        evidence = [
            {"article": source.article, "start": source.start, "end": source.end, "quote": source.quote} for source in one.turn.sources
        ]
        line = {"id": f"judged-{number}", "question": one.turn.question, "history": list(one.history), "answerable": is_answerable}
        yield line | {"answers": [], "evidence": evidence if is_answerable else []}


def spread(passages: Sequence[Passage], n: int) -> list[Passage]:
    """Return up to `n` passages, from each article in turn, those of one article evenly apart; sorted as they came."""
    shelves: dict[str, list[Passage]] = {}
    for one in passages:
        shelves.setdefault(one.article, []).append(one)
    shares = _shares({article: len(own) for article, own in shelves.items()}, min(n, len(passages)))
    return [shelves[article][(2 * i + 1) * len(shelves[article]) // (2 * share)] for article, share in shares.items() for i in range(share)]


def longest_sentence(passage: Passage) -> Span:
    """Return the offsets of the sentence with most characters, without blanks around it."""
    start, end = max(passage.sentences or ((passage.start, passage.end),), key=lambda span: (span[1] - span[0], -span[0]))
    text = passage.text[start - passage.start : end - passage.start]
    return start + len(text) - len(text.lstrip()), end - len(text) + len(text.rstrip())


def _shares(lengths: Mapping[str, int], n: int) -> dict[str, int]:
    """Return how many passages each article gives: one after the other in turn; of too many articles some, evenly apart."""
    ids = list(lengths)
    if n <= len(ids):
        return {ids[(2 * i + 1) * len(ids) // (2 * n)]: 1 for i in range(n)}
    shares = dict.fromkeys(ids, 0)
    while n:
        for article in ids:
            if n and shares[article] < lengths[article]:
                shares[article] += 1
                n -= 1
    return shares
