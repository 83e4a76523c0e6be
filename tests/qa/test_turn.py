"""Turns as they are kept."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Answer, Citation
from qa.turn import paragraph_of, turn_from, turn_json, turn_of
from tests.qa.samples import a_passage, an_article

TEXT = "The tower burned down in 1794. Nobody knows why."


@given(st.text(max_size=40), st.none() | st.dates(), st.lists(st.text(max_size=9), max_size=3), st.floats(-40, 40), st.booleans())
def test_a_turn_comes_back_from_json_as_it_was(title: str, day: date | None, heading: list[str], score: float, is_answered: bool) -> None:
    passage = a_passage(["The tower burned down in 1794.", "Nobody knows why."], heading=tuple(heading))
    one = Citation(
        1, an_article(TEXT, title=title, author="Jan", day=day), passage, TEXT[:30], 0, 30, score, (an_article("", title=title),)
    )
    answer = (
        Answer("What burned?", "answered", 0.9, citations=(one,), searched=9, read_as="What burnt?")
        if is_answered
        else Answer("What burned?", "not_in_articles", 0.1, nearest=(one,), advice="Ask in English.")
    )
    turn = turn_of(answer)
    assert turn.is_answered == is_answered
    assert [source.also_in for source in turn.sources] == [(title,) if title else ("",)]
    assert [(source.quote, source.start, source.end, source.sha256) for source in turn.sources] == [(TEXT[:30], 0, 30, one.article.sha256)]
    assert turn_from(json.loads(json.dumps(turn_json(turn)))) == turn


def test_paragraphs_are_counted_without_headings() -> None:
    text = "# The tower\n\nIt burned.\n\n## After the fire\n\nIt was rebuilt.\n\nIt stands.\n"
    article = an_article(text, "tower.md")
    assert [paragraph_of(article, text.index(word)) for word in ("It burned", "rebuilt", "stands", "The tower")] == [
        (1, 3),
        (2, 3),
        (3, 3),
        (1, 3),
    ]
    assert paragraph_of(an_article("", "empty.txt"), 0) == (1, 1)
