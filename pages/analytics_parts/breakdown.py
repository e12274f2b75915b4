"""The table split by campaign, source, step…, with intervals; a row opens the leads behind it."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.figures import Dimension, Group, Metric
from core.domain.rates import FEW, apart
from core.domain.states import Tier
from core.queries import breakdowns
from core.runtime import Runtime
from db.session import reading
from pages.analytics_parts.asked import Asked
from pages.ui import charts, figures, filters, tables, words
from pages.ui.page import empty

UNKNOWN = "Not known"
DIMENSIONS = {str(dimension): str(dimension).capitalize() for dimension in Dimension}


def draw(rt: Runtime, viewer: Viewer, asked: Asked) -> None:
    """The dimension's pills, the intervals, the table."""
    chosen = filters.pills("by", DIMENSIONS, label="Split by", default=str(Dimension.CAMPAIGN))
    dimension = Dimension(chosen or Dimension.CAMPAIGN)
    with reading(rt.sessions) as session:
        found = breakdowns.by(
            session, viewer, dimension, period=asked.period, campaign_id=asked.campaign_id
        )
    groups = [group.named(named(dimension, group)) for group in found]
    if not groups:
        empty("Nothing happened in this period.", "Look at the last 90 days", to="analytics.py",
              query={"view": "split", "period": "90d"}, icon="bar_chart")  # fmt: skip
        return
    if sum(1 for group in groups if group.reached) > 1:
        title = _message(groups, DIMENSIONS[dimension].lower())
        alt = f"{title}. Positive replies per lead reached with 95% intervals."
        charts.show(figures.intervals(groups, title), alt=alt, key="analytics.intervals")
    picked = tables.table(
        groups, _columns(dimension), key=f"analytics.by.{dimension}", select=True,
        alt=f"Results by {DIMENSIONS[dimension].lower()}",
    )  # fmt: skip
    st.caption(
        f"{words.counted(len(groups), 'row')} · rates are per lead reached · bars that "
        "overlap may differ by chance · a row opens the leads behind it"
    )
    opened = (filters.value("dim"), filters.value("key"))
    if picked is not None and opened != (str(dimension), picked.key):
        filters.put(why=Metric.REACHED, dim=dimension, key=picked.key, cursor=None)


def named(dimension: Dimension, group: Group) -> str:
    """The label of a line in words."""
    if dimension is Dimension.TIER and group.key in {str(tier) for tier in Tier}:
        return words.label(Tier(group.key))
    return group.label or UNKNOWN


def _columns(dimension: Dimension) -> list[tables.Column]:
    columns = [
        tables.text(DIMENSIONS[dimension], lambda group: group.label, width="medium"),
        tables.number("Reached", lambda group: group.reached),
        tables.number("Replied", lambda group: group.replied),
        tables.percent("Reply %", lambda group: group.reply_rate.value),
        tables.number("Positive", lambda group: group.positive),
        tables.percent("Positive %", lambda group: group.positive_rate.value),
        tables.text("95% interval", _interval),
    ]
    if dimension not in (Dimension.STEP, Dimension.VARIANT, Dimension.MAILBOX):
        columns.append(tables.number("Meetings", lambda group: group.meetings))
    if dimension is Dimension.CAMPAIGN:
        columns.insert(1, tables.text("Client", lambda group: group.client))
        columns.append(tables.number("Won", lambda group: group.won))
        columns.append(tables.text("Value", lambda group: _money(group.value)))
        columns.append(tables.text("Spent", lambda group: _money(group.spend)))
    return columns


def _interval(group: Group) -> str | None:
    if group.positive_rate.interval is None:
        return None
    low, high = group.positive_rate.interval
    few = " (few)" if group.reached < FEW else ""
    return f"{100 * low:.1f}–{100 * high:.1f}%{few}"


def _money(value: object) -> str | None:
    return str(value) if value is not None else None


def _message(groups: Sequence[Group], what: str) -> str:
    """What the picture says; no winner is called by chance."""
    first, *others = sorted(groups, key=lambda group: -group.interval_low)
    if all(apart(first.positive_rate, other.positive_rate) for other in others):
        return f"{first.label} brings most positive replies"
    return f"No {what} is clearly ahead"
