"""The four key figures of the day."""

import streamlit as st

from core.queries.figures import KeyFigures
from core.queries.home import Badges
from core.queries.paging import Count
from pages.ui import words


def draw(badges: Badges, sent: Count, due: int, month: KeyFigures) -> None:
    """To decide, to answer, today's mail, and how the month goes."""
    now, before = month.now, month.before
    with st.grid(4, min_column_width=150):
        st.metric(
            "To review",
            str(badges.review),
            border=True,
            height="stretch",
            delta_description=_calm(badges),
        )
        st.metric(
            "Replies waiting", str(badges.replies), border=True, height="stretch",
            delta_description="the next word is ours" if badges.replies else "all answered",
        )  # fmt: skip
        st.metric(
            "Sent today",
            str(sent),
            border=True,
            height="stretch",
            delta_description=f"{due:,} more can go today",
        )
        st.metric(
            "Positive replies, 30 days",
            words.percent(now.positive, now.reached),
            words.points(now.positive, now.reached, before.positive, before.reached) or None,
            delta_color="off",
            border=True,
            height="stretch",
            delta_description=f"{now.positive:,} of {now.reached:,} reached",
        )


def _calm(badges: Badges) -> str:
    return "decisions of a person" if badges.review else "nothing waits"
