"""What needs me today: alarms, decisions, replies, mail, campaigns against their targets."""

from datetime import UTC, datetime, time, timedelta

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import campaigns, figures, health, home, mailboxes
from db.session import reading
from pages.home_parts import figures_row, targets, todo
from pages.ui import charts, formats, outward
from pages.ui.page import empty, open_page


def midnight(viewer: Viewer, now: datetime) -> datetime:
    """The start of the viewer's day, in UTC."""
    zone = formats.zone(viewer)
    return datetime.combine(now.astimezone(zone).date(), time(), zone).astimezone(UTC)


rt, viewer = open_page("Home")
now = rt.now()
today = midnight(viewer, now)
tonight = today + timedelta(days=1)

with reading(rt.sessions) as session:
    alarms = health.alarms(session, viewer)
    waiting = home.waiting_by_kind(session, viewer)
    badges = home.badges(session, viewer)
    undrafted = home.replies_undrafted(session, viewer)
    tasks = home.tasks_due(session, viewer, until=tonight)
    sent = home.sent_since(session, viewer, since=today)
    due = mailboxes.goes_today(session, viewer, now=now)
    next_at = None if due else mailboxes.next_send(session, viewer, now=now)
    month = figures.key_figures(session, viewer, today=now.date())  # rollups count UTC days
    aims = figures.targets(session, viewer, today=now.date())
    steps = home.onboarding(session, viewer)
    known = campaigns.by_state(session, viewer)
    age = health.scheduler_age(session, viewer, now)

outward.scheduler(age)
todo.alarm_line(alarms, viewer, now)
outward.gateway(rt, viewer)
if not known and not viewer.clients and viewer.clients is not None:
    empty("You work for no client yet. An admin can add you to one in Settings.")
    st.stop()
more = figures_row.more_today(due, next_at, viewer, now, runs=outward.runs(age))
figures_row.draw((badges, undrafted), sent, more, month, deciding=viewer.may(Act.REVIEW))

left, right = st.columns([3, 2], gap="medium")
with left:
    todo.draw(rt, waiting, undrafted, tasks, viewer, now)
    if month.now.reached:
        charts.month("Reached in the last 28 days", month.days, now.date(), key="home.month")
with right:
    if not steps.finished:
        todo.onboarding(steps)
    targets.draw(aims, now.date())
