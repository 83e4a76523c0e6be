"""What a page puts around an article's own words."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from index.boilerplate import biography_name, strip_boilerplate
from index.formulas import is_formula
from index.outline import outline
from index.read.article import read_article
from tests.conftest import test_data as data_folder
from tests.index.texts import cut, letters_of, pages

LONG = "The harbour of Marlow was built by hand and took its first ship in the spring of that year. " * 9
FORMULAS = (
    """
– Advertisement –|Next post →|← Previous|Reply|2 days ago|Share|Share this article|Share on Facebook|Tweet|Pin it|Email|Print
Print this page|Facebook|LinkedIn|Copy link|Facebook Twitter
Related Posts|Related articles|You may also like|Recommended for you|Most read|Trending now|Read more|See also|More from Marlow News
Leave a Reply|Leave a comment|Comments|3 Comments|Comments (3)|Comments are closed|No comments yet|Post a comment|Cancel reply
Your email address will not be published. Required fields are marked *|Save my name, email, and website in this browser.|Name *|Website
About the author|Author|View all posts|All posts by Ann Lee|Follow us|Follow us on X|Follow @marlow|Donate|Support quality analysis
Subscribe|Subscribe to our newsletter|Sign up|Sign in|Log in|Register|Newsletter|Enter your email address
Reading Time: 5 mins|Estimated reading time: 4 minutes|5 min read|Last updated: 3 May 2021|Home|Menu|Skip to content|Back to top|Next
Privacy Policy|Terms of use|Terms and conditions|Cookie settings|Home > News > Marlow|Advertisement|Sponsored content|Accept all cookies
This site uses cookies to improve your visit|Tags: salt, timber|Filed under: News|Posted in News|Category: News|Topics: trade
We use cookies to improve your visit. By continuing you agree.
You have read 2 of your 3 free articles this month. Subscribe to continue reading.
Already a subscriber? Log in|Click to share on Twitter (Opens in new window)|The views expressed are those of the author.
Powered by WordPress
(Reporting by Ann Lee; Editing by Bo Day)|A mine on the upper Issen. AP Photo/Ann Lee|[Ann Lee/Marlow News]
Photograph: Ann Lee for Marlow News
Copyright ©2024 Marlow News. All rights reserved.|Copyright © 2020 Ann Lee|Copyright 2020 Ann Lee|(c) 2024 Marlow. All rights reserved.
Article printed from Marlow News (https://marlow.example)|This article was first published in Marlow News.
A version of this article was first published here in 38 North.|Photo: Ann Lee|Image credit: Marlow News|Source: Reuters|•|A|• A
Privacy Policy · Terms of use · Cookie settings|SHARE|share|leave a reply|RELATED POSTS|  Share  |• Share|* Leave a Reply
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
He had one picture: a harbour at dusk.
Pictures by children hung on the wall.
Listen to the sea.
12 responses on Monday were negative.
Edited by hand, the book took nine years.
Read more poetry and fewer contracts.
You have read the law and not its notes.
Subscribe to this view and you must accept the rest.
""".strip().splitlines()


@pytest.mark.parametrize("line", FORMULAS)
def test_a_formula_is_boilerplate(line: str) -> None:
    assert is_formula(line)


@pytest.mark.parametrize("line", ["2007 | $1440 | $260", "2004 | $503215", "a | b | 3", "Share | 12 crowns", "A mill · Share"])
def test_a_row_of_a_table_is_no_formula(line: str) -> None:
    assert not is_formula(line)


def test_a_line_of_many_buttons_costs_little() -> None:
    begun = time.process_time()
    for word in ("x", "home", "facebook |", "share on x", "ap photo"):
        assert not is_formula(f"{word} " * 30 + "!q")
    assert time.process_time() - begun < 1


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
@settings(max_examples=80)
def test_stripping_keeps_places(text: str) -> None:
    """Each block is either where it was or None."""
    blocks = outline(text, markup="plain")
    kept = strip_boilerplate(blocks)
    assert len(kept) == len(blocks)
    assert all(left is None or left is block for left, block in zip(kept, blocks, strict=True))


@given(text=pages)
@settings(max_examples=80)
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
    "Support Quality Analysis", "Article printed from", "Peer reviewed analysis", "19-july-2024", "• A", "(PHOTO", "(Photo:", "In Brief",
)  # fmt: skip


def test_a_note_on_somebody_the_article_speaks_of_is_no_note_on_its_author() -> None:
    note = "Ann Lee is an Associate Professor at the University of Oslo."
    assert note in " ".join(
        passage.text
        for passage in cut(f"Title\n\n{LONG}\n\nThe bell was found by Ann Lee, who dives there every summer.\n\n{LONG}\n\n{note}")
    )


def test_slogans_sections_and_names_above_the_text_are_no_passages() -> None:
    text = f"valley voice\n\nindependent since 1926\n\nThe old harbour\n\nby ann\n\n{LONG}"
    assert next(passage.text.split()[:2] for passage in cut(text)) == ["The", "harbour"]


def test_readers_comments_are_no_passages_however_long() -> None:
    words = " ".join(
        passage.text
        for passage in cut(f"Title\n\n{LONG}\n\n2 Comments\n\nPer says:\n\n{LONG.replace('Marlow', 'Tarn')}\n\nReply\n\nBo says:\n\nNo.")
    )
    assert words.split() == LONG.split()


@pytest.mark.parametrize(
    "line", ["Advertisement", "Read more: Salt and how it was taxed", "Sign up for our newsletter", "Photo: Ann Lee", "Related stories"]
)
def test_a_line_between_paragraphs_ends_no_article(line: str) -> None:
    text = f"Title\n\n{LONG}\n\n{line}\n\nIt has two piers.\n\nThe longer one is older. {LONG[:200]}"
    assert " ".join(passage.text for passage in cut(text)).split() == text.replace("Title", "").replace(line, "").split()


def test_lists_of_links_in_markdown_are_no_passages() -> None:
    text = f"# Title\n\n- [Home](https://x.org)\n- [News](https://x.org/n)\n\n{LONG}\n\n[Share](https://x.org/s) · [Print](https://x.org/p)\n\n![Pier](a.jpg)\n"
    assert " ".join(passage.text for passage in cut(text, markup="markdown")).split() == LONG.split()


OWN = "The club of Bremsnes has existed for a long time, and it has rules for all of its members."


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"# Club\n\n{OWN}\n\n## Rules\n\n- Members pay 31 kroner\n- Dogs may come\n", ["Members pay 31 kroner", "Dogs may come"]),
        (f"# Club\n\n{OWN}\n\n- Dogs may come\n", ["Dogs may come"]),
        (f"# Club\n\n1. Members pay 31 kroner\n2. Dogs may come\n\n{OWN}\n", ["Members pay 31 kroner", "Dogs may come"]),
        (f"# Club\n\n## Rules\n\nDogs may come\n\n## More\n\n* They bark\n\n{OWN}\n", ["Dogs may come", "They bark"]),
        (f"# Club\n\n{OWN}\n\n## Rules\n\nDogs may come\n", ["Dogs may come"]),
        (f"# Club\n\n{OWN}\n\n```\npH after 9 days: 3.1\n```\n", ["pH after 9 days: 3.1"]),
    ],
    ids=["list below a heading", "list at the end", "list above the text", "sections above the text", "line below a heading", "code"],
)
def test_what_markup_sets_in_the_article_is_no_scrap(text: str, lines: list[str]) -> None:
    """Items, code, and what stands below a heading of its own, without a full stop, above or behind the sentences."""
    found = [passage.text for passage in cut(text, markup="markdown")]
    assert all(any(line in one for one in found) for line in [OWN, *lines])


def test_buttons_in_a_list_are_no_passages_still() -> None:
    text = f"# Club\n\n- Share\n- Tweet\n\n{OWN}\n\n- Facebook\n- Print this page\n"
    assert [passage.text for passage in cut(text, markup="markdown")] == [OWN]


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


def test_every_long_paragraph_of_real_articles_can_be_quoted() -> None:
    """But for a caption, a note about the author and a line of the publisher."""
    for path in seeds():
        text = read_article(str(path), path.name).text
        said = "".join(letters_of(passage.text) for passage in cut(text))
        long = [
            block.text
            for block in outline(text, markup="plain")
            if len(block.text) > 150 and not any(word in block.text for word in FURNITURE)
        ]
        assert [words for words in long if letters_of(words) not in said] == [], path.name


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
