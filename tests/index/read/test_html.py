"""The main text of a web page."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.outline import outline
from index.read.article import parse_article
from index.read.html import read_html
from index.read.metadata import Metadata

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


def declared(head: str, body: str = "", *, html: str = "<html>") -> Metadata:
    _, known = read_html(
        f"{html}<head>{head}</head><body><article><h1>The old harbour</h1>{body}<p>{WORDS}</p><p>{WORDS}</p></article></body></html>"
    )
    return known


def linked(record: str) -> str:
    return f'<script type="application/ld+json">{record}</script>'


@pytest.mark.parametrize(
    "record",
    [
        '{"@type":"NewsArticle","headline":"The old harbour","author":"Ann Lee","datePublished":"2021-03-04T23:30:00-05:00"}',
        '[{"@type":"BreadcrumbList"},{"@type":["Article"],"author":[{"@type":"Person","name":"Ann Lee"}],"datePublished":"2021-03-04"}]',
        '{"@graph":[{"@type":"Article","author":{"@id":"#a"},"datePublished":"2021-03-04"},{"@id":"#a","name":"Ann Lee"}]}',
        '{"@type":"WebPage","mainEntity":{"@type":"ScholarlyArticle","author":{"givenName":"Ann","familyName":"Lee"},"datePublished":"20210304"}}',
        '<!-- {"@type":"BlogPosting","author":{"name":"Ann Lee"},"datePublished":"4 March 2021","dateModified":"2022-01-01"} -->',
    ],
)
def test_json_ld_says_who_wrote_and_when(record: str) -> None:
    known = declared(linked(record))
    assert (known.title, known.author, known.published) == ("The old harbour", "Ann Lee", date(2021, 3, 4))


@pytest.mark.parametrize(
    "record",
    [
        "", "{", "null", "[]", "3", '{"@type":3}',
        '{"@type":"NewsArticle","author":{"@type":"Organization","name":"Ann Lee"},"datePublished":"soon"}',
        '{"@type":"ItemList","itemListElement":[{"@type":"NewsArticle","author":"Ann Lee","datePublished":"2021-03-04"}]}',
        '[{"@type":"Article","headline":"Salt","author":"Ann Lee"},{"@type":"Article","headline":"Tea","datePublished":"2021-03-04"}]',
        '{"@type":"VideoObject","author":"Ann Lee","uploadDate":"2021-03-04"}', '{"@graph":{"@graph":{"@graph":null}}}',
    ],
)  # fmt: skip
def test_json_ld_of_other_things_says_nothing(record: str) -> None:
    """Lists of other articles, videos, organizations and broken records."""
    known = declared(linked(record))
    assert (known.author, known.published) == (None, None)


@pytest.mark.parametrize("name", ["author", "citation_author", "dc.creator", "parsely-author", "byl"])
def test_meta_elements_name_the_author(name: str) -> None:
    assert declared(f'<meta name="{name}" content="By Ann Lee">').author == "Ann Lee"


@pytest.mark.parametrize("content", ["admin", "https://x.org/ann", "Marlow News", "Ann", "Press Office", "WordPress"])
def test_meta_elements_may_name_nobody(content: str) -> None:
    assert declared(f'<meta name="author" content="{content}">').author is None


@pytest.mark.parametrize("name", ["article:modified_time", "dcterms.modified", "video:release_date", "dcterms.created", "og:updated_time"])
def test_the_day_of_a_change_is_not_the_day_of_publication(name: str) -> None:
    assert declared(f'<meta property="{name}" content="2021-03-04">').published is None


def test_a_byline_and_a_day_that_readers_see_are_read() -> None:
    body = '<p class="byline">By Ann Lee</p><time datetime="2021-03-04">4 March 2021</time><time class="updated">5 May 2022</time>'
    assert declared("", body) == Metadata("The old harbour", "Ann Lee", date(2021, 3, 4))


@pytest.mark.parametrize("kind", ["comment", "related-posts", "sidebar", "footer"])
def test_bylines_and_days_of_other_texts_are_not(kind: str) -> None:
    body = f'<div class="{kind}"><span class="author">Ann Lee</span><time datetime="2021-03-04">4 March 2021</time></div>'
    assert declared("", body) == Metadata(title="The old harbour")


def test_a_title_loses_the_sites_name_and_is_never_the_sites_name() -> None:
    site = '<meta property="og:site_name" content="Marlow News">'
    page = "<html><head>{}</head><body><header><h1>Marlow News</h1></header><article><p>{}</p><p>{}</p></article></body></html>"
    for head, title in ((f"<title>Salt - Marlow News</title>{site}", "Salt"), (f"<title>Marlow News</title>{site}", None)):
        assert read_html(page.format(head, WORDS, WORDS))[1].title == title


@pytest.mark.parametrize("lang", ["en", "en-GB", "EN_us"])
def test_the_language_of_a_page_is_its_first_part(lang: str) -> None:
    assert declared("", html=f'<html lang="{lang}">').language == "en"


def test_captions_and_repeated_quotes_are_no_text() -> None:
    text, _ = read_html(
        PAGE.replace(
            "<h2>Trade", "<figure><figcaption>The pier in spring</figcaption></figure><div class='pullquote'>Two piers!</div><h2>Trade"
        )
    )
    assert "The pier in spring" not in text
    assert "Two piers!" not in text


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
@settings(max_examples=40)
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
