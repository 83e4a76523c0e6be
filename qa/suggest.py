"""Questions that the articles answer, made from their own sentences; each was asked, and answered from the sentence it came from."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from index.errors import IbidError
from index.passage import Filters, Passage, Span
from index.reader import Reader
from index.store import Store
from qa.assistant import Assistant
from qa.turn import Turn

LAST_TRY = 10.0
"""Seconds that the question at hand may still take when no more are to be tried."""
MOST_ASKED = 60
"""Questions that are tried for an index."""
MOST_OF_ARTICLE = 8
"""Of them from one article."""
MOST_EXAMPLES, MOST_AFTER = 4, 3
LONGEST_SENTENCE = 300
SURE = 0.5
"""Probability from which an answer is worth a suggestion."""

_WORD = r"[A-ZÀ-ÖØ-ÞĀŁŚŻ][\w’'-]+"
_NAME = rf"(?:[Tt]he )?{_WORD}(?: (?:of (?:the )?|(?:[a-z]+ )?(?:minister|president|leader|secretary|chief) )?{_WORD}){{0,6}}"
_DID_WHAT = {
    "announced": "announce", "argued": "argue", "bought": "buy", "built": "build", "claimed": "claim", "condemned": "condemn",
    "declared": "declare", "delivered": "deliver", "demanded": "demand", "denied": "deny", "described": "describe",
    "established": "establish", "founded": "found", "launched": "launch", "lost": "lose", "offered": "offer", "opened": "open",
    "planned": "plan", "pledged": "pledge", "promised": "promise", "proposed": "propose", "provided": "provide",
    "published": "publish", "received": "receive", "recommended": "recommend", "reported": "report", "said": "say", "sent": "send",
    "signed": "sign", "sold": "sell", "supplied": "supply", "supported": "support", "visited": "visit", "won": "win",
}  # fmt: skip
_DOES_WHAT = {"wants": "want", "needs": "need", "seeks": "seek", "fears": "fear", "provides": "provide", "requires": "require"}
_DID = re.compile(rf"(?:^|, )({_NAME}) (?:has |had |have |also |later )*({'|'.join(_DID_WHAT)})\b")
_DOES = re.compile(rf"(?:^|, )({_NAME}) (?:also )?({'|'.join(_DOES_WHAT)})\b")
_DONE = r"(was|were) (\w+ed|built|sold|held|made|found|sent|won)"
_SUBJECT = r"^((?:The |An? )?(?:[\w’'-]+ ){0,4}?[\w’'-]+)"
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_WHEN = re.compile(rf"{_SUBJECT} {_DONE} (?:.* )?(?:in|on) (?:\d{{1,2}} )?(?:{_MONTHS}|\d{{4}})\b")
_WHO = re.compile(rf"{_SUBJECT} {_DONE} (?:.* )?by (?:(?:the|an?) )?(?:[a-z]+ )?{_WORD}")
_NO_NAMES = {
    "A", "After", "Although", "An", "And", "As", "At", "Before", "But", "By", "Critics", "Experts", "For", "From", "He", "However", "I",
    "In", "It", "Its", "Many", "Most", "No", "Officials", "On", "One", "Others", "She", "Since", "So", "Some", "That", "Then", "There",
    "These", "They", "This", "Those", "To", "We", "What", "When", "While", "Who", "With", "You",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question that an article answers."""

    question: str
    article: str
    """The article's id."""
    sentence: Span
    """What it was made from, and what answers it."""


def candidates(passages: Sequence[Passage]) -> Iterator[Suggestion]:
    """Yield questions that sentences of one article may answer, none twice; whether they do is not known yet."""
    words = " ".join(one.text for one in passages)
    seen: set[str] = set()
    for passage in passages:
        for start, end in passage.sentences:
            asked = _asked(passage.text[start - passage.start : end - passage.start], words)
            if asked and asked.lower() not in seen:
                seen.add(asked.lower())
                yield Suggestion(asked, passage.article, (start, end))


def _asked(sentence: str, words: str) -> str:
    """Return a question that a sentence may answer, or nothing."""
    flat = " ".join(sentence.split())
    if len(flat) > LONGEST_SENTENCE:
        return ""
    for pattern in (_WHEN, _WHO):
        if (was := pattern.search(flat)) and _is_subject(was[1].split()):
            return f"When {was[2]} {_within(was[1])} {was[3]}?" if pattern is _WHEN else f"Who {was[3]} {_within(was[1])}?"
    if (did := _DID.search(flat)) and _is_name(did[1], words):
        return f"What did {_within(did[1])} {_DID_WHAT[did[2]]}?"
    if (does := _DOES.search(flat)) and _is_name(does[1], words):
        return f"What does {_within(does[1])} {_DOES_WHAT[does[2]]}?"
    return ""


def _is_subject(words: Sequence[str]) -> bool:
    return words[0] not in _NO_NAMES - {"A", "An"} and words[-1] not in ("that", "which", "who") and not words[0].islower()


def _within(name: str) -> str:
    """Return a name as it stands within a sentence."""
    first, _, rest = name.partition(" ")
    return f"{first.lower()} {rest}" if first in ("The", "A", "An") else name


def _is_name(name: str, words: str) -> bool:
    """Say whether what begins a sentence is a name: its first word is written so within sentences, too."""
    first = name.removeprefix("The ").removeprefix("the ").split()[0]
    return first not in _NO_NAMES and re.search(rf"[a-z,] {re.escape(first)}\b", words) is not None


class Suggestions:
    """Finds questions that the articles answer, in the background, anew for each generation. Safe to use from several threads."""

    def __init__(self, store: Store, assistant: Assistant, *, pause: Callable[[], None] = lambda: None) -> None:
        """Suggest what an assistant answers from a store; nothing is tried yet. `pause` is called before each trial, and may wait."""
        self._store = store
        self._assistant = assistant
        self._pause = pause
        self._lock = threading.Lock()
        self._generation: str | None = None
        self._found: tuple[Suggestion, ...] = ()
        self._ready = threading.Event()
        self._looking: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for questions, unless that was done for the live generation."""
        with self._lock:
            live = self._store.generation
            if live is None or live == self._generation:
                return
            self._generation, self._found = live, ()
            self._ready.clear()
            self._looking = threading.Thread(target=self.look, args=(live,), daemon=True, name="suggestions")
            self._looking.start()

    def stop(self) -> None:
        """Look no further, and wait until the question at hand is tried: models must not be at work when the process ends."""
        self._generation = None
        if self._looking:
            self._looking.join(LAST_TRY)

    def look(self, generation: str) -> None:
        """Try questions until enough were tried, or the generation is no longer the one to look at."""
        try:
            with self._store.reading() as reader:
                tried = list(_in_turns(reader))[:MOST_ASKED]
            for one in tried:
                self._pause()
                if self._generation != generation:
                    return
                if self._is_answered(one):
                    self._found = (*self._found, one)
                    if len(self._examples()) == MOST_EXAMPLES:
                        self._ready.set()
        except IbidError:
            return  # who asks is told what is wrong; here it only means that nothing is suggested
        finally:
            if self._generation == generation:
                self._ready.set()

    def examples(self, *, wait: float = 0.0) -> list[str]:
        """Return questions to begin with, of different articles as far as there are some; wait for them up to some seconds."""
        self._ready.wait(wait)
        return [one.question for one in self._examples()]

    def after(self, turn: Turn, asked: Sequence[str]) -> list[str]:
        """Return what else the article of an answer's first quote answers, the nearest to the quote first; nothing that was asked."""
        if not turn.is_answered:
            return []
        first = turn.sources[0]
        known = {one.lower() for one in (*asked, turn.question)}
        other = [
            one
            for one in self._found
            if one.article == first.article and not any(_meet(one, source.start, source.end) for source in turn.sources)
        ]
        near = sorted(other, key=lambda one: abs(one.sentence[0] - first.start))
        return [one.question for one in near if one.question.lower() not in known][:MOST_AFTER]

    def _examples(self) -> list[Suggestion]:
        firsts = {one.article: one for one in reversed(self._found)}
        others = [one for one in self._found if firsts[one.article] is not one]
        return [*reversed(firsts.values()), *others][:MOST_EXAMPLES]

    def _is_answered(self, one: Suggestion) -> bool:
        """Say whether the quote that answers stands where a question was made from, and is likely the answer."""
        answer = self._assistant.ask(one.question)
        if answer.verdict != "answered" or answer.confidence < SURE:
            return False
        first = answer.citations[0]
        return first.article.id == one.article and _meet(one, first.start, first.end)


def _in_turns(reader: Reader) -> Iterator[Suggestion]:
    """Yield candidates: first one of each article, then another of each."""
    ids = [one.id for one in reader.imprints()][:MOST_ASKED]
    by_article = [list(candidates(reader.passages(filters=Filters(articles=(name,)))))[:MOST_OF_ARTICLE] for name in ids]
    for place in range(MOST_OF_ARTICLE):
        yield from (one[place] for one in by_article if place < len(one))


def _meet(one: Suggestion, start: int, end: int) -> bool:
    return one.sentence[0] < end and start < one.sentence[1]
