"""The run of sentences that answers."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passage import Hit
from qa.evidence import LONGEST_RUN, PASSAGES, SLACK, WORTH_READING, Quote, find_quotes, widened
from tests.qa.samples import a_hit
from tests.toy import ToyReranker

WORDS = ("apple", "bridge", "castle", "dragon", "he", "this", "engine")

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(lambda words: " ".join(words).capitalize() + ".")
passages = st.lists(sentences, min_size=1, max_size=6)
asked = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)


class Table:
    """Scores the texts it was told of, and all others with the lowest score."""

    def __init__(self, scores: dict[str, float]) -> None:
        self._scores = scores

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        return [self._scores.get(text, -10.0) for text in texts]


def hits_of(question: str, said: Sequence[Sequence[str]]) -> list[Hit]:
    made = [a_hit(one, f"{i}.txt", reranked=ToyReranker().score(question, [" ".join(one)])[0]) for i, one in enumerate(said)]
    return sorted(made, key=lambda hit: -(hit.reranked or 0.0))


def sentences_of(quote: Quote) -> list[str]:
    passage = quote.passage
    spans = [(start, end) for start, end in passage.sentences if quote.start <= start and end <= quote.end]
    return [passage.text[start - passage.start : end - passage.start] for start, end in spans]


@given(asked, st.lists(passages, min_size=1, max_size=5), st.integers(1, 6))
def test_a_quote_is_a_run_of_whole_sentences_of_its_passage(question: str, said: list[list[str]], n: int) -> None:
    """It begins where a sentence begins, ends where one ends, is not longer than allowed, and stands there verbatim."""
    for quote in find_quotes(ToyReranker(), question, hits_of(question, said), n=n):
        passage = quote.passage
        assert quote.start in {start for start, _ in passage.sentences}
        assert quote.end in {end for _, end in passage.sentences}
        assert 1 <= len(sentences_of(quote)) <= LONGEST_RUN
        assert quote.text == passage.text[quote.start - passage.start : quote.end - passage.start]
        assert " ".join(sentences_of(quote)) == quote.text


@given(asked, st.lists(passages, min_size=1, max_size=5), st.integers(1, 6))
def test_each_passage_worth_reading_gives_one_quote(question: str, said: list[list[str]], n: int) -> None:
    """There is a quote from each of the first n passages that is not far below the best, in their order, and from no other."""
    hits = hits_of(question, said)
    quotes = find_quotes(ToyReranker(), question, hits, n=n)
    best = hits[0].reranked or 0.0
    assert [quote.hit for quote in quotes] == [hit for hit in hits[:n] if (hit.reranked or 0.0) >= best - WORTH_READING]


@given(asked, passages)
def test_no_longer_run_is_shown_where_a_sentence_is_as_good(question: str, said: list[str]) -> None:
    """When a sentence scores within the slack of the best pair around the best one, what is scored is that sentence."""
    (quote,) = find_quotes(ToyReranker(), question, hits_of(question, [said]))
    scores = ToyReranker().score(question, said)
    best, alone = scores.index(max(scores)), max(scores)
    pairs = [" ".join(said[i : i + 2]) for i in (best - 1, best) if 0 <= i <= len(said) - 2]
    top = max([alone, *ToyReranker().score(question, pairs)])
    if alone >= top - SLACK:
        assert quote.run == alone
    else:
        assert len(sentences_of(quote)) > 1
    assert quote.run >= top - SLACK


def test_the_sentence_that_answers_is_quoted() -> None:
    """Out of three sentences the one with the words that are asked for."""
    hit = a_hit(["The pier is long.", "Engineers finished the bridge.", "Rain fell."])
    (quote,) = find_quotes(ToyReranker(), "When was the bridge finished?", [hit])
    assert quote.text == "Engineers finished the bridge."


def test_a_shorter_run_wins_when_it_is_as_good() -> None:
    """Within the slack the sentence is taken; beyond it, the two together."""
    hit = a_hit(["One is red.", "Two is blue.", "Three is green."])
    near = {"One is red.": 3.0 - SLACK, "One is red. Two is blue.": 3.0}
    far = {"One is red.": 3.0 - 2 * SLACK, "One is red. Two is blue.": 3.0}
    assert find_quotes(Table(near), "?", [hit])[0].text == "One is red."
    assert find_quotes(Table(far), "?", [hit])[0].text == "One is red. Two is blue."


def test_among_sentences_that_are_good_enough_the_best_is_quoted() -> None:
    """A sentence within the slack does not win over a better one that is as short."""
    scores = {"One is red.": 3.0 - SLACK / 2, "Two is blue.": 3.0, "Three is green.": 3.0 - SLACK}
    assert find_quotes(Table(scores), "?", [a_hit(list(scores))])[0].text == "Two is blue."


@pytest.mark.parametrize("opening", ["He", "This", "It", "They", "“She", "Their,", "These"])
def test_a_quote_that_leans_on_the_sentence_before_takes_it_in(opening: str) -> None:
    """What opens with he, this and their like is not shown without what it speaks of."""
    leaning = f"{opening} finished the pier."
    hit = a_hit(["Rain fell.", "Ada Quill came.", leaning])
    (quote,) = find_quotes(Table({leaning: 5.0}), "?", [hit])
    assert quote.text == f"Ada Quill came. {leaning}"
    assert quote.run == 5.0


@pytest.mark.parametrize("opening", ["Quill", "Hence", "Theirs", "Thistles", "Items"])
def test_a_quote_that_stands_alone_is_shown_alone(opening: str) -> None:
    """A word that only begins like he, this or it does not lean."""
    said = f"{opening} finished the pier."
    (quote,) = find_quotes(Table({said: 5.0}), "?", [a_hit(["Ada came.", said])])
    assert quote.text == said


def test_the_first_sentence_of_a_passage_has_nothing_to_lean_on() -> None:
    """A passage that opens with he is quoted from there; nothing is taken from outside it."""
    (quote,) = find_quotes(Table({"He finished the pier.": 5.0}), "?", [a_hit(["He finished the pier.", "Rain fell."])])
    assert quote.text == "He finished the pier."


def test_a_run_that_is_full_takes_in_nothing_more() -> None:
    """The longest run is the longest quote, even where it leans."""
    said = ["Ada came.", *[f"He said {i}." for i in range(LONGEST_RUN)]]
    (quote,) = find_quotes(Table({said[1]: 0.0, " ".join(said[1:]): 9.0}), "?", [a_hit(said)])
    assert quote.text == " ".join(said[1:])


def test_equal_sentences_of_two_passages_stay_two_quotes() -> None:
    """The same words in two articles are two quotes, each with its own place."""
    hits = [a_hit(["Ada built it."], name, reranked=4.0) for name in ("a.txt", "b.txt")]
    quotes = find_quotes(ToyReranker(), "Who built it?", hits)
    assert [quote.passage.article for quote in quotes] == ["a.txt", "b.txt"]
    assert {quote.text for quote in quotes} == {"Ada built it."}


def test_no_more_passages_are_read_than_said() -> None:
    """Without a number there are at most PASSAGES quotes; with one, at most that many."""
    hits = [a_hit(["Ada built it."], f"{i}.txt", reranked=4.0) for i in range(PASSAGES + 3)]
    assert len(find_quotes(ToyReranker(), "Who?", hits)) == PASSAGES
    assert len(find_quotes(ToyReranker(), "Who?", hits, n=PASSAGES + 2)) == PASSAGES + 2


def test_no_hits_give_no_quotes() -> None:
    """Nothing found is an empty list, and no reranker is asked."""
    assert find_quotes(ToyReranker(), "Who?", []) == []


@given(asked, passages)
def test_a_widened_quote_holds_the_quote_and_one_sentence_more_on_each_side(question: str, said: list[str]) -> None:
    """As far as the passage has them; it stays a run of whole sentences of its passage."""
    (quote,) = find_quotes(ToyReranker(), question, hits_of(question, [said]))
    wide = widened(quote)
    starts, ends = zip(*quote.passage.sentences, strict=True)
    first, last = starts.index(quote.start), ends.index(quote.end)
    assert (wide.start, wide.end) == (starts[max(0, first - 1)], ends[min(len(ends) - 1, last + 1)])
    assert wide.text == quote.passage.text[wide.start - quote.passage.start : wide.end - quote.passage.start]
