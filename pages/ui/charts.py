"""Plotly in the house's manner: the title is the message, few lines, both themes.

    fig = charts.figure("Replies come on Tuesdays", height=280)
    fig.add_bar(x=days, y=replies, marker_color=charts.colour("replied"))
    charts.show(fig, alt="Bar chart of replies by weekday", key="analytics.weekdays")

Colours are Streamlit's own placeholders, so they follow the theme, light and dark; the same thing
has the same colour on every chart (`colour`).
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import plotly.graph_objects as go
import streamlit as st

# Streamlit replaces these in the browser by chartCategoricalColors of the theme in use
SERIES = tuple(f"#00000{n}" for n in range(1, 9))
INDIGO, TEAL, ORANGE, VIOLET, PINK, GREY, GREEN, BLUE = SERIES
_LABEL_HEIGHT, _AROUND = 15, 70  # dots: a name at a line's end, title and axis
_COLOURS = {
    "sent": GREY, "reached": INDIGO, "replied": TEAL, "positive": GREEN, "meeting": ORANGE,
    "meetings": ORANGE, "won": PINK, "bounced": ORANGE, "unsubscribed": PINK, "spend": GREY,
    "harvested": GREY, "enriched": BLUE, "scored": BLUE, "qualified": VIOLET, "routed": VIOLET,
    "hot": PINK, "warm": ORANGE, "cool": BLUE, "cold": GREY, "target": GREY,
}  # fmt: skip


def colour(name: str, index: int = 0) -> str:
    """The colour of a thing on every chart; an unknown one gets the index-th of the series."""
    return _COLOURS.get(str(name), SERIES[index % len(SERIES)])


def figure(title: str = "", *, height: int = 280, unit: str = "") -> Any:
    """An empty figure with the house's layout: no legend, no gridline noise, transparent."""
    fig = go.Figure()
    fig.update_layout(
        title={"text": title, "font": {"size": 14}, "x": 0, "xanchor": "left"},
        height=height,
        margin={"l": 8, "r": 8, "t": 44 if title else 12, "b": 8},
        showlegend=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="closest",
        bargap=0.35,
        separators=".,",
    )
    fig.update_xaxes(showgrid=False, zeroline=False, automargin=True, fixedrange=True)
    fig.update_yaxes(
        showgrid=False, zeroline=False, automargin=True, fixedrange=True, ticksuffix=unit
    )
    return fig


def show(fig: Any, *, alt: str, key: str, height: int | None = None) -> None:
    """Draws it over the full width; `alt` is the sentence for those who cannot see it."""
    st.plotly_chart(
        fig,
        width="stretch",
        height=height or "content",
        theme="streamlit",
        key=key,
        config={"displayModeBar": False, "responsive": True},
        alt=alt,
    )


def lines(
    title: str, x: Sequence[Any], series: dict[str, Sequence[float]], *, height: int = 280,
    hover: str = "%{y:,}",
) -> Any:  # fmt: skip
    """Lines with their names at the right end instead of a legend."""
    fig = figure(title, height=height)
    for index, (name, values) in enumerate(series.items()):
        tint = colour(name.lower(), index)
        fig.add_scatter(
            x=list(x),
            y=list(values),
            name=name,
            mode="lines",
            line={"width": 2, "color": tint},
            hovertemplate=f"{name}: {hover}<extra></extra>",
        )
        if values:
            fig.add_annotation(
                x=x[-1],
                y=values[-1],
                text=name,
                font={"color": tint},
                showarrow=False,
                xanchor="left",
                xshift=6,
            )
    fig.update_layout(margin={"r": 90}, hovermode="x unified")
    _spread(fig, height, max([1, *(value for values in series.values() for value in values)]))
    return fig


def _spread(fig: Any, height: int, highest: float) -> None:
    """Moves the names at the lines' ends apart, where the lines end close together."""
    dots = (height - _AROUND) / highest
    taken = -_LABEL_HEIGHT
    for note in sorted(fig.layout.annotations, key=lambda note: note.y):
        at = max(note.y * dots, taken + _LABEL_HEIGHT)
        note.yshift = at - note.y * dots
        taken = at


def month(title: str, days: Sequence[Any], last: Any, *, key: str) -> None:
    """Reached and positive replies of the days up to `last`: one chart of key figures' days."""
    dates = [last - timedelta(days=len(days) - 1 - n) for n in range(len(days))]
    series = {"Reached": [day.reached for day in days], "Positive": [day.positive for day in days]}
    show(lines(title, dates, series), alt=f"{title}: leads reached and positive replies", key=key)


def bars(
    title: str, labels: Sequence[str], values: Sequence[float], *, texts: Sequence[str] = (),
    tint: str = INDIGO, height: int | None = None,
) -> Any:  # fmt: skip
    """Horizontal bars, first on top, each with its value beside it."""
    fig = figure(title, height=height or 60 + 36 * max(1, len(labels)))
    fig.add_bar(
        x=list(values),
        y=list(labels),
        orientation="h",
        marker_color=tint,
        text=list(texts) or [f"{value:,.0f}" for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{y}: %{text}<extra></extra>",
    )
    fig.update_yaxes(autorange="reversed")
    fig.update_xaxes(visible=False, range=[0, max([*values, 1]) * 1.25])
    return fig
