"""The charts of Analytics: the funnel, the days, rates with their intervals."""

from collections.abc import Sequence
from typing import Any

from core.domain.figures import Day, Group, IntentCount, Stage
from core.domain.rates import percent
from pages.ui import charts, words

_TREND_HEIGHT = 300  # dots


def funnel(stages: Sequence[Stage]) -> Any:
    """Bars with each stage's count and its share of the step before."""
    names = [stage_name(stage.name) for stage in stages]
    texts = [f"{stage.count:,}" + _share(stage) for stage in stages]
    counts = [stage.count for stage in stages]
    fig = charts.bars("How far those that came in have got", names, counts, texts=texts)
    tints = [charts.colour(stage.name) for stage in stages]
    fig.update_traces(marker_color=tints, hovertemplate="%{y}: %{text} of the step before"
                      "<extra></extra>")  # fmt: skip
    return fig


def trend(days: Sequence[Day]) -> Any:
    """Leads reached, and replies of people."""
    series = {
        "Reached": [day.figures.reached for day in days],
        "Replied": [day.figures.replied for day in days],
        "Positive": [day.figures.positive for day in days],
    }
    weekly = len(days) > 1 and (days[1].day - days[0].day).days == 7
    title = "Leads reached and their replies, by " + ("week" if weekly else "day")
    return charts.lines(title, [day.day for day in days], series, height=_TREND_HEIGHT)


def intervals(groups: Sequence[Group], title: str) -> Any:
    """Positive rates as dots with 95% intervals; what overlaps may be chance."""
    known = [group for group in groups if group.positive_rate.interval is not None][:12]
    fig = charts.figure(title, height=70 + 34 * max(1, len(known)))
    values = [100 * (group.positive_rate.value or 0.0) for group in known]
    ends = [group.positive_rate.interval or (0.0, 0.0) for group in known]
    fig.add_scatter(
        x=values,
        y=[group.label for group in known],
        mode="markers",
        marker={"size": 10, "color": charts.colour("positive")},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * high - value for value, (_, high) in zip(values, ends, strict=True)],
            "arrayminus": [value - 100 * low for value, (low, _) in zip(values, ends, strict=True)],
            "color": charts.colour("sent"),
            "thickness": 2,
            "width": 0,
        },
        customdata=[[f"{g.positive:,} of {g.reached:,} reached"] for g in known],
        hovertemplate="%{y}: %{x:.1f}% (%{customdata[0]})<extra></extra>",
    )
    fig.update_yaxes(autorange="reversed")
    fig.update_xaxes(ticksuffix="%", rangemode="tozero", visible=True)
    return fig


def calibration(bands: Sequence[Any]) -> Any:
    """What was said against what came, with intervals; on the line, chances come true."""
    fig = charts.figure("Chances said, and what came of them", height=320)
    said = [100 * band.said for band in bands]
    came = [100 * band.came for band in bands]
    top = max([*said, *(100 * band.high for band in bands), 10.0]) * 1.05
    fig.add_scatter(
        x=[0, top], y=[0, top], mode="lines", hoverinfo="skip",
        line={"color": charts.colour("target"), "dash": "dot", "width": 1},
    )  # fmt: skip
    fig.add_scatter(
        x=said, y=came, mode="markers",
        marker={"size": 10, "color": charts.colour("reached")},
        error_y={
            "type": "data", "symmetric": False, "color": charts.colour("sent"), "thickness": 2,
            "width": 0, "array": [100 * (band.high - band.came) for band in bands],
            "arrayminus": [100 * (band.came - band.low) for band in bands],
        },
        customdata=[band.rows for band in bands],
        hovertemplate="%{x:.1f}% said, %{y:.1f}% came (%{customdata:,} leads)<extra></extra>",
    )  # fmt: skip
    fig.update_xaxes(title="Chance said", ticksuffix="%", rangemode="tozero")
    fig.update_yaxes(title="Converted", ticksuffix="%", rangemode="tozero")
    return fig


def by_fit(parts: Sequence[Any]) -> Any:
    """Positive replies of each tenth of the leads by fit, with intervals."""
    first, last = parts[0].rate.value or 0.0, parts[-1].rate.value or 0.0
    fig = charts.figure(
        f"The lowest fit: {percent(first)} positive; the highest: {percent(last)}", height=280
    )
    rates = [100 * (part.rate.value or 0.0) for part in parts]
    ends = [part.rate.interval or (0.0, 0.0) for part in parts]
    fig.add_scatter(
        x=[f"{p.low}–{p.high}" if p.low != p.high else str(p.low) for p in parts], y=rates,
        mode="markers", marker={"size": 10, "color": charts.colour("positive")},
        error_y={
            "type": "data", "symmetric": False, "color": charts.colour("sent"), "thickness": 2,
            "width": 0, "array": [100 * e[1] - r for e, r in zip(ends, rates, strict=True)],
            "arrayminus": [r - 100 * e[0] for e, r in zip(ends, rates, strict=True)],
        },
        customdata=[f"{p.rate.numerator:,} of {p.rate.denominator:,} reached" for p in parts],
        hovertemplate="Fit %{x}: %{y:.1f}% (%{customdata})<extra></extra>",
    )  # fmt: skip
    fig.update_xaxes(title="Fit", type="category")
    fig.update_yaxes(title="Replied positively", ticksuffix="%", rangemode="tozero")
    return fig


def intents(counts: Sequence[IntentCount]) -> Any:
    """How many people answered in which sense."""
    total = sum(row.count for row in counts)
    texts = [f"{row.count:,} · {percent(row.count / total, 0)}" for row in counts]
    names = [words.label(row.intent) for row in counts]
    return charts.bars(
        "What people answered", names, [row.count for row in counts], texts=texts,
        tint=charts.colour("replied"),
    )  # fmt: skip


def _share(stage: Stage) -> str:
    known = stage.of_previous is not None and stage.of_previous.value is not None
    # within a period more may reach a stage than came to the one before: no share of it, then
    shown = known and stage.of_previous.value <= 1
    return f" · {stage.of_previous}" if shown else ""


def stage_name(name: str) -> str:
    """A stage of the funnel in words: those of the later ones go on growing after the period."""
    return {
        "harvested": "Came in", "routed": "Given a sequence", "reached": "Reached so far",
        "replied": "Replied so far", "positive": "Positive so far", "meetings": "Met so far",
        "won": "Won so far",
    }.get(name, words.label(name))  # fmt: skip
