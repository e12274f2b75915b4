"""The four key figures of the day."""

from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.queries.figures import KeyFigures
from core.queries.home import Badges
from core.queries.paging import Count
from pages.ui import outward, words


def draw(
    waits: tuple[Badges, Count], sent: Count, more_today: str, month: KeyFigures, *, deciding: bool
) -> None:
    """What to decide and to answer, today's mail, and how the month goes. Who may not decide is
    shown how many were reached instead.
    """
    (badges, undrafted), now, before = waits, month.now, month.before
    with st.grid(4, min_column_width=150):
        if deciding:
            st.metric(
                "To review", str(badges.review), border=True, height="stretch",
                delta_description=_calm(badges),
            )  # fmt: skip
            st.metric(
                "Replies waiting", str(badges.replies), border=True, height="stretch",
                delta_description=_waiting(badges, undrafted),
            )  # fmt: skip
        else:
            st.metric(
                "Reached, last 28 days", words.number(now.reached), border=True, height="stretch",
                delta_description=f"{words.number(before.reached)} in the 28 days before",
            )  # fmt: skip
            st.metric(
                "Replies, last 28 days", words.number(now.replied), border=True, height="stretch",
                delta_description=f"{words.number(before.replied)} in the 28 days before",
            )  # fmt: skip
        st.metric(
            "Sent today", str(sent), border=True, height="stretch", delta_description=more_today
        )
        st.metric(
            "Positive replies, last 28 days",
            words.percent(now.positive, now.reached),
            words.points(now.positive, now.reached, before.positive, before.reached) or None,
            delta_color="off",
            border=True,
            height="stretch",
            delta_description=f"{now.positive:,} of {now.reached:,} reached",
        )


def _waiting(badges: Badges, undrafted: Count) -> str:
    """Of the replies that wait, how many have a draft already: those wait for a decision too."""
    if not badges.replies:
        return "all answered"
    drafted = badges.replies.number - undrafted.number
    return f"{drafted:,} of them with a draft" if drafted > 0 else "the next word is ours"


def more_today(
    due: int, next_at: datetime | None, viewer: Viewer, now: datetime, *, runs: bool
) -> str:
    """How many more go today; else when the next one may."""
    if due and runs:
        return f"{words.number(due)} more can go today"
    if next_at is None and not due:
        return "nothing approved waits"
    if not runs:  # short: the line above the figures says that none runs, and what to do
        return f"{words.number(due)} more {outward.ONCE}" if due else f"more {outward.ONCE}"
    return f"the next: {words.moment(next_at, viewer, now)}"


def _calm(badges: Badges) -> str:
    return "decisions of a person" if badges.review else "nothing waits"
