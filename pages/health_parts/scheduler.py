"""The first thing to know: does the clock run, and how is the whole."""

from datetime import datetime, timedelta

import streamlit as st

from core.queries.dashboard import LATE, Dashboard
from pages.ui import words

COLOURS = {
    "healthy": ("Healthy", "green"),
    "degraded": ("Degraded", "orange"),
    "down": ("Down", "red"),
}


def draw(whole: Dashboard, _now: datetime) -> None:
    """Loud when no scheduler runs: nothing happens by itself then."""
    age = whole.heartbeat_age
    if age is None:
        st.error(
            "**The scheduler has never run.** Nothing is sent and no reply is read by itself. "
            "Start it beside the app: `python scheduler.py`.",
            icon=":material/timer_off:",
        )
    elif age > LATE:
        st.error(
            f"**The scheduler is not running.** It was last alive {_since(age)} ago; since then "
            "nothing is sent and no reply is read. Start it: `python scheduler.py`.",
            icon=":material/timer_off:",
        )
    label, colour = COLOURS[whole.health_status]
    alive = "" if age is None else f" · scheduler seen {_since(age)} ago"
    others = [reason for reason in whole.reasons if "scheduler" not in reason.lower()]
    why = f" · {' '.join(others[:3])}" if others else ""
    st.markdown(f":{colour}-badge[{label}] :gray[{words.text(why + alive).lstrip(' ·')}]")


def _since(age: timedelta) -> str:
    return words.duration(age.total_seconds())
