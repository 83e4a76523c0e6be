"""Passages: whole sentences below one heading, sized in tokens."""

from typing import get_args

import pytest
from hypothesis import given, settings

from index.boilerplate import strip_boilerplate
from index.chunk import LEAST_TOKENS, MOST_TOKENS, TARGET_TOKENS, Chunking, chunk, split_sentences
from index.outline import Markup, front_matter, outline
from index.passage import Passage
from tests.index.texts import NEWLINES, SMALL, any_text, article_of, cut, letters_of, pages
from tests.toy import ToyEmbedder

MARKUPS: tuple[Markup, ...] = get_args(Markup)
WORDS_30 = " ".join(["harbour"] * 29) + " end."
"""31 tokens: 30 words and a full stop."""


def tokens(text: str) -> int:
    return ToyEmbedder().count_tokens([text])[0]


def sentences(text: str, passage: Passage) -> list[str]:
    return [text[start:end] for start, end in passage.sentences]


WITHOUT_BLANKS = (
    ["京都の橋は長さが百メートルです。", "1603年に作られました！", "「古い。」と言った。"],
    ["桥很长。", "它建于1603年。", "你知道吗？！", "是的。"],
    ["पुल लंबा है।", "यह 1603 में बना।"],
    ["پل لمبا ہے۔", "کیا یہ پرانا ہے؟", "ہاں۔"],
)


def require_sentences(said: list[str], between: str) -> None:
    """Fail unless a text of these sentences, with this between them, is cut into them."""
    text = f"Before. {between.join(said)} After"
    spans = split_sentences(text, 8, len(text) - 6)
    assert [text[start:end] for start, end in spans] == said


@pytest.mark.parametrize("between", [" ", "\n"])
@pytest.mark.parametrize("said", [*WITHOUT_BLANKS, ["The bridge is long.", "It was built in 1603."]])
def test_sentences_end_with_the_full_stop_of_their_script(said: list[str], between: str) -> None:
    require_sentences(said, between)


@pytest.mark.parametrize("said", WITHOUT_BLANKS)
def test_sentences_end_with_a_full_stop_that_needs_no_blank(said: list[str]) -> None:
    require_sentences(said, "")


@pytest.mark.parametrize("chunking", [SMALL, Chunking()], ids=["small", "default"])
@pytest.mark.parametrize("markup", MARKUPS)
@given(text=any_text)
@settings(max_examples=80)
def test_passages_are_slices_in_order(markup: Markup, chunking: Chunking, text: str) -> None:
    """A passage is `text[start:end]`, begins behind the passage before it, and is not blank."""
    last = 0
    for passage in cut(text, markup=markup, chunking=chunking):
        assert passage.text == text[passage.start : passage.end]
        assert last <= passage.start < passage.end
        assert passage.text.strip() == passage.text
        last = passage.end


@pytest.mark.parametrize("markup", MARKUPS)
@given(text=any_text)
@settings(max_examples=80)
def test_sentences_lie_inside_their_passage_in_order(markup: Markup, text: str) -> None:
    """The first sentence begins the passage and the last one ends it; none overlap and none begin or end with a blank."""
    for passage in cut(text, markup=markup, chunking=SMALL):
        last = passage.start
        for start, end in passage.sentences:
            assert last <= start < end
            assert text[start:end] == text[start:end].strip()
            last = end
        assert (passage.sentences[0][0], passage.sentences[-1][1]) == (passage.start, passage.end)


@pytest.mark.parametrize("markup", MARKUPS)
@given(text=any_text)
@settings(max_examples=120)
def test_passages_cover_the_articles_own_words(markup: Markup, text: str) -> None:
    """Every character of a paragraph that is no boilerplate stands in exactly one sentence, and no other does."""
    kept = [block for block in strip_boilerplate(outline(text, markup=markup)) if block and not block.is_heading]
    said = [one for passage in cut(text, markup=markup, chunking=SMALL) for one in sentences(text, passage)]
    assert letters_of("".join(said)) == letters_of("".join(block.text for block in kept))


@given(text=any_text)
@settings(max_examples=120)
def test_only_blanks_stand_between_the_sentences_of_a_plain_passage(text: str) -> None:
    for passage in cut(text, chunking=SMALL):
        assert letters_of(passage.text) == letters_of("".join(sentences(text, passage)))


@pytest.mark.parametrize("chunking", [Chunking(target=1, most=1), Chunking(target=5, most=9), SMALL, Chunking()], ids=str)
@given(text=any_text)
@settings(max_examples=60)
def test_no_passage_holds_more_than_the_most_tokens(chunking: Chunking, text: str) -> None:
    assert all(tokens(passage.text) <= chunking.most for passage in cut(text, chunking=chunking))


def test_the_marks_of_a_list_count_as_tokens() -> None:
    """A long numbered list of short items makes no passage of more than the most tokens either."""
    text = "\n".join(f"{i}. word{i}" for i in range(300))
    assert max(tokens(passage.text) for passage in cut(text, markup="markdown")) <= MOST_TOKENS


@given(text=pages)
@settings(max_examples=60)
def test_no_passage_spans_a_heading_or_boilerplate(text: str) -> None:
    """What was dropped never stands inside a passage."""
    blocks = outline(text, markup="plain")
    dropped = [block for block, kept in zip(blocks, strip_boilerplate(blocks), strict=True) if kept is None or kept.is_heading]
    for passage in cut(text):
        assert not [block for block in dropped if block.start < passage.end and passage.start < block.end]


@pytest.mark.parametrize("markup", MARKUPS)
@given(text=any_text)
@settings(max_examples=30)
def test_cutting_twice_gives_the_same(markup: Markup, text: str) -> None:
    assert cut(text, markup=markup) == cut(text, markup=markup)


@given(text=any_text)
@settings(max_examples=80)
def test_sentences_of_any_text_lose_only_blanks(text: str) -> None:
    spans = split_sentences(text, 0, len(text))
    assert letters_of("".join(text[start:end] for start, end in spans)) == letters_of(text)


@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("markup", MARKUPS)
def test_newlines_do_not_matter(markup: Markup, newline: str) -> None:
    """CRLF and CR give the passages that LF gives."""
    text = "# Part\n\nFirst words here. More of them.\n\nTRADE\n\n" + "Salt was sold.\nSo was tea.\n\n" * 20
    found = [passage.text.replace(newline, "\n") for passage in cut(text.replace("\n", newline), markup=markup)]
    assert found == [passage.text for passage in cut(text, markup=markup)]


def test_a_sentence_of_5000_words_is_cut_between_words() -> None:
    text = " ".join(f"word{i}" for i in range(5000)) + "."
    found = cut(text)
    assert all(tokens(passage.text) <= MOST_TOKENS for passage in found)
    assert " ".join(passage.text for passage in found) == text
    assert len(found) < 5000 / TARGET_TOKENS


def test_a_word_longer_than_a_passage_is_cut_within() -> None:
    """Where every character is a token, as in Chinese, a text without blanks and full stops is still cut."""
    article = article_of("港" * 5000)
    found = chunk(article, markup="plain", count=lambda texts: [len(text) for text in texts], chunking=Chunking())
    assert "".join(passage.text for passage in found) == article.text
    assert all(len(passage.text) <= MOST_TOKENS for passage in found)


def test_a_passage_is_filled_to_the_target() -> None:
    """Sentences are put together as long as they fit, and no passage is far smaller than it has to be."""
    found = cut(" ".join([WORDS_30] * 12))
    assert [len(passage.sentences) for passage in found] == [3, 3, 3, 3]


def test_a_passage_ends_with_a_paragraph_near_the_target() -> None:
    text = f"{WORDS_30} {WORDS_30} {WORDS_30}\n\nSalt. {WORDS_30}"
    assert [passage.text for passage in cut(text)] == text.split("\n\n")


def test_a_short_rest_joins_the_passage_before_it() -> None:
    text = f"{WORDS_30} {WORDS_30} {WORDS_30} Salt was sold."
    assert tokens("Salt was sold.") < LEAST_TOKENS
    assert [passage.text for passage in cut(text)] == [text]


def test_short_paragraphs_share_a_passage() -> None:
    text = "One is here.\n\nTwo is here.\n\nThree is here."
    assert [passage.text for passage in cut(text)] == [text]


def test_a_passage_stands_below_its_headings() -> None:
    text = "# Marlow\n\nText a.\n\n## Trade\n\nText b.\n\n### Salt\n\nText c.\n\n## Law\n\nText d.\n\n# Oslo\n\nText e.\n"
    assert [(passage.heading, passage.text) for passage in cut(text, markup="markdown")] == [
        (("Marlow",), "Text a."),
        (("Marlow", "Trade"), "Text b."),
        (("Marlow", "Trade", "Salt"), "Text c."),
        (("Marlow", "Law"), "Text d."),
        (("Oslo",), "Text e."),
    ]


def test_a_plain_heading_ends_the_passage_above_it() -> None:
    text = "The harbour\n\nIt was built.\n\nCOST\n\nIt cost two crowns."
    assert [(passage.heading, passage.text) for passage in cut(text)] == [
        (("The harbour",), "It was built."),
        (("COST",), "It cost two crowns."),
    ]


def test_abbreviations_and_numbers_do_not_end_a_sentence() -> None:
    text = "Dr. Quill paid 3.5 crowns to the U.S. envoy. He left."
    assert sentences(text, cut(text)[0]) == ["Dr. Quill paid 3.5 crowns to the U.S. envoy.", "He left."]


@pytest.mark.parametrize(
    "text",
    [
        "港は1871年に建てられた。橋は二つある。",
        "بُني الميناء عام 1871. له رصيفان.",
        "Le cafe\u0301 est a\u0300 co\u0302te\u0301. Il est ouvert.",
        "𝒜 family 👩‍👩‍👧‍👦 stood there. It waved.",
        "\u202eright to left\u202c and back. Then on.",
        "One\u2028two\u0085three\u000bfour. Five.",
        "Zero\u200bwidth and soft\u00adhyphen stay. So does\u00a0this.",
    ],
)
def test_any_script_is_kept_as_it_is(text: str) -> None:
    """Combining marks, right-to-left text, emoji and odd blanks stay in the passage, character for character."""
    assert [passage.text for passage in cut(text)] == [text]


def test_markdown_of_every_kind_becomes_passages() -> None:
    text = (
        "---\ntitle: Salt tax\n---\n\n# Salt\n\nFirst words.\n\n- item one\n- item two\n\n> A quote.\n\n```\ncode = 1\n```\n\n"
        "| a | b |\n|---|---|\n| cell | 2 |\n\n    indented\n\n<!-- hidden -->\n\nLast words.\n"
    )
    said = [one for passage in cut(text, markup="markdown") for one in sentences(text, passage)]
    assert said == [
        "First words.", "item one", "item two", "A quote.", "```\ncode = 1\n```", "| a | b |", "| cell | 2 |", "indented", "Last words.",
    ]  # fmt: skip
    assert front_matter(text) == (4, 19)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("text", ["", "  \n\n ", "Share\n\nTweet\n", "***\n\n---\n\n* * *\n"])
def test_an_article_without_words_of_its_own_has_no_passages(markup: Markup, text: str) -> None:
    assert cut(text, markup=markup) == []
