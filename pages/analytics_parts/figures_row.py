"""Four key figures: each with its denominator, its change, and the days behind it."""

from collections.abc import Sequence

import streamlit as st

from core.domain.figures import Day, Overview
from core.domain.periods import Period
from core.domain.rates import Rate, points
from pages.ui import words


def draw(view: Overview, days: Sequence[Day], period: Period) -> None:
    """Reached, replies, positive replies, meetings."""
    now = view.now
    before = view.before if view.before and not view.before.empty else None
    against = f"vs. {period.before()}" if before else "nothing to compare with"
    with st.grid(4, min_column_width=150):
        st.metric(
            "Reached", words.number(now.reached),
            _signed(now.reached - before.reached) if before else None,
            border=True, height="stretch", delta_description=against,
            delta_color="off", chart_data=[day.figures.reached for day in days],
            help=f"Leads whose first mail went out, {period}",
        )  # fmt: skip
        _rate("Reply rate", now.reply_rate, before.reply_rate if before else None,
              [day.figures.replied for day in days])  # fmt: skip
        _rate("Positive replies", now.positive_rate, before.positive_rate if before else None,
              [day.figures.positive for day in days])  # fmt: skip
        won = f"{words.number(now.won)} won"
        if view.currency and now.value_minor:
            won += f", {words.money(now.value_minor, view.currency)}"
        st.metric(
            "Meetings", words.number(now.meetings),
            _signed(now.meetings - before.meetings) if before else None,
            border=True, height="stretch", delta_description=won,
            delta_color="off", chart_data=[day.figures.meetings for day in days],
        )  # fmt: skip


def _rate(label: str, now: Rate, before: Rate | None, days: Sequence[int]) -> None:
    change = points(now, before) if before else None
    low_high = now.interval
    sure = f"95% interval {100 * low_high[0]:.1f}–{100 * low_high[1]:.1f}%" if low_high else ""
    st.metric(
        label, words.percent(now.value), f"{change:+.1f} pt" if change is not None else None,
        delta_color="off", border=True, height="stretch",
        delta_description=f"{now.numerator:,} of {now.denominator:,} reached", chart_data=days,
        help=sure or "Replies of these days to mails of earlier ones count too",
    )  # fmt: skip


def _signed(change: int) -> str | int:
    return f"{change:+,}" if change else 0
