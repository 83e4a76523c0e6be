"""Lines of a question file for a person to fill in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.passage import Article, Passage
from index.store import Store
from qa.conversations import NOTHING_ANSWERS, Judged
from qa.draft import draft, judged_lines, longest_sentence, spread
from qa.questions import load_questions, locate
from qa.render import dump
from qa.turn import turn_of
from tests.qa.samples import LIBRARY, a_citation, a_passage, an_abstention, an_answer, an_article

SHELVES = [
    a_passage([f"Passage {i} of {name}."], name, start=100 * i) for name, n in (("a.md", 10), ("b.md", 1), ("c.md", 4)) for i in range(n)
]


@pytest.fixture
def passages(library: Store) -> Sequence[Passage]:
    with library.reading() as reader:
        return reader.passages()


@pytest.mark.parametrize("n", [1, 3, 5, 100])
def test_a_draft_asks_about_sentences_that_stand_where_it_says(articles: Sequence[Article], passages: Sequence[Passage], n: int) -> None:
    """The question is empty, its evidence is a slice of the article that it names."""
    lines = list(draft(articles, passages, n))
    assert len(lines) == min(n, len(passages))
    assert len({line["id"] for line in lines}) == len(lines)
    texts = {name.rsplit("/", 1)[-1].rsplit(".", 1)[0]: text for name, text in LIBRARY.items()}
    for line in lines:
        assert (line["question"], line["answerable"], line["answers"]) == ("", True, [])
        (evidence,) = line["evidence"]
        assert texts[evidence["article"]][evidence["start"] : evidence["end"]] == evidence["quote"] == evidence["quote"].strip() != ""
    assert lines == list(draft(articles, passages, n))


def test_passages_are_taken_from_each_article_in_turn() -> None:
    """No article gives two before each has given one; what one lacks the others give."""
    taken = {n: Counter(one.article for one in spread(SHELVES, n)) for n in (1, 2, 3, 6, 15, 99)}
    assert taken[1] == {"b.md": 1}
    assert taken[2] == {"a.md": 1, "c.md": 1}
    assert taken[3] == {"a.md": 1, "b.md": 1, "c.md": 1}
    assert taken[6] == {"a.md": 3, "b.md": 1, "c.md": 2}
    assert taken[15] == taken[99] == {"a.md": 10, "b.md": 1, "c.md": 4}
    assert spread([], 5) == []


def test_passages_of_one_article_are_evenly_apart() -> None:
    """Two of ten are the third and the eighth; none is taken twice."""
    assert [one.start for one in spread(SHELVES[:10], 2)] == [200, 700]
    assert len({(one.article, one.start) for one in spread(SHELVES, 13)}) == 13


def test_the_longest_sentence_is_asked_about_without_blanks() -> None:
    """Of equally long ones the first."""
    assert longest_sentence(a_passage(["One.", "Two three four.", "Five six seven."], start=7)) == (12, 27)
    blank = Passage("a.md", 0, 10, "  Five.   ", (), ((0, 10),))
    assert longest_sentence(blank) == (2, 7)


def test_an_article_whose_name_is_not_its_own_is_named_by_its_id() -> None:
    """So that the filled in line can be measured."""
    two = [an_article("One two.", "a.md"), an_article("One two.", "old/a.txt")]
    lines = list(draft(two, [a_passage(["One two."], one.id) for one in two], 2))
    assert [line["evidence"][0]["article"] for line in lines] == ["a.md", "old/a.txt"]


def test_what_was_judged_becomes_questions(tmp_path: Path) -> None:
    """Good answers with their quotes as evidence, and questions that nothing answers; of others nobody knows what would be right."""
    article = an_article("Before it. The quote. After it.", "a.txt")
    right, wrong = (
        turn_of(an_answer([a_citation(1, article=article)], question="Who?")),
        turn_of(an_answer([a_citation(1)], question="What?")),
    )
    silent = turn_of(an_abstention(question="Where?"))
    judged = [
        Judged(("Before?",), right, is_good=True, reason=""),
        Judged((), wrong, is_good=False, reason=NOTHING_ANSWERS),
        Judged((), wrong, is_good=False, reason="Wrong passage"),
        Judged((), silent, is_good=True, reason=""),
        Judged((), silent, is_good=False, reason="The articles do answer"),
    ]
    lines = list(judged_lines(judged))
    assert [(one["id"], one["question"], one["answerable"], len(one["evidence"])) for one in lines] == [
        ("judged-1", "Who?", True, 1),
        ("judged-2", "What?", False, 0),
        ("judged-3", "Where?", False, 0),
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(f"{dump(one)}\n" for one in lines))
    first, *_ = locate(load_questions(path), [replace(article, text="Before it. The quote. After it.")])
    assert first.history == ("Before?",) and first.evidence[0].quote == "The quote."
