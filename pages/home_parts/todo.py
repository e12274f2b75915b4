"""The list of what waits for a person, the worst alarm, and the first steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import ReviewKind
from core.queries.health import AlarmRow
from core.queries.home import Due, Onboarding
from core.queries.paging import Count
from core.runtime import Runtime
from core.services import tasks as tasks_
from pages.ui import links, words
from pages.ui.actions import act

ALARMS = {"part": "alarms"}


def alarm_line(alarms: Sequence[AlarmRow], viewer: Viewer, now: datetime) -> None:
    """The worst alarm: what, since when, what to do, and the way there."""
    if not alarms:
        return
    worst = alarms[0]
    since = words.moment(worst.since, viewer, now)
    sentence = f"**{words.text(worst.title)}** Since {since}. {words.text(worst.advice)}"
    if worst.severity == "act":
        st.error(sentence, icon=":material/error:")
    else:
        st.warning(sentence, icon=":material/warning:")
    with st.container(horizontal=True, gap="small"):
        page, query = links.of_alarm(worst, viewer)
        st.page_link(
            page, label="Go there", icon=":material/arrow_forward:", query_params=query or ALARMS
        )
        if len(alarms) > 1:
            st.page_link(
                "provider_health.py",
                label=f"{len(alarms) - 1} more to look at",
                query_params=ALARMS,
            )


def draw(
    rt: Runtime,
    waiting: Mapping[ReviewKind, Count],
    undrafted: Count,
    tasks: Sequence[Due],
    viewer: Viewer,
    now: datetime,
) -> None:
    """Decisions by kind, replies without a draft, and tasks due today."""
    st.header("What needs you today", anchor=False)
    with st.container(border=True, gap="xsmall", key="lines.todo"):
        deciding = viewer.may(Act.REVIEW)
        lines = [(kind, count) for kind, count in waiting.items() if count and deciding]
        for kind, count in lines:
            st.page_link(
                "review_queue.py",
                label=f"**{words.label(kind)}** to decide :blue-badge[{count}]",
                icon=words.icon(kind),
                query_params={"kind": str(kind)},
                width="stretch",
            )
        answering = viewer.may(Act.WRITE_MAIL)
        if undrafted and answering:
            st.page_link(
                "mail.py",
                label=f"**Replies** to answer that have no draft :blue-badge[{undrafted}]",
                icon=":material/mark_email_unread:",
                width="stretch",
            )
        if not lines and not (undrafted and answering):
            st.markdown(":green[:material/check_circle:] Nothing waits for you. Well done.")
    if tasks:
        st.header("Tasks", anchor=False)
        with st.container(border=True, gap="xsmall", key="lines.tasks"):
            for task in tasks:
                _task(rt, task, viewer, now)


def onboarding(steps: Onboarding) -> None:
    """The first steps, until all are done."""
    st.header("First steps", anchor=False)
    with st.container(border=True, gap="xsmall", key="lines.steps"):
        st.progress(steps.done / len(steps.steps), f"{steps.done} of {len(steps.steps)} done")
        for what, done, page in steps.steps:
            if done:
                st.markdown(f":green[:material/check_circle:] :gray[{what}]")
            else:
                st.page_link(page, label=what, icon=":material/radio_button_unchecked:")


def _task(rt: Runtime, task: Due, viewer: Viewer, now: datetime) -> None:
    late = task.due_at < now
    when = words.moment(task.due_at, viewer, now)
    badge = f":{'red' if late else 'gray'}-badge[{'late · ' if late else ''}{when}]"
    page, query = ("mail.py", {"thread": str(task.thread_id)})
    if task.thread_id is None:
        page, query = "leads.py", {"lead": str(task.lead_id or "")}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="stretch"):
        if viewer.may(Act.WRITE_MAIL):
            st.button(
                "", icon=":material/radio_button_unchecked:", type="tertiary",
                key=f"home.task.{task.id}", help=f"Done: {words.text(task.title)}",
                on_click=_finish, args=(rt, viewer, task),
            )  # fmt: skip
        st.page_link(
            page,
            label=f"{badge} {words.text(task.title)} :gray[{words.text(task.client)}]",
            query_params=query,
        )


def _finish(rt: Runtime, viewer: Viewer, task: Due) -> None:
    act(
        rt,
        lambda session: tasks_.finish(session, viewer, task.id, now=rt.now()),
        done=f"Done: {task.title}.",
    )
