"""The chat behind a reverse proxy that shows it under a path and a name of its own."""

import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.conftest import write_articles
from tests.qa.chat.test_page import ANSWER_MS, QUESTION, Chat, Page

pytestmark = [pytest.mark.models, pytest.mark.browser]

PREFIX = "/ibid"
NAME = "articles.test"


class Proxy(BaseHTTPRequestHandler):
    """Takes the prefix away, passes each request on, and gives back what comes, piece by piece."""

    behind = 0
    """The port of the chat."""

    def do_GET(self) -> None:
        if not self.path.startswith(PREFIX):
            self.send_error(404)
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        headers = dict(self.headers) | {"X-Forwarded-For": self.client_address[0], "Connection": "close"}
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        connection.request(self.command, self.path.removeprefix(PREFIX) or "/", body or None, headers)
        response = connection.getresponse()
        self.send_response(response.status)
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while piece := response.read1(65536):
                self.wfile.write(piece)
                self.wfile.flush()
        except (BrokenPipeError, ConnectionResetError):
            pass
        finally:
            connection.close()

    def do_POST(self) -> None:
        self.do_GET()

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def proxied(tmp_path: Path) -> Iterator[Chat]:
    """The chat as it is reached through the proxy."""
    running = Chat(tmp_path / "home", write_articles(tmp_path / "articles"), "--root-path", PREFIX, "--trust", NAME)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Proxy,), {"behind": running.port}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield cast("Chat", SimpleNamespace(url=f"http://{NAME}:{server.server_port}{PREFIX}/", port=server.server_port))
    server.shutdown()
    server.server_close()
    thread.join()
    running.stop()


def test_the_chat_works_behind_a_proxy_under_a_path(proxied: Chat) -> None:
    """The page is loaded, a question is answered and an article opened; nothing is asked for outside the path."""
    from playwright.sync_api import sync_playwright

    from tests.conftest import find_browser
    from tests.qa.chat.conftest import FLAGS

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=[*FLAGS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"])
        one = Page(browser, proxied)
        one.page.wait_for_selector(QUESTION)
        one.ask("Which engineer built the harbour of Marlow?")
        one.page.locator('[data-act="open"]').first.click()
        one.page.locator(".ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
        assert one.errors == [] and one.outside == []
        browser.close()
