"""Whether everything outside and inside works: scheduler, providers, jobs, alarms."""

import streamlit as st

from core.domain.access import Act
from core.domain.states import JobName
from core.queries import dashboard, health
from db.session import reading
from pages.health_parts import alarms, jobs, providers, scheduler
from pages.ui import filters
from pages.ui.actions import run_now
from pages.ui.page import actions, open_page

rt, viewer = open_page("Provider Health")
now = rt.now()
with actions():
    if viewer.may(Act.RUN_JOBS):
        st.button(
            "Check now", icon=":material/monitor_heart:", type="primary", key="health.check",
            on_click=run_now, args=(rt, viewer, JobName.PROVIDER_CHECKS),
        )  # fmt: skip
with reading(rt.sessions) as session:
    whole = dashboard.dashboard(session, viewer, now)
    rows = health.providers(session, viewer)

scheduler.draw(whole, rows)
part = filters.tabs(
    "part",
    {
        "providers": "Providers",
        "jobs": "Jobs",
        "alarms": f"Alarms {len(whole.alarms) or ''}".strip(),
    },
)
if part == "providers":
    providers.draw(rt, viewer, rows, now)
elif part == "jobs":
    jobs.draw(rt, viewer, whole.jobs, now)
else:
    alarms.draw(whole.alarms, viewer, now)
