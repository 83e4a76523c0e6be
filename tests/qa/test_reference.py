"""References to quotes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.passage import Article
from qa.answer import Citation
from qa.reference import STYLES, reference
from qa.turn import Source, source_of
from tests.qa.samples import a_passage, an_article

TEXT = "The tower burned down in 1794. Nobody knows why."


def a_source(article: Article) -> Source:
    """Return the first sentence as it is cited."""
    return source_of(Citation(1, article, a_passage(["The tower burned down in 1794.", "Nobody knows why."]), TEXT[:30], 0, 30, 1.0))


KNOWN = a_source(
    replace(
        an_article(TEXT, title="Towers & fires", author="Jan Novák", day=date(2023, 11, 9)),
        publisher="The Bell",
        url="https://example.org/towers_1",
    )
)
BARE = a_source(an_article(TEXT, title="Who lit it?"))


@pytest.mark.parametrize(
    ("style", "known", "bare"),
    [
        (
            "plain",
            "“The tower burned down in 1794.” (Jan Novák, “Towers & fires”, The Bell, 9 November 2023, a.txt:0-30)",
            "“The tower burned down in 1794.” (“Who lit it?”, a.txt:0-30)",
        ),
        (
            "markdown",
            "> The tower burned down in 1794.\n>\n"
            "> — Jan Novák, [*Towers \\& fires*](https://example.org/towers_1), The Bell, 9 November 2023, a.txt:0-30",
            "> The tower burned down in 1794.\n>\n> — *Who lit it?*, a.txt:0-30",
        ),
        (
            "chicago",
            "“The tower burned down in 1794.” Jan Novák, “Towers & fires,” The Bell, November 9, 2023, https://example.org/towers_1.",
            "“The tower burned down in 1794.” “Who lit it?” n.d.",
        ),
        (
            "bibtex",
            "@misc{novak2023towers,\n  author = {{Jan Novák}},\n  title = {{Towers \\& fires}},\n  howpublished = {The Bell},\n  "
            "year = {2023},\n"
            "  month = nov,\n  day = {9},\n  url = {https://example.org/towers_1},\n  note = {``The tower burned down in 1794.''},\n}",
            "@misc{articleXX,\n  title = {{Who lit it?}},\n  note = {``The tower burned down in 1794.''},\n}",
        ),
    ],
)
def test_each_style_names_what_is_known(style: str, known: str, bare: str) -> None:
    assert reference(KNOWN, style) == known  # type: ignore[arg-type]
    assert reference(BARE, style) == bare.replace("articleXX", "article" + BARE.sha256[:8])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("plain", "9 November 2023, p. 7–8, a.txt:0-30"),
        ("markdown", "9 November 2023, p. 7–8, a.txt:0-30"),
        ("chicago", "November 9, 2023, p. 7–8, https://example.org/towers_1."),
        ("bibtex", "  pages = {7--8},"),
    ],
)
def test_each_style_names_the_page_where_there_is_one(style: str, said: str) -> None:
    assert said in reference(replace(KNOWN, place="p. 7–8"), style)  # type: ignore[arg-type]
    assert "p. 7" not in reference(KNOWN, style) and "pages" not in reference(KNOWN, style)  # type: ignore[arg-type]


@example("1. He said")
@example("- He said")
@example("1986) He said")
@example("---")
@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp", "Zs"]) | st.just(" "), min_size=1))
def test_markdown_shows_the_quote_and_nothing_else(words: str) -> None:
    """Whatever stands in it: rendered, a quote is the text that it was, a title is emphasised and nothing is a link."""
    quote = " ".join(words.split()) or "x"
    one = replace(BARE, quote=quote)
    blocks = [one.content for one in MarkdownIt().parse(reference(one, "markdown")) if one.type == "inline"]
    inline = MarkdownIt().parseInline(blocks[0])[0].children or []
    assert {one.type for one in inline} <= {"text", "text_special", "softbreak"}
    assert "".join(one.content for one in inline) == quote


@given(st.text(), st.text(min_size=1))
def test_bibtex_stays_in_its_braces(title: str, quote: str) -> None:
    entry = reference(replace(BARE, quote=quote, title=title), "bibtex")
    depth = 0
    for i, c in enumerate(entry):
        if c in "{}" and entry[i - 1] != "\\":
            depth += 1 if c == "{" else -1
            assert depth > 0 or i == len(entry) - 1
    assert depth == 0


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "https://example.org/)[x](y", "file:///etc/passwd", ""])
def test_only_a_web_address_is_a_link(style: str, url: str) -> None:
    one = replace(KNOWN, url=url)
    assert not url or url not in reference(one, style)  # type: ignore[arg-type]
