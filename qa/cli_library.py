"""The commands that look after the index: what is in it, what it says, whether it is sound."""

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import REPAIR, IbidError
from qa.cli_options import HomeOption, JsonOption, ModelsOption, note, open_store, path_of

if TYPE_CHECKING:
    from index.plan import Report

library_app = typer.Typer()


@library_app.command()
def articles(as_json: JsonOption = False, home: HomeOption = None, models: ModelsOption = None) -> None:
    """List the articles in the index."""
    from qa.render import article_json, article_lines, dump

    with open_store(home, models) as store, store.reading() as reader:
        known = reader.articles()
    for line in [dump({"articles": [article_json(one) for one in known]})] if as_json else article_lines(known):
        print(line)


@library_app.command()
def show(
    article: Annotated[str, typer.Argument(metavar="ARTICLE[:START-END]", help="An id, with character offsets or without.")],
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Print the text of an article, or the characters from START up to END, exactly."""
    from qa.render import article_json, dump
    from qa.show import find_span

    with open_store(home, models) as store, store.reading() as reader:
        found, (start, end) = find_span(reader, article)
    text = found.text[start:end]
    if as_json:
        print(dump({"article": article_json(found), "start": start, "end": end, "text": text}))
        return
    needs_newline = sys.stdout.isatty() and not text.endswith("\n")
    sys.stdout.write(text + "\n" * needs_newline)


@library_app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ARTICLE…", help="Ids, as `ibid articles` lists them.")],
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Take articles out of the index. Their files stay and come back when their folder is indexed again."""
    from qa.render import dump, report_json, report_lines

    with open_store(home, models) as store:
        report = store.remove(ids)
    if as_json:
        print(dump(report_json(report)))
    for line in report_lines(report):
        note(line)


@library_app.command()
def watch(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Folders or files.", parser=path_of)],
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Keep the index as folders or files are: sync now, and after every change in them, until Ctrl-C."""
    from index.watch import watch
    from qa.progress import showing_progress

    def sync() -> "Report":
        with showing_progress() as progress:
            return store.sync(paths, progress=progress)

    with open_store(home, models) as store:
        try:
            for outcome in watch(sync, paths, home=store.home):
                _tell(outcome, as_json=as_json)
        except KeyboardInterrupt:
            note("stopped; the index is as the last sync left it")


def _tell(outcome: "Report | IbidError", *, as_json: bool) -> None:
    """Print a sync as one line; what failed, and why, goes to stderr."""
    from qa.render import dump, report_json, report_lines

    if isinstance(outcome, IbidError):
        line = dump({"error": str(outcome)})
        others = [f"ibid: {outcome}"]
    else:
        *others, summary = report_lines(outcome)
        line = dump(report_json(outcome)) if as_json else f"{datetime.now():%H:%M:%S} {summary}"
    for one in others:
        note(one)
    if as_json or not isinstance(outcome, IbidError):
        print(line, flush=True)


@library_app.command()
def check(as_json: JsonOption = False, home: HomeOption = None, models: ModelsOption = None) -> None:
    """Look for damage in the index; exit status 1 if there is any."""
    from qa.render import dump

    with open_store(home, models) as store:
        damage = store.find_damage()
        left_over = store.left_over()
    if as_json:
        print(dump({"sound": not damage, "damage": damage} | ({"left_over": left_over} if left_over else {})))
    for line in damage or ["the index is sound"]:
        note(line)
    if damage:
        note(f"`ibid rebuild` builds the vector index anew; where the catalog is damaged, {REPAIR}")
    if left_over:
        note(f"a run that was stopped left {', '.join(left_over)} behind: the next `ibid index` removes that")
    if damage:
        raise typer.Exit(1)


@library_app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.", parser=path_of)],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Write the index into one file, while others read it. Conversations, and files added in the chat, are not in it."""
    with open_store(home, models) as store:
        store.backup(file, replaces=force)
    note(f"backed up to '{file}', {file.stat().st_size / 2**20:.1f} MB")


@library_app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `ibid backup` wrote.", parser=path_of)],
    force: Annotated[bool, typer.Option("--force", help="Replace the index that is there.")] = False,
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Make the index what a backup holds, and verify it; nothing is embedded again."""
    from qa.progress import showing_progress
    from qa.render import dump, report_json

    with open_store(home, models) as store, showing_progress() as progress:
        report = store.restore(file, replaces=force, progress=progress)
    if as_json:
        print(dump(report_json(report)))
    note(f"restored: {report.passages} passages of {report.articles} articles, {report.seconds:.1f} s")


@library_app.command()
def rebuild(as_json: JsonOption = False, home: HomeOption = None, models: ModelsOption = None) -> None:
    """Build the vector index anew from the catalog; nothing is embedded again."""
    from qa.progress import showing_progress
    from qa.render import dump, report_json

    with open_store(home, models) as store, showing_progress() as progress:
        report = store.rebuild(progress=progress)
    if as_json:
        print(dump(report_json(report)))
    note(f"rebuilt: {report.passages} passages of {report.articles} articles, {report.seconds:.1f} s")
