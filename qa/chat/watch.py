"""What the server does beside the page: says whether it is well, notes its requests, and lets answers finish when it stops."""

import asyncio
import threading
import time
from collections.abc import Callable
from typing import Any

from index.errors import IbidError
from qa.chat.log import Log
from qa.chat.members import API, address_of, refuse, send_json

Counts = Callable[[], tuple[str, int, int]]
"""Returns generation, articles and passages; raises IbidError where there is no index."""
STREAM = f"{API}queue/data"
"""Where the page waits for answers; it is open as long as one is on its way."""


class Watch:
    """Knows which answers are on their way. Safe to use from several threads."""

    def __init__(self, counts: Counts, log: Log | None = None) -> None:
        """Say whether there is an index; note each request in a log, where there is one."""
        self.log = log
        self._counts = counts
        self._changed = threading.Condition()
        self._waiting = 0
        self.is_stopping = False

    def stop(self, *, within: float) -> bool:
        """Let nobody ask any more; return whether all that was asked is answered within some seconds."""
        with self._changed:
            self.is_stopping = True
            return self._changed.wait_for(lambda: not self._waiting, timeout=within)

    def health(self) -> tuple[int, dict[str, Any]]:
        """Return what `/health` says, and its status: 200 with what the index counts, 503 where there is none."""
        try:
            generation, articles, passages = self._counts()
        except IbidError:
            return 503, {"status": "no index"}
        return 200, {"status": "ok", "generation": generation, "articles": articles, "passages": passages}

    def wait(self, by: int) -> None:
        """Note that one more, or one less, waits for an answer."""
        with self._changed:
            self._waiting += by
            self._changed.notify_all()


class Watched:
    """ASGI middleware that tells a watch of every request, and answers `/health` itself."""

    def __init__(self, app: Any, watch: Watch) -> None:
        """Wrap an application."""
        self._app = app
        self._watch = watch

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or refuse a question when the server is about to stop."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def noted(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        is_stream = scope["path"].startswith(STREAM)
        self._watch.wait(is_stream)
        try:
            if self._watch.is_stopping and scope["method"] == "POST":
                await refuse(noted, 503, "The server is stopping: ask again in a moment.")
            elif scope["path"] == "/health":
                await send_json(noted, *await asyncio.to_thread(self._watch.health))
            else:
                await self._app(scope, receive, noted)
        finally:
            self._watch.wait(-is_stream)
            self._note(scope, status, time.perf_counter() - began)

    def _note(self, scope: Any, status: int, seconds: float) -> None:
        if self._watch.log:
            path = "/".join(scope["path"].split("/")[: 4 if scope["path"].startswith(f"{API}queue/") else 3])
            user, address = scope.get("ibid.user", ""), address_of(scope)
            self._watch.log.requested(method=scope["method"], path=path, status=status, seconds=seconds, user=user, address=address)
