"""What a page puts around an article's own words."""

from pathlib import Path

import pytest
from hypothesis import given, settings

from index.boilerplate import biography_name, strip_boilerplate
from index.formulas import is_formula
from index.outline import outline
from index.read.article import read_article
from tests.conftest import test_data as data_folder
from tests.index.texts import cut, pages

LONG = "The harbour of Marlow was built by hand and took its first ship in the spring of that year. " * 9
FORMULAS = (
    """
Share|Share this article|Share on Facebook|Tweet|Pin it|Email|Print|Print this page|Facebook|LinkedIn|Copy link|Facebook Twitter
Related Posts|Related articles|You may also like|Recommended for you|Most read|Trending now|Read more|See also|More from Marlow News
Leave a Reply|Leave a comment|Comments|3 Comments|Comments (3)|Comments are closed|No comments yet|Post a comment|Cancel reply
Your email address will not be published. Required fields are marked *|Save my name, email, and website in this browser.|Name *|Website
About the author|Author|View all posts|All posts by Ann Lee|Follow us|Follow us on X|Follow @marlow|Donate|Support quality analysis
Subscribe|Subscribe to our newsletter|Sign up|Sign in|Log in|Register|Newsletter|Enter your email address
Reading Time: 5 mins|Estimated reading time: 4 minutes|5 min read|Last updated: 3 May 2021|Home|Menu|Skip to content|Back to top|Next
Privacy Policy|Terms of use|Terms and conditions|Cookie settings|Home > News > Marlow|Advertisement|Sponsored content|Accept all cookies
This site uses cookies to improve your visit|Tags: salt, timber|Filed under: News|Posted in News|Category: News|Topics: trade
Copyright ©2024 Marlow News. All rights reserved.|Copyright © 2020 Ann Lee|Copyright 2020 Ann Lee|(c) 2024 Marlow. All rights reserved.
Article printed from Marlow News (https://marlow.example)|This article was first published in Marlow News.
A version of this article was first published here in 38 North.|Photo: Ann Lee|Image credit: Marlow News|Source: Reuters|•|A|• A
SHARE|share|leave a reply|RELATED POSTS|  Share  |• Share|* Leave a Reply
""".strip()
    .replace("\n", "|")
    .split("|")
)
SENTENCES = """
Share prices fell by a third on Monday.
Shares of the port are held by the town.
Related posts in the army were cut that year.
Leave a comment unanswered and it will grow.
Comments on the treaty were harsh.
Email was invented in 1971.
Print was dear, and few could read it.
Top officials met in Oslo.
Home rule came in 1912.
Searching the harbour took nine days.
Next came the railway.
Previous treaties had failed.
Authors of the report blame the wind.
Names were taken at the gate.
Follow the river to the bridge.
Donations paid for the lamp.
Support for the treaty grew.
Registers of the port are lost.
Tags were sewn into each coat.
Topics ranged from salt to timber.
Copyright law was changed in 1976.
The copyright of the map is disputed.
(c) The parties shall meet each year.
This article of the treaty binds both states.
Photographs of the harbour survive.
Sources in the ministry deny it.
5 minutes later the bridge fell.
Updated figures show a steep fall in trade.
Reading is taught from the age of five.
More from habit than conviction, he signed.
Cookies were sold on the pier.
About the author little is known.
""".strip().splitlines()
TAKEN_FOR_FORMULAS = """
Category 5 hurricanes destroy most framed houses.
Categories of goods that may not be shipped include timber and salt.
Posted in Moscow since 2019, she covers the war.
Printed from wooden blocks, the book survives in four copies.
Reading time is the best time of the day.
First published in 1871 the novel made her famous.
This story appeared in three newspapers before anyone doubted it.
Print this out and bring it to the court.
Sign up for the army was voluntary.
Subscribe to this view and you must accept the rest.
""".strip().splitlines()


@pytest.mark.parametrize("line", FORMULAS)
def test_a_formula_is_boilerplate(line: str) -> None:
    assert is_formula(line)


def test_a_formula_may_end_with_a_full_stop() -> None:
    assert is_formula("Comments are closed.")


@pytest.mark.parametrize("line", ["© 2024 Marlow News", "©2024 Marlow News", "© Marlow News"])
def test_a_copyright_line_may_begin_with_its_sign(line: str) -> None:
    assert is_formula(line)


@pytest.mark.parametrize("line", SENTENCES)
def test_a_sentence_that_begins_like_a_formula_is_kept(line: str) -> None:
    assert not is_formula(line)


@pytest.mark.parametrize("line", TAKEN_FOR_FORMULAS)
def test_a_sentence_is_never_taken_for_a_formula(line: str) -> None:
    assert not is_formula(line)


def test_a_long_paragraph_is_no_formula() -> None:
    assert not is_formula("Tags: " + LONG)


@given(text=pages)
@settings(max_examples=80, deadline=None)
def test_stripping_keeps_places(text: str) -> None:
    """Each block is either where it was or None."""
    blocks = outline(text, markup="plain")
    kept = strip_boilerplate(blocks)
    assert len(kept) == len(blocks)
    assert all(left is None or left is block for left, block in zip(kept, blocks, strict=True))


@given(text=pages)
@settings(max_examples=80, deadline=None)
def test_formulas_never_become_passages(text: str) -> None:
    kept = strip_boilerplate(outline(text, markup="plain"))
    assert not any(left and all(map(is_formula, left.text.splitlines())) for left in kept)


def test_a_page_loses_its_furniture_and_keeps_its_words() -> None:
    text = (
        f"The old harbour\n\nReading Time: 5 mins\n\nShare\n\n  • A\n  • B\n\n{LONG}\n\nIt has two piers.\n\nShare\n\n{LONG}\n\n"
        "Ann Lee is a Fellow at the University of Oslo.\n\nRelated Posts\n\nSalt and how it was taxed\n\nLeave a Reply\n\nName *"
    )
    words = " ".join(passage.text for passage in cut(text))
    assert words.split() == f"{LONG} It has two piers. {LONG}".split()


def test_links_in_a_tail_of_formulas_go_with_it() -> None:
    """Titles of other articles are furniture where most of what stands around them is."""
    blocks = outline(f"{LONG}\n\nRelated Posts\n\nHow salt was taxed.\n\nA lamp for the pier.\n\nLeave a Reply", markup="plain")
    assert strip_boilerplate(blocks) == [blocks[0], None, None, None, None]


def test_words_behind_one_formula_stay() -> None:
    """A single share button in the middle of an article does not begin a tail."""
    blocks = outline(f"{LONG}\n\nShare\n\n{LONG}", markup="plain")
    assert strip_boilerplate(blocks) == [blocks[0], None, blocks[2]]


def test_buttons_above_a_short_article_leave_it() -> None:
    text = "The harbour of Marlow\n\nShare\n\nEmail\n\nThe harbour was built in 1871 by the engineer Ada Quill. It has two piers."
    assert [passage.text for passage in cut(text)] == ["The harbour was built in 1871 by the engineer Ada Quill. It has two piers."]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ann Lee is an Associate Professor at the University of Oslo.", "Ann Lee"),
        ("Ann van Lee is currently a research fellow in Oslo.", "Ann van Lee"),
        ("Eman Arshad is currently pursuing my degree of bachelors from NDU.", "Eman Arshad"),
        ("Ann Lee writes about trade; she is an editor of Marlow News.", "Ann Lee"),
    ],
)
def test_a_note_about_an_author_names_its_author(text: str, name: str) -> None:
    assert biography_name(text) == name


@pytest.mark.parametrize(
    "text",
    [
        "The harbour is the pride of the town.",
        "Ann Lee was angry.",
        "Trade is a matter for the director.",
        "Ann Lee is a fellow. " + "x" * 400,
    ],
)
def test_other_paragraphs_introduce_nobody(text: str) -> None:
    assert biography_name(text) is None


def test_a_biography_stays_inside_an_article() -> None:
    """Only the last paragraph may be a note about the author."""
    note = "Ann Lee is an Associate Professor at the University of Oslo."
    assert note in " ".join(passage.text for passage in cut(f"Title\n\n{LONG}\n\n{note}\n\n{LONG}"))
    assert note not in " ".join(passage.text for passage in cut(f"Title\n\n{LONG}\n\n{note}"))


def test_an_article_of_one_paragraph_is_no_biography() -> None:
    note = "Ann Lee is an Associate Professor at the University of Oslo."
    assert [passage.text for passage in cut(note)] == [note]


FURNITURE = (
    "Share", "Related Posts", "Leave a Reply", "Your email address", "Comments", "Copyright ©", "View all posts", "More from Security",
    "Reading Time", "All rights reserved", "currently pursuing", "Artyom Lukin is", "A version of this article", "Donate", "First Peoples",
    "Support Quality Analysis", "Article printed from", "Peer reviewed analysis", "19-july-2024", "• A", "(PHOTO", "In Brief",
)  # fmt: skip


def seeds() -> list[Path]:
    found = sorted((data_folder() / "seeds").glob("*.txt"))
    if not found:
        pytest.skip(f"no articles in '{data_folder() / 'seeds'}'; IBID_TEST_DATA names another place")
    return found


def test_no_furniture_of_real_articles_becomes_a_passage() -> None:
    """None of five articles copied from the web brings its buttons, forms and notes along."""
    for path in seeds():
        found = cut(read_article(str(path), path.name).text)
        assert [(path.name, word) for passage in found for word in FURNITURE if word in passage.text] == []


def test_real_articles_keep_their_first_and_last_words() -> None:
    ends = {
        "000": ("Russia has increased its alliance", "across Europe and Asia."),
        "001": ("In recent years, the relationship", "regional stability"),
        "002": ("The post-Cold War world was characterized", ""),
        "003": ("Moscow’s ‘special military operation’", "trilateral alignment"),
        "004": ("In a significant diplomatic development", ""),
    }
    for path in seeds():
        first, last = ends[path.name[:3]]
        found = cut(read_article(str(path), path.name).text)
        assert found[0].text.startswith(first)
        assert last in found[-1].text
