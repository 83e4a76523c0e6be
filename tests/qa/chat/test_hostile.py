"""What an attacker writes into articles, file names and questions is shown as the words it is, wherever it is shown."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.qa.chat.test_page import ANSWER_MS, Chat, Page

pytestmark = [pytest.mark.models, pytest.mark.browser, pytest.mark.slow]

FAR = "http://192.0.2.1"
PAYLOADS = (
    "<script>window.hacked=1</script>",
    f"<script src={FAR}/s.js></script>",
    "<img src=x onerror=window.hacked=1>",
    f"<img src={FAR}/i.png>",
    "<svg onload=window.hacked=1>",
    "<svg><script>window.hacked=1</script></svg>",
    f'<svg><image href="{FAR}/v.png"></image></svg>',
    "<svg><animate onbegin=window.hacked=1 attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=window.hacked=1>'>",
    "<noscript><p title='</noscript><img src=x onerror=window.hacked=1>'>",
    "<form action=http://192.0.2.1/f><button autofocus onfocus=window.hacked=1>Go</button></form>",
    "<div style='position:fixed;inset:0;background:red;z-index:99999'>cover</div>",
    "<style>body{display:none}</style>",
    f"<link rel=stylesheet href={FAR}/c.css>",
    f"<meta http-equiv=refresh content='0;url={FAR}/m'>",
    f"<base href={FAR}/>",
    f"<iframe src={FAR}/f srcdoc='<script>parent.hacked=1</script>'></iframe>",
    f"<object data={FAR}/o></object><embed src={FAR}/e>",
    f"<video poster={FAR}/p src={FAR}/v autoplay></video><audio src={FAR}/a onerror=window.hacked=1></audio>",
    "<a href='javascript:window.hacked=1'>here</a>",
    "<details open ontoggle=window.hacked=1>x</details>",
    "<input autofocus onfocus=window.hacked=1>",
    "\"><img src=x onerror=window.hacked=1>",
    "' onmouseover='window.hacked=1' autofocus tabindex=0 onfocus='window.hacked=1",
    "</title></script><script>window.hacked=1</script>",
    "${window.hacked=1} {{window.hacked=1}} <%= window.hacked=1 %>",
    "{{constructor.constructor('window.hacked=1')()}}",
    f"![pixel]({FAR}/p.png) [link](javascript:window.hacked=1)",
    f"[x]: {FAR}/r \"t\"\n[x] <{FAR}/auto> ![x]",
    "$$\\href{javascript:window.hacked=1}{x}$$ \\(\\htmlData{x=y}{z}\\) $\\includegraphics{http://192.0.2.1/k.png}$",
    "`code` **bold** # heading\n\n> quote\n\n| a | b |\n|---|---|",
    "\u202egnp.exe\u202c \u2066isolate\u2069 \u200b\u200f zero width",
    "data:text/html,<script>window.hacked=1</script> &lt;script&gt;window.hacked=1&lt;/script&gt; &#60;img src=x&#62;",
)  # fmt: skip
HOOK = """
import os, sys
LOCAL = ("127.0.0.1", "::1", "localhost", "0.0.0.0", "", None)
def hook(event, args):
    host = args[1][0] if event == "socket.connect" and isinstance(args[1], tuple) else args[0] if event == "socket.getaddrinfo" else None
    host = host.decode() if isinstance(host, bytes) else host
    if event in ("socket.connect", "socket.getaddrinfo") and host not in LOCAL:
        with open(os.environ["REACHED"], "a") as file:
            file.write(f"{event} {host}\\n")
        raise OSError(f"a test lets nothing reach {host}")
sys.addaudithook(hook)
"""
"""Notes and refuses what a server asks of another host."""

MADE = """
[...document.querySelectorAll("#ibid-chat, #ibid-evidence, #ibid-reading, #ibid-list, #ibid-timeline, #ibid-map, #ibid-text,"
  + "#ibid-conversations, #ibid-chips")]
  .flatMap((part) => [...part.querySelectorAll("script, iframe, object, embed, base, meta, link, video, audio, form, math, image")])
  .filter((one) => !one.closest(".user")).map((one) => one.outerHTML.slice(0, 120))
"""
FAR_MADE = """
[...document.querySelectorAll("[src], [href], [action], [data], [poster], [style]")].filter((one) => !one.closest(".user"))
  .filter((one) => ["src", "href", "action", "data", "poster", "style"].map((name) => one.getAttribute(name) || "")
    .some((value) => value.includes("192.0.2.1") || /^\\s*javascript:/i.test(value))).map((one) => one.outerHTML.slice(0, 120))
"""
SHOWN_TO_ASKER = """
[...document.querySelectorAll("#ibid-chat .user :is(img, video, audio, form, iframe, object)")]
  .filter((one) => one.offsetParent).map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def reached(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file in which the server's requests to other hosts are noted."""
    return tmp_path_factory.mktemp("reached") / "hosts.txt"


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, reached: Path) -> Iterator[Chat]:
    """A chat over an article for each payload: in its file name, title, author and text."""
    home = tmp_path_factory.mktemp("hostile")
    (home / "hook").mkdir()
    (home / "hook" / "sitecustomize.py").write_text(HOOK)
    (home / "articles").mkdir()
    for i, one in enumerate(PAYLOADS):
        name = "".join("∕" if c == "/" else c for c in one if c.isprintable())[:60]
        lines = f"title: {json.dumps(one[:120])}\nauthor: {json.dumps(one[:80])}\npublished: 2024-02-{i % 28 + 1:02d}"
        text = f"Zeppelin {i} of Quarm was painted green by Ines Vogel in {1900 + i}. {one} It flew to Lisbon.\n"
        (home / "articles" / f"{i:02d} {name}.md").write_text(f"---\n{lines}\n---\n\n{text}", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [str(home / "hook"), os.environ.get("PYTHONPATH", "")])))
        patch.setenv("REACHED", str(reached))
        running = Chat(home / "home", home / "articles")
    yield running
    running.stop()


def require_calm(one: Page, where: str) -> None:
    """Fail if anything of a payload ran, was loaded, or covers the page, or became an element.

    Gradio reads what a person typed as Markdown: in their own bubble pictures and films are elements, which do not show or load.
    """
    assert one.page.evaluate("window.hacked") is None, where
    assert one.outside == [] and one.errors == [], where
    assert one.page.evaluate(MADE) == [], where
    assert one.page.evaluate(FAR_MADE) == [], where
    assert one.page.evaluate(SHOWN_TO_ASKER) == [], where
    assert one.page.evaluate("document.elementFromPoint(700, 450).closest('.gradio-container') !== null"), where
    assert one.page.evaluate("getComputedStyle(document.elementFromPoint(700, 450)).backgroundColor") != "rgb(255, 0, 0)", where
    assert one.page.evaluate("getComputedStyle(document.body).display") != "none", where
    assert one.page.title() == "Ibid", where


def test_no_payload_does_anything_anywhere(chat: Chat, browser: Any, reached: Path, tmp_path: Path) -> None:
    """In answers, evidence, article, conversations, library and its pictures, and an export that is opened from disk."""
    one = Page(browser, chat)
    dialogs: list[str] = []

    def dismiss(dialog: Any) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    one.page.on("dialog", dismiss)
    for i, payload in enumerate(PAYLOADS):
        one.ask(f"Who painted zeppelin {i} of Quarm green in {1900 + i}? {' '.join(payload.split())}")
    require_calm(one, "conversation")
    assert one.page.locator(".ibid-card").count() >= len(PAYLOADS)
    one.page.locator('[data-act="open"]').first.click()
    one.page.locator("#ibid-reading .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    require_calm(one, "article")
    one.page.keyboard.press("Escape")
    one.page.locator('[data-act="only"]').first.click()
    one.page.locator(".ibid-chips").wait_for(state="visible", timeout=ANSWER_MS)
    require_calm(one, "filters")
    one.page.locator(".toggle-button").first.click()
    one.page.locator(".ibid-load").first.wait_for(state="visible", timeout=ANSWER_MS)
    require_calm(one, "conversations")
    with one.page.expect_download() as saving:
        one.page.locator('#ibid-export [data-act="html"]').click()
    saving.value.save_as(tmp_path / "saved.html")
    one.page.locator(".toggle-button").first.click()
    one.page.get_by_role("tab", name="Library").click()
    for view in ("List", "Timeline", "Map"):
        one.page.get_by_role("tab", name=view, exact=True).click()
        opens = one.page.locator(f"#ibid-{view.lower()} [data-act=show]:visible")
        assert opens.count() == len(PAYLOADS), view
        opens.nth(3).focus()
        one.page.keyboard.press("Enter")
        one.page.locator("#ibid-text .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
        require_calm(one, view)
    assert dialogs == [] and len(one.context.pages) == 1
    one.context.close()
    require_calm_on_disk(browser, tmp_path / "saved.html")
    assert not reached.exists(), reached.read_text()


def require_calm_on_disk(browser: Any, file: Path) -> None:
    """Fail if an exported conversation runs or loads anything."""
    context = browser.new_context()
    page, outside = context.new_page(), list[str]()
    page.on("request", lambda request: None if request.url.startswith("file:") else outside.append(request.url))
    context.route(lambda url: not url.startswith("file:"), lambda route: route.abort())
    page.goto(file.as_uri())
    assert page.evaluate("window.hacked") is None and outside == []
    assert page.locator("script, img, iframe, object, embed, form, video, audio, link").count() == 0
    assert "window.hacked=1" in page.locator("body").inner_text()
    context.close()
