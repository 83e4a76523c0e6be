"""Questions that are offered: made from sentences, and answered from them."""

from pathlib import Path

import pytest

from index.passage import Passage
from index.store import Store
from qa.assistant import Assistant
from qa.suggest import SURE, Suggestions, candidates
from qa.turn import turn_of
from tests.toy import ToyReranker

MADE = {
    "The harbour of Marlow was built in 1871 by the engineer Ada Quill.": "When was the harbour of Marlow built?",
    "An old bell was found by the fisher Tom Reed.": "Who found an old bell?",
    "In May, Ada Quill announced a second pier.": "What did Ada Quill announce?",
    "Foreign trade slowed, and Norway wants pears.": "",
    "Later, Norway wants pears from Tarn.": "What does Norway want?",
    "Critics said that it was ugly.": "",
    "It was built in 1871.": "",
    "A paper that was leaked in May 1901 names him.": "",
    "": "",
}


@pytest.mark.parametrize("sentence", MADE)
def test_a_sentence_makes_at_most_one_question(sentence: str) -> None:
    """Of names that stand within sentences, too; a pronoun is none."""
    text = f"{sentence} They met Ada and sailed to Norway with Critics."
    passage = Passage("a.txt", 0, len(text), text, (), ((0, len(sentence)),))
    assert [one.question for one in candidates([passage])] == [MADE[sentence]] * bool(MADE[sentence])


def test_no_question_is_made_twice() -> None:
    text = "Ada Quill announced a pier. Ada Quill announced a crane. We met Ada there."
    passage = Passage("a.txt", 0, len(text), text, (), ((0, 27), (28, 55)))
    assert [one.sentence for one in candidates([passage])] == [(0, 27)]


@pytest.fixture
def found(store: Store, folder: Path) -> Suggestions:
    """What is found for the small articles and one more, once all of it was tried."""
    (folder / "crane.txt").write_text(
        "The crane\n\nThe crane of Marlow was sold in 1911 by the town. The crane of Marlow was made in 1899 from oak beams.\n"
    )
    store.sync([folder])
    suggestions = Suggestions(store, Assistant(store, reranker=ToyReranker()))
    suggestions.start()
    suggestions.examples(wait=30)
    return suggestions


def test_examples_are_answered_by_the_sentence_they_were_made_from(found: Suggestions, store: Store) -> None:
    """One of each article before another of one."""
    assistant = Assistant(store, reranker=ToyReranker())
    examples = found.examples()
    assert "When was the harbour of Marlow built?" in examples and len(set(examples)) == len(examples) >= 2
    firsts = [assistant.ask(one).citations[0] for one in examples]
    assert len({one.article.id for one in firsts[:2]}) == 2
    for answer in map(assistant.ask, examples):
        assert answer.verdict == "answered" and answer.confidence >= SURE


def test_what_follows_an_answer_is_answered_by_its_article_elsewhere(found: Suggestions, store: Store) -> None:
    """Nothing that was asked is offered, and nothing after an answer that abstains."""
    assistant = Assistant(store, reranker=ToyReranker())
    turn = turn_of(assistant.ask("When was the crane of Marlow sold?", k=1))
    (more,) = found.after(turn, [])
    first = assistant.ask(more).citations[0]
    assert first.article.id == "crane.txt" and first.start >= turn.sources[0].end
    assert found.after(turn, [more.upper()]) == []
    assert found.after(turn_of(assistant.ask("Zebra quagga okapi?")), []) == []


def test_suggestions_follow_the_index(found: Suggestions, store: Store) -> None:
    store.remove(["crane.txt"])
    found.start()
    assert all("crane" not in one for one in found.examples(wait=30))


def test_without_an_index_nothing_is_suggested(store: Store) -> None:
    suggestions = Suggestions(store, Assistant(store, reranker=ToyReranker()))
    suggestions.start()
    assert suggestions.examples() == []
