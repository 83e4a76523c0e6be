"""How an evaluation looks: as JSON, as lines, as a table on a terminal, as a page of its own."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from qa.evaluate import Outcome, Quoted
from qa.plots import DARK, LIGHT, PLOTS, draw
from qa.questions import Evidence
from qa.scores import Score

ARROWS = {"higher": "↑", "lower": "↓", "neither": ""}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An index measured against a question file."""

    name: str
    """Of the question file."""
    home: str
    generation: str
    articles: int
    passages: int
    outcomes: tuple[Outcome, ...]
    scores: tuple[Score, ...]

    @property
    def faults(self) -> list[tuple[Outcome, str]]:
        """Return the questions that failed, with what went wrong."""
        return [(one, one.fault) for one in self.outcomes if one.fault]

    @property
    def answerable(self) -> int:
        """Return how many questions the articles answer."""
        return sum(one.question.is_answerable for one in self.outcomes)


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as the documented JSON object; a measure is null where no question could tell."""
    scores = evaluation.scores
    return {
        "questions": {"answerable": evaluation.answerable, "unanswerable": len(evaluation.outcomes) - evaluation.answerable},
        "index": {
            "home": evaluation.home,
            "generation": evaluation.generation,
            "articles": evaluation.articles,
            "passages": evaluation.passages,
        },
        "measures": {one.name: None if one.value is None else round(one.value, 4) for one in scores},
        "intervals": {one.name: [round(one.low, 4), round(one.high, 4)] for one in scores if one.low is not None and one.high is not None},
        "counts": {one.name: one.n for one in scores},
        "failed": [_fault_json(one, fault) for one, fault in evaluation.faults],
    }


def evaluation_lines(evaluation: Evaluation) -> Iterator[str]:
    """Yield an evaluation as lines of text: what was asked, and a line for each score."""
    yield _counts(evaluation)
    yield from score_lines(evaluation.scores)


def score_lines(scores: Sequence[Score]) -> Iterator[str]:
    """Yield a line for each score: name, value, 95 % interval, number of questions."""
    for one in scores:
        yield f"{one.name:<38} {_value(one):>8}  {_interval(one):<14}  n={one.n}"


def print_table(evaluation: Evaluation) -> None:
    """Print an evaluation as a table on a terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=_counts(evaluation), caption="↑ higher is better, ↓ lower is better")
    table.add_column("measure", no_wrap=True)
    for heading in ("value", "95 % interval", "questions"):
        table.add_column(heading, justify="right")
    for one in evaluation.scores:
        table.add_row(f"{one.name} {ARROWS[one.better]}", _value(one), _interval(one), str(one.n))
    Console(highlight=False, markup=False).print(table)


def report_page(evaluation: Evaluation) -> str:
    """Return an evaluation as an HTML page that needs nothing beside it."""
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(one.name).replace('_', '_<wbr>')} {ARROWS[one.better]}<small>{escape(one.meaning)}</small></th>"
        f"<td>{_value(one)}</td><td>{_interval(one)}</td><td>{one.n}</td></tr>"
        for one in evaluation.scores
    )
    faults = "\n".join(_fault_card(one, fault) for one, fault in evaluation.faults) or "<p>None.</p>"
    page = files("qa").joinpath("report.html").read_text(encoding="utf-8")
    parts = {
        "title": escape(f"Ibid: {PurePath(evaluation.name).name}"),
        "counts": escape(_counts(evaluation)),
        "rows": rows,
        "plots": "\n".join(_picture(name, evaluation.outcomes) for name in PLOTS),
        "failed": str(len(evaluation.faults)),
        "faults": faults,
    }
    before, *rest = page.split("{{")
    return before + "".join(parts[name] + text for name, text in (part.split("}}", 1) for part in rest))


def _counts(evaluation: Evaluation) -> str:
    known = evaluation.answerable
    asked = f"{known} questions that the articles answer, {len(evaluation.outcomes) - known} that they do not"
    return f"{asked}; {evaluation.articles} articles, {evaluation.passages} passages"


def _value(one: Score) -> str:
    return "-" if one.value is None else f"{one.value:.0f}" if one.unit == "characters" else f"{one.value:.3f}"


def _interval(one: Score) -> str:
    return "" if one.low is None else f"{one.low:.3f} – {one.high:.3f}"


def _picture(name: str, outcomes: Sequence[Outcome]) -> str:
    light, dark = (f"data:image/png;base64,{base64.b64encode(draw(name, outcomes, theme=theme)).decode()}" for theme in (LIGHT, DARK))
    dark_source = f'<source media="(prefers-color-scheme: dark)" srcset="{dark}">'
    return f'<picture>{dark_source}<img src="{light}" alt="{escape(name)}" width="720" height="540"></picture>'


def _fault_card(one: Outcome, fault: str) -> str:
    question = one.question
    expected = "".join(f"<blockquote>{escape(item.quote)}<cite>{_place(item)}</cite></blockquote>" for item in question.evidence)
    given = "".join(f"<blockquote>{escape(item.text)}<cite>{_place(item)}</cite></blockquote>" for item in one.quotes[:1])
    before = "".join(f"<p class='before'>{escape(text)}</p>" for text in question.history)
    return (
        f"<article><h3>{before}{escape(question.text)}</h3><p class='fault'>{escape(fault)}, {one.confidence:.0%} sure"
        f" <small>{escape(question.id)}</small></p><h4>Expected</h4>{expected or '<p>No answer.</p>'}"
        f"<h4>{'Given' if one.is_answered else 'Nearest'}</h4>{given or '<p>No quote.</p>'}</article>"
    )


def _place(one: Evidence | Quoted) -> str:
    return escape(f"{one.article}:{one.start}-{one.end}")


def _fault_json(one: Outcome, fault: str) -> dict[str, Any]:
    first = one.quotes[0] if one.quotes else None
    return {
        "id": one.question.id,
        "question": one.question.text,
        "fault": fault,
        "confidence": round(one.confidence, 4),
        "expected": [_place_json(item, item.quote) for item in one.question.evidence],
        "given": _place_json(first, first.text) if first else None,
    }


def _place_json(one: Evidence | Quoted, quote: str) -> dict[str, Any]:
    return {"article": one.article, "start": one.start, "end": one.end, "quote": quote}
