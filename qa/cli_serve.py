"""The commands that serve until they are stopped: the chat, and tools for language models."""

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa.cli_options import HomeOption, ModelsOption, note, open_store

if TYPE_CHECKING:
    from qa.chat.serve import Serving

serve_app = typer.Typer()


@serve_app.command()
def chat(
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = 7860,
    open_browser: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
    auth: Annotated[
        Path | None, typer.Option("--auth", envvar="IBID_AUTH", help="Let only these users in: a file made by `ibid user add`.")
    ] = None,
    rate: Annotated[int, typer.Option("--rate", min=0, help="Questions a minute for each user or address; 0 is any number.")] = 0,
    root_path: Annotated[str, typer.Option("--root-path", help="Where a proxy shows the chat, as /ibid.", show_default=False)] = "",
    trust: Annotated[list[str] | None, typer.Option("--trust", help="A name of this server; may be given more than once.")] = None,
    allow: Annotated[
        list[Path] | None, typer.Option("--allow", help="A folder that owners may add articles from; may be given more than once.")
    ] = None,
    log: Annotated[
        Literal["json"] | None, typer.Option("--log", help="Write a line of JSON for each request and answer to stderr.")
    ] = None,
    log_questions: Annotated[bool, typer.Option("--log-questions", help="Write what was asked, too.")] = False,
    print_unit: Annotated[bool, typer.Option("--print-unit", help="Print a unit for systemd, and start nothing.")] = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Open the chat. With no index yet, the built-in articles are indexed first."""
    if print_unit:
        print(files("qa").joinpath("ibid.service").read_text(encoding="utf-8"), end="")
        return
    from qa.chat.log import Log
    from qa.chat.serve import Serving
    from qa.users import Users

    serving = Serving(
        host=host, port=port, opens_browser=open_browser, users=Users(auth) if auth else None, rate=rate, root_path=_root_path(root_path),
        trusted=tuple(map(_host, trust or ())), log=Log(with_questions=log_questions) if log else None, allowed=_folders(allow or ()),
    )  # fmt: skip
    _serve(serving, home, models)


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


def _serve(serving: "Serving", home: Path | None, models: Path | None) -> None:
    from qa.chat.serve import serve
    from qa.progress import showing_progress

    if serving.users:
        serving.users.listed()
    with open_store(home, models) as store:
        if store.generation is None:
            note("no index yet: indexing the built-in articles")
            with showing_progress() as progress:
                store.sync([_seeds()], progress=progress)
        serve(store, serving, ready=lambda address: note(f"the chat is at {address}"))


def _seeds() -> Path:
    import seeds

    return Path(seeds.__file__).parent


def _host(name: str) -> str:
    """Return the name of a host. Any name at all would let every site on the net in, so that `*` is none."""
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:]+\]", name):
        raise typer.BadParameter(f"'{name}' is no host name: write it as ibid.example.org, without scheme and port")
    return name


def _root_path(text: str) -> str:
    if text and not re.fullmatch(r"(https?://[^/\s]+)?(/[^/\s?#]+)*/?", text):
        raise typer.BadParameter(f"'{text}' is no path: write it as /ibid, or as the whole address")
    return text.rstrip("/")


def _folders(named: Sequence[Path]) -> tuple[Path, ...]:
    missing = [path for path in named if not path.is_dir()]
    if missing:
        raise typer.BadParameter(f"'{missing[0]}' is not a folder: name one that is there")
    return tuple(path.resolve() for path in named)
