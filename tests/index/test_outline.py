"""Headings and paragraphs, with exact offsets."""

import pytest
from hypothesis import given, settings

from index.outline import Block, Markup, front_matter, lines, outline, trim
from tests.index.texts import NEWLINES, any_text, letters_of

MARKUPS: tuple[Markup, ...] = ("plain", "markdown")
PAGE = """# Harbour

Built in 1871.
By hand.

- salt
- timber
  and wood

1. one

> said Ann
> in May

```py
piers = 2
```

| ships | year |
|-------|------|
| 412   | 1903 |

Trade
-----

    code here

<b>bold</b> words

<!-- hidden -->

* * *

last
"""


def bodies(text: str, markup: Markup) -> list[str]:
    return [text[block.start : block.end] for block in outline(text, markup=markup) if not block.is_heading]


def headings(text: str, markup: Markup) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in outline(text, markup=markup) if block.is_heading]


@pytest.mark.parametrize("markup", MARKUPS)
@given(text=any_text)
@settings(max_examples=120)
def test_blocks_are_disjoint_and_in_order(markup: Markup, text: str) -> None:
    """Each block is a piece of the text without blanks at its ends, behind the block before it."""
    last = 0
    for block in outline(text, markup=markup):
        piece = text[block.start : block.end]
        assert last <= block.start < block.end <= len(text)
        assert piece == piece.strip()
        assert block.is_heading or block.text == piece
        last = block.end


@given(text=any_text)
@settings(max_examples=120)
def test_blocks_of_a_plain_text_hold_all_of_it(text: str) -> None:
    """Only blanks stand between blocks."""
    assert letters_of("".join(block.text for block in outline(text, markup="plain"))) == letters_of(text)


@given(text=any_text)
def test_lines_leave_out_newlines_alone(text: str) -> None:
    spans = lines(text)
    assert "".join(text[start:end] for start, end in spans) == text.replace("\r", "").replace("\n", "")
    assert len(spans) == 1 + text.count("\n") + text.count("\r") - text.count("\r\n")


@given(text=any_text)
def test_a_trimmed_span_is_the_stripped_text(text: str) -> None:
    start, end = trim(text, 0, len(text))
    assert text[start:end] == text.strip()


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("newline", NEWLINES)
def test_newlines_do_not_matter(markup: Markup, newline: str) -> None:
    """LF, CRLF and CR divide a text into the same blocks."""
    text = PAGE.replace("\n", newline)
    found = [(one.level, one.text.replace(newline, "\n")) for one in outline(text, markup=markup)]
    assert found == [(one.level, one.text) for one in outline(PAGE, markup=markup)]


def test_markdown_has_paragraphs_items_quotes_code_and_rows() -> None:
    assert bodies(PAGE, "markdown") == [
        "Built in 1871.\nBy hand.", "salt", "timber\n  and wood", "one", "said Ann\n> in May", "```py\npiers = 2\n```",
        "| ships | year |", "| 412   | 1903 |", "code here", "<b>bold</b> words", "last",
    ]  # fmt: skip


def test_markdown_has_both_kinds_of_heading() -> None:
    assert headings(PAGE, "markdown") == [(1, "Harbour"), (2, "Trade")]


@pytest.mark.parametrize("level", range(1, 7))
def test_a_heading_has_its_level(level: int) -> None:
    assert headings(f"{'#' * level} Salt and *timber* {'#' * level}\n\nText.", "markdown") == [(level, "Salt and *timber*")]


@pytest.mark.parametrize("newline", NEWLINES)
def test_front_matter_is_no_block(newline: str) -> None:
    text = newline.join(("---", "title: Salt", "---", "", "Text here."))
    span = front_matter(text)
    assert span is not None
    assert text[slice(*span)] == "title: Salt"
    assert bodies(text, "markdown") == ["Text here."]


@pytest.mark.parametrize("text", ["", "---", "text\n---\ntitle: x\n---\n", "--- title\n---\n", "---\ntitle: x\n"])
def test_front_matter_stands_at_the_top_between_two_lines(text: str) -> None:
    assert front_matter(text) is None


@pytest.mark.parametrize("text", ["---\n\nFirst words.\n\n---\n\nMore.\n", "---\n---\n\nFirst words.\n\n---\n\nMore.\n"])
def test_text_between_rules_is_text(text: str) -> None:
    """What stands between a first `---` and another one is front matter only if it says `key: value`."""
    assert "First words." in bodies(text, "markdown")


def test_a_line_alone_above_a_paragraph_is_a_heading() -> None:
    text = "The harbour\n\nIt was built in 1871.\n\nCOST\n\nTwo million crowns."
    assert headings(text, "plain") == [(2, "The harbour"), (2, "COST")]


@pytest.mark.parametrize(
    "line",
    [
        *("It was built.", "and so on", "- salt", "1. salt", "“Salt”", "salt:", "1871", "x" * 121, "Is it?", "Built by\nhand"),
        *("橋は長さが百メートルです。", "新しい橋だ！", "他说：「桥很长。」", "पुल लंबा है।", "پل لمبا ہے۔"),
    ],
)
def test_a_sentence_an_item_and_a_number_are_no_headings(line: str) -> None:
    assert headings(f"Title\n\nText stands here.\n\n{line}\n\nMore text stands here.", "plain") == [(2, "Title")]


def test_a_question_may_be_a_title() -> None:
    """The first line alone may end with a question mark and be a heading."""
    assert headings("Is it deep?\n\nIt is.", "plain") == [(2, "Is it deep?")]


def test_up_to_three_headings_stand_below_each_other() -> None:
    text = "Title\n\nText stands here.\n\nTrade\n\nExports\n\nSalt\n\nMore text stands here."
    assert [one for _, one in headings(text, "plain")] == ["Title", "Trade", "Exports", "Salt"]


def test_a_long_run_of_short_lines_is_a_list() -> None:
    """Four lines in a row that look like headings are paragraphs, none of them a heading."""
    text = "Title\n\nText stands here.\n\n{}\n\nMore text stands here."
    assert headings(text.format("Salt\n\nTimber\n\nTea\n\nSilk"), "plain") == [(2, "Title")]


def test_nothing_stands_below_the_last_line() -> None:
    """A line without a paragraph below it is no heading."""
    assert headings("Text stands here.\n\nThe end", "plain") == []


def test_short_lines_together_are_one_wrapped_paragraph() -> None:
    assert bodies("It was built\nby hand in\n1871.\n\nThen.", "plain") == ["It was built\nby hand in\n1871.", "Then."]


def test_a_line_that_had_room_for_the_next_word_ends_a_paragraph() -> None:
    text = "It was built.\n\nWhy?\nThe harbour was built by\nhand in 1871."
    assert bodies(text, "plain") == ["It was built.", "Why?", "The harbour was built by\nhand in 1871."]


def test_lines_without_a_sentence_stand_apart() -> None:
    assert [block.text for block in outline("The old harbour\nBy Ann Lee\n3 May 2021\n\nText stands here.", markup="plain")][:3] == [
        "The old harbour", "By Ann Lee", "3 May 2021",
    ]  # fmt: skip


def test_a_question_above_a_paragraph_is_a_heading() -> None:
    """It has at least three words and is one sentence."""
    assert headings("Title\n\nText stands here.\n\nHow deep is it?\n\nNobody knows.", "plain") == [(2, "Title"), (2, "How deep is it?")]


def test_a_numbered_line_alone_is_a_heading_and_several_are_a_list() -> None:
    text = "Title\n\nText stands here.\n\n{}\n\nMore text stands here."
    assert headings(text.format("1. The treaty"), "plain") == [(2, "Title"), (2, "1. The treaty")]
    assert headings(text.format("1. The treaty\n\n2. The gauge"), "plain") == [(2, "Title")]


def test_long_lines_together_are_paragraphs_each() -> None:
    line = "The harbour was built by hand. " * 5
    assert bodies(f"{line}\n{line}", "plain") == [line.strip()] * 2


def test_deep_lists_lose_no_item() -> None:
    text = "\n".join("  " * i + f"- item {i}" for i in range(40))
    assert bodies(text, "markdown") == [f"item {i}" for i in range(40)]


def test_a_comment_is_no_block() -> None:
    assert outline("<!-- a\ncomment -->\n\n<br>\n", markup="markdown") == []


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("text", ["", " \n\t\n\u3000", "\ufeff "[1:]])
def test_blanks_have_no_blocks(markup: Markup, text: str) -> None:
    assert outline(text, markup=markup) == []


def test_a_block_is_a_heading_if_it_has_a_level() -> None:
    assert Block(0, 1, "x", 1).is_heading
    assert not Block(0, 1, "x").is_heading
