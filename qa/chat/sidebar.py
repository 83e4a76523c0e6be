"""The side of the page where conversations are kept: listed, found, continued, renamed, saved as files, deleted."""

from typing import Any

import gradio as gr

from qa.chat.export import KINDS
from qa.chat.markup import panel
from qa.chat.parts import DELEGATE, Parts, own, owner_of, shown, told
from qa.chat.speech import say
from qa.chat.talk import Session, Talk
from qa.chat.views import account_line, conversation_list, export_buttons

SAVE = """
(file) => {
  if (!file) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([file.text], { type: file.type }));
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}
"""
"""Save what the server has written as a file of the browser."""


def build_sidebar() -> dict[str, Any]:
    """Return the components of the sidebar by their names."""
    find = shown("Search conversations")
    with gr.Sidebar(open=False, width=300, elem_id="ibid-sidebar"):
        return {
            "new": gr.Button(shown("New conversation"), variant="primary", size="sm", elem_id="ibid-new"),
            "find": gr.Textbox(placeholder=find, show_label=False, label=find, container=False),
            "listed": gr.HTML(conversation_list([], None), elem_id="ibid-conversations", padding=False, js_on_load=DELEGATE),
            "export": gr.HTML(export_buttons(), elem_id="ibid-export", padding=False, js_on_load=DELEGATE, visible=False),
            "account": gr.HTML("", elem_id="ibid-account", padding=False),
            "title": gr.Textbox(
                label=shown("Title of this conversation"),
                max_length=80,
                visible=False,
                submit_btn="Rename",
                elem_id="ibid-title",
            ),
        }


def connect_sidebar(talk: Talk, parts: Parts, page: Any, chat: Any, sidebar: dict[str, Any]) -> None:
    """Let the sidebar act on the page."""
    _connect_export(talk, parts, sidebar)
    page.load(_account, None, sidebar["account"], api_visibility="private", show_progress="hidden")
    listed, title, find = sidebar["listed"], sidebar["title"], sidebar["find"]

    def show(session: Session, words: str, request: gr.Request) -> Any:
        session = own(session, request)
        known = talk.listed(owner_of(request), words or "")
        named = next((one.title for one in known if one.id == session.name), "")
        return (
            conversation_list(known, session.name),
            gr.update(value=named, visible=bool(session.name), submit_btn=say("Rename")),
            gr.update(visible=bool(session.turns)),
        )

    def act(session: Session, request: gr.Request, event: gr.EventData) -> Any:
        session, fields = own(session, request), event._data or {}
        owner, name = owner_of(request), str(fields.get("id") or "")
        if fields.get("act") == "delete":
            told(lambda: talk.delete(owner, name))
            return (gr.skip(), gr.skip(), gr.skip()) if name != session.name else _nothing()
        found = told(lambda: talk.resume(owner, name))
        return (found[0], talk.evidence(found[1].turns), found[1]) if found else (gr.skip(), gr.skip(), gr.skip())

    def rename(session: Session, wanted: str, request: gr.Request) -> None:
        told(lambda: talk.rename(owner_of(request), own(session, request).name or "", wanted))

    showing: dict[str, Any] = {
        "fn": show,
        "inputs": [parts.session, find],
        "outputs": [listed, title, sidebar["export"]],
        "show_progress": "hidden",
    }
    shown = [chat.chatbot_value, parts.evidence, parts.session]
    gr.on([parts.session.change, find.change, page.load], **showing, api_visibility="private")
    listed.select(act, [parts.session], shown, api_visibility="private", show_progress="hidden").then(**showing, api_visibility="private")
    title.submit(rename, [parts.session, title], None, api_visibility="private").then(**showing, api_visibility="private")
    sidebar["new"].click(_nothing, None, shown, api_visibility="private")
    chat.chatbot.clear(lambda: (panel([]), Session()), None, [parts.evidence, parts.session], api_visibility="private")


def _connect_export(talk: Talk, parts: Parts, sidebar: dict[str, Any]) -> None:
    file = gr.JSON(visible=False)

    def save(session: Session, request: gr.Request, event: gr.EventData) -> Any:
        kind = (event._data or {}).get("act")
        return told(lambda: talk.export(owner_of(request), own(session, request), kind)) if kind in KINDS else None

    sidebar["export"].select(save, [parts.session], [file], api_visibility="private", show_progress="hidden").then(
        None, [file], None, js=SAVE
    )


def _account(request: gr.Request) -> str:
    return account_line(owner_of(request))


def _nothing() -> tuple[list[Any], str, Session]:
    """Return a conversation in which nothing has been asked: messages, panel, session."""
    return [], panel([]), Session()
