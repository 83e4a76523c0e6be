"""What is mistyped is mended by the articles' own words, and nothing else is."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_lowercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reader import Reader
from index.store import Store
from qa.assistant import Assistant
from qa.spelling import LONG, mended, slips
from tests.conftest import ARTICLES
from tests.toy import ToyEmbedder, ToyReranker

words = st.text(ascii_lowercase, min_size=4, max_size=12)


class SpellingEmbedder(ToyEmbedder):
    """Knows a few words; of others each letter is a token."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [1 if text.lower() in ("shop", "salty") else len(text) for text in texts]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("articles")
    for name, text in ARTICLES.items():
        path = folder / Path(name).name
        path.write_text(text)
    (folder / "iran.txt").write_text("Trade of Iran\n\nIran sold carpets. The university of Tarn bought three carpets.\n")
    store = Store(tmp_path_factory.mktemp("home"), embedder=SpellingEmbedder())
    store.sync([folder])
    yield store
    store.close()


@pytest.fixture(scope="module")
def reader(store: Store) -> Iterator[Reader]:
    with store.reading() as reader:
        yield reader


@given(words, st.data())
def test_each_slip_is_found(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from(ascii_lowercase))
    left, right = word[:place], word[place:]
    typed = {left + right[1:], left + letter + right, left + right[1] + right[0] + right[2:]}
    if len(word) >= LONG:
        typed.add(left + letter + right[1:])
    for one in typed - {word}:
        assert word in slips(one)


@given(words)
def test_no_word_is_a_slip_of_itself_and_no_letter_of_a_short_one_becomes_another(word: str) -> None:
    found = slips(word)
    assert word not in found
    if len(word) < LONG:
        assert not any(len(one) == len(word) and sorted(one) != sorted(word) for one in found)


MENDED = {
    "Wich engineer built the habrour?": "Wich engineer built the harbour?",
    "when did the brigde open": "when did the bridge open",
    "Ports of Norwey in Octobre": "Ports of Norwey in October",
    "Who went to the universety?": "Who went to the university?",
    "What did Noth want?": "What did Noth want?",
    "the shop was salty": "the shop was salty",
    "What did Iraq sell?": "What did Iraq sell?",
    "How many shps?": "How many ships?",
    "Didn't the harbour's engineer speak?": "Didn't the harbour's engineer speak?",
    "wann wurde diese schoene bruecke dort gebaut": "wann wurde diese schoene bruecke dort gebaut",
    "": "",
}


@pytest.mark.parametrize("question", MENDED)
def test_strange_words_become_those_of_the_articles_one_slip_away(reader: Reader, question: str) -> None:
    """Not a word that is known, not one letter of a short name for another, and nothing where much is strange."""
    assert mended(question, reader) == MENDED[question]


@given(
    st.lists(st.sampled_from(["habrour", "Brigde", "zebra", "harbour", "it's", "1871", "?", "“", "\n", " ", "-"]), max_size=8).map("".join)
)
def test_what_stands_between_words_stays(reader: Reader, question: str) -> None:
    between = re.compile(r"[\W\d_]+")
    assert between.findall(mended(question, reader)) == between.findall(question)


def test_a_question_is_read_as_mended_only_where_that_gives_the_answer(store: Store) -> None:
    """It says so; as it was typed it stays the question that was asked."""
    assistant = Assistant(store, reranker=ToyReranker())
    typed = assistant.ask("the habrour?")
    assert typed.is_answered and typed.read_as == "the harbour?" and typed.question == "the habrour?"
    assert assistant.ask("Which engineer built the harbour of Marlow?").read_as == ""
    unanswered = assistant.ask("zebra quagga okapi brigde?")
    assert not unanswered.is_answered and unanswered.read_as == ""
