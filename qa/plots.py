"""Pictures of an evaluation, as PNG."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from index.errors import ExtraError
from qa.evaluate import Outcome
from qa.measures import reliability, risk_coverage

BINS = 20
"""Of the histogram of confidences."""


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture."""

    ground: str
    ink: str
    faint: str
    right: str
    wrong: str
    unanswerable: str


LIGHT = Theme("#ffffff", "#1f2328", "#c8ccd1", "#0b6e4f", "#b3261e", "#6b4fa0")
DARK = Theme("#16181c", "#e6e8eb", "#454a52", "#5cc8a1", "#ff8a80", "#b9a3e8")


def require_plots() -> None:
    """Raise ExtraError if the package that draws is missing."""
    try:
        import matplotlib as _  # noqa: F401 - to see whether it is there
    except ModuleNotFoundError:
        raise ExtraError("plots need a package that is missing: pip install matplotlib (or Ibid with its extra `eval`)") from None


def draw(name: str, outcomes: Sequence[Outcome], *, theme: Theme = LIGHT) -> bytes:
    """Return the picture of this name, one of `PLOTS`, as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, 3.6), dpi=150, facecolor=theme.ground, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(facecolor=theme.ground)
    axes.tick_params(colors=theme.ink)
    for one in (axes.title, axes.xaxis.label, axes.yaxis.label):
        one.set_color(theme.ink)
    for spine in axes.spines.values():
        spine.set_color(theme.faint)
    axes.set_axisbelow(True)
    axes.grid(color=theme.faint, linewidth=0.5)
    PLOTS[name](axes, outcomes, theme)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(facecolor=theme.ground, edgecolor=theme.faint, labelcolor=theme.ink, fontsize=8)
    held = io.BytesIO()
    figure.savefig(held, format="png", metadata={"Software": None})
    return held.getvalue()


def _reliability(axes: Any, outcomes: Sequence[Outcome], theme: Theme) -> None:
    rows = reliability([one.confidence for one in outcomes], [one.is_right for one in outcomes])
    axes.plot([0, 1], [0, 1], color=theme.faint, linestyle="--", label="perfectly calibrated")
    axes.plot(rows[:, 1], rows[:, 2], color=theme.right, marker="o", label="this index")
    for count, said, right in rows:
        axes.annotate(f"{count:.0f}", (said, right), xytext=(5, -10), textcoords="offset points", color=theme.ink, fontsize=8)
    axes.set(xlim=(0, 1), ylim=(-0.03, 1.03), xlabel="confidence", ylabel="share of first quotes that are right", title="Reliability")


def _risk_coverage(axes: Any, outcomes: Sequence[Outcome], theme: Theme) -> None:
    coverage, risk = risk_coverage([one.confidence for one in outcomes], [one.is_right for one in outcomes])
    axes.plot(coverage, risk, color=theme.wrong, drawstyle="steps-post")
    axes.set(
        xlim=(0, 1),
        ylim=(-0.03, 1.03),
        xlabel="share of questions answered, the surest first",
        ylabel="share wrong",
        title="Risk and coverage",
    )


def _confidences(axes: Any, outcomes: Sequence[Outcome], theme: Theme) -> None:
    known = [one for one in outcomes if one.question.is_answerable]
    groups = (
        ("right", theme.right, [one.confidence for one in known if one.is_right]),
        ("wrong", theme.wrong, [one.confidence for one in known if not one.is_right]),
        ("not in the articles", theme.unanswerable, [one.confidence for one in outcomes if not one.question.is_answerable]),
    )
    held = [group for group in groups if group[2]]
    edges = [i / BINS for i in range(BINS + 1)]
    axes.hist(
        [values for _, _, values in held],
        bins=edges,
        stacked=True,
        color=[color for _, color, _ in held],
        label=[f"{name} ({len(values)})" for name, _, values in held],
    )
    axes.set(xlim=(0, 1), xlabel="confidence", ylabel="questions", title="Confidence of the first quote")


PLOTS: dict[str, Callable[[Any, Sequence[Outcome], Theme], None]] = {
    "reliability": _reliability,
    "risk-coverage": _risk_coverage,
    "confidences": _confidences,
}
