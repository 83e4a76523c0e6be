"""What the chat's server refuses."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from qa.chat.guard import POLICY, middleware

HEADERS = {
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def hello(request: Request) -> Response:
    return PlainTextResponse("hello", headers={"x-own": "kept"})


def stream(request: Request) -> Response:
    return StreamingResponse(iter(["one", "two"]))


def loose(request: Request) -> Response:
    """Answer with headers that would undo ours."""
    return PlainTextResponse("loose", headers={"Content-Security-Policy": "default-src *", "X-Frame-Options": "ALLOWALL"})


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("hello")
    await socket.close()


def client_of(host: str) -> TestClient:
    routes = [Route("/", hello), Route("/stream", stream), Route("/loose", loose), WebSocketRoute("/talk", talk)]
    return TestClient(Starlette(routes=routes, middleware=middleware(host)), base_url="http://127.0.0.1:7860")


@pytest.fixture
def client() -> Iterator[TestClient]:
    """A client of a small server behind the guard."""
    with client_of("127.0.0.1") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/stream", 200), ("GET", "/loose", 200), ("GET", "/nowhere", 404),
        ("POST", "/", 405), ("OPTIONS", "/", 405), ("GET", "/../../etc/passwd", 404),
    ],
)  # fmt: skip
def test_every_response_has_the_headers(client: TestClient, method: str, path: str, status: int) -> None:
    """Whatever is asked for, each header is there once, and says what the guard says."""
    response = client.request(method, path)
    assert response.status_code == status
    for name, value in HEADERS.items():
        assert response.headers.get_list(name) == [value]


def test_a_refusal_has_the_headers_too(client: TestClient) -> None:
    """A page that reaches the server under another name gets nothing looser than the rest."""
    response = client.get("/", headers={"host": "evil.example"})
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS


def test_other_headers_and_the_body_are_left_alone(client: TestClient) -> None:
    """The guard adds and overrides its own, nothing else."""
    response = client.get("/")
    assert (response.text, response.headers["x-own"]) == ("hello", "kept")
    assert client.get("/stream").text == "onetwo"


@pytest.mark.parametrize(
    "host",
    [
        "evil.example", "evil.example:7860", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost", "localhost@evil.example",
        "192.168.0.7", "0.0.0.0", "127.0.0.2", "127.0.0.1, evil.example", "[::2]", "*", "", "www.localhost",
    ],
)  # fmt: skip
def test_another_host_name_is_refused(client: TestClient, host: str) -> None:
    """A name that is bound to this address by someone else (DNS rebinding) does not reach the chat."""
    response = client.get("/", headers={"host": host})
    assert response.status_code == 400
    assert "hello" not in response.text


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost", "localhost:1", "LOCALHOST:7860", "[::1]", "[::1]:7860"])
def test_this_machine_is_served_under_its_own_names(client: TestClient, host: str) -> None:
    """With any port, in both families of addresses."""
    assert client.get("/", headers={"host": host}).text == "hello"


def test_the_host_that_is_listened_on_is_served_alone() -> None:
    """Naming one host lets that one in and no other."""
    with client_of("articles.example") as client:
        assert client.get("/", headers={"host": "articles.example:8000"}).status_code == 200
        assert client.get("/", headers={"host": "www.articles.example"}).status_code == 400
        assert client.get("/", headers={"host": "other.example"}).status_code == 400


def test_a_socket_is_open_to_this_machine_alone(client: TestClient) -> None:
    """A web socket passes the same gate as a page."""
    with client.websocket_connect("/talk", headers={"host": "localhost"}) as socket:
        assert socket.receive_text() == "hello"
    from starlette.testclient import WebSocketDenialResponse

    with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect("/talk", headers={"host": "evil.example"}):
        pass
    assert caught.value.status_code == 400


def test_the_policy_names_no_other_host() -> None:
    """Nothing may be loaded from, sent to or framed by another host."""
    directives = dict(part.strip().split(" ", 1) for part in POLICY.split(";"))
    sources = {source for value in directives.values() for source in value.split()}
    assert sources <= {"'self'", "'none'", "'unsafe-inline'", "'unsafe-eval'", "data:", "blob:"}
    assert directives["default-src"] == directives["connect-src"] == directives["form-action"] == "'self'"
    assert directives["object-src"] == directives["frame-src"] == "'none'"
    assert directives["frame-ancestors"] == "'self'"


def test_a_trusted_name_is_served_with_its_own_pages_only() -> None:
    """A name that was given is served, and a page from it is heard; pages of other sites, and of none, are not."""
    routes = [Route("/", hello, methods=["GET", "POST"])]
    with TestClient(Starlette(routes=routes, middleware=middleware("0.0.0.0", trusted=["ibid.example"]))) as client:
        own = {"host": "ibid.example"}
        assert client.get("/", headers=own).status_code == 200
        assert client.get("/", headers={"host": "other.example"}).status_code == 400
        for origin, status in (
            ("https://ibid.example", 200),
            ("http://ibid.example:8443", 200),
            ("https://other.example", 403),
            ("null", 403),
        ):
            assert client.post("/", headers=own | {"origin": origin}).status_code == status, origin


@pytest.mark.parametrize(
    "path", ["file=/etc/passwd", "file/etc/passwd", "proxy=http://192.0.2.1/", "process_recording", "vibe-edit/", "runs"]
)
def test_what_the_chat_does_not_need_is_not_served(client: TestClient, path: str) -> None:
    assert client.get(f"/gradio_api/{path}").status_code == client.post(f"/gradio_api/{path}").status_code == 404
