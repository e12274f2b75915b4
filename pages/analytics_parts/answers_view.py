"""What people answered, how soon, and how each week's leads did."""

from collections.abc import Callable

import streamlit as st

from core.domain.access import Viewer
from core.domain.figures import Cohort
from core.queries import answers
from core.runtime import Runtime
from db.session import reading
from pages.analytics_parts.asked import Asked
from pages.ui import charts, figures, tables, words
from pages.ui.page import empty


def replies(rt: Runtime, viewer: Viewer, asked: Asked) -> None:
    """Senses and times of the answers of the period."""
    with reading(rt.sessions) as session:
        counts = answers.by_intent(
            session, viewer, period=asked.period, campaign_id=asked.campaign_id
        )
        timing = answers.timing(session, viewer, period=asked.period, campaign_id=asked.campaign_id)
    if not counts:
        empty("Nobody has written back in this period.", "Look at the last 90 days",
              to="analytics.py", query={"view": "replies", "period": "90d"})  # fmt: skip
        return
    left, right = st.columns(2, gap="medium")
    with left:
        alt = ", ".join(f"{words.label(row.intent)} {row.count}" for row in counts)
        charts.show(figures.intents(counts), alt=f"Answers: {alt}", key="analytics.intents")
        st.caption("People only: out-of-office notes, auto-replies and bounces are not replies.")
    with right:
        names, numbers = zip(*timing.buckets, strict=True)
        median = (
            words.duration(3600 * timing.median_hours) if timing.median_hours is not None else ""
        )
        title = (
            f"Half of all first replies came within {median}" if median else "No first reply yet"
        )
        alt = ", ".join(f"{name} {number}" for name, number in timing.buckets)
        charts.show(charts.bars(title, names, numbers), alt=alt, key="analytics.timing")
        st.caption("From a lead's first mail to its first reply.")


def weeks(rt: Runtime, viewer: Viewer, asked: Asked) -> None:
    """Cohorts by the week of the first mail."""
    with reading(rt.sessions) as session:
        rows = answers.cohorts(session, viewer, period=asked.period, campaign_id=asked.campaign_id)
    if not rows:
        empty("Nobody was written to in these twelve weeks.", "Open campaigns", to="campaigns.py")
        return
    tables.table(
        rows,
        [
            tables.text("First mail in the week of", lambda row: words.day(row.week), width=200),
            tables.number("Reached", lambda row: row.reached),
            *(
                tables.text(f"Replied in {days} days", _within(days), width=160)
                for days in (7, 14, 28)
            ),
        ],
        key="analytics.weeks",
        alt="Leads by the week of their first mail, and how many replied",
    )
    st.caption(f"The twelve weeks up to {words.day(asked.period.last)} · a dash: the days of the "
               "whole week are not over yet")  # fmt: skip


def _within(days: int) -> Callable[[Cohort], str | None]:
    def told(row: Cohort) -> str | None:
        count = getattr(row, f"within_{days}")
        return None if count is None else f"{words.percent(count, row.reached)} · {count:,}"

    return told
