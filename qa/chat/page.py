"""The page of the chat: conversations, the conversation that is open, and the evidence beside it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from index.passage import Imprint
from qa.assistant import LONGEST_QUESTION
from qa.chat.api import connect_api
from qa.chat.desk import Desk
from qa.chat.filters import chips, wanted_in_link
from qa.chat.markup import panel
from qa.chat.parts import DELEGATE, Parts, asker_of, own, owner_of, shown, told
from qa.chat.shelves import build_library
from qa.chat.sidebar import build_sidebar, connect_sidebar
from qa.chat.speech import later, say_count
from qa.chat.talk import Session, Step, Talk
from qa.chat.views import export_buttons, header, welcome
from qa.conversations import REASONS
from qa.library import Library
from qa.wanted import DAYS, LISTS, Wanted, wanted_of

EXAMPLES = (
    "Which treaty did Putin and Kim sign in June 2024?",
    "When did Lavrov travel to Pyongyang?",
    "Why were transport links between North Korea and Russia suspended?",
    "What does North Korea's navy want from Russia?",
)
"""Asked of the built-in articles alone; a test holds that they answer each."""
EXAMPLES_WAIT = 20.0
"""Seconds that a page waits for questions that are still being tried; it can be used meanwhile."""
BUILT_IN = "a-treaty-in-pyongyang.md"


def build_page(talk: Talk, desk: Desk, library: Library) -> Any:
    """Return the page: conversations on the left, the one that is open, and the evidence beside it."""
    known = [] if desk.is_closed else talk.imprints()  # Gradio's log-in page tells what the fields offer
    with gr.Blocks(title="Ibid", analytics_enabled=False, fill_height=True, fill_width=True) as page:
        sidebar = build_sidebar()
        counted = gr.HTML(header(""), elem_id="ibid-header", padding=False)
        parts = _parts(known)
        with gr.Tabs(elem_id="ibid-tabs"):
            with gr.Tab(shown("Ask"), id="ask") as asking, gr.Row(elem_id="ibid-columns", equal_height=False):
                with gr.Column(scale=6, min_width=320, elem_id="ibid-conversation"):
                    parts.chips.render()
                    chat = _interface(talk, parts, _chatbot())
                with gr.Column(scale=5, min_width=320, elem_id="ibid-side"):
                    parts.evidence.render()
                    parts.reader.render()
            with gr.Tab(shown("Library"), id="library") as shelf:
                build_library(talk, library, page, desk)
        _connect_evidence(talk, parts)
        connect_sidebar(talk, parts, page, chat, sidebar)
        _connect_filters(talk, parts, page)
        _connect_judging(talk, parts, chat.chatbot)
        page.load(lambda: _begun(talk), None, chat.chatbot, api_visibility="private", show_progress="hidden", concurrency_limit=8)
        connect_api(talk, desk, library)
        gr.on(
            [asking.select, shelf.select, page.load],
            lambda: _header(*talk.count()),
            None,
            counted,
            api_visibility="private",
            show_progress="hidden",
        )
        fixed = [parts.evidence, sidebar["export"]]
        page.load(lambda: (panel([]), export_buttons()), None, fixed, api_visibility="private", show_progress="hidden")
    return page


def _begun(talk: Talk) -> Any:
    """Return the empty conversation with questions to begin with: those of the built-in articles, or such as were found to be answered."""
    has_built_in = any(one.id == BUILT_IN for one in talk.imprints())
    found = talk.examples(wait=0 if has_built_in else EXAMPLES_WAIT)
    return gr.update(placeholder=welcome(EXAMPLES if has_built_in else found))


def _header(articles: int, passages: int) -> str:
    counted = say_count(articles, later("{n} article"), later("{n} articles"))
    return header(f"{counted} · {say_count(passages, later('{n} passage'), later('{n} passages'))}")


def _parts(known: Sequence[Imprint]) -> Parts:
    return Parts(
        session=gr.State(Session()),
        evidence=gr.HTML(panel([]), elem_id="ibid-evidence", padding=False, render=False, js_on_load=DELEGATE),
        reader=gr.HTML("", elem_id="ibid-reading", padding=False, render=False),
        chips=gr.HTML("", elem_id="ibid-chips", padding=False, render=False, js_on_load=DELEGATE),
        fields=(
            *(
                gr.Dropdown(choices, label=shown(name), multiselect=True, value=[], render=False, elem_id=f"ibid-{name.lower()}")
                for name, choices in zip((later("Articles"), later("Authors"), later("Publishers")), _choices(known), strict=True)
            ),
            gr.Textbox("", label=shown("Published since"), placeholder="2024-06-19", max_length=40, render=False, elem_id="ibid-since"),
            gr.Textbox("", label=shown("Published until"), placeholder="2024-12-31", max_length=40, render=False, elem_id="ibid-until"),
        ),
    )


def _chatbot() -> Any:
    return gr.Chatbot(
        show_label=False, container=False, elem_id="ibid-chat", height="calc(100dvh - 300px)", min_height=320,
        latex_delimiters=[], buttons=["copy_all"],
        placeholder=str(shown("**Ask the articles.** The answer is a quote you can check, or an honest no.")),
        layout="bubble", group_consecutive_messages=True,
        label=shown("Conversation"), feedback_options=["Like", "Dislike", *REASONS],
    )  # fmt: skip


def _interface(talk: Talk, parts: Parts, chatbot: Any) -> Any:
    def answer(
        message: str,
        history: list[Any],
        session: Session,
        articles: Any,
        authors: Any,
        publishers: Any,
        since: Any,
        until: Any,
        request: gr.Request,
    ) -> Iterator[Step]:
        asked = [one for one in map(_text_of, history) if one]
        wanted = wanted_of(articles, authors, publishers, since, until)
        yield from talk.answer(str(message), asked, own(session, request), wanted=wanted, asker=asker_of(request))

    filters = gr.Accordion(shown("Filters: which articles may answer"), open=False, elem_id="ibid-filters", render=False)
    return gr.ChatInterface(
        answer, chatbot=chatbot, additional_inputs=[parts.session, *parts.fields], additional_outputs=[parts.evidence, parts.session],
        additional_inputs_accordion=filters,
        textbox=gr.Textbox(
            placeholder=shown("Ask the articles a question"), show_label=False, label=shown("Question"), container=False,
            max_length=LONGEST_QUESTION, elem_id="ibid-question", scale=7, autofocus=True, submit_btn=True, stop_btn=True,
        ),
        api_name="chat", flagging_mode="never", show_progress="hidden",
    )  # fmt: skip


def _connect_evidence(talk: Talk, parts: Parts) -> None:
    articles = parts.fields[0]

    def act(session: Session, chosen: list[str], request: gr.Request, event: gr.EventData) -> Any:
        session = own(session, request)
        fields: dict[str, Any] = event._data or {}
        turn, number = (int(fields.get(name) or 0) for name in ("turn", "number"))
        if fields.get("act") == "only":
            name = told(lambda: talk.article_of(session, turn, number))
            return gr.skip(), [name] if name else chosen
        return told(lambda: talk.open_article(session, turn, number)) or gr.skip(), gr.skip()

    parts.evidence.select(act, [parts.session, articles], [parts.reader, articles], api_visibility="private", show_progress="hidden")


def _connect_judging(talk: Talk, parts: Parts, chatbot: Any) -> None:
    def judge(session: Session, history: list[Any], request: gr.Request, event: gr.LikeData) -> None:
        place = event.index if isinstance(event.index, int) else event.index[0]
        turn = sum(_text_of(one) is not None for one in history[: place + 1])
        told(lambda: talk.judge(owner_of(request), own(session, request), turn, event.liked))

    chatbot.like(judge, [parts.session, chatbot], None, api_visibility="private")


def _connect_filters(talk: Talk, parts: Parts, page: Any) -> None:
    fields = list(parts.fields)

    def show(*values: Any) -> str:
        return chips(wanted_of(*values), talk.imprints())

    def remove(articles: Any, authors: Any, publishers: Any, since: Any, until: Any, event: gr.EventData) -> Any:
        gone: dict[str, Any] = event._data or {}
        before = wanted_of(articles, authors, publishers, since, until)
        field, place = str(gone.get("field")), int(gone.get("place") or 0)
        wanted = Wanted() if gone.get("act") == "clear" else before.without(field, place)
        return [*_values(wanted), chips(wanted, talk.imprints())]

    def load(request: gr.Request) -> Any:
        known = talk.imprints()
        parameters = {name: request.query_params.getlist(name) for name in (*LISTS, *DAYS)}
        wanted = wanted_in_link(parameters, known)
        *lists, since, until = _values(wanted)
        updates = [gr.update(choices=choices, value=chosen) for choices, chosen in zip(_choices(known), lists, strict=True)]
        return [*updates, since, until, chips(wanted, known)]

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([one.change for one in fields], show, fields, parts.chips, trigger_mode="always_last", **quiet)
    parts.chips.select(remove, fields, [*fields, parts.chips], **quiet)
    page.load(load, None, [*fields, parts.chips], **quiet)


def _values(wanted: Wanted) -> list[Any]:
    """Return what the fields of the filters hold when this is wanted."""
    return [list(wanted.articles), list(wanted.authors), list(wanted.publishers), wanted.since, wanted.until]


def _choices(known: Sequence[Imprint]) -> tuple[list[Any], ...]:
    """Return what the lists of the filters offer: titles with their ids, authors, publishers."""
    titles = [(f"{one.title} ({one.published.year})" if one.published else one.title, one.id) for one in known]
    return titles, sorted({one.author for one in known if one.author}), sorted({one.publisher for one in known if one.publisher})


def _text_of(message: Any) -> str | None:
    """Return what a person asked in a message of the history; None for a message of ours."""
    if message.get("role") != "user":
        return None
    content = message.get("content")
    if isinstance(content, list):
        return " ".join(part["text"] for part in content if isinstance(part, dict) and isinstance(part.get("text"), str))
    return content if isinstance(content, str) else json.dumps(content)
