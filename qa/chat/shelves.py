"""The library's side of the page: the table of articles, what may be done with them, and their text."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from index.passage import Article
from index.plan import Report, Step
from index.read.walk import SUFFIXES
from qa.chat.charts import corpus_map, timeline
from qa.chat.desk import Desk
from qa.chat.parts import DELEGATE, asker_of, shown, told
from qa.chat.reading import article_view
from qa.chat.speech import later, say
from qa.chat.talk import Talk
from qa.chat.views import library_table, report_view
from qa.library import Library

VIEWS = (later("List"), later("Timeline"), later("Map"))
_STAGES = {"reading": later("reading"), "embedding": later("embedding"), "indexing": later("indexing"), "verifying": later("verifying")}


@dataclass(frozen=True, slots=True)
class _Shelves:
    """The components of the library."""

    views: tuple[Any, ...]
    """The articles as a table, along time, and on a map."""
    said: Any
    text: Any
    chosen: Any
    """The article that is shown."""
    gone: Any
    """The article that was removed last."""
    remove: Any
    undo: Any


@dataclass(frozen=True, slots=True)
class _Ways:
    """The components that more articles come through."""

    files: Any
    sync: Any
    folder: Any
    add_folder: Any


def build_library(talk: Talk, library: Library, page: Any, desk: Desk) -> None:
    """Add the library to the page that is being built; to those who may not change it, it is only shown."""
    with gr.Row(elem_id="ibid-shelf"):
        with gr.Column(scale=7, min_width=320):
            with gr.Row(visible=False) as tools:
                add = gr.UploadButton(
                    str(shown("Add files")), file_count="multiple", file_types=list(SUFFIXES), size="sm", elem_id="ibid-add"
                )
                sync = gr.Button(shown("Sync now"), size="sm", elem_id="ibid-sync")
                remove = gr.Button(shown("Remove"), size="sm", visible=False, elem_id="ibid-remove")
                undo = gr.Button(shown("Undo"), size="sm", visible=False, elem_id="ibid-undo")
            with gr.Row(visible=False) as further:
                folder = gr.Textbox(label=shown("Folder on the server"), max_length=1000, elem_id="ibid-folder", scale=4)
                add_folder = gr.Button(shown("Add folder"), size="sm", elem_id="ibid-add-folder", scale=1)
            said = gr.HTML("", elem_id="ibid-said", padding=False)
            views = _build_views()
        with gr.Column(scale=4, min_width=320):
            text = gr.HTML(_hint(), elem_id="ibid-text", padding=False)
    shelves = _Shelves(views, said, text, gr.State(None), gr.State(None), remove, undo)
    _connect(talk, library, page, shelves, desk)
    _connect_changes(library, shelves, desk, _Ways(add, sync, folder, add_folder))

    def offer(request: gr.Request) -> Any:
        may = desk.may_change(asker_of(request))
        return gr.update(visible=may), gr.update(visible=may and bool(library.allowed))

    page.load(offer, None, [tools, further], api_visibility="private", show_progress="hidden")


def _build_views() -> tuple[Any, ...]:
    """Return the three views, empty: what they show is told to who has logged in, in their language."""
    views = []
    with gr.Tabs(elem_id="ibid-views"):
        for name in VIEWS:
            with gr.Tab(shown(name)):
                views.append(gr.HTML("", elem_id=f"ibid-{name.lower()}", padding=False, js_on_load=DELEGATE))
    return tuple(views)


def _views(library: Library) -> list[str]:
    entries = library.entries()
    return [library_table(entries), timeline(entries), corpus_map(library.points(), entries)]


def _connect(talk: Talk, library: Library, page: Any, shelves: _Shelves, desk: Desk) -> None:
    def choose(request: gr.Request, event: gr.EventData) -> Any:
        key = (event._data or {}).get("key")
        known = [one.id for one in library.entries() if one.key == key]
        article = told(lambda: talk.article(known[0])) if known else None
        if article is None:
            return gr.skip(), None, gr.update(visible=False)
        offered = gr.update(value=say("Remove “{title}”").format(title=article.title[:40]), visible=desk.may_change(asker_of(request)))
        return article_view(article, [], with_bar=False), article, offered

    def load(request: gr.Request) -> Any:
        told_last = report_view(library.last) if library.last and desk.may_change(asker_of(request)) else ""
        return [*_views(library), told_last, _hint()]

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([one.select for one in shelves.views], choose, None, [shelves.text, shelves.chosen, shelves.remove], **quiet)
    page.load(load, None, [*shelves.views, shelves.said, shelves.text], **quiet)


def _connect_changes(library: Library, shelves: _Shelves, desk: Desk, ways: _Ways) -> None:
    outputs = [*shelves.views, shelves.said, shelves.chosen, shelves.gone, shelves.remove, shelves.undo]

    def changed(attempt: Callable[[], Report], request: gr.Request, gone: Article | None = None) -> Any:
        def allowed() -> Report:
            desk.require_change(asker_of(request))
            return attempt()

        report = told(allowed)
        if report is None:
            return [gr.skip()] * len(outputs)
        return [*_views(library), report_view(report), None, gone, gr.update(visible=False), gr.update(visible=gone is not None)]

    def upload(files: list[str], request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008 - how Gradio hands it over
        return changed(lambda: library.add([Path(one) for one in files or []], progress=_showing(progress)), request)

    def add_folder(named: str, request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008 - the same
        return changed(lambda: library.add_folder(named or "", progress=_showing(progress)), request)

    def renew(request: gr.Request, progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008 - the same
        return changed(lambda: library.sync(progress=_showing(progress)), request)

    def take(chosen: Article | None, request: gr.Request) -> Any:
        return changed(lambda: library.remove(chosen.id), request, chosen) if chosen else [gr.skip()] * len(outputs)

    def put_back(gone: Article | None, request: gr.Request) -> Any:
        return changed(lambda: library.restore(gone), request) if gone else [gr.skip()] * len(outputs)

    private: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": "library"}
    ways.files.upload(upload, ways.files, outputs, **private)
    gr.on([ways.add_folder.click, ways.folder.submit], add_folder, ways.folder, outputs, **private)
    ways.sync.click(renew, None, outputs, **private)
    shelves.remove.click(take, shelves.chosen, outputs, **private)
    shelves.undo.click(put_back, shelves.gone, outputs, **private)


def _showing(progress: gr.Progress) -> Callable[[Step], None]:
    return lambda step: progress((step.done, max(step.total, 1)), desc=f"{say(_STAGES.get(step.stage, step.stage))} {step.name}")


def _hint() -> str:
    return f'<p class="ibid-note">{say("A click on an article shows it here.")}</p>'
