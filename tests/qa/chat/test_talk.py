"""What the chat does, over a real store."""

import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import ConversationError, PathError
from index.passage import Span
from index.store import Store
from qa.assistant import Assistant
from qa.chat.desk import Asker, Desk
from qa.chat.talk import BROADEN, FILTERED, Session, Step, Talk
from qa.conversations import Conversations
from qa.library import Library
from qa.wanted import Wanted
from tests.toy import ToyEmbedder, ToyReranker

FIRST = "Which engineer built the harbour of Marlow?"
SECOND = "How many ships did the port handle?"
UNKNOWN = "Zebra quagga okapi?"


@pytest.fixture
def talk(store: Store, folder: Path) -> Talk:
    store.sync([folder])
    return Talk(store, Desk(Assistant(store, reranker=ToyReranker())), Conversations(store.home / "conversations.db"))


def said(steps: Iterator[Step]) -> Step:
    """Return the last step, after one that says that the search is on."""
    first, *_, last = steps
    assert "Searching" in first[0][0]["content"]
    return last


def ask(talk: Talk, questions: Sequence[str], *, wanted: Wanted = Wanted(), owner: str = "ann") -> Session:  # noqa: B008 - it cannot change
    session = Session()
    for i, question in enumerate(questions):
        _, _, session = said(talk.answer(question, questions[:i], session, wanted=wanted, asker=Asker(owner)))
    return session


def test_an_answer_comes_with_its_evidence_and_is_kept(talk: Talk) -> None:
    messages, panel, session = said(talk.answer(FIRST, [], Session(), wanted=Wanted(), asker=Asker("ann")))
    assert "Ada" in messages[0]["content"] and 'id="cite-1-1"' in panel
    assert [one.title for one in talk.listed("ann")] == [FIRST] and talk.listed("bob") == []
    assert session.name == talk.listed("ann")[0].id and len(session.turns) == 1


def test_a_conversation_goes_on_where_it_was_left(talk: Talk) -> None:
    session = ask(talk, [FIRST, SECOND])
    messages, resumed = talk.resume("ann", session.name or "")
    assert resumed == session
    assert [one["content"] for one in messages if one["role"] == "user"] == [FIRST, SECOND]
    _, _, longer = said(talk.answer(UNKNOWN, [FIRST, SECOND], resumed, wanted=Wanted(), asker=Asker("ann")))
    assert longer.name == session.name and len(talk.resume("ann", session.name or "")[1].turns) == 3


def test_what_is_taken_back_on_the_page_is_forgotten(talk: Talk) -> None:
    """After undo or an edit the page shows fewer questions: the turns behind them go."""
    session = ask(talk, [FIRST, UNKNOWN])
    _, _, session = said(talk.answer(SECOND, [FIRST], session, wanted=Wanted(), asker=Asker("ann")))
    assert [one.question for one in talk.resume("ann", session.name or "")[1].turns] == [FIRST, SECOND]


def test_filters_choose_and_an_abstention_names_them(talk: Talk) -> None:
    only = Wanted(articles=("bridge.txt",))
    messages, _, session = said(talk.answer(FIRST, [], Session(), wanted=only, asker=Asker("ann")))
    assert {one.article for one in session.turns[0].sources} <= {"bridge.txt"}
    assert not session.turns[0].is_answered and FILTERED.split(":")[0] in messages[0]["content"].replace("&#45;", "-")


def test_a_bad_filter_is_told_and_nothing_is_kept(talk: Talk) -> None:
    messages, _, session = said(talk.answer(FIRST, [], Session(), wanted=Wanted(since="soon"), asker=Asker("ann")))
    assert "is no day" in messages[0]["content"] and session.turns == () and talk.listed("ann") == []


def test_an_article_opens_at_its_quote_with_all_quotes_marked(talk: Talk) -> None:
    session = ask(talk, [FIRST, SECOND])
    view = talk.open_article(session, 1, 1)
    assert 'data-current="read&#45;cite&#45;1&#45;1"' in view and view.count("<mark>") >= 2
    with pytest.raises(PathError, match="question 1 has no quote 9"):
        talk.open_article(session, 1, 9)


def test_a_source_outlives_its_article(talk: Talk, store: Store, folder: Path) -> None:
    """Changed or gone, it says so, and its quote, its passage and its place stay as they were."""
    session = ask(talk, [FIRST])
    source = session.turns[0].sources[0]
    assert "ibid-stale" not in talk.evidence(session.turns)
    path = folder / source.article
    path.write_text(path.read_text().replace("1871", "1872"))
    store.sync([folder])
    _, resumed = talk.resume("ann", session.name or "")
    assert resumed.turns == session.turns
    assert "has changed since" in talk.evidence(resumed.turns) and "has changed since" in talk.open_article(resumed, 1, 1)
    assert "<mark>" not in talk.open_article(resumed, 1, 1)
    path.unlink()
    shutil.rmtree(folder / "notes")
    store.sync([folder])
    assert "No longer in the library" in talk.evidence(resumed.turns)
    assert "no longer in the library" in talk.open_article(resumed, 1, 1)


def test_nobody_reaches_the_conversation_of_another(talk: Talk) -> None:
    """Neither by its name nor by a session that names it."""
    session = ask(talk, [FIRST], owner="ann")
    with pytest.raises(ConversationError):
        talk.resume("bob", session.name or "")
    with pytest.raises(ConversationError):
        talk.delete("bob", session.name or "")
    messages, _, after = said(talk.answer(SECOND, [FIRST], session, wanted=Wanted(), asker=Asker("bob")))
    assert "no such conversation" in messages[0]["content"] and after.turns == session.turns
    assert len(talk.resume("ann", session.name or "")[1].turns) == 1


def test_a_server_for_nobody_keeps_nothing(store: Store, folder: Path) -> None:
    store.sync([folder])
    talk = Talk(store, Desk(Assistant(store, reranker=ToyReranker())), None)
    session = ask(talk, [FIRST])
    talk.judge("", session, 1, verdict=True)
    assert session.name is None and talk.listed("") == [] and not (store.home / "conversations.db").exists()


def test_judgements_are_noted_and_taken_back(talk: Talk, store: Store) -> None:
    session = ask(talk, [FIRST, SECOND])
    kept = Conversations(store.home / "conversations.db")
    talk.judge("ann", session, 1, verdict=True)
    talk.judge("ann", session, 2, verdict="Wrong passage")
    assert [(one.turn.question, one.is_good, one.reason) for one in kept.judged("ann")] == [
        (FIRST, True, ""),
        (SECOND, False, "Wrong passage"),
    ]
    talk.judge("ann", session, 1, verdict=None)
    assert [one.turn.question for one in kept.judged("ann")] == [SECOND]


def test_a_conversation_is_exported_under_its_title(talk: Talk) -> None:
    session = ask(talk, [FIRST])
    talk.rename("ann", session.name or "", "The harbour")
    assert talk.export("ann", session, "markdown")["name"] == "the-harbour.md"
    with pytest.raises(PathError, match="ask a question first"):
        talk.export("ann", Session(), "json")


class WaitingEmbedder(ToyEmbedder):
    """Embeds passages only once it is let go on."""

    def __init__(self) -> None:
        super().__init__()
        self.began, self.goes_on = threading.Event(), threading.Event()
        self.goes_on.set()

    def embed_passages(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[NDArray[np.float32]]:
        self.began.set()
        assert self.goes_on.wait(30)
        return super().embed_passages(texts, sentences)


def test_questions_are_answered_while_a_sync_runs(tmp_path: Path, folder: Path) -> None:
    """From the last good index until the new one is there, and from the new one after it."""
    embedder = WaitingEmbedder()
    with closing(Store(tmp_path / "home", embedder=embedder)) as store:
        store.sync([folder])
        talk = Talk(store, Desk(Assistant(store, reranker=ToyReranker())), None)
        (folder / "crane.txt").write_text("The crane\n\nThe crane of Marlow lifted eleven elephants in 1911.\n")
        embedder.began.clear()
        embedder.goes_on.clear()
        syncing = threading.Thread(target=Library(store).sync)
        syncing.start()
        try:
            assert embedder.began.wait(30)
            assert ask(talk, [FIRST]).turns[0].is_answered
            assert not ask(talk, ["How many elephants lifted the crane?"]).turns[0].is_answered
            assert talk.count()[0] == 3 and syncing.is_alive()
        finally:
            embedder.goes_on.set()
            syncing.join()
        assert ask(talk, ["How many elephants lifted the crane?"]).turns[0].is_answered


def test_what_filters_kept_from_its_answer_can_be_asked_of_all(talk: Talk) -> None:
    wanted = Wanted(articles=("bridge.txt",))
    messages, _, _ = said(talk.answer(FIRST, [], Session(), wanted=wanted, asker=Asker("ann")))
    assert BROADEN in messages[-1]["content"].replace("&#32;", " ") and 'class="ibid-ask ibid-broad"' in messages[-1]["content"]
    messages, _, _ = said(talk.answer(UNKNOWN, [], Session(), wanted=Wanted(), asker=Asker("ann")))
    assert "ibid-broad" not in messages[-1]["content"]
