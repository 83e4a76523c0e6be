"""The main text of a web page."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.outline import outline
from index.read.article import parse_article
from index.read.html import read_html

WORDS = "The harbour of Marlow was built in 1871 by the engineer Ada Quill, and it has two piers of granite that stand today."
PAGE = f"""<!doctype html><html lang="en"><head><title>The old harbour</title>
<meta property="og:title" content="The old harbour"><meta name="author" content="Ann Lee">
<meta property="og:site_name" content="Marlow News"><meta property="article:published_time" content="2021-03-04T08:00:00Z">
<link rel="canonical" href="https://marlow.example/harbour"><script>var hidden = 1;</script><style>p {{ color: red }}</style></head><body>
<nav><ul><li><a href="/">Home page</a></li><li><a href="/trade">Trade news</a></li></ul></nav>
<article><h1>The old harbour</h1><p>{WORDS}</p><h2>Trade</h2><p>Most ships carried <b>timber</b> and salt to the north, year after year.
In 1903 the port handled 412 ships, more than any other on the coast.</p>
<ul><li>Timber from the valley went out in spring.</li><li>Salt from the south came in autumn.</li></ul>
<blockquote><p>We have never seen so many ships, said the mayor of the town.</p></blockquote>
<table><tr><th>Year</th><th>Ships</th></tr><tr><td>1903</td><td>412</td></tr></table></article>
<footer><p>Contact the editors of this site</p><a href="/privacy">Privacy policy</a></footer></body></html>"""


def test_the_main_text_is_told_from_the_page() -> None:
    text, _ = read_html(PAGE)
    assert WORDS in text
    assert "412 ships" in text
    assert [word for word in ("Home page", "Trade news", "Privacy", "hidden", "color", "Contact the editors", "<") if word in text] == []


def test_headings_paragraphs_and_items_stand_apart() -> None:
    """The text is Markdown whose blocks are those of the page, each on one line."""
    text, _ = read_html(PAGE)
    lines = text.split("\n\n")
    assert WORDS in lines
    assert "## Trade" in lines
    assert "- Timber from the valley went out in spring." in lines
    assert "We have never seen so many ships, said the mayor of the town." in lines
    assert all("\n" not in line for line in lines)
    assert (2, "Trade") in [(block.level, block.text) for block in outline(text, markup="markdown")]


def test_the_page_says_what_it_is() -> None:
    _, known = read_html(PAGE)
    assert (known.title, known.author, known.published) == ("The old harbour", "Ann Lee", date(2021, 3, 4))
    assert (known.publisher, known.url) == ("Marlow News", "https://marlow.example/harbour")


def test_what_a_page_does_not_say_is_not_known() -> None:
    _, known = read_html(f"<html><body><article><p>{WORDS}</p><p>{WORDS}</p></article></body></html>")
    assert (known.author, known.published, known.publisher, known.url) == (None, None, None, None)


def test_the_same_page_gives_the_same_text() -> None:
    """Also when others were read in between."""
    first = read_html(PAGE)
    others = [read_html(PAGE.replace("Marlow", name)) for name in ("Tarn", "Oslo", "Marlow")]
    assert read_html(PAGE) == first == others[-1]


def test_the_article_of_a_page_has_the_main_text() -> None:
    article = parse_article(PAGE.encode(), "/x/a.html", "a")
    assert (article.text, article.title) == (read_html(PAGE)[0], "The old harbour")


@pytest.mark.parametrize("page", ["<html><body></body></html>", "<p></p>", "<script>x = 1</script>", "   x   ", "<!-- nothing -->", "<"])
def test_a_page_without_text_is_refused(page: str) -> None:
    with pytest.raises(ReadError, match="no main text"):
        read_html(page)


@given(page=st.text(st.one_of(st.sampled_from('<>/="&;p div h2 li table&#xD800;\n'), st.characters(codec="utf-8")), max_size=80))
@settings(max_examples=40, deadline=None)
def test_any_page_has_text_or_a_reason(page: str) -> None:
    """Broken markup raises nothing but the reason why there is no text; what is found can be kept."""
    try:
        text, _ = read_html(f"<html><body><article><p>{WORDS}</p>{page}</article></body></html>")
    except ReadError as error:
        assert str(error)
    else:
        assert text.encode()


def test_deep_nesting_is_no_crash() -> None:
    page = f"<html><body>{'<div>' * 3000}<p>{WORDS}</p>{'</div>' * 3000}</body></html>"
    try:
        text, _ = read_html(page)
    except ReadError as error:
        assert str(error)
    else:
        assert text
