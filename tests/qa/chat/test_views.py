"""The smaller pieces of the page."""

from hypothesis import given
from hypothesis import strategies as st

from qa.chat.views import conversation_list, export_buttons, header, library_table
from qa.conversations import Conversation
from qa.library import Entry
from tests.qa.chat.test_markup import PAYLOADS, Page


@given(st.lists(st.sampled_from(PAYLOADS), max_size=4))
def test_each_conversation_has_two_buttons_and_no_markup_of_its_own(titles: list[str]) -> None:
    page = Page(conversation_list([Conversation(f"id{i}", title, 0.0, i) for i, title in enumerate(titles)], "id1"))
    assert page.values("data-act") == ["load", "delete"] * len(titles)
    assert page.values("data-id") == [f"id{i}" for i in range(len(titles)) for _ in range(2)]
    assert len(page.values("aria-current")) == (len(titles) > 1)
    assert {tag for tag, _ in page.tags} <= {"ul", "li", "button", "span", "p"}


def test_numbers_agree() -> None:
    made = conversation_list([Conversation("a", "One", 0.0, 1), Conversation("b", "Two", 0.0, 2)], None)
    assert "1 question<" in made and "2 questions<" in made


def test_the_header_counts_and_the_buttons_name_their_kinds() -> None:
    assert "5 articles" in Page(header("5 articles")).texts[-1][1]
    assert Page(export_buttons()).values("data-act") == ["markdown", "html", "json"]


@given(st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=4))
def test_the_table_of_articles_has_a_row_and_a_button_for_each_and_no_markup_of_theirs(said: list[str]) -> None:
    entries = [Entry(f"{i}{one}", one, one, one, "2024-06-19", i, i) for i, one in enumerate(said)]
    page = Page(library_table(entries))
    assert page.values("data-key") == [one.key for one in entries]
    assert [tag for tag, _ in page.tags].count("tr") == len(said) + 1
    assert {tag for tag, _ in page.tags} == {"div", "input", "span", "table", "thead", "tbody", "tr", "th", "td", "button"}
    assert page.values("data-sort") == [str(i) for i in range(6)]


def test_an_empty_library_says_what_to_do() -> None:
    assert "add files" in library_table([])
