"""Four key figures of what happened in the period: each with its denominator, its change, and the
days behind it. The funnel counts other leads, and says so.
"""

from collections.abc import Sequence

import streamlit as st

from core.domain.figures import Day, Overview
from core.domain.periods import Period
from core.domain.rates import Rate, points
from pages.ui import words

OTHERS = (
    "Counted on the day it happened, whenever the lead came in. The funnel counts the leads that "
    "came in in this period instead, however far they have got by now: its number is another one."
)


def draw(view: Overview, days: Sequence[Day], period: Period) -> None:
    """Reached, replies, positive replies, meetings."""
    now = view.now
    before = view.before if view.before and not view.before.empty else None
    against = f"vs. {period.before()}" if before else "nothing to compare with"
    with st.grid(4, min_column_width=150):
        st.metric(
            "Reached in period", words.number(now.reached),
            _signed(now.reached - before.reached) if before else None,
            border=True, height="stretch", delta_description=against,
            delta_color="off", chart_data=[day.figures.reached for day in days],
            help=f"Leads whose first mail went out {period}. {OTHERS}",
        )  # fmt: skip
        _rate("Replies in period", now.reply_rate, before.reply_rate if before else None,
              [day.figures.replied for day in days])  # fmt: skip
        _rate("Positive in period", now.positive_rate, before.positive_rate if before else None,
              [day.figures.positive for day in days])  # fmt: skip
        won = f"{words.number(now.won)} won"
        if view.currency and now.value_minor:
            won += f", {words.money(now.value_minor, view.currency)}"
        st.metric(
            "Meetings in period", words.number(now.meetings),
            _signed(now.meetings - before.meetings) if before else None,
            border=True, height="stretch", delta_description=won,
            delta_color="off", chart_data=[day.figures.meetings for day in days],
            help=f"Meetings that a person marked, held {period}. {OTHERS}",
        )  # fmt: skip


def _rate(label: str, now: Rate, before: Rate | None, days: Sequence[int]) -> None:
    change = points(now, before) if before else None
    low_high = now.interval
    sure = f" 95% interval {100 * low_high[0]:.1f}–{100 * low_high[1]:.1f}%." if low_high else ""
    st.metric(
        label, words.percent(now.value), f"{change:+.1f} pt" if change is not None else None,
        delta_color="off", border=True, height="stretch",
        delta_description=f"{now.numerator:,} of {now.denominator:,} reached", chart_data=days,
        help=f"First replies that came in the period, those to earlier mails too, per lead first "
        f"written to in it.{sure} {OTHERS}",
    )  # fmt: skip


def _signed(change: int) -> str | int:
    return f"{change:+,}" if change else 0
