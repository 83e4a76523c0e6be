"""The command line: parse, call one function, render. Answers on stdout, everything else on stderr."""

import codecs
import os
import sys
from datetime import date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import IbidError
from qa.cli_eval import eval_app
from qa.cli_library import library_app
from qa.cli_models import models_app
from qa.cli_options import HomeOption, JsonOption, ModelsOption, note, open_store, path_of
from qa.cli_serve import serve_app
from qa.cli_users import users_app

if TYPE_CHECKING:
    from index.passage import Filters
    from index.store import Store

NOT_ANSWERED = 3
"""Exit status of `ask` when the articles do not answer."""

app = typer.Typer(name="ibid", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(library_app)
app.add_typer(serve_app)
app.add_typer(eval_app)
app.add_typer(models_app, name="models")
app.add_typer(users_app, name="user")


ArticleOption = Annotated[list[str] | None, typer.Option("--article", help="Only this article; may be given more than once.")]
AuthorOption = Annotated[list[str] | None, typer.Option("--author", help="Only articles by this author; may be given more than once.")]
DAY = ["%Y-%m-%d"]
SinceOption = Annotated[datetime | None, typer.Option("--since", formats=DAY, help="Only articles published on this day or later.")]
UntilOption = Annotated[datetime | None, typer.Option("--until", formats=DAY, help="Only articles published on this day or earlier.")]


def main() -> None:
    """Run the command line; errors that Ibid knows become one line and exit status 1."""
    codecs.register_error("ibid", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="ibid")
    try:
        app()
    except IbidError as error:
        _fail(str(error))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"ibid {version('ibid-qa')}")
        raise typer.Exit


@app.callback()
def _root(
    home: Annotated[Path | None, typer.Option("--home", help="As the option of each command.", hidden=True)] = None,
    models: Annotated[Path | None, typer.Option("--models", help="As the option of each command.", hidden=True)] = None,
    _version: Annotated[bool, typer.Option("--version", help="Print the version and stop.", callback=_tell_version, is_eager=True)] = False,
) -> None:
    """Ask a folder of articles; get the exact passages that answer, or be told that they do not."""
    for variable, folder in (("IBID_HOME", home), ("IBID_MODELS", models)):
        if folder is not None:
            os.environ[variable] = str(folder)


@app.command()
def index(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders or files.", parser=path_of)],
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget what is indexed and begin anew.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Let a folder that is gone or empty take its articles out.")] = False,
    embedder: Annotated[str | None, typer.Option("--embedder", envvar="IBID_EMBEDDER", help="A name from `ibid models`.")] = None,
    max_size: Annotated[float, typer.Option("--max-size", help="Largest file in MB.", min=0.001)] = 20,
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Make the index say what folders or files say: add, change and remove articles; exit status 1 if a file could not be read."""
    from qa.progress import showing_progress
    from qa.render import dump, report_json, report_lines

    with open_store(home, models, embedder) as store, showing_progress() as progress:
        report = store.sync(paths, is_fresh=fresh, prunes=prune, largest=int(max_size * 2**20), progress=progress)
    if as_json:
        print(dump(report_json(report)))
    for line in report_lines(report):
        note(line)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question; `-` reads it from stdin.")] = None,
    batch: Annotated[Path | None, typer.Option("--batch", help='JSON lines {"id", "question", "history"}; `-` is stdin.')] = None,
    after: Annotated[list[str] | None, typer.Option("--after", help="A question asked before, for a follow-up.")] = None,
    k: Annotated[int | None, typer.Option("--k", min=1, max=20, help="Up to this many quotes.", show_default="1 to 3")] = None,
    article: ArticleOption = None,
    author: AuthorOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Answer a question with quotes, or say that the articles do not. Exit status 3: they do not."""
    from qa.assistant import Assistant
    from qa.batch import answer_batch
    from qa.render import answer_json, answer_lines, dump

    if (question is None) == (batch is None):
        raise typer.BadParameter("give one QUESTION, or --batch FILE")
    filters = _filters(article, author, since, until)
    with open_store(home, models) as store:
        assistant = Assistant(store)
        if batch is not None:
            raise typer.Exit(answer_batch(assistant, batch, filters=filters, k=k))
        assistant.prepare()
        _note_if_none_passes(store, filters)
        answer = assistant.ask(sys.stdin.read() if question == "-" else question or "", history=after or (), filters=filters, k=k)
    for line in [dump(answer_json(answer))] if as_json else answer_lines(answer):
        print(line)
    if not answer.is_answered:
        raise typer.Exit(NOT_ANSWERED)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(metavar="WORDS…")],
    k: Annotated[int, typer.Option("--k", min=1, max=100, help="Up to this many passages.")] = 10,
    article: ArticleOption = None,
    author: AuthorOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    joined: Annotated[bool, typer.Option("--joined", help="Join passages that stand close together, leave out what is unlikely.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Rank passages for some words, without a verdict."""
    from qa.assistant import Assistant
    from qa.render import dump, hit_json, hit_lines

    with open_store(home, models) as store:
        filters = _filters(article, author, since, until)
        _note_if_none_passes(store, filters)
        hits = Assistant(store).search(" ".join(words), k=k, filters=filters, is_joined=joined)
    for line in [dump({"hits": [hit_json(hit) for hit in hits]})] if as_json else hit_lines(hits):
        print(line)


def _note_if_none_passes(store: "Store", filters: "Filters") -> None:
    if filters.is_open:
        return
    with store.reading() as reader:
        if not reader.passes_any(filters):
            note("no article passes the filters: `ibid articles` lists them with their authors and days")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    r"""Stand in for characters that an output cannot show: `\u00e9`, which JSON reads as what it was."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4)), error.end


def _fail(message: str) -> None:
    note(f"ibid: {message}")
    sys.exit(1)


def _filters(article: list[str] | None, author: list[str] | None, since: datetime | None, until: datetime | None) -> "Filters":
    from index.passage import Filters

    return Filters(tuple(article or ()), _day(since), _day(until), tuple(author or ()))


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
