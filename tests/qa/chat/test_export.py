"""Conversations as files."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qa.chat.export import KINDS, export
from qa.turn import Turn, turn_from, turn_of
from tests.qa.chat.test_markup import PAYLOADS, Page
from tests.qa.samples import a_citation, an_abstention, an_answer


def turns() -> list[Turn]:
    return [
        turn_of(an_answer([a_citation(1, quote="One *quote*."), a_citation(2, quote="Another.")])),
        turn_of(an_abstention([a_citation(1)])),
    ]


def test_markdown_has_a_footnote_for_each_quote() -> None:
    text = export("The tower", turns(), "markdown")["text"]
    assert re.findall(r"^\[\^(\d)\]: ", text, re.MULTILINE) == ["1", "2", "3"]
    assert re.findall(r"\[\^(\d)\]$", text, re.MULTILINE) == ["1", "2", "3"]
    assert "a.txt:11-23" in text and "Not in these articles" in text and "90% likely" in text


def test_json_is_the_turns_themselves() -> None:
    fields = json.loads(export("The tower", turns(), "json")["text"])
    assert fields["title"] == "The tower" and [turn_from(one) for one in fields["turns"]] == turns()


def test_html_stands_alone() -> None:
    """It loads nothing, runs nothing, has no button without a use, and every link leads to a card in it."""
    text = export("The tower", turns(), "html")["text"]
    assert not re.search(r"<(?:script|link|img|button|iframe)|src=|url\(|@import", text)
    assert "default-src 'none'" in text
    ids = set(re.findall(r'id="(cite-[0-9-]+)"', text))
    assert ids == {"cite-1-1", "cite-1-2", "cite-2-1"} == set(re.findall(r'href="#(cite-[0-9-]+)"', text))
    assert text.count('class="ibid-group" open') == 2


@given(st.sampled_from(PAYLOADS), st.sampled_from(PAYLOADS))
def test_nothing_that_is_said_becomes_markup(title: str, said: str) -> None:
    turn = turn_of(an_answer([a_citation(1, quote=said, before=f"{title} ", after=f" {said}")], question=title))
    model = turn_of(an_answer([a_citation(1, quote="x", before="x ", after=" x")], question="x"))
    body, plain_body = (
        export(name, [one], "html")["text"].split("<body>")[1].split("</body>")[0] for name, one in ((title, turn), ("x", model))
    )
    assert [tag for tag, _ in Page(body).tags] == [tag for tag, _ in Page(plain_body).tags]
    kinds = {one.type for one in MarkdownIt().parse(export(title, [turn], "markdown")["text"])}
    assert not kinds & {"html_block", "fence", "code_block", "bullet_list_open", "ordered_list_open", "hr"}


@pytest.mark.parametrize("kind", KINDS)
@given(st.text())
def test_a_file_has_a_name_that_every_system_takes(kind: str, title: str) -> None:
    name = export(title, [], kind)["name"]  # type: ignore[arg-type]
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*\.(?:md|html|json)", name) and len(name) < 70
