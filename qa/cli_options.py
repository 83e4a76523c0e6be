"""What the commands share: their common options, the store that these name, and notes on stderr."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from index.store import Store

HomeOption = Annotated[
    Path | None, typer.Option("--home", envvar="IBID_HOME", help="Where the index is kept.", show_default="the user data folder")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
ModelsOption = Annotated[
    Path | None, typer.Option("--models", envvar="IBID_MODELS", help="Where models are kept.", show_default="the user data folder")
]


@contextmanager
def open_store(home: Path | None, models: Path | None, embedder: str | None = None) -> "Iterator[Store]":
    """Yield the store that the options name, and close it. After Ctrl-C, which typer makes exit status 130, it is as it was."""
    from index.store import Store

    store = Store(home, embedder=embedder, models=models)
    try:
        yield store
    except KeyboardInterrupt:
        note("ibid: stopped; the index is as it was before")
        raise
    finally:
        store.close()


def path_of(text: str) -> Path:
    """Return a path that was typed; nothing is no path, rather than the folder one stands in."""
    if not text.strip():
        raise typer.BadParameter("a path is empty: name a folder or a file")
    return Path(text)


def note(line: str) -> None:
    """Print a line that is not the answer."""
    print(line, file=sys.stderr)
