"""The list of what waits for a person, the worst alarm, and the first steps."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import ReviewKind
from core.queries.health import AlarmRow
from core.queries.home import Badges, Due, Onboarding
from core.queries.paging import Count
from pages.ui import links, words


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
        st.page_link(links.page_of(worst.page), label="Go there", icon=":material/arrow_forward:")
        if len(alarms) > 1:
            st.page_link("provider_health.py", label=f"{len(alarms) - 1} more to look at")


def draw(
    waiting: Mapping[ReviewKind, Count],
    badges: Badges,
    tasks: Sequence[Due],
    viewer: Viewer,
    now: datetime,
) -> None:
    """Decisions by kind, replies, and tasks due today."""
    st.header("What needs you today", anchor=False)
    with st.container(border=True, gap="xsmall"):
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
        if badges.replies:
            st.page_link(
                "mail.py",
                label=f"**Replies** to answer :blue-badge[{badges.replies}]",
                icon=":material/mark_email_unread:",
                width="stretch",
            )
        if not lines and not badges.replies:
            st.markdown(":green[:material/check_circle:] Nothing waits for you. Well done.")
    if tasks:
        st.header("Tasks", anchor=False)
        with st.container(border=True, gap="xsmall"):
            for task in tasks:
                _task(task, viewer, now)


def onboarding(steps: Onboarding) -> None:
    """The first steps, until all are done."""
    st.header("First steps", anchor=False)
    with st.container(border=True, gap="xsmall"):
        st.progress(steps.done / len(steps.steps), f"{steps.done} of {len(steps.steps)} done")
        for what, done, page in steps.steps:
            if done:
                st.markdown(f":green[:material/check_circle:] :gray[{what}]")
            else:
                st.page_link(page, label=what, icon=":material/radio_button_unchecked:")


def _task(task: Due, viewer: Viewer, now: datetime) -> None:
    late = task.due_at < now
    when = words.moment(task.due_at, viewer, now)
    badge = f":{'red' if late else 'gray'}-badge[{'late · ' if late else ''}{when}]"
    page, query = ("mail.py", {"thread": str(task.thread_id)})
    if task.thread_id is None:
        page, query = "leads.py", {"lead": str(task.lead_id or "")}
    st.page_link(
        page,
        label=f"{badge} {words.text(task.title)} :gray[{words.text(task.client)}]",
        icon=":material/task_alt:",
        query_params=query,
        width="stretch",
    )
