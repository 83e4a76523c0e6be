"""From the markup of chapters and mails to paragraphs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.read.blocks import paragraphs

WORDS = st.lists(st.sampled_from(["salt", "timber", "pier", "1871"]), min_size=1, max_size=4).map(" ".join)
TREES = st.recursive(
    WORDS,
    lambda inner: st.tuples(st.sampled_from("p div span li b h2 blockquote td tr table section".split()), st.lists(inner, max_size=4)).map(
        lambda one: f"<{one[0]}> {' '.join(one[1])} </{one[0]}>"
    ),
    max_leaves=25,
)


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<h1>Salt</h1><p>One.</p><h3>Two <b>words</b></h3>", ["# Salt", "One.", "### Two words"]),
        ("<ul><li>One<li><p>Two</p></ul>three", ["- One", "- Two", "three"]),
        ("<p>One <i>wrapped</i>\n line<br>and  more</p>", ["One wrapped line and more"]),
        ("One<br>\nmore<br><br>\nTwo", ["One more", "Two"]),
        ("<table><tr><td>Salt</td><td><p>12</p></td></tr><tr><td>Tea</td><td></td></tr></table>", ["Salt | 12", "Tea"]),
        ("<table><tr><td><h2>Letter</h2><p>Dear all</p></td></tr></table>", ["## Letter", "Dear all"]),
        ("<head><title>No</title><style>p{}</style></head><script>no</script>Yes<!-- no -->, yes<nav>no</nav>!", ["Yes, yes!"]),
    ],
)
def test_blocks_are_lines(page: str, lines: list[str]) -> None:
    assert paragraphs(page) == lines


@given(tree=TREES)
@settings(max_examples=100)
def test_every_word_is_told_once_and_in_order(tree: str) -> None:
    """What a browser does with a table that stands where none may is another matter: lxml says what is there."""
    from lxml.html import document_fromstring

    said = document_fromstring(tree).text_content().split()
    assert [word for line in paragraphs(tree) for word in line.split() if word not in ("|", "-") and not word.startswith("#")] == said


@pytest.mark.parametrize("page", ["", "  "])
def test_nothing_is_no_markup(page: str) -> None:
    with pytest.raises(ReadError, match="cannot be read as HTML"):
        paragraphs(page)
