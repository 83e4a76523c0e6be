"""What the pieces of the page share: the components that events name, who asks, and how a person is told what went wrong."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from index.errors import IbidError
from qa.chat.desk import Asker
from qa.chat.speech import LANGUAGES, catalogue
from qa.chat.talk import Session

DELEGATE = """
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button && element.contains(button)) trigger("select", { ...button.dataset });
});
"""
"""One listener for the buttons within a piece of HTML, however often it changes."""


shown = gr.I18n(en={text: text for text in catalogue(LANGUAGES[0])}, **{name: catalogue(name) for name in LANGUAGES})
"""Says what Gradio's own components show, which the browser puts into the reader's language."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The components that events name."""

    session: Any
    evidence: Any
    reader: Any
    chips: Any
    fields: tuple[Any, ...]
    """Of the filters: articles, authors, publishers, since, until."""


def asker_of(request: gr.Request) -> Asker:
    """Return who asks: the name they logged in with, or nobody's where nobody does, and their address."""
    return Asker(str(request.username or ""), str(request.client.host if request.client else ""))


def owner_of(request: gr.Request) -> str:
    """Return whose conversations are shown: the name they logged in with, or nobody's, on a server of one's own."""
    return asker_of(request).name


def own(session: Session | None, request: gr.Request) -> Session:
    """Return a page's session if it is the asker's own, or else an empty one: a program may name the session of another."""
    return session if session and session.owner == owner_of(request) else Session(owner=owner_of(request))


def told(attempt: Callable[[], Any]) -> Any:
    """Do something for a person, who is told what went wrong."""
    try:
        return attempt()
    except IbidError as error:
        gr.Warning(str(error))
        return None
