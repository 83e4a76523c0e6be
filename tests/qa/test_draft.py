"""Lines of a question file for a person to fill in."""

from collections import Counter
from collections.abc import Sequence

import pytest

from index.passage import Article, Passage
from index.store import Store
from qa.draft import draft, longest_sentence, spread
from tests.qa.samples import LIBRARY, a_passage, an_article

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
