"""Excerpts: what was found, joined where it stands close together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from index.passage import Hit
from qa.assistant import Assistant
from qa.excerpts import NEAR, UNLIKELY, Excerpt, excerpts
from tests.qa.samples import a_hit, a_passage, an_article

SENTENCES = ["The harbour is old.", "Ada Quill built it.", "Nobody knows why."]
LENGTH = len(" ".join(SENTENCES))


def read(logits: Sequence[float], *, name: str = "a.txt", start: int = 0) -> Hit:
    """Return a hit that stands at `start` and was read with these logits."""
    passage = a_passage(SENTENCES[: len(logits)], name, start=start)
    return Hit(passage, reranked=max(logits), answering=tuple(logits))


def places(found: Sequence[Excerpt]) -> list[tuple[str, int, int]]:
    return [(one.article, one.start, one.end) for one in found]


hits = st.lists(
    st.builds(
        read,
        st.lists(st.floats(-20, 10), min_size=1, max_size=3),
        name=st.sampled_from(["a.txt", "b.txt"]),
        start=st.integers(0, 6000),
    ),
    max_size=12,
    unique_by=lambda hit: (hit.passage.article, hit.passage.start),
)


@given(hits=hits, n=st.integers(1, 6))
def test_excerpts_are_few_apart_and_begin_and_end_with_sentences(hits: list[Hit], n: int) -> None:
    """At most n; two of one article are further apart than NEAR; the first one holds the likeliest sentence of the best hit."""
    found = excerpts(hits, n=n)
    assert len(found) <= n
    assert bool(found) == bool(hits)
    for one, other in combinations(found, 2):
        assert one.article != other.article or one.end + NEAR < other.start or other.end + NEAR < one.start
    starts = {(hit.passage.article, start) for hit in hits for start, _ in hit.passage.sentences}
    ends = {(hit.passage.article, end) for hit in hits for _, end in hit.passage.sentences}
    assert all((one.article, one.start) in starts and (one.article, one.end) in ends for one in found)
    for hit in hits[:1]:
        start, end = hit.passage.sentences[hit.answering.index(max(hit.answering))]
        assert found[0].hit == hit
        assert found[0].start <= start < end <= found[0].end


def test_what_is_unlikely_at_the_ends_is_left_out() -> None:
    """Between likely sentences everything stays; of a passage without any the likeliest sentence is kept."""
    assert places(excerpts([read([-UNLIKELY - 1, 0.0, -UNLIKELY - 1])], n=5)) == [("a.txt", 20, 39)]
    assert places(excerpts([read([0.0, -UNLIKELY - 1, 0.0])], n=5)) == [("a.txt", 0, LENGTH)]
    assert places(excerpts([read([0.0], name="b.txt"), read([-30.0, -20.0, -30.0])], n=5))[1] == ("a.txt", 20, 39)


def test_what_stands_close_together_is_one() -> None:
    """In the place of the best; another article, and what is further away, is not joined."""
    second, third = read([0.0] * 3, start=LENGTH + NEAR), read([0.0] * 3, start=2 * (LENGTH + NEAR))
    assert places(excerpts([read([1.0] * 3), second], n=1)) == [("a.txt", 0, 2 * LENGTH + NEAR)]
    assert len(excerpts([read([1.0] * 3), third], n=5)) == 2
    assert len(excerpts([read([1.0] * 3), replace(second, passage=replace(second.passage, article="b.txt"))], n=5)) == 2
    assert places(excerpts([read([1.0] * 3), third, second], n=5)) == [("a.txt", 0, third.passage.end)]


def test_a_passage_without_a_likely_sentence_is_not_joined() -> None:
    """It may stand alone where nothing is near it."""
    unlikely = [-UNLIKELY - 1.0] * 3
    assert places(excerpts([read([0.0] * 3), read(unlikely, start=LENGTH)], n=5)) == [("a.txt", 0, LENGTH)]
    assert len(excerpts([read([0.0] * 3), read(unlikely, start=2 * (LENGTH + NEAR))], n=5)) == 2


def test_a_hit_that_was_not_read_sentence_by_sentence_is_whole() -> None:
    assert places(excerpts([a_hit(SENTENCES)], n=1)) == [("a.txt", 0, LENGTH)]


def test_an_excerpt_is_a_passage_of_its_article() -> None:
    """With what stands between its parts, word for word."""
    article = an_article(" ".join(SENTENCES) + "\n\nBetween.\n\n" + " ".join(SENTENCES))
    (one,) = excerpts([read([0.0] * 3), read([0.0] * 3, start=len(article.text) - LENGTH)], n=3)
    assert one.passage_of(article).text == article.text


def test_a_joined_search_shows_each_part_of_an_article_once(assistant: Assistant) -> None:
    """Up to k, best first, verbatim."""
    hits = assistant.search("Who built the harbour of Marlow?", k=5, is_joined=True)
    assert 0 < len(hits) <= 5
    assert len({hit.passage.article for hit in hits}) == len(hits)
    assert hits[0].passage.article == "harbour.md"
