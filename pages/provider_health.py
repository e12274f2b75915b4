"""Whether the agency can work today, and if not, what to do: providers, jobs, alarms."""

import streamlit as st

from core.domain.access import Act
from core.domain.states import JobName
from core.queries import dashboard, health, installation
from db.session import reading
from pages.health_parts import alarms, inside, jobs, lookups, provider, providers, standing
from pages.ui import filters, outward
from pages.ui.actions import run_now
from pages.ui.page import actions, open_page

rt, viewer = open_page("Provider Health")
now = rt.now()
with actions():
    if viewer.may(Act.RUN_JOBS):
        st.button(
            "Check all now", icon=":material/monitor_heart:", type="primary", key="health.check",
            on_click=run_now, args=(rt, viewer, JobName.PROVIDER_CHECKS),
        )  # fmt: skip
with reading(rt.sessions) as session:
    whole = dashboard.dashboard(session, viewer, now)
    rows = health.providers(session, viewer)
    store = installation.store(session, viewer)
    inboxes = installation.inboxes(session, viewer)

chosen = next((row for row in rows if row.row_id == filters.whole("provider")), None)
if chosen is not None:
    provider.draw(rt, viewer, chosen, rows, now)
    st.stop()
standing.draw(rt, whole, rows, viewer, now)
part = filters.tabs(
    "part",
    {
        "providers": "Providers",
        "jobs": "Jobs",
        "alarms": f"Alarms {len(whole.alarms) or ''}".strip(),
        "lookups": "Lookups",
        "inside": "Database and inboxes",
    },
)
if part == "providers":
    providers.draw(rt, viewer, rows, now)
elif part == "jobs":
    jobs.draw(rt, viewer, whole.jobs, now, runs=outward.runs(whole.heartbeat_age))
elif part == "alarms":
    alarms.draw(whole.alarms, viewer, now)
elif part == "lookups":
    lookups.draw(rt, viewer, now)
else:
    inside.draw(store, inboxes, whole.heartbeat_age, viewer, now)
