"""Which quotes are shown."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Citation
from qa.choose import EQUAL, MOST_QUOTES, choose, is_same, newest_first
from tests.qa.samples import a_passage, an_article

SAID = (
    "The king signed the treaty in Geneva.",
    "Nobody knows what became of the mill.",
    "Prices rose by 4 per cent.",
    "Rain fell on the harvest.",
)


def cited(quote: str, score: float, name: str = "a.txt", day: date | None = None) -> Citation:
    return Citation(0, an_article(quote, name, day=day), a_passage([quote], name), quote, 0, len(quote), score)


citations = st.lists(
    st.builds(
        cited,
        st.sampled_from(SAID),
        st.floats(-5, 5),
        st.sampled_from(["a.txt", "b.txt", "c.txt"]),
        st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
    ),
    max_size=8,
)


@given(citations)
def test_what_is_shown_is_distinct_and_keeps_the_best(given: list[Citation]) -> None:
    """Up to three, each one of those given, none that says what another says, and first one that is as good as the best."""
    chosen = choose(given)
    assert len(chosen) <= MOST_QUOTES
    assert all(replace(one, also_in=()) in given for one in chosen)
    assert len({one.quote for one in chosen}) == len(chosen) == min(MOST_QUOTES, len({one.quote for one in given}))
    if given:
        assert max(one.score for one in given) - chosen[0].score < EQUAL


@given(citations)
def test_the_order_is_by_score_unless_scores_are_equal(given: list[Citation]) -> None:
    """Everything is kept, and what stands behind is not better by more than equals differ."""
    ordered = newest_first(given)
    assert sorted(map(id, ordered)) == sorted(map(id, given))
    assert all(later.score - one.score < EQUAL for i, one in enumerate(ordered) for later in ordered[i:])


def test_of_equally_good_quotes_the_newest_comes_first() -> None:
    old, new, undated = (cited(SAID[i], 1.0 + i / 100, f"{i}.txt", day) for i, day in enumerate((date(2020, 1, 1), date(2024, 1, 1), None)))
    assert [one.article.id for one in choose([undated, old, new])] == ["1.txt", "0.txt", "2.txt"]


def test_a_better_quote_comes_before_a_newer_one() -> None:
    better, newer = cited(SAID[0], 2.0, "a.txt", date(2001, 1, 1)), cited(SAID[1], 1.5, "b.txt", date(2024, 1, 1))
    assert choose([newer, better]) == [better, newer]


def test_other_articles_come_in_before_a_third_quote_of_the_same() -> None:
    """Three quotes of one article and one of another: the other one is shown, in its place by score."""
    same = [cited(SAID[i], 3.0 - i / 2, "a.txt") for i in range(3)]
    other = cited(SAID[3], 1.0, "b.txt")
    assert choose([*same, other]) == [same[0], same[1], other]


def test_what_another_article_says_too_is_named_and_takes_no_place() -> None:
    """The same wire story in two papers, with a word changed; the third place is free for something else."""
    wire = cited("The king signed the treaty in Geneva.", 3.0, "wire.txt")
    copy = cited("The king himself signed the treaty in Geneva.", 2.5, "copy.txt")
    again = cited("The king signed the treaty in Geneva.", 2.4, "wire.txt")
    other = cited(SAID[1], 1.0, "other.txt")
    first, second = choose([wire, copy, again, other])
    assert (first.article, [one.id for one in first.also_in]) == (wire.article, ["copy.txt"])
    assert second == other


@pytest.mark.parametrize(
    ("question", "expected"), [("Do the Times and the Post agree?", 2), ("What does the Post say?", 1), ("Who signed?", 1)]
)
def test_both_say_it_where_the_question_names_both(question: str, expected: int) -> None:
    times, post = cited(SAID[0], 2.0, "times.txt"), cited(SAID[0], 1.0, "post.txt")
    times = replace(times, article=replace(times.article, publisher="The Times"))
    post = replace(post, article=replace(post.article, publisher="The Post"))
    assert len(choose([times, post], question=question)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("The king signed the treaty.", "The king signed the treaty", True),
        ("The king signed the treaty in Geneva.", "In Geneva the king at last signed the treaty.", True),
        ("The king signed the treaty.", "The king did not sign the treaty.", False),
        ("The king never signed the treaty.", "The king signed the treaty.", False),
        ("It cost 4 million.", "It cost 5 million.", False),
        ("He refused.", "He refused to sign the treaty of 1961.", False),
        ("He refused.", "he refused", True),
    ],
)
def test_what_says_the_same(one: str, other: str, expected: bool) -> None:
    """Small differences are none, unless a number or a denial is among them; of few words all must agree."""
    assert is_same(one, other) is expected
    assert is_same(other, one) is expected
