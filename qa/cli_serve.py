"""The commands that serve until they are stopped: the chat, and tools for language models."""

from pathlib import Path
from typing import Annotated

import typer

from qa.cli_options import HomeOption, ModelsOption, note, open_store

serve_app = typer.Typer()


@serve_app.command()
def chat(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Open the chat. With no index yet, the built-in articles are indexed first."""
    from qa.chat.serve import serve
    from qa.progress import showing_progress

    with open_store(home, models) as store:
        if store.generation is None:
            note("no index yet: indexing the built-in articles")
            with showing_progress() as progress:
                store.sync([_seeds()], progress=progress)
        serve(store, host=host, port=port, opens_browser=open_browser)


@serve_app.command()
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP at /mcp, not on stdin and stdout.")] = False,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Port.")] = 7861,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Serve ask, search, read_article and list_articles to a language model (Model Context Protocol)."""
    from qa.tools import serve_tools

    with open_store(home, models) as store:
        serve_tools(store, http=(host, port) if http else None)


def _seeds() -> Path:
    import seeds

    return Path(seeds.__file__).parent
