"""The command that measures an index against a question file, and writes the first lines of such a file."""

import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.cli_options import HomeOption, JsonOption, ModelsOption, note, open_store

if TYPE_CHECKING:
    from index.plan import Report
    from index.store import Store
    from qa.questions import Question
    from qa.report import Evaluation

eval_app = typer.Typer()

QuestionsArgument = Annotated[Path | None, typer.Argument(metavar="QUESTIONS", help="A question file, as the README shows; `-` is stdin.")]
ArticlesOption = Annotated[
    Path | None,
    typer.Option("--articles", metavar="FOLDER", help="Measure these articles, indexed apart in the folder `eval` of the home."),
]
DraftOption = Annotated[int | None, typer.Option("--draft", min=1, metavar="N", help="Print N lines of a question file to fill in.")]
JudgedOption = Annotated[bool, typer.Option("--judged", help="Print lines of a question file from the answers judged in the chat.")]
PassagesOption = Annotated[int, typer.Option("--k", min=1, max=12, help="Excerpts of the articles that the excerpt measures look at.")]
ReportOption = Annotated[Path | None, typer.Option("--report", metavar="FILE.html", help="Write a page with all of it and the failures.")]
PlotsOption = Annotated[Path | None, typer.Option("--plots", metavar="FOLDER", help="Write the plots as PNG.")]


@eval_app.command("eval")
def measure(
    questions: QuestionsArgument = None,
    articles: ArticlesOption = None,
    draft: DraftOption = None,
    judged: JudgedOption = False,
    k: PassagesOption = 5,
    report: ReportOption = None,
    plots: PlotsOption = None,
    as_json: JsonOption = False,
    home: HomeOption = None,
    models: ModelsOption = None,
) -> None:
    """Measure the index against a question file: ranking, quotes, abstention, time."""
    if sum((questions is not None, draft is not None, judged)) != 1:
        raise typer.BadParameter("give one QUESTIONS file, or --draft N, or --judged")
    if questions is None and (report or plots):
        raise typer.BadParameter("--draft and --judged measure nothing: leave out --report and --plots")
    if judged:
        _print_judged(home, models)
        return
    if questions is None:
        _print_draft(draft or 0, articles, home, models)
        return
    from qa.questions import load_questions

    _require_ready(report, plots)
    asked = load_questions(questions)
    with _open(home, articles, models) as store:
        evaluation = _evaluate(store, str(questions), asked, k)
    _write(evaluation, report, plots)
    _print(evaluation, as_json)


def _evaluate(store: "Store", name: str, asked: "Sequence[Question]", k: int) -> "Evaluation":
    from qa.assistant import Assistant
    from qa.evaluate import evaluate
    from qa.progress import showing_progress
    from qa.report import Evaluation
    from qa.scores import score

    with showing_progress() as progress:
        outcomes = evaluate(store, Assistant(store), asked, k=k, progress=progress)
    with store.reading() as reader:
        counts, generation = reader.count(), reader.generation
    return Evaluation(name, str(store.home), generation, *counts, tuple(outcomes), tuple(score(outcomes, k=k)))


def _print(evaluation: "Evaluation", as_json: bool) -> None:
    from qa.render import dump
    from qa.report import evaluation_json, evaluation_lines, print_table

    if not as_json and sys.stdout.isatty():
        print_table(evaluation)
        return
    for line in [dump(evaluation_json(evaluation))] if as_json else evaluation_lines(evaluation):
        print(line)


def _print_draft(n: int, articles: Path | None, home: Path | None, models: Path | None) -> None:
    from qa.draft import draft
    from qa.render import dump

    with _open(home, articles, models) as store, store.reading() as reader:
        lines = list(draft(reader.articles(), reader.passages(), n))
    for line in lines:
        print(dump(line))
    if len(lines) < n:
        note(f"{len(lines)} lines, one for each passage; there are no more")


def _print_judged(home: Path | None, models: Path | None) -> None:
    from qa.conversations import Conversations
    from qa.draft import judged_lines
    from qa.render import dump

    with open_store(home, models) as store:
        judged = Conversations.of(store.home).judged("")
    lines = list(judged_lines(judged))
    for line in lines:
        print(dump(line))
    note(f"{len(lines)} lines of {len(judged)} judged answers; what would be right for the others is not known")


@contextmanager
def _open(home: Path | None, articles: Path | None, models: Path | None) -> "Iterator[Store]":
    """Yield the store of the home or, made to say what the articles say, the one apart."""
    from qa.render import report_lines

    with open_store(_home_apart(home, articles) if articles else home, models) as store:
        if articles:
            for line in report_lines(_sync(store, articles)):
                note(line)
        yield store


def _sync(store: "Store", articles: Path) -> "Report":
    """Make the store apart say what the folder says; what an earlier version made there is made anew."""
    from index.errors import DamagedError, MismatchError
    from qa.progress import showing_progress

    with showing_progress() as progress:
        try:
            return store.sync([articles], progress=progress)
        except (DamagedError, MismatchError):
            return store.sync([articles], is_fresh=True, progress=progress)


def _home_apart(home: Path | None, articles: Path) -> Path:
    """Return where a folder is indexed apart: below the home, named after a digest of its path."""
    from index.store import Store

    place = os.path.realpath(articles)
    digest = hashlib.sha256(os.fsencode(place)).hexdigest()[:12]
    return Store(home).home / "eval" / digest


def _require_ready(report: Path | None, plots: Path | None) -> None:
    """Raise ExtraError or OutputError before any question is asked if what is wanted cannot be had."""
    from index.errors import OutputError
    from qa.measures import require_ranking
    from qa.plots import require_plots

    require_ranking()
    if report or plots:
        require_plots()
    if report and (report.is_dir() or not report.parent.is_dir()):
        raise OutputError(f"'{report}' cannot be written: name a file in a folder that exists")
    if plots and plots.exists() and not plots.is_dir():
        raise OutputError(f"'{plots}' is a file: name a folder for the plots")


def _write(evaluation: "Evaluation", report: Path | None, plots: Path | None) -> None:
    from index.errors import OutputError
    from qa.plots import PLOTS, draw
    from qa.report import report_page

    try:
        if report:
            report.write_text(report_page(evaluation), encoding="utf-8", errors="replace")
            note(f"wrote {report}")
        if plots:
            plots.mkdir(parents=True, exist_ok=True)
            for name in PLOTS:
                (plots / f"{name}.png").write_bytes(draw(name, evaluation.outcomes))
            note(f"wrote {', '.join(f'{name}.png' for name in PLOTS)} to {plots}")
    except OSError as error:
        raise OutputError(f"'{error.filename}' cannot be written: {error.strerror}") from None
