"""What a server with users refuses: requests of those who have not logged in, and of one user into another's session."""

import json
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from index.errors import UserError
from qa.chat.desk import Rate
from qa.users import Users

MOST_LOGINS = 10
"""Wrong passwords that an address may try in a minute."""
MOST_SESSIONS = 10_000
"""Sessions whose user is remembered."""
LARGEST_CALL = 2**24
"""Bytes of a call to an endpoint; files are not part of one."""
NOT_YOURS = (403, "This session is another user's.")
API = "/gradio_api/"
UPLOAD = f"{API}upload"
_OPEN = frozenset(("user", "login_check", "token", "app_id", "startup-events", "theme.css"))
"""What the page asks for before anyone has logged in; none of it tells anything."""


class Members:
    """ASGI middleware that knows each request's user by the token that Gradio gave at log-in."""

    def __init__(self, app: Any, users: Users) -> None:
        """Wrap an application."""
        self._app = app
        self._users = users
        self._logins = Rate(MOST_LOGINS)
        self._sessions: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request, or refuse it."""
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        if not refusal and _is_call(scope):
            receive, session = await _session_in_body(receive)
            refusal = None if self._is_own(session, scope["ibid.user"]) else NOT_YOURS
        if refusal:
            await refuse(send, *refusal)
        elif _is_login(scope):
            await self._app(scope, receive, self._forgiving(scope, send))
        else:
            await self._app(scope, receive, send)

    def _forgiving(self, scope: Any, send: Any) -> Any:
        """Return what sends a response, and counts no password that was right."""

        async def sent(message: Any) -> None:
            if message.get("status") == 200:
                self._logins.forgive(address_of(scope))
            await send(message)

        return sent

    def _refusal(self, scope: Any) -> tuple[int, str] | None:
        path = scope["path"]
        if _is_login(scope):
            wait = self._logins.admit(address_of(scope))
            return (429, f"Too many passwords were tried. Try again in {int(wait) + 1} s.") if wait else None
        user = self._user(scope)
        if not path.startswith(API) or path[len(API) :].strip("/") in _OPEN:
            return None
        if user is None:
            return 401, "Not authenticated"
        if path.startswith(UPLOAD) and not self._users.is_owner(user):
            return 403, "Only an owner of this library may add files."
        return None if self._is_own(session_of(scope), user) else NOT_YOURS

    def _user(self, scope: Any) -> str | None:
        """Return who is logged in; the token of a user who was removed is forgotten."""
        tokens = scope["app"].tokens
        token = _token(scope, scope["app"].cookie_id)
        user = tokens.get(token)
        try:
            is_known = user is not None and self._users.knows(user)
        except UserError:
            return None
        if user is not None and not is_known:
            tokens.pop(token, None)
        scope["ibid.user"] = user if is_known else ""
        return user if is_known else None

    def _is_own(self, session: str, user: str) -> bool:
        """Say whether a session is the user's; the first who comes with it has it."""
        if not session:
            return True
        owner = self._sessions.setdefault(session, user)
        self._sessions.move_to_end(session)
        if len(self._sessions) > MOST_SESSIONS:
            self._sessions.popitem(last=False)
        return owner == user


def _is_login(scope: Any) -> bool:
    return (scope["type"], scope.get("method"), scope.get("path", "").rstrip("/")) == ("http", "POST", "/login")


def address_of(scope: Any) -> str:
    """Return the address that a request comes from, or nothing."""
    return str((scope.get("client") or [""])[0])


def session_of(scope: Any) -> str:
    """Return the session that a request's address names, or nothing."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    place = scope["path"].removeprefix(f"{API}heartbeat/")
    return place if place != scope["path"] else "".join(query.get("session_hash", [])[:1])


def _is_call(scope: Any) -> bool:
    """Say whether a request's session stands in its body."""
    return scope["type"] == "http" and scope["method"] == "POST" and scope["path"].startswith(API) and not scope["path"].startswith(UPLOAD)


async def _session_in_body(receive: Any) -> tuple[Any, str]:
    """Return what gives the body once more, and the session that it names, or nothing where it is no JSON or too large to be read."""
    body, is_more = b"", True
    while is_more and len(body) <= LARGEST_CALL:
        message = await receive()
        body += message.get("body", b"")
        is_more = message.get("more_body", False)
    first: list[Any] = [{"type": "http.request", "body": b"" if is_more else body, "more_body": False}]

    async def again() -> Any:
        return first.pop() if first else await receive()

    try:
        fields = json.loads(b"" if is_more else body)
    except ValueError:
        return again, ""
    return again, str(fields.get("session_hash") or "") if isinstance(fields, dict) else ""


async def refuse(send: Any, status: int, detail: str) -> None:
    """Answer a request with a status and a reason."""
    await send_json(send, status, {"detail": detail})


async def send_json(send: Any, status: int, body: dict[str, Any]) -> None:
    """Answer a request with a status and JSON."""
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})


def _token(scope: Any, cookie: str) -> str:
    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        try:
            cookies.load(value.decode("latin-1") if name == b"cookie" else "")
        except CookieError:
            continue
    names = (f"access-token-{cookie}", f"access-token-unsecure-{cookie}")
    return next((cookies[name].value for name in names if name in cookies), "")
