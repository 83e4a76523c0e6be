"""The commands that look after the index: what is in it, what it says, whether it is sound."""

import sys
from typing import Annotated

import typer

from qa.cli_options import HomeOption, JsonOption, ModelsOption, note, open_store

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
def check(as_json: JsonOption = False, home: HomeOption = None, models: ModelsOption = None) -> None:
    """Look for damage in the index; exit status 1 if there is any."""
    from qa.render import dump

    with open_store(home, models) as store:
        damage = store.find_damage()
    if as_json:
        print(dump({"sound": not damage, "damage": damage}))
    for line in damage or ["the index is sound"]:
        note(line)
    if damage:
        raise typer.Exit(1)


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
