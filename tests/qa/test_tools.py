"""The tools for language models, called by the protocol's own client."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from index.store import Store
from qa.assistant import Assistant
from qa.tools import LONGEST_READ, build_server
from tests.conftest import ROOT, models_folder
from tests.toy import ToyReranker

mcp = pytest.importorskip("mcp")
SECONDS = 90
QUESTION = "Which engineer built the harbour of Marlow?"


@pytest.fixture
def server(store: Store, folder: Path) -> Any:
    (folder / "long.txt").write_text("A long article\n\n" + "Words stand here. " * 3000)
    store.sync([folder])
    return build_server(store, Assistant(store, reranker=ToyReranker()))


def call(server: Any, name: str, **arguments: Any) -> Any:
    """Return what a tool answers, or the text of its error."""

    async def calling() -> Any:
        async with mcp.Client(server) as client:
            return await client.call_tool(name, arguments)

    done = asyncio.run(calling())
    return done.content[0].text if done.is_error else done.structured_content


def test_the_tools_are_named_and_described(server: Any) -> None:
    async def listing() -> Any:
        async with mcp.Client(server) as client:
            return (await client.list_tools()).tools

    tools = {one.name: one.description for one in asyncio.run(listing())}
    assert set(tools) == {"ask", "search", "read_article", "list_articles"} and all(tools.values())


def test_a_quote_is_what_read_article_reads_there(server: Any) -> None:
    answer = call(server, "ask", question=QUESTION)
    assert answer["verdict"] == "answered"
    one = answer["citations"][0]
    read = call(server, "read_article", article=one["article"]["id"], start=one["start"], end=one["end"])
    assert read["text"] == one["quote"] and "Ada Quill" in read["text"]


def test_not_in_the_articles_is_said(server: Any) -> None:
    answer = call(server, "ask", question="Zebra quagga okapi?")
    assert answer["verdict"] == "not_in_articles" and answer["citations"] == []


def test_filters_and_history_are_taken(server: Any) -> None:
    assert call(server, "ask", question=QUESTION, articles=["bridge.txt"])["verdict"] == "not_in_articles"
    assert call(server, "ask", question=QUESTION, since="2030-01-01")["verdict"] == "not_in_articles"
    assert "harbour" in call(server, "ask", question="And when?", history=[QUESTION])["citations"][0]["article"]["id"]


def test_passages_are_ranked(server: Any) -> None:
    hits = call(server, "search", words="timber salt", k=2)["hits"]
    assert len(hits) == 2 and "timber" in hits[0]["text"]
    assert len(call(server, "search", words="words", k=10_000)["hits"]) <= 50


@pytest.mark.parametrize(("start", "end"), [(0, None), (5, 9), (-3, 4), (9, 5), (10**9, None), (30_000, 10**9)])
def test_any_span_is_read_safely(server: Any, start: int, end: int | None) -> None:
    """Never more than is there, or than may be read at once, and always the characters that it names."""
    whole = "A long article\n\n" + "Words stand here. " * 3000
    read = call(server, "read_article", article="long.txt", start=start, end=end)
    assert read["length"] == len(whole) and 0 <= read["start"] <= read["end"] <= len(whole)
    assert read["text"] == whole[read["start"] : read["end"]] and len(read["text"]) <= LONGEST_READ


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("read_article", {"article": "none.txt"}, "no article is called 'none.txt'"),
        ("read_article", {"article": "../../etc/passwd"}, "no article is called"),
        ("ask", {"question": "Who?", "since": "soon"}, "write it as 2024-06-19"),
        ("ask", {}, "question"),
    ],
)
def test_what_is_wrong_is_told(server: Any, name: str, arguments: dict[str, Any], reason: str) -> None:
    assert reason in call(server, name, **arguments)


def test_every_article_is_listed(server: Any, folder: Path) -> None:
    ids = [one["id"] for one in call(server, "list_articles")["articles"]]
    assert sorted(ids) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


# The command, over both ways

IBID = [sys.executable, "-c", "from qa.cli import main; main()"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the built-in articles, indexed by the command."""
    home = tmp_path_factory.mktemp("home")
    subprocess.run([*IBID, "index", "seeds", *options(home)], cwd=ROOT, check=True, capture_output=True)
    return home


def options(home: Path) -> list[str]:
    return ["--home", str(home), "--models", str(models_folder())]


async def asked_of(server: Any) -> dict[str, Any]:
    """Return what the tool `ask` of a running server answers."""
    async with mcp.Client(server) as client:
        done = await client.call_tool("ask", {"question": "Which treaty did Putin and Kim sign in June 2024?"})
    return dict(done.structured_content)


@pytest.mark.models
def test_the_command_speaks_on_stdin_and_stdout(home: Path) -> None:
    command = mcp.StdioServerParameters(command=IBID[0], args=[*IBID[1:], "mcp", *options(home)], cwd=str(ROOT))
    answer = asyncio.run(asyncio.wait_for(asked_of(command), SECONDS))
    assert answer["verdict"] == "answered" and "Comprehensive Strategic Partnership Treaty" in json.dumps(answer["citations"])


@pytest.mark.models
def test_the_command_speaks_http(home: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [*IBID, "mcp", "--http", "--port", str(port), *options(home)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + SECONDS
        while not is_open(port):
            assert process.poll() is None and time.monotonic() < deadline, "the server did not come up"
            time.sleep(0.2)
        answer = asyncio.run(asyncio.wait_for(asked_of(f"http://127.0.0.1:{port}/mcp"), SECONDS))
        assert answer["verdict"] == "answered"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_without_an_index_the_command_says_so(tmp_path: Path) -> None:
    done = subprocess.run([*IBID, "mcp", "--home", str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS)
    assert done.returncode == 1 and "ibid index" in done.stderr and done.stdout == ""


def is_open(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0
