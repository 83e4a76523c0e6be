"""What the chat's server refuses: other hosts' names, other sites' pages, and a page that reaches beyond this server."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from qa.chat.members import API, Members, refuse
from qa.chat.watch import Watch, Watched
from qa.users import Users

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "frame-src 'none'",
        "frame-ancestors 'self'",
    )
)
"""Gradio's page needs inline scripts and eval; nothing may be loaded from, or sent to, another host."""

_CLOSED = tuple(f"{API}{name}" for name in ("file", "proxy=", "stream/", "process_recording", "vibe-", "undo-vibe", "deep_link", "runs"))
"""What Gradio serves and the chat has no use for: files by their path, requests to other servers, recordings."""

_HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


class SecurityHeaders:
    """ASGI middleware that adds the headers above to every response."""

    def __init__(self, app: Any) -> None:
        """Wrap an ASGI application."""
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""

        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                names = {name for name, _ in _HEADERS}
                kept = [pair for pair in message.get("headers", []) if pair[0].lower() not in names]
                message = {**message, "headers": [*kept, *_HEADERS]}
            await send(message)

        await self._app(scope, receive, send_guarded if scope["type"] == "http" else send)


class OwnOrigin:
    """ASGI middleware that refuses what another site's page sends here, and what Gradio serves that the chat does not need."""

    def __init__(self, app: Any, hosts: Sequence[str]) -> None:
        """Wrap an ASGI application that is known by these names."""
        self._app = app
        self._hosts = {host.lower() for host in hosts}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] == "http" and scope["path"].startswith(_CLOSED):
            await refuse(send, 404, "Not Found")
        elif scope["type"] in ("http", "websocket") and not self._is_own(scope["headers"]):
            await refuse(send, 403, "This request comes from another site.")
        else:
            await self._app(scope, receive, send)

    def _is_own(self, headers: Any) -> bool:
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        return all((urlsplit(origin).hostname or "") in self._hosts for origin in origins)


def middleware(host: str, *, trusted: Sequence[str] = (), watch: Watch | None = None, users: Users | None = None) -> list[Any]:
    """Return the middleware for a server that listens on `host` and is known by other names, too.

    It adds the headers, answers `/health` and notes requests where there is a watch, then refuses other host names, other
    sites' pages and, where there are users, everyone else.
    """
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    hosts = ["127.0.0.1", "localhost", "[::1]", *({host, *trusted} - {"*"})]
    return [
        Middleware(SecurityHeaders),
        *([Middleware(Watched, watch)] if watch else []),
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False),
        Middleware(OwnOrigin, hosts=[one.strip("[]") for one in hosts]),
        *([Middleware(Members, users)] if users else []),
    ]
