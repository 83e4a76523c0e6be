"""Takes pictures of every screen of the chat, wide and narrow, light and dark: `make pictures`; they lie in `artefacts/`.

Real models over a folder of articles: the first argument, or what the larger data hold, or the built-in articles.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, find_browser, test_data
from tests.qa.chat.conftest import FLAGS
from tests.qa.chat.test_page import ANSWER_MS, ARTEFACTS, Chat, Page

ANSWERED = "When did Lavrov travel to Pyongyang?"
ABSTAINED = "How tall is the Eiffel Tower?"
SIZES = (1440, 390)
SCHEMES = ("light", "dark")


def take(one: Page, name: str) -> None:
    """Take a picture, and fail where the page can be scrolled aside."""
    width = one.page.viewport_size["width"]
    assert one.page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} can be scrolled aside"
    one.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def picture(browser: Any, chat: Chat, width: int, scheme: str) -> None:
    """Take the pictures of one size in one scheme."""
    look = f"{width}-{scheme}"
    one = Page(browser, chat, width=width, scheme=scheme)
    take(one, f"empty-{look}")
    one.ask(ABSTAINED)
    take(one, f"abstain-{look}")
    one.ask(ANSWERED)
    take(one, f"ask-{look}")
    one.page.locator('[data-act="open"]').first.click()
    one.page.locator("#ibid-reading .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
    take(one, f"reader-{look}")
    one.page.keyboard.press("Escape")
    one.page.get_by_role("tab", name="Library").click()
    for view in ("List", "Timeline", "Map"):
        one.page.get_by_role("tab", name=view, exact=True).click()
        one.page.locator(f"#ibid-{view.lower()}").wait_for(state="visible")
        take(one, f"{view.lower()}-{look}")
    assert one.errors == [] and one.outside == []
    one.context.close()


def main() -> None:
    """Take all of them."""
    seeds = test_data() / "seeds"
    articles = Path(sys.argv[1]) if len(sys.argv) > 1 else seeds if seeds.is_dir() else ROOT / "seeds"
    ARTEFACTS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        chat = Chat(Path(home), articles)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        try:
            for width in SIZES:
                for scheme in SCHEMES:
                    picture(browser, chat, width, scheme)
        finally:
            browser.close()
            chat.stop()
    print(f"pictures: {len(SIZES) * len(SCHEMES)} of each screen in {ARTEFACTS}")


if __name__ == "__main__":
    main()
