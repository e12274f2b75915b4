"""Static charts as SVG for the PDF: text stays text, each picture has a sentence for those who
cannot see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from core.domain.figures import Day, Group, IntentCount, Stage
from core.domain.money import number
from core.domain.rates import percent
from core.exports import words
from core.exports.colours import GREY, INK, LINE, Palette

FONTS = Path(__file__).parent / "fonts"
FAMILY = "Report Inter"
WIDTH = 6.9  # inches: the text width of the page
SIZE = 9.5
_STYLE: Any = {  # matplotlib's own type spells out every key
    "font.family": FAMILY,
    "font.size": SIZE,
    "svg.fonttype": "none",
    "svg.hashsalt": "report",
    "text.color": INK,
    "axes.edgecolor": LINE,
    "xtick.color": GREY,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.parse_math": False,  # a $ in a name is a $
}


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG and what it shows in words."""

    svg: bytes
    alt: str


def funnel(stages: Sequence[Stage], palette: Palette) -> Picture:
    """Bars from the widest to the narrowest, with counts and shares of the step before."""
    names = [words.STAGES[stage.name] for stage in stages]
    counts = [stage.count for stage in stages]
    notes = [number(stage.count) + _share(stage) for stage in stages]
    alt = "Funnel: " + ", ".join(f"{n} {number(c)}" for n, c in zip(names, counts, strict=True))
    return Picture(_bars(names, counts, notes, palette, room=0.75), alt + ".")


def intents(counts: Sequence[IntentCount], palette: Palette) -> Picture:
    """How many people answered in which sense."""
    names = [words.INTENTS.get(row.intent, "Other") for row in counts]
    values = [row.count for row in counts]
    notes = [number(value) for value in values]
    alt = "Replies by sense: " + ", ".join(f"{n} {v}" for n, v in zip(names, values, strict=True))
    return Picture(_bars(names, values, notes, palette, room=0.25), alt + ".")


def trend(days: Sequence[Day], palette: Palette) -> Picture:
    """Leads reached as bars, replies and positive replies as lines below, on one axis of days."""
    figure, (top, bottom) = _figure(2.7, rows=2, ratios=(1.25, 1))
    where = list(range(len(days)))
    reached = [day.figures.reached for day in days]
    top.bar(where, reached, color=palette.mid, width=0.72, linewidth=0)
    _heading(top, "Leads reached", palette.strong)
    replied = [day.figures.replied for day in days]
    positive = [day.figures.positive for day in days]
    bottom.bar(where, replied, color=palette.mid, width=0.72, linewidth=0)
    bottom.bar(where, positive, color=palette.strong, width=0.72, linewidth=0)
    _heading(bottom, "Replies, of which positive (dark)", palette.strong)
    for axes in (top, bottom):
        axes.spines["left"].set_visible(False)
        axes.tick_params(length=0, labelsize=SIZE - 1)
        axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        axes.tick_params(axis="y", colors=GREY)
        axes.set_xlim(-0.6, len(days) - 0.4)
    step = max(1, len(days) // 6)
    top.set_xticks([])
    bottom.set_xticks(where[::step], [f"{d.day.day} {d.day:%b}" for d in days[::step]])
    alt = (
        f"{number(sum(reached))} leads reached, {number(sum(replied))} replies and "
        f"{number(sum(positive))} positive replies over {len(days)} columns of time."
    )
    return Picture(_svg(figure), alt)


def intervals(groups: Sequence[Group], palette: Palette) -> Picture:
    """Positive rates as dots with their 95% intervals: what overlaps may be chance."""
    known = [group for group in groups if group.positive_rate.interval is not None]
    figure, (axes,) = _figure(0.5 + 0.36 * len(known))
    for index, group in enumerate(known):
        low, high = group.positive_rate.interval or (0.0, 0.0)
        value = group.positive_rate.value or 0.0
        axes.plot([100 * low, 100 * high], [index, index], color=palette.mid, linewidth=4,
                  solid_capstyle="round")  # fmt: skip
        axes.plot([100 * value], [index], "o", color=palette.strong, markersize=7)
        note = f"{percent(value)}  ({words.of(group.positive_rate)})"
        axes.annotate(note, (100 * high, index), (7, 0), textcoords="offset points",
                      va="center", color=GREY)  # fmt: skip
    axes.set_yticks(range(len(known)), [_short(group.label) for group in known])
    axes.set_ylim(len(known) - 0.5, -0.5)
    axes.set_xlim(
        0, max([*(100 * (g.positive_rate.interval or (0, 0))[1] for g in known), 1]) * 1.5
    )
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:.0f}%")
    axes.spines["left"].set_visible(False)
    axes.tick_params(length=0)
    told = ", ".join(
        f"{g.label} {percent(g.positive_rate.value)} ({words.between(g.positive_rate)})"
        for g in known
    )
    return Picture(_svg(figure), f"Positive replies per lead reached, with 95% intervals: {told}.")


def _share(stage: Stage) -> str:
    if stage.of_previous is None or stage.of_previous.value is None:
        return ""
    return f" · {percent(stage.of_previous.value)} of the step before"


def _bars(
    names: Sequence[str], values: Sequence[int], notes: Sequence[str], palette: Palette, room: float
) -> bytes:
    figure, (axes,) = _figure(0.1 + 0.36 * len(names))
    where = list(range(len(names)))
    axes.barh(where, values, height=0.62, color=palette.strong, linewidth=0)
    for index, (value, note) in enumerate(zip(values, notes, strict=True)):
        axes.annotate(note, (value, index), (6, 0), textcoords="offset points", va="center",
                      color=INK)  # fmt: skip
    axes.set_yticks(where, names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, max([*values, 1]) * (1 + room))
    axes.set_xticks([])
    for side in ("left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    return _svg(figure)


def _figure(
    height: float, rows: int = 1, ratios: Sequence[float] = (1,)
) -> tuple[Figure, Sequence[Any]]:
    _prepare()
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasSVG(figure)
    axes = figure.subplots(rows, 1, squeeze=False, gridspec_kw={"height_ratios": ratios})
    return figure, [line[0] for line in axes]


def _heading(axes: Any, text: str, colour: str) -> None:
    axes.set_title(text, loc="left", fontsize=SIZE, fontweight=600, color=colour, pad=6)


def _svg(figure: Figure) -> bytes:
    text = StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue().encode()


@cache
def _prepare() -> None:
    """Once a process: several reports may be drawn in threads beside each other."""
    mpl.rcParams.update(_STYLE)
    for file in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(str(file))


def _short(label: str, most: int = 34) -> str:
    return label if len(label) <= most else label[: most - 1].rstrip() + "…"
