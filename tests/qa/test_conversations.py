"""Conversations that are kept."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.errors import ConversationError
from qa.answer import Answer, Citation
from qa.conversations import LONGEST_TITLE, Conversations
from qa.turn import Turn, turn_of
from tests.qa.samples import a_passage, an_article

TEXT = "The tower burned down in 1794. Nobody knows why."
MISSING = "no such conversation"


def a_turn(question: str) -> Turn:
    """Return a turn that is answered by the first sentence."""
    passage = a_passage(["The tower burned down in 1794.", "Nobody knows why."])
    return turn_of(Answer(question, "answered", 0.9, citations=(Citation(1, an_article(TEXT), passage, TEXT[:30], 0, 30, 2.0),)))


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "home" / "conversations.db")


def test_what_is_added_comes_back_in_order(kept: Conversations) -> None:
    turns = [a_turn("When did it burn?"), a_turn("And why?"), a_turn("Łódź \udce9?")]
    name = kept.add("ann", None, turns[0])
    assert [kept.add("ann", name, one) for one in turns[1:]] == [name, name]
    assert kept.turns("ann", name) == turns
    (listed,) = kept.listed("ann")
    assert (listed.id, listed.title, listed.turns) == (name, "When did it burn?", 3)


def test_the_latest_is_listed_first(kept: Conversations) -> None:
    first, second = (kept.add("ann", None, a_turn(question)) for question in ("One?", "Two?"))
    assert [one.id for one in kept.listed("ann")] == [second, first]
    kept.add("ann", first, a_turn("More?"))
    assert [one.id for one in kept.listed("ann")] == [first, second]


def test_words_of_questions_quotes_and_titles_find_a_conversation(kept: Conversations) -> None:
    burned, other = kept.add("ann", None, a_turn("ÜBER what?")), kept.add("ann", None, a_turn("Else?"))
    kept.rename("ann", other, "50% off_")
    found = {words: {one.id for one in kept.listed("ann", containing=words)} for words in ("über", "TOWER burned", "50% off", "%", "zebra")}
    assert found == {"über": {burned}, "TOWER burned": {burned, other}, "50% off": {other}, "%": {other}, "zebra": set()}


def test_nobody_reaches_the_conversation_of_another(kept: Conversations) -> None:
    """Each way that takes a name refuses it as if there were none, and changes nothing."""
    name = kept.add("ann", None, a_turn("When?"))
    for attempt in (
        lambda: kept.turns("bob", name),
        lambda: kept.add("bob", name, a_turn("Mine?")),
        lambda: kept.rename("bob", name, "Mine"),
        lambda: kept.delete("bob", name),
        lambda: kept.cut("bob", name, 0),
        lambda: kept.judge("bob", name, 1, is_good=False),
    ):
        with pytest.raises(ConversationError, match=MISSING):
            attempt()
    assert kept.listed("bob") == [] and kept.judged("bob") == []
    assert [one.title for one in kept.listed("ann")] == ["When?"] and kept.turns("ann", name) == [a_turn("When?")]


def test_what_is_deleted_leaves_no_bytes(kept: Conversations, tmp_path: Path) -> None:
    name = kept.add("ann", None, a_turn("Where is the zinfandelion?"))
    files = list((tmp_path / "home").iterdir())
    assert any(b"zinfandelion" in one.read_bytes() for one in files)
    kept.delete("ann", name)
    with pytest.raises(ConversationError, match=MISSING):
        kept.turns("ann", name)
    assert not any(b"zinfandelion" in one.read_bytes() for one in (tmp_path / "home").iterdir())


def test_turns_can_be_taken_back(kept: Conversations) -> None:
    name = kept.add("ann", None, a_turn("One?"))
    kept.add("ann", name, a_turn("Two?"))
    kept.cut("ann", name, 1)
    kept.add("ann", name, a_turn("Three?"))
    assert [one.question for one in kept.turns("ann", name)] == ["One?", "Three?"]


def test_a_title_is_one_line_and_not_endless(kept: Conversations) -> None:
    name = kept.add("ann", None, a_turn("a\nb " * 99))
    assert kept.listed("ann")[0].title == ("a b " * 99)[:LONGEST_TITLE]
    kept.rename("ann", name, "  The\ttower \n")
    assert kept.listed("ann")[0].title == "The tower"
    with pytest.raises(ConversationError, match="at least one character"):
        kept.rename("ann", name, " \n")


def test_judgements_come_with_the_questions_before(kept: Conversations) -> None:
    name = kept.add("ann", None, a_turn("One?"))
    kept.add("ann", name, a_turn("Two?"))
    kept.judge("ann", name, 2, is_good=False, reason="wrong year")
    (judged,) = kept.judged("ann")
    assert (judged.history, judged.turn.question, judged.is_good, judged.reason) == (("One?",), "Two?", False, "wrong year")
    kept.judge("ann", name, 2, is_good=None)
    assert kept.judged("ann") == []
    with pytest.raises(ConversationError, match="no turn 3"):
        kept.judge("ann", name, 3, is_good=True)


def test_many_write_at_once(kept: Conversations) -> None:
    name = kept.add("ann", None, a_turn("0?"))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda i: kept.add("ann", name, a_turn(f"{i}?")), range(1, 40)))
    assert {one.question for one in kept.turns("ann", name)} == {f"{i}?" for i in range(40)}


@pytest.mark.skipif(os.name == "nt", reason="no POSIX modes")
def test_the_file_is_its_users_alone(kept: Conversations, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "home" / "conversations.db").stat().st_mode) == 0o600


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_text("not a database, but long enough to be read as one " * 20)
    with pytest.raises(ConversationError, match=r"conversations\.db"):
        Conversations(tmp_path / "conversations.db")
    with pytest.raises(ConversationError, match="name another --home"):
        Conversations(tmp_path / "conversations.db" / "below.db")
