"""Serve the chat."""

import asyncio
import json
import os
import re
import signal
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from index.errors import NoIndexError
from index.read.decode import LARGEST_FILE
from index.store import Store
from qa.assistant import Assistant
from qa.chat.desk import Desk
from qa.chat.guard import middleware
from qa.chat.log import Log
from qa.chat.speech import LANGUAGES, catalogue
from qa.chat.talk import Talk
from qa.chat.watch import Watch
from qa.conversations import Conversations
from qa.library import Library
from qa.users import Users

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where only people of this machine ask. Elsewhere, without users, nobody is known: no conversation is kept, no library changed."""
BUTTONS = ("", "_dark", "_hover", "_hover_dark")
"""States of the main buttons, which get a colour that white words can be read on."""
QUEUE = 32
"""Questions that may wait."""
AT_ONCE = 2
"""Questions that are answered at the same time."""
LAST_ANSWERS = 20.0
"""Seconds that answers have to finish when the server is told to stop."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the chat is served."""

    host: str = "127.0.0.1"
    port: int = 7860
    """0 takes a free one."""
    opens_browser: bool = False
    users: Users | None = None
    rate: int = 0
    """Questions a minute for each user, or address where nobody logs in; 0 is any number."""
    root_path: str = ""
    """Where a proxy shows the chat: a path such as `/ibid`, or the whole address."""
    trusted: tuple[str, ...] = ()
    """Names of the server beside its own."""
    log: Log | None = None
    allowed: tuple[Path, ...] = ()
    """Folders of the server that owners may add articles from."""

    @property
    def is_own(self) -> bool:
        """Say whether only people of this machine ask."""
        return self.host in LOOPBACK

    @property
    def knows_people(self) -> bool:
        """Say whether it is known who asks, so that conversations can be kept and the library changed."""
        return self.users is not None or self.is_own


def serve(store: Store, serving: Serving, *, ready: Callable[[str], None] = lambda _: None) -> None:
    """Serve the chat until it is told to stop (SIGTERM, SIGINT); answers that are on their way are finished.

    `ready` is given the address when the chat can be reached.
    """
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    with tempfile.TemporaryDirectory(prefix="ibid-", ignore_cleanup_errors=True) as uploads:
        os.environ["GRADIO_TEMP_DIR"] = uploads
        watch = Watch(lambda: _counts(store), serving.log)
        page, talk = _page(store, serving)
        page.queue(max_size=QUEUE, default_concurrency_limit=AT_ONCE, api_open=False)
        stopping = _stop_signal()
        page.launch(
            server_name=serving.host, server_port=serving.port or None, inbrowser=serving.opens_browser,
            prevent_thread_lock=True, quiet=True,
            **launch_options(serving, watch),
        )  # fmt: skip
        ready(page.local_url)
        stopping.wait()
        watch.stop(within=LAST_ANSWERS)
        talk.suggestions.stop()
        page.close(verbose=False)


def launch_options(serving: Serving, watch: Watch) -> dict[str, Any]:
    """Return what every launch of the page is given: its looks and its locks."""
    import gradio as gr

    from qa.chat.parts import shown

    system = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Default(primary_hue="teal", neutral_hue="stone", font=system, font_mono=["ui-monospace", "monospace"])
    theme.set(**{f"button_primary_background_fill{part}": f"*primary_{800 if 'hover' in part else 700}" for part in BUTTONS})
    folder = files("qa.chat")
    guard = middleware(serving.host, trusted=serving.trusted, watch=watch, users=serving.users)
    return {
        "theme": theme,
        "css": folder.joinpath("style.css").read_text(),
        "js": _script(),
        "i18n": shown,
        "footer_links": [],
        "run_history": False,
        "share": False,
        "ssr_mode": False,
        "enable_monitoring": False,
        "max_file_size": LARGEST_FILE if serving.knows_people else "1mb",
        "allowed_paths": [],
        "show_error": True,
        "root_path": serving.root_path,
        "auth": _checking(serving.users) if serving.users else None,
        "app_kwargs": {"middleware": guard, "openapi_url": None, "docs_url": None, "redoc_url": None},
    }


def _script() -> str:
    """Return the page's script with the texts that it says."""
    script = files("qa.chat").joinpath("script.js").read_text(encoding="utf-8")
    own = re.findall(r'say\("([^"]+)"', script)
    words = {name: {text: catalogue(name)[text] for text in own} for name in LANGUAGES}
    return script.replace("const words = {};", f"const words = {json.dumps(words, ensure_ascii=False)};", 1)


def _page(store: Store, serving: Serving) -> tuple[Any, Talk]:
    from qa.chat.page import build_page

    assistant = Assistant(store)
    assistant.prepare()
    desk = Desk(assistant, users=serving.users, rate=serving.rate, log=serving.log, is_own=serving.is_own)
    kept = Conversations.of(store.home) if serving.knows_people else None
    talk = Talk(store, desk, kept)
    return build_page(talk, desk, Library(store, allowed=serving.allowed)), talk


def _checking(users: Users) -> Any:
    """Return what Gradio asks at log-in; a password takes its quarter of a second beside the other requests."""

    async def check(name: str, password: str) -> bool:
        return await asyncio.to_thread(users.check, name, password)

    return check


def _counts(store: Store) -> tuple[str, int, int]:
    name = store.generation
    if name is None:
        raise NoIndexError("there is no index yet")
    with store.reading() as reader:
        return (name, *reader.count())


def _stop_signal() -> threading.Event:
    """Return what is set when the process is told to stop; a second signal ends it at once."""
    told = threading.Event()

    def stop(*_: object) -> None:
        told.set()
        for one in (signal.SIGTERM, signal.SIGINT):
            signal.signal(one, signal.SIG_DFL)

    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, stop)
    return told
