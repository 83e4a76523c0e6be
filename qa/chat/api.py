"""The chat's endpoints for programs, as `gradio_client` calls them.

They return the JSON of the command line without the paths of files: these are the server's own business, and `gradio_client`
would take them for files to fetch.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api

from index.errors import IbidError
from index.plan import Report
from qa.chat.desk import Desk
from qa.chat.parts import asker_of
from qa.chat.talk import Talk
from qa.library import Library
from qa.render import answer_json, article_json, hit_json, report_json
from qa.wanted import wanted_of

MOST_BEFORE = 10
"""Questions before the one that is asked."""
MOST_PASSAGES = 100

Names = list[str]


def connect_api(talk: Talk, desk: Desk, library: Library) -> None:
    """Add the endpoints `ask`, `search`, `articles` and `sync` to the page that is being built; they keep no conversation."""

    def ask(
        question: str,
        request: gr.Request,
        history: Names | None = None,
        articles: Names | None = None,
        authors: Names | None = None,
        since: str = "",
        until: str = "",
    ) -> dict[str, Any]:
        """Answer a question with quotes, or say that the articles do not."""
        before = [str(one) for one in history or []][-MOST_BEFORE:]
        wanted = wanted_of(articles, authors, [], since, until)
        answer = _told(lambda: desk.ask(asker_of(request), str(question), history=before, filters=wanted.filters()))
        return dict(_pathless(answer_json(answer)))

    def search(
        words: str,
        request: gr.Request,
        k: int = 10,
        articles: Names | None = None,
        authors: Names | None = None,
        since: str = "",
        until: str = "",
    ) -> dict[str, Any]:
        """Rank passages for some words, without a verdict."""
        wanted = wanted_of(articles, authors, [], since, until)
        most = max(1, min(int(k), MOST_PASSAGES))
        hits = _told(lambda: desk.search(asker_of(request), str(words), k=most, filters=wanted.filters()))
        return {"hits": [hit_json(hit) for hit in hits]}

    def articles() -> dict[str, Any]:
        """List the articles."""
        return dict(_pathless({"articles": [article_json(one) for one in _told(talk.articles)]}))

    api(ask, api_name="ask")
    api(search, api_name="search")
    api(articles, api_name="articles")
    _connect_sync(desk, library)


def _connect_sync(desk: Desk, library: Library) -> None:
    def sync(request: gr.Request) -> dict[str, Any]:
        """Make the index say what its folders say, if the caller may; return what was done."""
        asker = asker_of(request)

        def allowed() -> Report:
            desk.require_change(asker)
            return library.sync()

        report = _told(allowed)
        failed = [{"name": Path(path).name, "reason": reason} for path, reason in report.failed]
        return report_json(report) | {"failed": failed}

    api(sync, api_name="sync", concurrency_limit=1, concurrency_id="library")


def _pathless(value: Any) -> Any:
    """Return JSON without what is called `path`."""
    if isinstance(value, dict):
        return {name: _pathless(one) for name, one in value.items() if name != "path"}
    return [_pathless(one) for one in value] if isinstance(value, list) else value


def _told(attempt: Callable[[], Any]) -> Any:
    """Do something for a program, which gets the error's words."""
    try:
        return attempt()
    except IbidError as error:
        raise gr.Error(str(error), print_exception=False) from None
