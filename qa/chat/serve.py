"""Serve the chat."""

import os
from importlib.resources import files
from typing import Any

from index.read.decode import LARGEST_FILE
from index.store import Store
from qa.assistant import Assistant
from qa.chat.guard import middleware
from qa.chat.talk import Talk
from qa.conversations import Conversations
from qa.library import Library

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Where only people of this machine ask. Elsewhere nobody is known: no conversation is kept, and the library is only shown."""
BUTTONS = ("", "_dark", "_hover", "_hover_dark")
"""States of the main buttons, which get a colour that white words can be read on."""
QUEUE = 32
"""Questions that may wait."""
AT_ONCE = 2
"""Questions that are answered at the same time."""


def serve(store: Store, *, host: str, port: int, opens_browser: bool) -> None:
    """Serve the chat until it is interrupted. Port 0 takes a free one."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    page = _page(store, host)
    page.queue(max_size=QUEUE, default_concurrency_limit=AT_ONCE)
    page.launch(server_name=host, server_port=port or None, inbrowser=opens_browser, **launch_options(host))


def launch_options(host: str) -> dict[str, Any]:
    """Return what every launch of the page is given: its looks and its locks."""
    import gradio as gr

    system = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Default(primary_hue="teal", neutral_hue="stone", font=system, font_mono=["ui-monospace", "monospace"])
    theme.set(**{f"button_primary_background_fill{part}": f"*primary_{800 if 'hover' in part else 700}" for part in BUTTONS})
    folder = files("qa.chat")
    return {
        "theme": theme,
        "css": folder.joinpath("style.css").read_text(),
        "js": folder.joinpath("script.js").read_text(),
        "footer_links": [],
        "run_history": False,
        "share": False,
        "ssr_mode": False,
        "enable_monitoring": False,
        "max_file_size": LARGEST_FILE if host in LOOPBACK else "1mb",
        "allowed_paths": [],
        "show_error": True,
        "app_kwargs": {"middleware": middleware(host), "openapi_url": None, "docs_url": None, "redoc_url": None},
    }


def _page(store: Store, host: str) -> Any:
    from qa.chat.page import build_page

    assistant = Assistant(store)
    assistant.prepare()
    is_own = host in LOOPBACK
    kept = Conversations.of(store.home) if is_own else None
    return build_page(Talk(store, assistant, kept), assistant, Library(store), may_change=is_own)
