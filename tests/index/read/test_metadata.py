"""What an article says of itself."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.boilerplate import strip_boilerplate
from index.outline import outline
from index.read.metadata import Metadata, parse_authors, parse_text, parse_title, read_fields, read_plain_metadata, read_properties
from tests.index.texts import any_text

BODY = "The harbour of Marlow was built in 1871 by Ada Quill, and it has two piers of granite."


def known(text: str) -> Metadata:
    blocks = outline(text, markup="plain")
    return read_plain_metadata(blocks, strip_boilerplate(blocks))


@pytest.mark.parametrize(
    ("value", "text"),
    [("Ann  Lee\n", "Ann Lee"), (["Ann Lee", "Bo Day"], "Ann Lee, Bo Day"), (["Ann Lee", None, " "], "Ann Lee"), ("1984", "1984")],
)
def test_a_field_becomes_one_line(value: object, text: str) -> None:
    assert parse_text(value) == text


@pytest.mark.parametrize("value", [None, "", "  ", True, False, [], [None], {}, {"name": "Ann"}, date(2024, 7, 19)])
def test_an_empty_field_is_nothing(value: object) -> None:
    assert parse_text(value) is None


@given(text=any_text)
@settings(max_examples=60)
def test_what_is_found_stands_in_the_text(text: str) -> None:
    """Title, author and publisher are words of the text, never empty."""
    found = known(text)
    for field in (found.title, found.author, found.publisher):
        assert field is None or (field.strip() and field in text)


def test_a_title_stands_above_the_text() -> None:
    assert known(f"The old harbour\n\n{BODY}").title == "The old harbour"


def test_a_title_shares_its_words_with_the_text() -> None:
    """A site's slogan above it does not."""
    assert known(f"Peer reviewed analysis\n\nThe old harbour\n\n{BODY}").title == "The old harbour"


def test_words_without_capitals_are_a_title_and_no_name() -> None:
    text = "통영 시장의 새벽\n\n글: 김도현\n\n통영 중앙시장은 새벽 네 시에 문을 연다. 가장 먼저 오는 사람은 굴을 파는 할머니다.\n"
    assert known(text).title == "통영 시장의 새벽"
    assert known("京都の橋\n\n京都の橋は長さが百メートルです。1603年に作られました。\n").title == "京都の橋"


def test_a_text_without_a_line_above_it_has_no_title() -> None:
    assert known(BODY).title is None


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("BY Ann Lee", "Ann Lee"),
        ("Author: Ann Lee", "Ann Lee"),
        ("Written by Ann van Lee", "Ann van Lee"),
        ("By Ann Lee and Bo Day", "Ann Lee and Bo Day"),
        ("By Ann Lee | 3 May 2021", "Ann Lee"),
    ],
)
def test_a_byline_above_the_text_names_the_author(line: str, author: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").author == author


@pytest.mark.parametrize("line", ["By train", "By the river", "Ann Lee", "Stand by Ann Lee", "By 1871"])
def test_other_lines_name_no_author(line: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").author is None


@pytest.mark.parametrize("title", ["By Land and Sea", "By Royal Command"])
def test_a_title_that_begins_with_by_is_no_byline(title: str) -> None:
    assert known(f"{title}\n\n{BODY}").author is None


def test_two_bylines_are_none() -> None:
    assert known(f"The old harbour\n\nBy Ann Lee\n\nBy Bo Day\n\n{BODY}").author is None


def test_a_note_at_the_end_names_the_author() -> None:
    assert known(f"The old harbour\n\n{BODY}\n\nAnn Lee is a Fellow at the University of Oslo.").author == "Ann Lee"


def test_a_name_in_the_text_is_no_author() -> None:
    """The engineer of the harbour did not write about it."""
    assert known(f"The old harbour\n\n{BODY}").author is None


def test_a_date_above_the_text_is_the_day_it_was_published() -> None:
    assert known(f"The old harbour\n\nNews | 19-july-2024\n\n{BODY}").published == date(2024, 7, 19)


def test_a_date_in_the_text_or_a_caption_is_not() -> None:
    """Neither is one of two."""
    assert known(f"The old harbour\n\n{BODY} It opened on 5 May 1932.").published is None
    assert known(f"The old harbour\n\nThe pier (Photo taken 5 May 1932)\n\n{BODY}").published is None
    assert known(f"The old harbour\n\n5 May 1932\n\n6 May 1932\n\n{BODY}").published is None


def test_a_print_line_names_the_publisher() -> None:
    text = f"The old harbour\n\n{BODY}\n\nArticle printed from Marlow News (https://marlow.example)"
    assert known(text).publisher == "Marlow News"


@pytest.mark.parametrize("line", ["Photo by Ann Lee", "Edited by Ann Lee", "Ann Lee", "By the Editorial Board", "Speaker: Ann Lee"])
def test_a_picture_an_editor_and_a_name_alone_are_no_byline(line: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").author is None


def test_a_name_beside_a_date_is_a_byline_unless_the_text_speaks_of_that_person() -> None:
    assert known(f"The old harbour\n\nAnn Lee\n\n3 May 2021\n\n{BODY}").author == "Ann Lee"
    assert known(f"The old harbour\n\nAda Quill\n\n3 May 2021\n\n{BODY}").author is None


def test_names_below_each_other_are_one_list() -> None:
    assert known(f"The old harbour\n\nAnn Lee*\n\nBo Day\n\n3 May 2021\n\n{BODY}").author == "Ann Lee, Bo Day"


def test_who_reviews_a_book_is_the_author_and_who_wrote_it_is_not() -> None:
    assert known(f"The old harbour\n\nby Bo Day\n\nReviewed by Ann Lee\n\n{BODY}").author == "Ann Lee"


def test_the_day_that_is_called_so_is_the_day_it_was_published() -> None:
    text = f"The old harbour\n\nOslo, 1 May 2021\n\nPublished: 3 May 2021\n\n{BODY}"
    assert known(text).published == date(2021, 5, 3)


@pytest.mark.parametrize("line", ["Last updated: 3 May 2021", "Event date: 3 May 2021", "03/04/2021", "1 May 1958 – 3 May 1976"])
def test_other_days_above_the_text_are_not(line: str) -> None:
    assert known(f"The old harbour\n\n{line}\n\n{BODY}").published is None


def test_another_date_of_the_text_tells_days_from_months() -> None:
    assert known(f"The old harbour\n\n03/04/2021\n\n{BODY} It opened on 25/03/1932.").published == date(2021, 4, 3)


@pytest.mark.parametrize("line", ["OPINION", "Working paper 23-04", "Ann Lee", "3 May 2021", "Share"])
def test_sections_names_and_days_are_no_titles(line: str) -> None:
    assert known(f"{line}\n\nThe old harbour\n\n{BODY}").title == "The old harbour"


@pytest.mark.parametrize(
    "value",
    [
        None, "", "Microsoft Word - draft.docx", "Microsoft Word - Document1", "untitled", "Untitled-1", "Document1",
        "PowerPoint Presentation", "Slide 1",
        "report_final_v3", "report-2024.pdf", "print.indd", "a3f9c2d1", "1234", "???", "Title", "x",
    ],
)  # fmt: skip
def test_what_programs_and_file_names_write_is_no_title(value: str | None) -> None:
    assert parse_title(value) is None


@pytest.mark.parametrize(
    "value", ["The old harbour", "Salt", "Europe 2040", "Is it deep?", "A-bombs and after", "Untitled poems of Ann Lee"]
)
def test_other_words_are_a_title(value: str) -> None:
    assert parse_title(value) == value


def test_a_programs_name_is_cut_off_a_title() -> None:
    assert parse_title("Microsoft Word - The old harbour") == "The old harbour"


@pytest.mark.parametrize(
    "value", ["admin", "Unknown", "user", "Microsoft Office User", "jdoe", "HP", "Marlow News", "Owner", "ann.lee@x.org", "", "   "]
)
def test_logins_programs_and_newsrooms_are_no_authors(value: str) -> None:
    assert parse_authors([value]) is None


def test_authors_of_a_field_are_joined_first_names_first() -> None:
    assert parse_authors(["Lee, Ann", "By Bo Day", "admin", "Cy Fox and Ann Lee"]) == "Ann Lee, Bo Day, Cy Fox"


def test_properties_are_believed_as_far_as_they_can_be() -> None:
    """The day a file was made is never asked for; a login and a program's title are left out."""
    assert read_properties(
        title="The old harbour", authors=["Ann Lee"], published="2021-05-03", publisher="N", url="https://x.org/a", language="en"
    ) == (Metadata("The old harbour", "Ann Lee", date(2021, 5, 3), "N", "https://x.org/a", "en"))
    junk = read_properties(
        title="Microsoft Word - a.doc", authors=["user"], published="D:20210503", publisher="Unknown", url="file:///a", language=" "
    )
    assert junk == Metadata()


@given(title=st.text(max_size=60), author=st.text(max_size=60), day=st.text(max_size=30))
@settings(max_examples=60)
def test_any_properties_are_read(title: str, author: str, day: str) -> None:
    found = read_properties(title=title, authors=[author], published=day)
    assert found.title is None or found.title in " ".join(title.split())


def test_fields_written_by_hand_are_believed() -> None:
    """Records with a name, links to notes, names turned round, and the keys that programs for clippings and for blogs write."""
    assert read_fields({"author": [{"name": "Ann Lee"}, "[[Bo Day]]"], "source": "https://x.org/a", "site": "N"}) == Metadata(
        author="Ann Lee, Bo Day", url="https://x.org/a", publisher="N"
    )
    assert read_fields({"author": "Lee, Ann", "pubdate": "3 May 2021"}) == Metadata(author="Ann Lee", published=date(2021, 5, 3))
    assert read_fields({"author": "The Harbour Society"}).author == "The Harbour Society"
    assert read_fields({"author": "admin", "date": "03/04/2021", "source": "my notebook"}) == Metadata()


def test_what_is_known_is_filled_up_and_never_replaced() -> None:
    assert Metadata(title="A").or_else(Metadata(title="B", author="Ann Lee")) == Metadata(title="A", author="Ann Lee")
