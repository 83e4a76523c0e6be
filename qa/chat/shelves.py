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
from qa.chat.parts import DELEGATE, told
from qa.chat.reading import article_view
from qa.chat.talk import Talk
from qa.chat.views import library_table, report_view
from qa.library import Library


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


def build_library(talk: Talk, library: Library, page: Any, *, may_change: bool) -> None:
    """Add the library to the page that is being built; where it may not be changed it is only shown."""
    with gr.Row(elem_id="ibid-shelf"):
        with gr.Column(scale=7, min_width=320):
            with gr.Row(visible=may_change):
                add = gr.UploadButton("Add files", file_count="multiple", file_types=list(SUFFIXES), size="sm", elem_id="ibid-add")
                sync = gr.Button("Sync now", size="sm", elem_id="ibid-sync")
                remove = gr.Button("Remove", size="sm", visible=False, elem_id="ibid-remove")
                undo = gr.Button("Undo", size="sm", visible=False, elem_id="ibid-undo")
            said = gr.HTML("", elem_id="ibid-said", padding=False)
            views = _build_views(library)
        with gr.Column(scale=4, min_width=320):
            text = gr.HTML(_hint(), elem_id="ibid-text", padding=False)
    shelves = _Shelves(views, said, text, gr.State(None), gr.State(None), remove, undo)
    _connect(talk, library, page, shelves)
    if may_change:
        _connect_changes(library, shelves, add, sync)


def _build_views(library: Library) -> tuple[Any, ...]:
    views = []
    with gr.Tabs(elem_id="ibid-views"):
        for name, shown in zip(("List", "Timeline", "Map"), _views(library), strict=True):
            with gr.Tab(name):
                views.append(gr.HTML(shown, elem_id=f"ibid-{name.lower()}", padding=False, js_on_load=DELEGATE))
    return tuple(views)


def _views(library: Library) -> list[str]:
    entries = library.entries()
    return [library_table(entries), timeline(entries), corpus_map(library.points(), entries)]


def _connect(talk: Talk, library: Library, page: Any, shelves: _Shelves) -> None:
    def choose(event: gr.EventData) -> Any:
        key = (event._data or {}).get("key")
        known = [one.id for one in library.entries() if one.key == key]
        article = told(lambda: talk.article(known[0])) if known else None
        if article is None:
            return gr.skip(), None, gr.update(visible=False)
        return article_view(article, [], with_bar=False), article, gr.update(value=f"Remove “{article.title[:40]}”", visible=True)

    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on([one.select for one in shelves.views], choose, None, [shelves.text, shelves.chosen, shelves.remove], **quiet)
    page.load(lambda: [*_views(library), _told_last(library)], None, [*shelves.views, shelves.said], **quiet)


def _connect_changes(library: Library, shelves: _Shelves, add: Any, sync: Any) -> None:
    outputs = [*shelves.views, shelves.said, shelves.chosen, shelves.gone, shelves.remove, shelves.undo]

    def changed(attempt: Callable[[], Report], gone: Article | None = None) -> Any:
        report = told(attempt)
        if report is None:
            return [gr.skip()] * len(outputs)
        return [*_views(library), report_view(report), None, gone, gr.update(visible=False), gr.update(visible=gone is not None)]

    def upload(files: list[str], progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008 - how Gradio hands it over
        return changed(lambda: library.add([Path(one) for one in files or []], progress=_showing(progress)))

    def renew(progress: gr.Progress = gr.Progress()) -> Any:  # noqa: B008 - the same
        return changed(lambda: library.sync(progress=_showing(progress)))

    def take(chosen: Article | None) -> Any:
        return changed(lambda: library.remove(chosen.id), chosen) if chosen else [gr.skip()] * len(outputs)

    def put_back(gone: Article | None) -> Any:
        return changed(lambda: library.restore(gone)) if gone else [gr.skip()] * len(outputs)

    private: dict[str, Any] = {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": "library"}
    add.upload(upload, add, outputs, **private)
    sync.click(renew, None, outputs, **private)
    shelves.remove.click(take, shelves.chosen, outputs, **private)
    shelves.undo.click(put_back, shelves.gone, outputs, **private)


def _showing(progress: gr.Progress) -> Callable[[Step], None]:
    return lambda step: progress((step.done, max(step.total, 1)), desc=f"{step.stage} {step.name}")


def _told_last(library: Library) -> str:
    return report_view(library.last) if library.last else ""


def _hint() -> str:
    return '<p class="ibid-note">A click on an article shows it here.</p>'
