"""Answers as HTML: nothing from an article or a person means anything but itself."""

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Article
from qa.answer import Answer, Citation
from qa.assistant import Assistant
from qa.chat.markup import LIKELY, State, anchor, likelihood, panel, plain, whole
from qa.chat.markup import answer_message as turn_message
from qa.reference import STYLES, reference
from qa.turn import source_of, turn_of
from tests.qa.samples import a_citation, an_abstention, an_answer, an_article, questions, shown

ENTITY = re.compile(r"&#[0-9]+;")
PAYLOADS = (
    "<script>alert(1)</script>", "</mark><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>", '<iframe src="javascript:alert(1)"></iframe>', "[click](javascript:alert(1))",
    "![x](http://evil.example/x.png)", "<http://evil.example>", "http://evil.example/", "</article></details></section><h1>owned",
    "&lt;script&gt;", "&#60;script&#62;", "&amp;#60;", "<!-- -->", "<![CDATA[x]]>", "$$\\href{javascript:alert(1)}{x}$$", "\\(x\\)",
    "{{7*7}}", "${alert(1)}", "`code`", "**bold** _em_ ~~del~~", "# heading", "| a | b |", "> quote", "<style>*{display:none}</style>",
    "<a href=//evil.example>x</a>", "\u2028<b>\u2029", "<details open>", " open>", "<mark>fake</mark>", "- item", "1. item",
)  # fmt: skip
KNOWN_TAGS = {
    "a", "article", "button", "details", "div", "footer", "h2", "h3", "header", "mark", "meter", "p", "section", "span", "strong",
    "summary",
}  # fmt: skip
KNOWN_ATTRIBUTES = {
    "class", "id", "href", "title", "tabindex", "aria-label", "aria-hidden", "open", "type", "min", "max", "value", "data-act",
    "data-turn", "data-number", "data-copy",
}  # fmt: skip


texts = st.text(max_size=60)
written = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"]), max_size=60)
payloads = st.one_of(st.sampled_from(PAYLOADS), texts)


class Page(HTMLParser):
    """What a browser would make of a piece of HTML: its tags with their attributes, and the text in each."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("br", "input"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, "tags are closed in order"

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"an instruction: {data}")

    def text_in(self, tag: str) -> list[str]:
        return [data for name, data in self.texts if name == tag]

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute)) is not None]


def answer_message(answer: Answer, number: int) -> str:
    return turn_message(turn_of(answer), number)


def panel_group(answer: Answer, number: int) -> str:
    """Return the cards of an answer as they stand in the panel after others that found nothing."""
    made = panel([turn_of(an_abstention())] * (number - 1) + [turn_of(answer)])
    return made[made.index("<details") : made.index("</details>") + len("</details>")]


def uncopied(page: Page) -> list[tuple[str, dict[str, str | None]]]:
    """Return the tags without the text that their buttons copy."""
    return [(tag, {name: value for name, value in attributes.items() if name != "data-copy"}) for tag, attributes in page.tags]


def cards_of(page: Page) -> list[str]:
    return [str(attributes["id"]) for tag, attributes in page.tags if tag == "article"]


def links_of(page: Page) -> list[str]:
    return [str(attributes["href"]).removeprefix("#") for tag, attributes in page.tags if tag == "a"]


def answer_of(kind: str, cited: Sequence[Citation], question: str = "Who?") -> Answer:
    return an_answer(cited, question=question) if kind == "found" else an_abstention(cited, question=question)


def a_poisoned_citation(number: int, texts: Sequence[str]) -> Citation:
    """Return a citation in which everything that an article can say is one of the texts."""
    name, title, author, before, quote, after = texts
    one = a_citation(number, before=f"{before} ", quote=quote, after=after, article=an_article("", name, title=title, author=author))
    passage = replace(one.passage, heading=(title, author))
    return replace(one, article=replace(one.article, publisher=before, url=quote, language=after, path=name), passage=passage)


# The one gate


@given(texts)
def test_plain_text_holds_no_character_that_means_anything(text: str) -> None:
    """Outside its own entities only letters, digits and blanks are left."""
    bare = ENTITY.sub("", plain(text))
    assert all(character.isalnum() or character == " " for character in bare)
    assert not set(bare) & set("<>&\"'`${}*_[]()#|~\\/:!-+.=\n")


@given(written)
def test_plain_text_reads_as_it_was_written(text: str) -> None:
    """A browser shows every character, with one blank for a run of them."""
    assert html.unescape(plain(text)) == " ".join(text.split())


@pytest.mark.parametrize("code", [0x80, 0x93, 0x99, 0x9F])
def test_a_control_character_does_not_become_another_one(code: int) -> None:
    """What cannot be shown is not shown as something that is not in the article."""
    assert html.unescape(plain(f"a{chr(code)}b")) in (f"a{chr(code)}b", "ab", "a b", "a\ufffdb")


@given(texts, texts)
def test_plain_text_is_joined_as_text_is(one: str, other: str) -> None:
    """No entity runs into what follows it."""
    assert plain(f"{one}x{other}") == plain(f"{one}x") + plain(f"x{other}").removeprefix("x")


@given(payloads)
def test_plain_text_has_no_tag_for_a_browser(text: str) -> None:
    """Parsed as HTML it is text alone."""
    assert Page(plain(text)).tags == []


# Messages and cards


@pytest.mark.parametrize("kind", ["found", "nearest"])
@given(st.lists(payloads, min_size=6, max_size=6), payloads)
def test_nothing_an_article_or_a_person_says_becomes_markup(kind: str, said: list[str], question: str) -> None:
    """Ids, titles, authors, headings, texts and questions add no tag and no attribute to message and panel."""
    poisoned = answer_of(kind, [a_poisoned_citation(1, said)], question)
    harmless = answer_of(kind, [a_poisoned_citation(1, [f"x{said.index(one)}" for one in said])], "x")
    for made, model in ((answer_message(poisoned, 1), answer_message(harmless, 1)), (panel_group(poisoned, 1), panel_group(harmless, 1))):
        page = Page(made)
        assert {tag for tag, _ in page.tags} <= KNOWN_TAGS
        assert {name for _, attributes in page.tags for name in attributes} <= KNOWN_ATTRIBUTES
        assert uncopied(page) == uncopied(Page(model))


def test_a_message_says_how_a_mistyped_question_was_read() -> None:
    answer = replace(answer_of("found", [a_citation()]), read_as="<b>Who</b>?")
    assert f"Read as “{plain('<b>Who</b>?')}”" in answer_message(answer, 1)
    assert "Read as" not in answer_message(replace(answer, read_as=""), 1)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("kind", ["found", "nearest"])
def test_payloads_are_inert_wherever_they_stand(kind: str, payload: str) -> None:
    """No raw script, handler, link or formula of theirs is in the page; each is there to be read."""
    answer = answer_of(kind, [a_poisoned_citation(1, [payload] * 6)], payload)
    message, cards = answer_message(answer, 1), panel([turn_of(answer)])
    for made in (message, cards):
        page = Page(made)
        assert {name for _, attributes in page.tags for name in attributes} <= KNOWN_ATTRIBUTES
        for raw in (
            "<script",
            "onerror=",
            "onload=",
            "onmouseover=",
            "<img",
            "<svg",
            "<iframe",
            "<style",
            "javascript:",
            "evil.example",
            "://",
        ):
            assert raw not in made.lower()
        assert not re.search(r"[`$\\{}*|~]", made)
        assert page.values("href") == [f"#{anchor(1, 1)}"] * len(page.values("href"))
    assert " ".join(payload.split()) in "".join(data for _, data in Page(cards).texts)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_every_found_card_marks_its_quote_and_no_nearest_one_does(count: int) -> None:
    """One mark per citation, with the quote in it; what only came nearest is not marked."""
    cited = [a_citation(i, quote=f"Quote <{i}> & more.") for i in range(1, count + 1)]
    found, nearest = Page(panel_group(an_answer(cited), 1)), Page(panel_group(an_abstention(cited), 1))
    assert found.text_in("mark") == [one.quote for one in cited]
    assert len(cards_of(found)) == len(cards_of(nearest)) == count
    assert nearest.text_in("mark") == []
    for one in cited:
        assert any(one.quote in data for data in nearest.text_in("p"))


@given(written, written.filter(str.strip), written)
def test_the_marked_text_is_the_quote_and_the_card_reads_as_the_passage(before: str, quote: str, after: str) -> None:
    """The quote is marked character for character, and what stands around it is the rest of its passage."""
    one = a_citation(before=before, quote=quote, after=after)
    card = panel_group(an_answer([one]), 1)
    assert Page(card).text_in("mark") == [" ".join(quote.split())]
    (inner,) = re.findall(r'<p class="ibid-passage">(.*?)</p>', card)
    read = html.unescape(re.sub(r"</?mark>", "", inner))
    assert " ".join(read.split()).replace(" ", "") == "".join(one.passage.text.split())


def test_the_card_keeps_the_blanks_beside_the_quote() -> None:
    """Words do not run together at the edges of the mark, and no blank is added within a word."""
    card = panel_group(an_answer([a_citation(before="One. ", quote="Two.", after=" Three.")]), 1)
    assert f"{plain('One.')} <mark>{plain('Two.')}</mark> {plain('Three.')}" in card
    ending = panel_group(an_answer([a_citation(before="", quote="Two", after="; three.")]), 1)
    assert f"<mark>Two</mark>{plain('; three.')}" in ending


@pytest.mark.parametrize("kind", ["found", "nearest"])
@given(st.integers(0, 5), st.integers(1, 500))
def test_links_in_the_message_and_cards_in_the_panel_are_one_to_one(kind: str, count: int, turn: int) -> None:
    """Each link leads to one card of its own turn, and each card has its link."""
    answer = answer_of(kind, [a_citation(i) for i in range(1, count + 1)])
    links, cards = links_of(Page(answer_message(answer, turn))), cards_of(Page(panel_group(answer, turn)))
    assert links == cards == [anchor(turn, i) for i in range(1, count + 1)]
    assert len(set(cards)) == count


@settings(max_examples=40)
@given(question=questions)
def test_real_answers_keep_links_and_marks(assistant: Assistant, question: str) -> None:
    """The same holds for whatever the assistant answers."""
    answer = assistant.ask(question)
    message, group = Page(answer_message(answer, 3)), Page(panel_group(answer, 3))
    assert links_of(message) == cards_of(group) == [anchor(3, one.number) for one in shown(answer)]
    assert group.text_in("mark") == [" ".join(one.quote.split()) for one in answer.citations]


def test_a_message_shows_each_quote_with_its_source() -> None:
    """Quote, number, title, author and day; at last how likely the answer is, in words and in per cent."""
    known = replace(an_article("", "b.txt", title="Title", author="Ann & Bob"), published=date(2024, 7, 9))
    cited = a_citation(1, quote="5 < 6.")
    message = answer_message(an_answer([replace(cited, article=known)], confidence=0.9), 1)
    text = "".join(data for _, data in Page(message).texts)
    assert "“5 < 6.” [1]" in text
    assert "Title · Ann & Bob · 9 July 2024" in text
    assert "very likely the answer · 90%" in text


def test_an_abstention_says_so_and_cites_nothing() -> None:
    """It links to what came nearest, with round brackets and without a quote, or says that nothing did."""
    near, far = answer_message(an_abstention([a_citation(1, quote="Hidden.")]), 1), answer_message(an_abstention(), 1)
    for message in (near, far):
        assert "Not in these articles." in message
        assert "ibid-quote" not in message
    assert "(1)" in near
    assert plain("Hidden.") not in near
    assert Page(far).values("href") == []


def test_the_panel_of_an_abstention_says_that_its_cards_do_not_answer() -> None:
    """What came nearest cannot be taken for an answer, and nothing found is a sentence."""
    assert "They do not answer the question." in panel_group(an_abstention([a_citation()]), 1)
    assert "Nothing came near this question." in panel_group(an_abstention(), 1)
    assert "do not answer" not in panel_group(an_answer([a_citation()]), 1)


def test_a_card_names_article_place_and_digest() -> None:
    """With them anyone can check the quote by hand."""
    one = a_citation()
    text = "".join(data for _, data in Page(panel_group(an_answer([one]), 1)).texts)
    for part in (one.article.title, "First › Second", one.article.id, f"characters {one.start}–{one.end}", one.article.sha256[:12]):
        assert part in text


def test_an_article_of_which_nothing_is_known_says_so() -> None:
    """A missing author and date are not left blank."""
    assert "no author or date known" in panel_group(an_answer([a_citation()]), 1)


@given(st.lists(payloads, min_size=6, max_size=6))
def test_a_card_copies_its_reference_in_every_style(said: list[str]) -> None:
    """Character for character, line ends included, whatever stands in it."""
    one = a_poisoned_citation(1, said)
    copied = Page(panel_group(an_answer([one]), 1)).values("data-copy")
    assert copied == [" ".join(re.split(r"[^\S\n]", _shown(reference(source_of(one), style)))) for style in STYLES]


def _shown(text: str) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", text).replace("\r", " ")


@given(texts)
def test_text_to_copy_holds_no_character_that_means_anything(text: str) -> None:
    bare = ENTITY.sub("", whole(text))
    assert all(character.isalnum() or character == " " for character in bare)


@pytest.mark.parametrize(("state", "said"), [("stands", ""), ("changed", "has changed"), ("gone", "No longer in the library")])
def test_a_source_that_is_not_as_it_was_says_so(state: State, said: str) -> None:
    """And keeps its quote, its passage and its place."""
    turn = turn_of(an_answer([a_citation(1, quote="Quoted.")]))
    made = panel([turn], [[state]])
    assert said in made and ("ibid-stale" in made) == bool(said)
    assert Page(made).text_in("mark") == ["Quoted."]


# The panel


def test_an_empty_panel_says_what_it_is_for() -> None:
    """Before the first answer there is a sentence, and no card."""
    page = Page(panel([]))
    assert cards_of(page) == []
    assert any("appear here" in data for data in page.text_in("p"))


@given(st.lists(st.tuples(st.sampled_from(["found", "nearest"]), st.integers(0, 3), payloads), min_size=1, max_size=6))
def test_the_panel_shows_the_newest_answer_and_folds_the_rest(turns: list[tuple[str, int, str]]) -> None:
    """The newest comes first and is open; those before it follow, newest first, folded; no card is lost or doubled."""
    made = panel([turn_of(answer_of(kind, [a_citation(i) for i in range(1, count + 1)], question)) for kind, count, question in turns])
    page = Page(made)
    assert ["open" in attributes for tag, attributes in page.tags if tag == "details"] == [True] + [False] * (len(turns) - 1)
    assert [int(turn) for turn in re.findall(r'class="ibid-turn">([0-9]+)<', made)] == list(range(len(turns), 0, -1))
    expected = [anchor(turn, i) for turn in range(len(turns), 0, -1) for i in range(1, turns[turn - 1][1] + 1)]
    assert cards_of(page) == expected
    assert len(set(expected)) == len(expected)


def test_the_panel_names_the_question_of_each_group() -> None:
    """A very long question is cut, and still no markup."""
    group = panel_group(an_answer([a_citation()], question="<b>" + "x" * 5000), 7)
    (summary,) = re.findall(r"<summary>(.*?)</summary>", group)
    assert html.unescape(re.sub(r"<[^>]*>", "", summary)).startswith("7 <b>xxx")
    assert len(html.unescape(summary)) < 300


# Words for a probability


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_likelier_answer_never_has_a_weaker_word(one: float, other: float) -> None:
    """The words follow the probability, and there is one for each."""
    order = [word for _, word in LIKELY]
    low, high = sorted((one, other))
    assert order.index(likelihood(high)) <= order.index(likelihood(low))


def test_an_article_is_only_shown_through_the_gate() -> None:
    """Each field of an article that reaches the page is the plain form of itself."""
    article = Article("<i>", "<t>", "", "<s>", "<p>", "<a>", None, "<pub>", "<u>", "<l>")
    made = panel_group(an_answer([replace(a_citation(), article=article)]), 1) + answer_message(
        an_answer([replace(a_citation(), article=article)]), 1
    )
    assert not re.search(r"<(?:i|t|s|pub|u|l)>", made)
    for field in ("<i>", "<t>", "<a>", "<pub>"):
        assert plain(field) in made


def test_a_card_names_the_page_of_its_quote() -> None:
    """Through the gate, too."""
    one = a_citation()
    paged = replace(one, article=replace(one.article, places=((0, "p. <7>"),)))
    assert plain("p. <7>") in panel_group(an_answer([paged]), 1)
    assert "p. &#60;7" not in panel_group(an_answer([one]), 1)
