"""What a provider did in the last day, week or month: two charts from its hours."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.queries import health
from core.queries.health import HourRow, ProviderRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import charts, filters, words

SPANS = {"day": "24 hours", "week": "7 days", "month": "30 days"}
REACH = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
STEP = {"day": timedelta(hours=1), "week": timedelta(hours=6), "month": timedelta(days=1)}
OK, FAILED = charts.GREEN, charts.PINK


def draw(rt: Runtime, viewer: Viewer, row: ProviderRow, now: datetime) -> None:
    """Calls that went well and that failed, and how long an answer took."""
    if viewer.clients is not None:
        st.caption("The history sums over all clients; only those who see all of them see it.")
        return
    span = filters.tabs("span", SPANS, label="Time shown")
    since = now - REACH[span]
    with reading(rt.sessions) as session:
        hours = health.history(session, viewer, row.port, row.provider.partition("#")[0],
                               since=since)  # fmt: skip
    calls, failed = sum(h.ok + h.failed for h in hours), sum(h.failed for h in hours)
    if not calls:
        st.caption(f"No call in the last {SPANS[span]}.")
        return
    points = _summed(hours, since, now, STEP[span])
    title = f"{words.number(failed)} of {words.counted(calls, 'call')} failed in {SPANS[span]}"
    _calls(title, points)
    _latency(points)
    if row.part:
        st.caption("Calls of all mailboxes with this provider.")


Point = tuple[datetime, int, int, float | None]


def _summed(
    hours: Sequence[HourRow], since: datetime, now: datetime, step: timedelta
) -> list[Point]:
    """One point a step, also where nothing happened: (moment, good, failed, mean ms)."""
    start = since.replace(minute=0, second=0, microsecond=0)
    sums: dict[int, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for hour in hours:
        into = sums[(hour.hour - start) // step]
        into[0] += hour.ok
        into[1] += hour.failed
        into[2] += (hour.latency_ms or 0.0) * (hour.ok + hour.failed)
    points: list[Point] = []
    for number in range((now - start) // step + 1):
        good, bad, spent = sums.get(number, [0, 0, 0.0])
        mean = spent / (good + bad) if good + bad else None
        points.append((start + number * step, int(good), int(bad), mean))
    return points


def _calls(title: str, points: Sequence[Point]) -> None:
    fig = charts.figure(title, height=220)
    moments = [point[0] for point in points]
    for name, place, tint in (("good", 1, OK), ("failed", 2, FAILED)):
        fig.add_bar(
            x=moments,
            y=[point[place] for point in points],
            marker_color=tint,
            hovertemplate=f"%{{x|%a %d %b %H:%M}} UTC: %{{y:,}} {name}<extra></extra>",
        )
    fig.update_layout(barmode="stack")
    charts.show(fig, alt=f"Bar chart of calls: {title}", key="provider.calls")


def _latency(points: Sequence[Point]) -> None:
    known = [point[3] for point in points if point[3] is not None]
    title = f"An answer took {words.number(round(sum(known) / len(known)))} ms on average"
    fig = charts.figure(title, height=180, unit=" ms")
    fig.add_scatter(
        x=[point[0] for point in points],
        y=[point[3] for point in points],
        mode="lines+markers",
        line={"width": 2, "color": charts.INDIGO},
        marker={"size": 4},
        hovertemplate="%{x|%a %d %b %H:%M} UTC: %{y:,.0f} ms<extra></extra>",
    )
    fig.update_yaxes(rangemode="tozero")
    charts.show(fig, alt=f"Line chart of times to answer: {title}", key="provider.latency")
