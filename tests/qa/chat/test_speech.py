"""The texts of the page in each language."""

import ast
import json
import re
import string
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from qa.chat.markup import likelihood, say_place
from qa.chat.speech import LANGUAGES, catalogue, language, language_of, say, say_count, say_day, say_month, speaking
from qa.conversations import REASONS
from tests.conftest import ROOT
from tests.qa.chat.test_page import ANSWER_MS, LAVROV, Chat, Page

FOLDER = ROOT / "qa" / "chat"
SAYING = ("say", "later", "shown")
SHOWN = ("label", "placeholder", "value", "info", "aria-label", "title")
"""What Gradio shows of its components."""
NAMES = {"Ibid", "Markdown", "HTML", "JSON", "Chicago", "BibTeX", "MarkdownHTMLJSON", "SHA-256"}


def said() -> set[str]:
    """Return every text that the page's code says, in English."""
    texts = set(re.findall(r'say\("([^"]+)"', (FOLDER / "script.js").read_text()))
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
                texts |= {one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return texts


def test_each_text_of_the_page_is_there_in_every_language_and_no_other() -> None:
    for name in LANGUAGES:
        assert set(catalogue(name)) == said() | set(REASONS), name
    assert {path.stem for path in (FOLDER / "words").glob("*.json")} == set(LANGUAGES)


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_translation_names_the_same_values_and_means_nothing_to_html(name: str) -> None:
    for english, words in catalogue(name).items():
        assert _fields(words) <= _fields(english) | ({"number"} if "{month}" in english else set()), english
        assert _fields(english) <= _fields(words), english
        assert words.strip() and not set(words) & set('<>&"'), english


def _fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


def test_no_text_of_the_page_stands_outside_the_catalogue() -> None:
    """Words within the HTML that is written, and those given to components, come from `say`, `later` or `shown`."""
    found = [f"{path.name}: {text}" for path in FOLDER.glob("*.py") for text in _loose(ast.parse(path.read_text()))]
    assert found == []


def _loose(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr | ast.Constant):
            parts = [node] if isinstance(node, ast.Constant) else node.values
            whole = "".join(str(one.value) if isinstance(one, ast.Constant) else "\0" for one in parts)
            if re.match(r"\s*<\w", whole) and not whole.startswith("<!"):
                texts = re.sub(r"<[^>]*>?", "\n", whole).splitlines() + re.findall(r'(?:title|aria-label|placeholder)="([^"\0]+)', whole)
                yield from (text.strip() for text in texts if re.search(r"[A-Za-z]{2}", text) and text.strip(" .:\0·") not in NAMES)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "gr":
            for word in node.keywords:
                if word.arg in SHOWN and isinstance(word.value, ast.Constant) and re.search(r"[A-Za-z]{2}", str(word.value.value)):
                    yield from [f"{word.arg}={word.value.value!r}"] * (word.value.value not in NAMES and word.value.value is not False)
            if node.args and isinstance(node.args[0], ast.Constant) and node.func.attr in ("Tab", "Button", "UploadButton", "Accordion"):
                yield str(node.args[0].value)


@pytest.mark.parametrize("name", LANGUAGES)
def test_each_month_has_a_short_name(name: str) -> None:
    with speaking(name):
        assert len({say_month(date(2024, month, 1)) for month in range(1, 13)}) == 12


def test_what_is_said_is_in_the_readers_language() -> None:
    assert language() == "en" and say("Evidence") == "Evidence"
    with speaking("de"):
        assert (say("Evidence"), say_day(date(2024, 3, 9)), likelihood(0.99)) == ("Belege", "9. März 2024", "fast sicher die Antwort")
        assert say_count(12345, "{n} passage", "{n} passages") == "12\N{NO-BREAK SPACE}345 Stellen"
        assert (say_day(date(2024, 3, 9), is_short=True), say_month(date(2024, 9, 1))) == ("9. März 2024", "Sept. 2024")
        assert (say_place("p. 6–7"), say_place("slide 3"), say_place("Anhang B")) == ("S. 6–7", "Folie 3", "Anhang B")
    with speaking("zh"):
        assert (say_day(date(2024, 3, 9)), say_month(date(2024, 3, 9))) == ("2024年3月9日", "2024年3月")
    assert language() == "en"


@pytest.mark.parametrize(
    ("accepted", "name"),
    [("de", "de"), ("de-AT,en;q=0.5", "de"), ("ZH-hant", "zh"), ("it,de", "en"), ("", "en"), ("*", "en"), ("d", "en"), (";q=1", "en")],
)
def test_the_first_wish_of_the_browser_counts(accepted: str, name: str) -> None:
    assert language_of(accepted) == name


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    running = Chat(tmp_path_factory.mktemp("home"), None)
    yield running
    running.stop()


@pytest.mark.models
@pytest.mark.browser
@pytest.mark.parametrize(("locale", "name"), [("de-DE", "de"), ("ko-KR", "ko")])
def test_the_page_speaks_the_browsers_language(chat: Chat, browser: Any, locale: str, name: str) -> None:
    """On every screen no English text of ours is left, and axe-core finds nothing serious."""
    one = Page(browser, chat, locale=locale)
    words = catalogue(name)
    seen: list[str] = []

    def look(screen: str) -> None:
        left = one.page.evaluate(_VISIBLE)
        seen.extend(f"{screen}: {text}" for text in left if text in words and words[text] != text)
        seen.extend(one.faults(screen))

    one.page.get_by_text(words["The exact words, or none."]).wait_for(state="visible", timeout=ANSWER_MS)
    one.page.get_by_text(words["The passages that an answer rests on appear here, with the quote marked."]).wait_for(timeout=ANSWER_MS)
    look("empty")
    one.ask(LAVROV)
    one.ask("How tall is the Eiffel Tower?")
    assert words["Not in these articles."] in one.page.locator(".ibid-abstain").inner_text()
    look("asked")
    one.page.locator('[data-act="open"]').first.click()
    one.page.locator(".ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    look("article")
    one.page.keyboard.press("Escape")
    one.open_conversations_and_filters()
    look("conversations and filters")
    one.page.locator(".toggle-button").first.click()
    one.page.get_by_role("tab", name=words["Library"]).click()
    one.page.locator('.ibid-library [data-act="show"]').first.click()
    one.page.locator("#ibid-text .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    look("library")
    one.page.keyboard.press("Escape")
    one.page.keyboard.press("?")
    assert words["this sheet"] in one.page.locator("#ibid-help").inner_text()
    look("help")
    assert one.page.evaluate("document.documentElement.lang") == name
    assert seen == [] and one.errors == [] and one.outside == []
    one.context.close()


_VISIBLE = """() => {
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("script, style, .ibid-quote, .ibid-passage, mark, h3")) continue;
    texts.push(node.data.trim());
  }
  for (const element of document.querySelectorAll("[placeholder], [aria-label], [title]"))
    for (const name of ["placeholder", "aria-label", "title"]) texts.push((element.getAttribute(name) || "").trim());
  return texts.filter(Boolean);
}"""


def test_a_catalogue_is_plain_json_in_one_order() -> None:
    for name in LANGUAGES:
        text = (FOLDER / "words" / f"{name}.json").read_text(encoding="utf-8")
        assert text == json.dumps(dict(sorted(json.loads(text).items())), ensure_ascii=False, indent=1) + "\n"
