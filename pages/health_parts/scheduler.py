"""The first thing to know: does the clock run, and how is the whole."""

from collections.abc import Sequence
from datetime import timedelta

import streamlit as st

from core.domain.states import JobState, ProviderState
from core.queries.dashboard import LATE, Dashboard
from core.queries.health import ProviderRow
from pages.ui import words

COLOURS = {
    "healthy": ("Healthy", "green"),
    "degraded": ("Degraded", "orange"),
    "down": ("Down", "red"),
}


def draw(whole: Dashboard, rows: Sequence[ProviderRow]) -> None:
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
    troubles = [*_providers(rows), *_jobs(whole)]
    told = ". ".join(troubles[:3]) or "Every provider and job is well"
    st.markdown(f":{colour}-badge[{label}] :gray[{words.text(told + alive)}]")


def _providers(rows: Sequence[ProviderRow]) -> list[str]:
    bad = (ProviderState.DOWN, ProviderState.DEGRADED)
    return [
        f"{words.label(row.provider)}{f' ({row.mailbox})' if row.mailbox else ''} is "
        f"{words.label(row.state).lower()}"
        for state in bad
        for row in rows
        if row.enabled and row.state is state
    ]


def _jobs(whole: Dashboard) -> list[str]:
    failed = [job for job in whole.jobs if job.enabled and job.state is JobState.FAILED]
    return [f"{words.label(job.job)} failed last time" for job in failed]


def _since(age: timedelta) -> str:
    return words.duration(age.total_seconds())
