"""From a question to an answer."""

import re
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from index.errors import REPAIR, DamagedError
from index.passage import Article, Filters, Hit
from index.reader import ALL, Reader
from index.store import Store
from qa.answer import Answer, Citation, Seconds, Statement
from qa.choose import MOST_QUOTES, choose, with_others
from qa.decide import load_decision, probability
from qa.evidence import UNSURE, Quote
from qa.excerpts import excerpts
from qa.language import language_advice
from qa.reading import DEPTH, Reading, read, titles_of
from qa.rerank import CrossEncoder, Reranker, rerank
from qa.retrieve import retrieve
from qa.spelling import mended

LIKELY = 0.75
"""A first quote that is at least this probable stands alone, unless others are as good."""
WORTH_ADDING = 0.8
"""To a likely one another is added that is at least this share as probable, and not unsure."""
INSTEAD = 0.5
"""To one that is less than likely another is added that is at least this share as probable, and would be an answer alone."""
LONGEST_QUESTION = 5000
"""Characters that are read."""

_POINTING = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|that|these|those|there|then|one|ones|both|same|latter|former|else|more)\b"
    r"|\bthe (?:two|three)\b|^\W*(?:and|but|or|so|also|what about|how about|why|how so|since when|really)\b",
    re.IGNORECASE,
)


class Assistant:
    """Answers questions from a store. Safe to use from several threads."""

    def __init__(self, store: Store, *, reranker: Reranker | None = None) -> None:
        """Answer from a store; nothing is loaded until the first question."""
        self._store = store
        self._reranker = reranker or CrossEncoder(store.models)

    def prepare(self) -> None:
        """Load models and index, side by side, so that the first question does not wait for them.

        Raises StoreError or ModelError if they cannot be used.
        """
        with self._store.reading() as reader, ThreadPoolExecutor(max_workers=1) as pool:
            loading = pool.submit(self._reranker.read, "prepare", ["prepare"], [[]])
            reader.prepare()
            loading.result()

    def ask(self, question: str, *, history: Sequence[str] = (), filters: Filters = ALL, k: int | None = None) -> Answer:
        """Answer a question with up to `k` quotes, best first, or say that the articles do not answer it.

        `history` holds the questions asked before, oldest first. Without `k` there is one quote, and up to two more
        that add something. Raises StoreError or ModelError if index or models cannot be used.
        """
        began = time.perf_counter()
        with self._store.reading() as reader:
            reading, read_as = self._mended(reader, readable(question), history, filters, k or 0)
            answer = _assemble(reader, question, reading, k)
            searched = reader.count()[1]
        seconds = replace(reading.seconds, total=time.perf_counter() - began)
        return replace(answer, seconds=seconds, searched=searched, read=reading.hits, read_as=read_as)

    def search(self, words: str, *, k: int, filters: Filters = ALL, is_joined: bool = False) -> list[Hit]:
        """Return up to `k` passages for some words, best first by the cross-encoder, without a verdict.

        Joined, those that stand close together are one, and what is unlikely to answer is left out at their ends.
        """
        asked = readable(words)
        if not _says_something(asked):
            return []
        with self._store.reading() as reader:
            found = retrieve(reader, asked, n=max(k, DEPTH), filters=filters)
            hits = rerank(self._reranker, asked, found, titles=titles_of(reader, found))
            if not is_joined:
                return hits[:k]
            return [replace(one.hit, passage=one.passage_of(reader.article(one.article))) for one in excerpts(hits, n=k)]

    def _mended(self, reader: Reader, question: str, history: Sequence[str], filters: Filters, k: int) -> tuple[Reading, str]:
        """Read a question; if that gives no answer, but one with its mistyped words mended does, return that one, and how it was mended."""
        typed = self._understand(reader, question, history, filters, k)
        better = question if _is_answer(typed) else mended(question, reader)
        if better == question:
            return typed, ""
        other = self._understand(reader, better, history, filters, k)
        seconds = _both(typed.seconds, other.seconds)
        return (replace(other, seconds=seconds), better) if _is_answer(other) else (replace(typed, seconds=seconds), "")

    def _understand(self, reader: Reader, question: str, history: Sequence[str], filters: Filters, k: int) -> Reading:
        """Read a question alone and, if it points back, joined with the one before it; take the better reading."""
        if not _says_something(question):
            return Reading((), (), Seconds())
        alone = read(reader, self._reranker, question, filters=filters, k=k)
        whole = in_dialogue(history, question)
        if whole == question:
            return alone
        together = read(reader, self._reranker, whole, filters=filters, k=k)
        return replace(max(alone, together, key=_odds), seconds=_both(alone.seconds, together.seconds))


def readable(text: str) -> str:
    r"""Return what is read of a question: its first characters, those that do not exist replaced.

    >>> readable(" Caf\udce9 ")
    'Caf?'
    """
    return text.strip()[:LONGEST_QUESTION].encode(errors="replace").decode()


def in_dialogue(history: Sequence[str], question: str) -> str:
    """Return a question as it is meant: behind those before it if it points back to them, else as it is.

    >>> in_dialogue(["Who won?"], "And why?"), in_dialogue(["Who won?"], "Which treaty was signed in 1961?")
    ('Who won? And why?', 'Which treaty was signed in 1961?')
    """
    return joined(history, question) if history and points_back(question) else question


def joined(history: Sequence[str], question: str) -> str:
    """Return a question behind the two before it, as a follow-up is read.

    >>> joined(["Who won?", "Who lost?"], "And why?")
    'Who won? Who lost? And why?'
    """
    return " ".join([*map(readable, history[-2:]), question])[-LONGEST_QUESTION:]


def points_back(question: str) -> bool:
    """Say whether a question seems to need the ones before it.

    >>> points_back("And who signed it?"), points_back("Who signed the treaty of 1961?")
    (True, False)
    """
    return bool(_POINTING.search(question)) or len(re.findall(r"\w+", question)) <= 3


def _says_something(text: str) -> bool:
    return any(c.isalnum() for c in text)


def _odds(reading: Reading) -> float:
    return reading.quotes[0].odds if reading.quotes else float("-inf")


def _is_answer(reading: Reading) -> bool:
    return bool(reading.quotes) and probability(_odds(reading)) >= load_decision().threshold


def _both(first: Seconds, second: Seconds) -> Seconds:
    return Seconds(first.retrieve + second.retrieve, first.rerank + second.rerank)


def _assemble(reader: Reader, question: str, reading: Reading, k: int | None) -> Answer:
    confidence = probability(_odds(reading))
    is_answered = _is_answer(reading)
    is_chosen = is_answered and k is None
    likely = worth_showing(reading.quotes) if is_chosen else reading.quotes[: k or MOST_QUOTES]
    cited = [_cite(quote, reader.article(quote.passage.article)) for quote in likely]
    chosen = choose(cited, question=question) if is_chosen else cited
    proven = tuple(replace(one, number=i) for i, one in enumerate((one for one in chosen if one.is_verbatim), start=1))
    if is_answered and not proven:
        raise DamagedError(f"what is quoted does not stand in '{cited[0].article.id}', whose text in the index is damaged: {REPAIR}")
    if not is_answered:
        advice = language_advice(question, proven[0].passage.text) if proven else ""
        return Answer(question, "not_in_articles", confidence, nearest=proven, advice=advice)
    statements = tuple(Statement(one.quote, (one.number,)) for one in proven)
    named = tuple(with_others(one, reader.articles_saying(one.quote)) for one in proven)
    return Answer(question, "answered", probability(proven[0].score), statements, named)


def worth_showing(quotes: Sequence[Quote]) -> list[Quote]:
    """Return the first quote of an answer and those that may stand beside it; best first."""
    first = probability(quotes[0].odds)
    least = max(UNSURE, WORTH_ADDING * first) if first >= LIKELY else max(load_decision().threshold, INSTEAD * first)
    return [quotes[0], *(one for one in quotes[1:] if probability(one.odds) >= least)]


def _cite(quote: Quote, article: Article) -> Citation:
    return Citation(0, article, quote.passage, quote.text, quote.start, quote.end, quote.odds)
