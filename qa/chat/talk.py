"""What the chat does, apart from its page: answer, keep, continue, open an article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from index.errors import IbidError, PathError, UnknownArticleError
from index.passage import Article, Imprint
from index.store import Store
from qa.chat.desk import Asker, Desk
from qa.chat.export import Kind, export
from qa.chat.markup import State, anchor, answer_message, asking_link, panel, plain
from qa.chat.reading import Mark, article_view, missing_view
from qa.chat.speech import ENGLISH, language, later, say, say_count
from qa.conversations import Conversation, Conversations
from qa.suggest import Suggestions
from qa.turn import Source, Turn, turn_of
from qa.wanted import Wanted

Message = dict[str, Any]
"""A message of the chat, as Gradio takes it."""
Step = tuple[list[Message], str, "Session"]
"""What one step of an answer shows: messages, the evidence panel, and the session behind them."""


BROADEN = later("Ask all articles")
FILTERED = later("Filters let only some articles answer: take them away to ask all.")
ELSEWHERE = later("The question seems to be in another language than the articles: ask in theirs.")


@dataclass(frozen=True, slots=True)
class Session:
    """The conversation that a page shows."""

    turns: tuple[Turn, ...] = ()
    name: str | None = None
    """Its id, once it is kept."""
    owner: str = ""
    """Who may see it: the name they logged in with."""


class Talk:
    """Answers the messages of a chat. Safe to use from several threads."""

    def __init__(self, store: Store, desk: Desk, kept: Conversations | None) -> None:
        """Answer from a store; conversations are kept where there is a place for them."""
        self._store = store
        self._desk = desk
        self._kept = kept
        self.suggestions = Suggestions(store, desk.assistant, pause=desk.wait_quiet)

    def answer(self, question: str, history: Sequence[str], session: Session, *, wanted: Wanted, asker: Asker) -> Iterator[Step]:
        """Yield first that the search is on, then the answer; a failure is a message, too.

        `history` holds the questions that the page still shows; turns behind them were taken back.
        """
        session = replace(session, turns=session.turns[: len(history)])
        before = self.evidence(session.turns)
        searching = say_count(self.count()[1], later("Searching {n} passage…"), later("Searching {n} passages…"))
        yield [_message(f'<div class="ibid-step">{searching}</div>')], before, session
        try:
            turn = turn_of(self._desk.ask(asker, question, history=history, filters=wanted.filters()))
            if turn.advice and language() != ENGLISH:
                turn = replace(turn, advice=say(ELSEWHERE))
            is_kept_out = not (turn.is_answered or wanted.is_open)
            if is_kept_out:
                turn = replace(turn, advice=f"{turn.advice} {say(FILTERED)}".strip())
            more = self.suggestions.after(turn, history) if wanted.is_open else []
            name = self._keep(asker.name, session, turn)
        except IbidError as error:
            failed = f'<div class="ibid-abstain"><strong>{say("That did not work.")}</strong> {plain(str(error))}</div>'
            yield [_message(failed)], before, session
            return
        session = replace(session, turns=(*session.turns, turn), name=name, owner=asker.name)
        offers = [asking_link(question, shown=say(BROADEN), is_broad=True)] if is_kept_out else [asking_link(one) for one in more]
        yield _answered(turn, len(session.turns), offers), self.evidence(session.turns), session

    def evidence(self, turns: Sequence[Turn]) -> str:
        """Return the evidence panel of a conversation; it says where an article is not as it was."""
        with self._store.reading() as reader:
            digests = reader.digests({one.article for turn in turns for one in turn.sources})
        return panel(turns, [[_state(one, digests) for one in turn.sources] for turn in turns])

    def open_article(self, session: Session, turn: int, number: int) -> str:
        """Return the article of a source, with all that the conversation cites of it marked.

        Raises PathError if there is no such source.
        """
        source = _source(session.turns, turn, number)
        try:
            with self._store.reading() as reader:
                article = reader.article(source.article)
        except UnknownArticleError:
            return missing_view(source.title, say("The article is no longer in the library. What was quoted of it stays in the evidence."))
        marks = [
            Mark(one.start, one.end, f"read-{anchor(i, one.number)}")
            for i, other in enumerate(session.turns, start=1)
            for one in other.sources
            if other.is_answered or one is source
            if (one.article, one.sha256) == (article.id, article.sha256)
        ]
        note = "" if article.sha256 == source.sha256 else say("The article has changed since it was quoted; nothing is marked.")
        return article_view(article, marks, current=f"read-{anchor(turn, number)}", note=note)

    def article_of(self, session: Session, turn: int, number: int) -> str:
        """Return the id of a source's article. Raises PathError if there is no such source."""
        return _source(session.turns, turn, number).article

    def articles(self) -> list[Article]:
        """Return every article in the library."""
        with self._store.reading() as reader:
            return reader.articles()

    def examples(self, *, wait: float) -> list[str]:
        """Return questions that the articles answer, to begin with; they are looked for in the background, and waited for some seconds."""
        self.suggestions.start()
        return self.suggestions.examples(wait=wait)

    def imprints(self) -> list[Imprint]:
        """Return what is known of every article in the library, without their texts."""
        with self._store.reading() as reader:
            return reader.imprints()

    def count(self) -> tuple[int, int]:
        """Return the numbers of articles and of passages."""
        with self._store.reading() as reader:
            return reader.count()

    def article(self, name: str) -> Article:
        """Return an article by its id. Raises UnknownArticleError."""
        with self._store.reading() as reader:
            return reader.article(name)

    def listed(self, owner: str, containing: str = "") -> list[Conversation]:
        """Return the conversations that are kept for an owner, the latest first."""
        return self._kept.listed(owner, containing=containing) if self._kept else []

    def resume(self, owner: str, name: str) -> tuple[list[Message], Session]:
        """Return the messages of a conversation that was kept. Raises ConversationError if it is not the owner's."""
        turns = self._kept.turns(owner, name) if self._kept else []
        messages: list[Message] = []
        for i, turn in enumerate(turns, start=1):
            messages += [{"role": "user", "content": turn.question}, *_answered(turn, i)]
        return messages, Session(tuple(turns), name, owner)

    def export(self, owner: str, session: Session, kind: Kind) -> dict[str, str]:
        """Return the open conversation as a file. Raises PathError if nothing was asked yet."""
        if not session.turns:
            raise PathError("there is nothing to export: ask a question first")
        known = next((one.title for one in self.listed(owner) if one.id == session.name), session.turns[0].question)
        return export(known, session.turns, kind)

    def delete(self, owner: str, name: str) -> None:
        """Forget a conversation. Raises ConversationError if it is not the owner's."""
        if self._kept:
            self._kept.delete(owner, name)

    def rename(self, owner: str, name: str, title: str) -> None:
        """Give a conversation another title. Raises ConversationError if it is not the owner's."""
        if self._kept:
            self._kept.rename(owner, name, title)

    def judge(self, owner: str, session: Session, turn: int, verdict: str | bool | None) -> None:
        """Note what a person thinks of a turn: good, bad, bad for a reason, or nothing any more."""
        if self._kept and session.name:
            reason = verdict if isinstance(verdict, str) else ""
            is_good = None if verdict is None or verdict == "" else verdict is True
            self._kept.judge(owner, session.name, turn, is_good=is_good, reason=reason)

    def _keep(self, owner: str, session: Session, turn: Turn) -> str | None:
        if self._kept is None:
            return None
        if session.name:
            self._kept.cut(owner, session.name, len(session.turns))
        return self._kept.add(owner, session.name, turn)


def _answered(turn: Turn, number: int, offers: Sequence[str] = ()) -> list[Message]:
    more = f'<div class="ibid-more">{" ".join(offers)}</div>' if offers else ""
    return [_message(answer_message(turn, number) + more)]


def _message(content: str) -> Message:
    return {"role": "assistant", "content": content}


def _source(turns: Sequence[Turn], turn: int, number: int) -> Source:
    known = {(i, one.number): one for i, other in enumerate(turns, start=1) for one in other.sources}
    if (turn, number) not in known:
        raise PathError(f"question {turn} has no quote {number}")
    return known[turn, number]


def _state(one: Source, digests: dict[str, str]) -> State:
    if one.article not in digests:
        return "gone"
    return "stands" if digests[one.article] == one.sha256 else "changed"
