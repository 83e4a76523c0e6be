"""Tools for language models, over the Model Context Protocol. The one owner of mcp."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import ExtraError, IbidError
from index.store import Store
from qa.assistant import Assistant
from qa.render import answer_json, article_json, hit_json
from qa.wanted import wanted_of

LONGEST_READ = 20_000
"""Characters of an article that are read at once."""
MOST_PASSAGES = 50
INSTRUCTIONS = (
    "Ibid answers questions from a folder of articles with exact quotes, each with the characters where it stands, or says that"
    " the articles do not answer. Quote only what `ask` or `read_article` returned, word for word; when the verdict is"
    " `not_in_articles`, say so."
)

Names = list[str]


def require_mcp() -> None:
    """Raise ExtraError if the package that speaks the protocol is missing."""
    try:
        import mcp  # noqa: F401 - whether it is there
    except ImportError:
        raise ExtraError("`ibid mcp` needs a package that is missing: pip install mcp (or Ibid with its extra `mcp`)") from None


def build_server(store: Store, assistant: Assistant) -> Any:
    """Return a server with the tools `ask`, `search`, `read_article` and `list_articles`."""
    from mcp.server import MCPServer
    from mcp.server.mcpserver.exceptions import ToolError

    server: Any = MCPServer("ibid", title="Ibid", instructions=INSTRUCTIONS, log_level="ERROR")
    tools = _Tools(store, assistant, ToolError)
    for tool in (tools.ask, tools.search, tools.read_article, tools.list_articles):
        server.tool(structured_output=True)(tool)
    return server


def serve_tools(store: Store, *, http: tuple[str, int] | None) -> None:
    """Serve the tools on stdin and stdout, or over HTTP on a host and port, until it is stopped."""
    require_mcp()
    assistant = Assistant(store)
    assistant.prepare()
    server = build_server(store, assistant)
    if http is None:
        server.run("stdio")
    else:
        server.run("streamable-http", host=http[0], port=http[1], stateless_http=True, json_response=True)


class _Tools:
    """What a language model may do; its docstrings are what it reads of a tool."""

    def __init__(self, store: Store, assistant: Assistant, error: type[Exception]) -> None:
        self._store = store
        self._assistant = assistant
        self._error = error

    def ask(
        self,
        question: str,
        history: Names | None = None,
        articles: Names | None = None,
        authors: Names | None = None,
        since: str = "",
        until: str = "",
    ) -> dict[str, Any]:
        """Answer a question from the articles with up to three exact quotes, or say that they do not answer it.

        `history` holds questions asked before, oldest first, for a follow-up. `articles` (ids), `authors`, `since` and `until`
        (days as 2024-06-19) let only some articles answer. Every citation has `quote`, `start` and `end`: the article's
        characters from start up to end are the quote.
        """
        with self._telling():
            filters = wanted_of(articles, authors, None, since, until).filters()
            return answer_json(self._assistant.ask(question, history=history or (), filters=filters))

    def search(self, words: str, k: int = 10, articles: Names | None = None, authors: Names | None = None) -> dict[str, Any]:
        """Rank up to `k` passages (at most 50) for some words, best first, joined where they are close; no verdict whether they answer."""
        with self._telling():
            filters = wanted_of(articles, authors, None, "", "").filters()
            hits = self._assistant.search(words, k=max(1, min(k, MOST_PASSAGES)), filters=filters, is_joined=True)
            return {"hits": [hit_json(hit) for hit in hits]}

    def read_article(self, article: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Read an article's exact characters from `start` up to `end`, at most 20,000 at once; `length` says how many there are."""
        with self._telling(), self._store.reading() as reader:
            found = reader.article(article)
        length = len(found.text)
        first = min(max(start, 0), length)
        last = min(length if end is None else max(end, first), length, first + LONGEST_READ)
        return {"article": article_json(found), "start": first, "end": last, "length": length, "text": found.text[first:last]}

    def list_articles(self) -> dict[str, Any]:
        """List the articles: id, title, author, day and publisher, as far as they are known."""
        with self._telling(), self._store.reading() as reader:
            return {"articles": [article_json(one) for one in reader.articles()]}

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Tell a language model what went wrong, in words."""
        try:
            yield
        except IbidError as error:
            raise self._error(str(error)) from None
