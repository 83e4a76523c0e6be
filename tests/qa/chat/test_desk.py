"""Where questions come in."""

import io
import json
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LimitError, RightsError
from qa.assistant import Assistant
from qa.chat.desk import MINUTE, Asker, Counter, Desk, Rate
from qa.chat.log import Log

QUESTION = "Which engineer built the harbour of Marlow?"
ANN = Asker("ann", "192.0.2.7")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(most=st.integers(1, 5), steps=st.lists(st.floats(0, 40, allow_nan=False), max_size=60))
def test_no_minute_holds_more_than_is_allowed(most: int, steps: list[float]) -> None:
    """Whatever the times, in any sixty seconds at most so many are admitted; and after the wait that is told, one is."""
    clock = Clock()
    rate = Rate(most, clock=clock)
    admitted: list[float] = []
    for step in steps:
        clock.now += step
        wait = rate.admit("ann")
        if not wait:
            admitted.append(clock.now)
        else:
            assert 0 < wait <= MINUTE
            assert clock.now - admitted[-most] < MINUTE
    for i in range(len(admitted) - most):
        assert admitted[i + most] - admitted[i] >= MINUTE


def test_each_is_counted_alone_and_the_wait_is_enough() -> None:
    clock = Clock()
    rate = Rate(1, clock=clock)
    assert rate.admit("ann") == 0 and rate.admit("bob") == 0
    clock.now += rate.admit("ann")
    assert rate.admit("ann") == 0


def test_nought_is_no_limit() -> None:
    rate = Rate(0)
    assert not any(rate.admit("ann") for _ in range(1000))


def test_what_waits_for_quiet_waits_until_the_last_answer_is_some_time_ago() -> None:
    counter, moments = Counter(), list[float]()

    def wait() -> None:
        counter.wait_quiet(0.2)
        moments.append(time.monotonic())

    with counter, counter:
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        answered = time.monotonic()
    waiting.join(10)
    assert moments and moments[0] >= answered + 0.2
    counter.wait_quiet(0.0)


def test_one_who_asks_too_often_is_told_when_to_ask_again(assistant: Assistant) -> None:
    """Users are counted by their name, wherever they are; those without one by their address."""
    desk = Desk(assistant, rate=1)
    desk.ask(ANN, QUESTION)
    with pytest.raises(LimitError, match=r"1 questions a minute .* again in (60|59) s"):
        desk.search(Asker("ann", "192.0.2.8"), "harbour", k=1)
    desk.ask(Asker("", "192.0.2.8"), QUESTION)
    with pytest.raises(LimitError):
        desk.ask(Asker("", "192.0.2.8"), QUESTION)


@pytest.mark.parametrize(("is_own", "may"), [(True, True), (False, False)])
def test_without_users_the_people_of_this_machine_look_after_the_library(assistant: Assistant, is_own: bool, may: bool) -> None:
    desk = Desk(assistant, is_own=is_own)
    assert desk.may_change(Asker()) is may
    if not may:
        with pytest.raises(RightsError):
            desk.require_change(Asker())


@pytest.mark.parametrize("with_questions", [True, False])
def test_the_log_says_what_became_of_a_question_and_no_word_of_an_article(assistant: Assistant, with_questions: bool) -> None:
    stream = io.StringIO()
    answer = Desk(assistant, log=Log(with_questions=with_questions, stream=stream)).ask(ANN, QUESTION)
    (line,) = stream.getvalue().splitlines()
    written = json.loads(line)
    assert (written["event"], written["user"], written["verdict"]) == ("answer", "ann", answer.verdict)
    assert written["quotes"] == len(answer.citations) and written["seconds"] > 0
    assert (QUESTION in line) is with_questions
    assert not any(one.quote[:30] in line for one in answer.citations)
