"""The first five seconds: can the agency work, and if not, what is the one thing to do now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import JobState, ProviderState
from core.queries.dashboard import Dashboard
from core.queries.health import AlarmRow, ProviderRow
from core.runtime import Runtime
from pages.health_parts.names import name_of
from pages.ui import filters, links, outward, words

CHIPS = {
    "healthy": ":green-badge[:material/check_circle: Healthy]",
    "degraded": ":orange-badge[:material/warning: Degraded]",
    "down": ":red-badge[:material/error: Down]",
}
REST = {"degraded": "The rest works.", "down": "Until then something stands still."}
STILL = "Until then nothing goes by itself."
MOST = 6  # troubles that are named
WAYS = {"settings.py": "Open its settings", "mail.py": "Open Mailboxes"}


def draw(
    rt: Runtime, whole: Dashboard, rows: Sequence[ProviderRow], viewer: Viewer, now: datetime
) -> None:
    """All that needs a person, with its remedy; a silent scheduler first; whether mail leaves."""
    age = whole.heartbeat_age
    alive = "" if age is None else f"Scheduler seen {_since(age)} ago."
    verdict = _verdict(whole, rows)
    st.markdown(f"{CHIPS[whole.health_status]} **{words.text(verdict)}** :gray[{alive}]")
    outward.scheduler(age)
    for alarm in [alarm for alarm in whole.alarms if alarm.severity == "act"][:MOST]:
        _needs(alarm, viewer, now)
    _more(whole.alarms)
    outward.gateway(rt, viewer)


def _verdict(whole: Dashboard, rows: Sequence[ProviderRow]) -> str:
    """Never "it works" alone while something needs a person: that comes first, by name."""
    age = whole.heartbeat_age
    acts = [alarm.title.rstrip(".") for alarm in whole.alarms if alarm.severity == "act"]
    alarms = [title.partition(": ")[0] for title in acts]  # the figures stand in the alarm
    silent = [] if outward.runs(age) else ["no scheduler runs"]
    broken = [*silent, *(alarms or _providers(rows)), *_jobs(whole)]
    if not broken:
        return "The agency can work."
    named = " · ".join(broken[:MOST]) + (" · and more" if len(broken) > MOST else "")
    need = words.counted(len(broken), "thing needs", "things need")
    rest = STILL if silent else REST.get(whole.health_status, "")
    return f"{need} a person: {named}. {rest}"


def _needs(alarm: AlarmRow, viewer: Viewer, now: datetime) -> None:
    """One thing that needs a person: what, since when, the remedy and the way there."""
    client = f" ({words.text(alarm.client)})" if alarm.client else ""
    st.error(
        f"**{words.text(alarm.title)}**{client} since {words.moment(alarm.since, viewer, now)}.  \n"
        f"{words.text(alarm.advice)}",
        icon=":material/notification_important:",
    )
    page, query = links.of_alarm(alarm, viewer)
    if page != "provider_health.py":
        st.page_link(
            page, label=WAYS.get(page, "Go there"), icon=":material/arrow_forward:",
            query_params=query,
        )  # fmt: skip


def _more(alarms: Sequence[AlarmRow]) -> None:
    """The way to the alarms that are not named above."""
    named = min(MOST, sum(alarm.severity == "act" for alarm in alarms))
    if rest := len(alarms) - named:
        st.button(
            f"See {words.counted(rest, 'more alarm' if named else 'alarm')}", type="tertiary",
            key="health.more", on_click=filters.put, kwargs={"part": "alarms"},
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
