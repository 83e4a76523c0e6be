"""An article to be read, with marks."""

import html
import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from qa.chat.markup import plain
from qa.chat.reading import Mark, article_view, missing_view
from tests.qa.chat.test_markup import PAYLOADS, Page
from tests.qa.samples import an_article

TEXT = "The tower\n\nThe tower burned down in 1794. Nobody knows why.\n\nIt was rebuilt in stone. It stands today."
WORD = re.compile(r"<[^>]+>")


def marked(view: str) -> list[str]:
    return [html.unescape(WORD.sub("", one)) for one in re.findall(r"<mark>(.*?)</mark>", view)]


def said(view: str) -> str:
    """Return the article's paragraphs as they are read."""
    body = view[view.index('class="ibid-by"') : view.index("<footer>")]
    return " ".join(html.unescape(WORD.sub("", one)) for one in re.findall(r"<p>(.*?)</p>", body))


def spans_of(text: str) -> st.SearchStrategy[list[Mark]]:
    places = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(sorted)
    return st.lists(places, max_size=5).map(lambda spans: [Mark(start, end, f"read-{i}") for i, (start, end) in enumerate(spans)])


@given(spans_of(TEXT))
def test_marks_change_nothing_that_is_read(marks: list[Mark]) -> None:
    """However they overlap: the text is the same, tags are closed in order, and what a mark covers within a paragraph is marked."""
    view, bare = article_view(an_article(TEXT), marks), article_view(an_article(TEXT), [])
    assert said(view) == said(bare)
    Page(view)
    covered = {i for one in marks for i in range(one.start, one.end)}
    paragraphs = [(TEXT.index(one), TEXT.index(one) + len(one)) for one in TEXT.split("\n\n")[1:]]
    wanted = [TEXT[i] for start, end in paragraphs for i in range(start, end) if i in covered]
    assert "".join("".join(marked(view)).split()) == "".join("".join(wanted).split())


def test_each_mark_has_its_place() -> None:
    start = TEXT.index("Nobody")
    view = article_view(an_article(TEXT), [Mark(start, start + 17, "read-cite-1-1")], current="read-cite-1-1")
    assert f'id="{plain("read-cite-1-1")}"' in view and f'data-current="{plain("read-cite-1-1")}"' in view
    assert marked(view) == ["Nobody knows why."]


def test_title_source_and_digest_stand_above_and_below() -> None:
    article = an_article(TEXT, title="The tower", author="Ann & Bob", day=date(2024, 7, 9))
    words = html.unescape(WORD.sub(" ", article_view(article, [], note="It has changed.")))
    for part in ("The tower", "Ann & Bob", "9 July 2024", "19 words", "It has changed.", article.path, article.sha256):
        assert part in words
    assert words.count("The tower") == 2, "the title is not said twice: once above, once in its sentence"


def test_headings_are_headings() -> None:
    view = article_view(an_article("# Title\n\n## Below *it*\n\nText stands.", "a.md"), [])
    assert f"<h4>{plain('Below *it*')}</h4>" in view and "<p>Text stands" in view


@given(st.sampled_from(PAYLOADS), st.sampled_from(PAYLOADS))
def test_nothing_an_article_says_becomes_markup(first: str, second: str) -> None:
    article = an_article(f"{first}\n\nIt says: {second}, and more of it.", title=first, author=second)
    for view in (article_view(article, [], note=first, current=second), missing_view(first, second)):
        tags = {tag for tag, _ in Page(view).tags}
        assert tags <= {"article", "div", "button", "input", "span", "h2", "h3", "h4", "p", "footer", "br"}
        assert not re.search(r"[`$\\{}*|~]|javascript:|://", view)


def test_an_article_that_is_gone_says_so() -> None:
    assert "no longer" in missing_view("The tower", "It is no longer in the library.")
