"""From a file to an article."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.passage import Article
from index.read.article import MARKDOWN_SUFFIXES, PLAIN_SUFFIXES, TEXT_SUFFIXES, markup_of, parse_article, read_article, text_digest
from index.read.file import LINES_SUFFIXES
from index.read.walk import SUFFIXES
from index.read.worker import READERS
from tests.conftest import test_data as data_folder

BODY = "The harbour of Marlow was built in 1871."
SEEDS = {
    "000": ("Geopolitical Significance of the North Korea-Russia Alliance", None, None, None),
    "001": ("The Shifting Dynamics of the North Korea-Russia Relationship", None, None, None),
    "002": (
        "Russia’s alliance with North Korea: A strategic partnership or a geo-political strike?",
        "Eman Arshad",
        date(2024, 7, 19),
        None,
    ),
    "003": ("The rebirth of the Russia–North Korea alliance", "Artyom Lukin", None, "East Asia Forum"),
    "004": ("North Korea and Russia forge new paths amidst global turbulence", None, None, None),
}


def parse(text: str, path: str = "/x/a.md") -> Article:
    return parse_article(text.encode(), path, "a")


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff"), min_size=1).filter(str.strip))
@settings(max_examples=60)
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_the_text_is_the_decoded_file(suffix: str, text: str) -> None:
    """Nothing is added or taken away, and the digest is that of the file without its mark."""
    article = parse(text, f"/x/a{suffix}")
    assert article.text == text
    assert article.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_the_same_text_in_another_encoding_is_the_same_article() -> None:
    assert parse_article("\ufeffKöln is old.".encode("utf-16-le"), "/x/a.txt", "a") == parse("Köln is old.", "/x/a.txt")


def test_front_matter_is_read() -> None:
    article = parse(
        f"---\ntitle: The old harbour\nauthors: [Ann Lee, Bo Day]\ndate: 2021-03-04\npublisher: N\nurl: http://x\nlang: en\n---\n\n{BODY}"
    )
    assert (article.title, article.author, article.published) == ("The old harbour", "Ann Lee, Bo Day", date(2021, 3, 4))
    assert (article.publisher, article.url, article.language) == ("N", "http://x", "en")


def test_front_matter_stays_in_the_text() -> None:
    text = f"---\ntitle: Salt\n---\n\n{BODY}"
    assert parse(text).text == text


def test_a_field_in_capitals_is_the_same_field() -> None:
    assert parse(f"---\nTitle: Salt\nAUTHOR: Ann Lee\n---\n\n{BODY}").author == "Ann Lee"


def test_what_is_not_said_is_not_known() -> None:
    article = parse(BODY)
    assert (article.author, article.published, article.publisher, article.url, article.language) == (None,) * 5


def test_a_markdown_heading_is_the_title() -> None:
    """Front matter comes before it; only a heading of the first level counts."""
    assert parse(f"# Salt\n\n{BODY}").title == "Salt"
    assert parse(f"---\ntitle: Timber\n---\n\n# Salt\n\n{BODY}").title == "Timber"


@pytest.mark.parametrize(("path", "title"), [("/x/old_harbour-1.md", "old harbour 1"), ("/x/-.md", "-.md"), ("/x/Ōsaka.txt", "Ōsaka")])
def test_a_file_without_a_title_is_called_by_its_name(path: str, title: str) -> None:
    assert parse(BODY, path).title == title


@pytest.mark.parametrize(
    "fields", ["- a list", "just words", "title: [unclosed", "title: x: y", "a: &a [*a", "date: 2021-02-30", "? [a]\n: b", "title: {a: b}"]
)
def test_broken_front_matter_says_nothing(fields: str) -> None:
    """It is passed over; the article is read."""
    article = parse(f"---\n{fields}\n---\n\n{BODY}", "/x/salt.md")
    assert (article.title, article.author, article.published) == ("salt", None, None)


@pytest.mark.parametrize(
    "fields",
    [
        "title: &a [*a]",
        "title: !!int ''",
        "title: !!bool maybe",
        "title: !!timestamp soon",
        "title: 0x" + "f" * 5000,
        'title: "\\ud800"',
    ],
    ids=["recursion", "int", "bool", "timestamp", "digits", "surrogate"],
)
def test_no_front_matter_ends_a_sync(fields: str) -> None:
    """Whatever stands there, the article is read and its fields can be kept, or the file is refused."""
    try:
        article = parse(f"---\n{fields}\n---\n\n{BODY}")
    except ReadError as error:
        assert str(error)
    else:
        assert article.title.encode()


def test_a_field_is_not_longer_than_its_file() -> None:
    layers = "".join(f"{name}: &{name} [{', '.join([f'*{inner}'] * 9)}]\n" for inner, name in zip("abcd", "bcde", strict=True))
    article = parse(f"---\na: &a [x, x, x, x, x, x, x, x, x]\n{layers}title: *e\n---\n\n{BODY}")
    assert len(article.title) < len(article.text)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_kind_of_file_has_a_reader(suffix: str) -> None:
    article = replace(parse(BODY), path=f"/x/a{suffix.upper()}")
    assert markup_of(article) == ("plain" if suffix in PLAIN_SUFFIXES else "markdown")
    assert {*TEXT_SUFFIXES, *MARKDOWN_SUFFIXES, *LINES_SUFFIXES, ".zip", *READERS} == set(SUFFIXES)


@pytest.mark.parametrize(
    ("part", "markup"), [("/b.txt", "plain"), ("/b.md", "markdown"), ("/b.zip/c.html", "markdown"), ("/b.jsonl#3", "plain")]
)
def test_a_part_of_a_file_is_marked_up_as_its_own_name_says(part: str, markup: str) -> None:
    assert markup_of(replace(parse(BODY), path="/x/a.zip", part=part)) == markup


def test_lone_surrogates_have_no_digest() -> None:
    with pytest.raises(ReadError, match="characters that do not exist"):
        text_digest("\ud800")


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"The harbour\r\n\r\nIt was built.\r\n")
    article = read_article(str(tmp_path / "a.txt"), "a")
    assert (article.id, article.path, article.title) == ("a", str(tmp_path / "a.txt"), "The harbour")
    assert article.text == "The harbour\r\n\r\nIt was built.\r\n"


@pytest.mark.parametrize("number", SEEDS)
def test_real_articles_are_known_by_what_they_say(number: str) -> None:
    """Title, author, day and publisher of five articles copied from the web; what they do not say is absent."""
    found = list((data_folder() / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"no articles in '{data_folder() / 'seeds'}'; IBID_TEST_DATA names another place")
    article = read_article(str(found[0]), found[0].name)
    assert (article.title, article.author, article.published, article.publisher) == SEEDS[number]
