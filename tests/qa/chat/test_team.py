"""A chat that is shared: who gets in, who sees what, and what is refused, on a real server by browser and by program."""

import json
import signal
import time
import uuid
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from qa.users import Users
from tests.conftest import write_articles
from tests.qa.chat.test_page import ANSWER_MS, QUESTION, Chat, Page

pytestmark = [pytest.mark.models, pytest.mark.browser]

PASSWORDS = {"ann": "correct horse", "bob": "battery staple", "cid": "hunter of gnus"}
HARBOUR = "Which engineer built the harbour of Marlow?"
BRIDGE = "When did the valley bridge open?"
RATE = 12


class Shared(Chat):
    """A chat with users: ann owns the library, bob and cid ask."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.users = Users(folder / "users")
        for name, password in PASSWORDS.items():
            self.users.add(name, password, is_owner=name == "ann")
        articles = write_articles(folder / "articles")
        super().__init__(folder / "home", articles, "--auth", str(self.users.path), *options)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    running = Shared(tmp_path_factory.mktemp("shared"), "--rate", str(RATE), "--log", "json")
    yield running
    running.stop()


class Program:
    """A program that speaks to the server itself, with a user's cookies or without."""

    def __init__(self, chat: Chat, name: str = "") -> None:
        self.url = chat.url
        self.cookie = ""
        if name:
            with self.open("login", urlencode({"username": name, "password": PASSWORDS[name]}).encode()) as response:
                cookies = response.headers.get_all("set-cookie") or []
            self.cookie = "; ".join(one.split(";")[0] for one in cookies)

    def open(self, path: str, body: bytes | None = None, **headers: str) -> HTTPResponse:
        request = Request(self.url + path, body, {"Cookie": self.cookie} | headers)
        response = urlopen(request, timeout=30)
        assert isinstance(response, HTTPResponse)
        return response

    def status(self, path: str, body: bytes | None = None, **headers: str) -> int:
        try:
            with self.open(path, body, **headers) as response:
                return response.status
        except HTTPError as error:
            with error:
                return error.code

    def config(self) -> dict[str, Any]:
        with self.open("config") as response:
            return dict(json.load(response))

    def join(self, number: int, data: list[Any], *, session: str, event: dict[str, Any] | None = None) -> str:
        """Call an endpoint by its number, as no page needs to know it, and return all that comes back for the session."""
        body = json.dumps({"fn_index": number, "data": data, "session_hash": session, "event_data": event, "trigger_id": None})
        with self.open("gradio_api/queue/join", body.encode(), **{"Content-Type": "application/json"}):
            pass
        with self.open(f"gradio_api/queue/data?session_hash={session}") as stream:
            return stream.read().decode()


def log_in(browser: Any, chat: Chat, name: str) -> Page:
    """Return a user's page."""
    one = Page(browser, chat, waits_for="input[type=password]")
    one.page.fill("input:not([type=password])", name)
    one.page.fill("input[type=password]", PASSWORDS[name])
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector(QUESTION, timeout=ANSWER_MS)
    return one


def conversations(one: Page) -> list[str]:
    one.page.locator(".toggle-button").first.click()
    one.page.locator(".ibid-load").first.wait_for(state="visible", timeout=ANSWER_MS)
    return [str(text) for text in one.page.locator(".ibid-load").all_inner_texts()]


def test_nothing_is_told_before_log_in(shared: Shared) -> None:
    """Neither the page's make-up nor any endpoint, and a wrong password opens nothing."""
    stranger = Program(shared)
    for path in (
        "config",
        "gradio_api/info",
        "gradio_api/queue/data?session_hash=a",
        "gradio_api/heartbeat/a",
        "gradio_api/upload_progress",
    ):
        assert stranger.status(path) == 401, path
    for path in ("gradio_api/queue/join", "gradio_api/upload", "gradio_api/call/ask", "gradio_api/run/ask", "gradio_api/cancel"):
        assert stranger.status(path, b"{}", **{"Content-Type": "application/json"}) == 401, path
    assert stranger.status("login", urlencode({"username": "ann", "password": "wrong horse"}).encode()) == 400
    with stranger.open("") as response:
        page = response.read().decode()
    assert "harbour" not in page and "auth_required" in page


def test_two_users_keep_their_own_conversations(shared: Shared, browser: Any) -> None:
    ann, bob = log_in(browser, shared, "ann"), log_in(browser, shared, "bob")
    ann.ask(HARBOUR)
    bob.ask(BRIDGE)
    ann_again, bob_again = log_in(browser, shared, "ann"), log_in(browser, shared, "bob")
    assert [HARBOUR in one for one in conversations(ann_again)] == [True]
    assert [BRIDGE in one for one in conversations(bob_again)] == [True]
    assert HARBOUR not in bob_again.page.content() and BRIDGE not in ann_again.page.content()
    for one in (ann, bob, ann_again, bob_again):
        assert one.errors == [] and one.outside == []
        one.context.close()


def test_only_an_owner_is_offered_changes_of_the_library(shared: Shared, browser: Any) -> None:
    for name, is_offered in (("ann", True), ("bob", False)):
        one = log_in(browser, shared, name)
        one.page.get_by_role("tab", name="Library").click()
        one.wait_for_rows(3)
        one.page.locator('.ibid-library [data-act="show"]').first.click()
        one.page.locator("#ibid-text .ibid-reader").wait_for(state="visible", timeout=ANSWER_MS)
        assert one.page.locator("#ibid-sync").is_visible() is is_offered
        assert one.page.locator("#ibid-remove").is_visible() is is_offered
        one.context.close()


def test_programs_log_in_and_keep_apart(shared: Shared) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AuthenticationError

    client = Client(shared.url, auth=("cid", PASSWORDS["cid"]), verbose=False)
    assert client.predict(HARBOUR, api_name="/ask")["verdict"] in ("answered", "not_in_articles")
    with pytest.raises((AuthenticationError, ValueError)):
        Client(shared.url, verbose=False)


def test_no_endpoint_of_any_number_tells_one_user_what_is_anothers(shared: Shared) -> None:
    """Ann asks in a session of hers; bob calls every endpoint with her session, her conversation and her file, and gets none of it."""
    ann, bob = Program(shared, "ann"), Program(shared, "bob")
    config, session = ann.config(), uuid.uuid4().hex
    chat = next(one for one in config["dependencies"] if one["api_name"] == "chat")
    said = ann.join(chat["id"], _empty(config, chat, HARBOUR), session=session)
    assert "Ada" in said
    names = [one.id for one in _kept(shared).listed("ann")]
    assert names
    own = uuid.uuid4().hex
    for one in config["dependencies"]:
        if one["backend_fn"] and one["api_name"] not in ("ask", "search", "articles", "chat"):
            for event in ({"id": names[0], "act": "load"}, {"id": names[0], "act": "delete"}, {"act": "json"}, {"turn": 1, "number": 1}):
                heard = bob.join(one["id"], _empty(config, one, ""), session=own, event=event)
                assert "Ada" not in heard and HARBOUR not in heard, one
    assert bob.status(f"gradio_api/queue/data?session_hash={session}") == 403
    assert bob.status(f"gradio_api/heartbeat/{session}") == 403
    assert [one.id for one in _kept(shared).listed("ann")] == names
    assert HARBOUR in {one.title for one in _kept(shared).listed("ann")}


def test_a_session_belongs_to_who_began_it(shared: Shared) -> None:
    """Gradio keeps what a page shows under the session's name; one who knows the name of another's gets nothing of it."""
    ann, bob = Program(shared, "ann"), Program(shared, "bob")
    config, session = ann.config(), uuid.uuid4().hex
    chat = next(one for one in config["dependencies"] if one["api_name"] == "chat")
    ann.join(chat["id"], _empty(config, chat, HARBOUR), session=session)
    for one in config["dependencies"]:
        body = json.dumps({"fn_index": one["id"], "data": _empty(config, one, ""), "session_hash": session}).encode()
        for path in ("queue/join", "run/predict", "api/predict", f"call/{one['api_name']}", "cancel", "reset"):
            assert bob.status(f"gradio_api/{path}", body, **{"Content-Type": "application/json"}) == 403, (one, path)


def test_only_an_owner_changes_the_library_by_any_endpoint(shared: Shared) -> None:
    bob = Program(shared, "bob")
    config = bob.config()
    before = bob.join(_by_name(config, "articles"), [], session=uuid.uuid4().hex).count('"sha256"')
    heard = ""
    for one in config["dependencies"]:
        if one["backend_fn"] and any(target[1] in ("click", "upload") for target in one["targets"]):
            heard += bob.join(one["id"], _empty(config, one, ""), session=uuid.uuid4().hex)
    assert "Only an owner of this library" in bob.join(_by_name(config, "sync"), [], session=uuid.uuid4().hex)
    assert "Only an owner of this library may change it." in heard
    assert bob.join(_by_name(config, "articles"), [], session=uuid.uuid4().hex).count('"sha256"') == before
    assert bob.status("gradio_api/upload", b"x", **{"Content-Type": "multipart/form-data; boundary=x"}) == 403
    for path in ("gradio_api/file=/etc/passwd", "gradio_api/file/etc/passwd", "gradio_api/proxy=http://192.0.2.1/"):
        assert bob.status(path) == 404, path


def test_one_who_asks_too_often_is_told_and_others_are_answered(shared: Shared) -> None:
    cid, ann = Program(shared, "cid"), Program(shared, "ann")
    number = _by_name(cid.config(), "search")
    heard = [cid.join(number, ["harbour", 1, None, None, "", ""], session=uuid.uuid4().hex) for _ in range(RATE + 1)]
    assert f"{RATE} questions a minute" in heard[-1] and "Ask again in" in heard[-1] and f"{RATE} questions" not in heard[0]
    assert "questions a minute" not in ann.join(number, ["harbour", 1, None, None, "", ""], session=uuid.uuid4().hex)


def test_another_sites_page_is_refused(shared: Shared) -> None:
    """The browser would send the user's cookies along; the name of the page that asks gives it away."""
    ann = Program(shared, "ann")
    assert ann.status("config", Origin="https://evil.example") == 403
    assert ann.status("config", Origin="null") == 403
    assert ann.status("config", Origin=shared.url.rstrip("/")) == 200


def test_one_who_is_removed_is_out_at_once(shared: Shared) -> None:
    shared.users.add("dan", "some password")
    PASSWORDS["dan"] = "some password"
    dan = Program(shared, "dan")
    assert dan.status("config") == 200
    shared.users.remove("dan")
    assert dan.status("config") == 401 and dan.status("gradio_api/heartbeat/b") == 401
    assert Program(shared).status("login", urlencode({"username": "dan", "password": "some password"}).encode()) == 400


def test_passwords_cannot_be_tried_without_end(tmp_path: Path) -> None:
    running = Shared(tmp_path)
    try:
        stranger = Program(running)
        tried = [stranger.status("login", urlencode({"username": "ann", "password": f"guess {i}"}).encode()) for i in range(12)]
        assert tried[:10] == [400] * 10 and tried[10:] == [429] * 2
    finally:
        running.stop()


def test_health_counts_and_tells_nothing_of_the_content(shared: Shared) -> None:
    with Program(shared).open("health") as response:
        assert json.load(response) == {"status": "ok", "generation": "000001", "articles": 3, "passages": 5}
    current = shared.home / "current"
    kept = current.read_bytes()
    current.unlink()
    try:
        assert Program(shared).status("health") == 503
    finally:
        current.write_bytes(kept)


def test_told_to_stop_it_finishes_what_was_asked(tmp_path: Path) -> None:
    """An answer that is on its way arrives; a new question is refused; the status is 0 within seconds; the log tells it all."""
    running = Shared(tmp_path, "--log", "json", "--log-questions")
    bob = Program(running, "bob")
    number, session = _by_name(bob.config(), "ask"), uuid.uuid4().hex
    bodies = [{"fn_index": number, "data": [BRIDGE, [], None, None, "", ""], "session_hash": session} for _ in range(4)]
    for body in bodies:
        with bob.open("gradio_api/queue/join", json.dumps(body).encode(), **{"Content-Type": "application/json"}):
            pass
    with bob.open(f"gradio_api/queue/data?session_hash={session}") as stream:
        first = stream.readline()
        began = time.monotonic()
        running.process.send_signal(signal.SIGTERM)
        rest = (first + stream.read()).decode()
    assert rest.count("process_completed") == 4 and rest.count("5 May 1932") >= 4
    assert running.process.wait(timeout=40) == 0
    assert time.monotonic() - began < 40
    lines = [json.loads(line) for line in running.told().splitlines() if line.startswith("{")]
    running.stop()
    answers = [one for one in lines if one["event"] == "answer"]
    assert [(one["user"], one["question"]) for one in answers] == [("bob", BRIDGE)] * 4
    assert {"request", "answer"} == {one["event"] for one in lines} and not any(session in json.dumps(one) for one in lines)


def _kept(chat: Chat) -> Any:
    from qa.conversations import Conversations

    return Conversations.of(chat.home)


def _by_name(config: dict[str, Any], name: str) -> int:
    return int(next(one["id"] for one in config["dependencies"] if one["api_name"] == name))


def _empty(config: dict[str, Any], one: dict[str, Any], text: str) -> list[Any]:
    """Return data for an endpoint: the text where words are wanted first, nothing elsewhere."""
    kinds = {component["id"]: component["type"] for component in config["components"]}
    data: list[Any] = [([] if kinds[place] in ("chatbot", "dropdown", "uploadbutton") else None) for place in one["inputs"]]
    words = [i for i, place in enumerate(one["inputs"]) if kinds[place] == "textbox"]
    for i in words:
        data[i] = ""
    if words and text:
        data[words[0]] = text
    return data
