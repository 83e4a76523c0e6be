"""Build the page and serve it. The one owner of gradio."""

import os
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from index.errors import IbidError
from index.store import Store
from qa.assistant import LONGEST_QUESTION, Assistant
from qa.chat.guard import middleware
from qa.chat.markup import answer_message, panel, panel_group, plain

EXAMPLES = (
    "Which treaty did Putin and Kim sign in June 2024?",
    "How many artillery shells did North Korea send to Russia?",
    "Why were transport links between North Korea and Russia suspended?",
    "What does North Korea's navy want from Russia?",
)
"""Asked of the built-in articles alone; a test holds that they answer each."""
BUILT_IN = "a-treaty-in-pyongyang.md"
QUEUE = 32
"""Questions that may wait."""
AT_ONCE = 2
"""Questions that are answered at the same time."""

Turn = tuple[list[Any], str, list[str]]
"""What one step of an answer shows: messages, the panel, and the panel's groups."""


def serve(store: Store, *, host: str, port: int, opens_browser: bool) -> None:
    """Serve the chat until it is interrupted. Port 0 takes a free one."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    page = build_page(store)
    page.queue(max_size=QUEUE, default_concurrency_limit=AT_ONCE)
    page.launch(server_name=host, server_port=port or None, inbrowser=opens_browser, **launch_options(host))


def launch_options(host: str) -> dict[str, Any]:
    """Return what every launch of the page is given: its looks and its locks."""
    import gradio as gr

    system = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]
    theme = gr.themes.Default(primary_hue="teal", neutral_hue="stone", font=system, font_mono=["ui-monospace", "monospace"])
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
        "max_file_size": "1mb",
        "allowed_paths": [],
        "show_error": True,
        "app_kwargs": {"middleware": middleware(host), "openapi_url": None, "docs_url": None, "redoc_url": None},
    }


def build_page(store: Store) -> Any:
    """Return the page: a conversation on the left, the evidence beside it."""
    import gradio as gr

    assistant = Assistant(store)
    assistant.prepare()
    answering = _Answering(assistant)
    with gr.Blocks(title="Ibid", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        gr.HTML(_header(store), elem_id="ibid-header", padding=False)
        groups = gr.State([])
        with gr.Row(elem_id="ibid-columns", equal_height=False):
            with gr.Column(scale=6, min_width=320, elem_id="ibid-conversation"):
                evidence = gr.HTML(panel([]), elem_id="ibid-evidence", padding=False, render=False)
                chatbot = gr.Chatbot(
                    show_label=False, container=False, elem_id="ibid-chat", height="calc(100dvh - 180px)", min_height=320,
                    latex_delimiters=[], buttons=["copy_all"], placeholder=_welcome(), layout="bubble",
                    group_consecutive_messages=True, label="Conversation",
                )  # fmt: skip
                gr.ChatInterface(
                    answering.answer, chatbot=chatbot, additional_inputs=[groups], additional_outputs=[evidence, groups],
                    textbox=gr.Textbox(
                        placeholder="Ask the articles a question", show_label=False, label="Question", container=False,
                        max_length=LONGEST_QUESTION, elem_id="ibid-question", scale=7, autofocus=True, submit_btn=True, stop_btn=True,
                    ),
                    examples=[[one, None] for one in _examples(store)], api_name="chat", flagging_mode="never", show_progress="hidden",
                )  # fmt: skip
            with gr.Column(scale=5, min_width=320, elem_id="ibid-side"):
                evidence.render()  # type: ignore[no-untyped-call]
        chatbot.clear(lambda: (panel([]), []), outputs=[evidence, groups], api_visibility="private")
    return page


class _Answering:
    """Turns a message of the chat into an answer, step by step."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def answer(self, message: Any, history: list[Any], groups: list[str]) -> Iterator[Turn]:
        """Yield first that the search is on, then the answer; a failure is a message, too."""
        from gradio import ChatMessage

        question = str(message)
        asked = [one for one in map(_text_of, history) if one]
        earlier = list(groups or [])[: len(asked)]
        turn = len(earlier) + 1
        yield [ChatMessage("", metadata={"title": "Searching the articles", "status": "pending"})], panel(earlier), earlier
        try:
            answer = self._assistant.ask(question, history=asked)
        except IbidError as error:
            failed = ChatMessage(f'<div class="ibid-abstain"><strong>That did not work.</strong> {plain(str(error))}</div>')
            yield [failed], panel(earlier), earlier
            return
        title = f"Searched {answer.searched} passages, read {len(answer.read)}"
        step = ChatMessage("", metadata={"title": title, "status": "done", "duration": round(answer.seconds.total, 2)})
        shown = [*earlier, panel_group(answer, turn)]
        yield [step, ChatMessage(answer_message(answer, turn))], panel(shown), shown


def _text_of(message: Any) -> str | None:
    """Return what a person asked in a message of the history; None for a message of ours."""
    if message.get("role") != "user":
        return None
    content = message.get("content")
    if isinstance(content, list):
        return " ".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else None


def _header(store: Store) -> str:
    with store.reading() as reader:
        articles, passages = reader.count()
    counted = f"{articles} article{'' if articles == 1 else 's'} · {passages} passages"
    name = "<h1>Ibid<span>.</span></h1><p>The exact words, or none.</p>"
    return f'<header class="ibid-header">{name}<p class="ibid-count">{counted}</p></header>'


def _welcome() -> str:
    return "**Ask the articles.** The answer is a quote you can check, or an honest no."


def _examples(store: Store) -> tuple[str, ...]:
    with store.reading() as reader:
        has_built_in = any(article.id == BUILT_IN for article in reader.articles())
    return EXAMPLES if has_built_in else ()
