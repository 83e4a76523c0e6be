"""Where questions come in: who asks, how often, what they may do, and what is logged of it."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.errors import LimitError, RightsError
from index.passage import Filters, Hit
from index.reader import ALL
from qa.answer import Answer
from qa.assistant import Assistant
from qa.chat.log import Log
from qa.chat.speech import say
from qa.users import Users

MOST_ASKERS = 10_000
"""Askers whose last minute is remembered."""
MINUTE = 60.0
"""Seconds."""
QUIET = 1.0
"""Seconds after the last answer from which on nobody is taken to be asking."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Someone who asks."""

    name: str = ""
    """As they logged in; nothing where nobody does."""
    address: str = ""

    @property
    def key(self) -> str:
        """Return what their questions are counted by: the user, or else the address."""
        return f"user {self.name}" if self.name else f"address {self.address}"


class Rate:
    """So many a minute for each asker. Safe to use from several threads."""

    def __init__(self, most: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Allow `most` in any sixty seconds; 0 allows any number."""
        self._most = most
        self._clock = clock
        self._lock = threading.Lock()
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def admit(self, key: str) -> float:
        """Count one, and return 0; or count nothing, and return after how many seconds the next one is allowed."""
        with self._lock:
            now, times = self._clock(), self._times.setdefault(key, deque(maxlen=self._most or 1))
            self._times.move_to_end(key)
            if len(self._times) > MOST_ASKERS:
                self._times.popitem(last=False)
            if self._most and len(times) == self._most and now - times[0] < MINUTE:
                return MINUTE - (now - times[0])
            times.append(now)
            return 0.0

    def forgive(self, key: str) -> None:
        """Take the last one that was counted back."""
        with self._lock:
            if self._times.get(key):
                self._times[key].pop()


class Counter:
    """Knows whether anybody is being answered. Safe to use from several threads."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._changed = threading.Condition()
        self._served = 0
        self._last = float("-inf")

    def __enter__(self) -> None:
        """Begin to answer somebody."""
        with self._changed:
            self._served += 1

    def __exit__(self, *_: object) -> None:
        """Have answered."""
        with self._changed:
            self._served -= 1
            self._last = time.monotonic()
            self._changed.notify_all()

    def wait_quiet(self, seconds: float) -> None:
        """Wait until nobody was answered for some seconds."""
        with self._changed:
            while self._served or time.monotonic() - self._last < seconds:
                self._changed.wait(None if self._served else seconds)


class Desk:
    """Takes questions to the assistant. Safe to use from several threads."""

    def __init__(
        self, assistant: Assistant, *, users: Users | None = None, rate: int = 0, log: Log | None = None, is_own: bool = True
    ) -> None:
        """Answer from an assistant, at most `rate` questions a minute for each asker.

        `is_own` says that only people of this machine ask; where there are users, their rights count.
        """
        self.assistant = assistant
        """Answers what the chat itself asks, which is neither counted nor logged."""
        self._users = users
        self._rate = Rate(rate)
        self._most = rate
        self._log = log
        self._is_own = is_own
        self._counter = Counter()

    def ask(self, asker: Asker, question: str, *, history: Sequence[str] = (), filters: Filters = ALL) -> Answer:
        """Answer a question as the assistant does. Raises LimitError if the asker asked too often."""
        self._admit(asker)
        with self._counter:
            answer = self.assistant.ask(question, history=history, filters=filters)
        if self._log:
            self._log.answered(answer, user=asker.name, address=asker.address)
        return answer

    def search(self, asker: Asker, words: str, *, k: int, filters: Filters = ALL) -> list[Hit]:
        """Rank passages as the assistant does. Raises LimitError if the asker asked too often."""
        self._admit(asker)
        with self._counter:
            return self.assistant.search(words, k=k, filters=filters)

    def wait_quiet(self) -> None:
        """Wait until nobody is asking: what is done beside must not make people wait."""
        self._counter.wait_quiet(QUIET)

    @property
    def is_closed(self) -> bool:
        """Say whether one has to log in, so that nothing may be told before."""
        return self._users is not None

    def may_change(self, asker: Asker) -> bool:
        """Say whether an asker may change the library."""
        return self._users.is_owner(asker.name) if self._users else self._is_own

    def require_change(self, asker: Asker) -> None:
        """Raise RightsError if an asker may not change the library."""
        if not self.may_change(asker):
            raise RightsError(say("Only an owner of this library may change it."))

    def _admit(self, asker: Asker) -> None:
        seconds = self._rate.admit(asker.key)
        if seconds:
            told = say("{n} questions a minute are answered for each person. Ask again in {seconds} s.")
            raise LimitError(told.format(n=self._most, seconds=int(seconds) + 1))
