"""The first five seconds: can the agency work, and if not, what is the one thing to do now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import JobState, ProviderState
from core.queries.dashboard import LATE, Dashboard
from core.queries.health import AlarmRow, ProviderRow
from pages.health_parts.names import name_of
from pages.ui import filters, links, words

CHIPS = {
    "healthy": ":green-badge[:material/check_circle: Healthy]",
    "degraded": ":orange-badge[:material/warning: Degraded]",
    "down": ":red-badge[:material/error: Down]",
}
REST = {"degraded": "The rest works.", "down": "Until then something stands still."}
MOST = 3  # troubles that are named


def draw(whole: Dashboard, rows: Sequence[ProviderRow], viewer: Viewer, now: datetime) -> None:
    """What is broken by name, the worst alarm with what to do, and a silent scheduler."""
    age = whole.heartbeat_age
    alive = "" if age is None else f"Scheduler seen {_since(age)} ago."
    verdict = _verdict(whole, rows)
    st.markdown(f"{CHIPS[whole.health_status]} **{words.text(verdict)}** :gray[{alive}]")
    if whole.alarms:
        _worst(whole.alarms, viewer, now)
    _scheduler(age)


def _verdict(whole: Dashboard, rows: Sequence[ProviderRow]) -> str:
    """Never "it works" alone while something needs a person: that comes first, by name."""
    age = whole.heartbeat_age
    acts = [alarm.title.rstrip(".") for alarm in whole.alarms if alarm.severity == "act"]
    alarms = [title.partition(": ")[0] for title in acts]  # the figures stand in the alarm
    silent = ["no scheduler runs"] if age is None or age > LATE else []
    broken = [*(alarms or _providers(rows)), *_jobs(whole), *silent]
    if not broken:
        return "The agency can work."
    named = " · ".join(broken[:MOST]) + (" · and more" if len(broken) > MOST else "")
    need = words.counted(len(broken), "thing needs", "things need")
    return f"{need} a person: {named}. {REST.get(whole.health_status, '')}"


def _scheduler(age: timedelta | None) -> None:
    """Loud when none runs: nothing happens by itself then."""
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


def _worst(alarms: Sequence[AlarmRow], viewer: Viewer, now: datetime) -> None:
    worst = alarms[0]
    client = f" ({words.text(worst.client)})" if worst.client else ""
    sentence = (
        f"**{words.text(worst.title)}**{client} since {words.moment(worst.since, viewer, now)}.  \n"
        f"{words.text(worst.advice)}"
    )
    say = st.error if worst.severity == "act" else st.warning
    say(sentence, icon=":material/notification_important:")
    page = links.page_of(worst.page)
    with st.container(horizontal=True, gap="small"):
        if page != "provider_health.py":
            st.page_link(page, label="Go there", icon=":material/arrow_forward:")
        if len(alarms) > 1:
            more = words.counted(len(alarms) - 1, "more alarm")
            st.button(
                f"See {more}", type="tertiary", key="health.more",
                on_click=filters.put, kwargs={"part": "alarms"},
            )  # fmt: skip


def _providers(rows: Sequence[ProviderRow]) -> list[str]:
    bad = (ProviderState.DOWN, ProviderState.DEGRADED)
    return [
        f"{name_of(row)} is {words.label(row.state).lower()}"
        for state in bad
        for row in rows
        if row.enabled and row.state is state
    ]


def _jobs(whole: Dashboard) -> list[str]:
    failed = [job for job in whole.jobs if job.enabled and job.state is JobState.FAILED]
    return [f"{words.label(job.job)} failed last time" for job in failed]


def _since(age: timedelta) -> str:
    return words.duration(age.total_seconds())
