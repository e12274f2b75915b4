"""Mailboxes: health, today's numbers, and why one isn't sending."""

from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import MailboxState
from core.queries.mailboxes import MailboxRow
from core.runtime import Runtime
from core.services import mailboxes
from pages.ui import boxes, forms, outward, words
from pages.ui.actions import act
from pages.ui.page import empty


def draw(rt: Runtime, viewer: Viewer, rows: tuple[MailboxRow, ...], *, runs: bool) -> None:
    """One card a mailbox, those that are held first; `runs` says whether the scheduler does."""
    if not rows:
        empty("No mailbox is connected yet.", "Connect one", to="settings.py")
        return
    for row in rows:
        with st.container(border=True):
            _card(rt, viewer, row, runs=runs)


def _card(rt: Runtime, viewer: Viewer, row: MailboxRow, *, runs: bool) -> None:
    now = rt.now()
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        st.markdown(
            f"**{words.text(row.address)}** {boxes.chip(row)} :gray[{words.text(row.name)} · "
            f"{words.text(row.client)} · {words.label(row.provider)}]",
            width="content",
        )
        if viewer.may(Act.SENDING_SETTINGS):
            _switch(rt, viewer, row)
    if row.unread:
        read = words.ago(row.synced_at, now) if row.synced_at else "ever"
        why = f" {words.text(row.sync_error)}" if row.sync_error else ""
        since = f"for {read}" if row.synced_at else "yet"
        st.markdown(f":red[:material/error: Its inbox has not been read {since}.{why}]")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _figures(row)
    with right:
        _why(row, viewer, now, runs=runs)
        if row.synced_at and not row.unread:
            st.caption(f"Inbox read {words.moment(row.synced_at, viewer, now)}")


def _why(row: MailboxRow, viewer: Viewer, now: datetime, *, runs: bool) -> None:
    """What holds its next mail, the worst first, and when it may go."""
    st.markdown("**Why isn't it sending?**")
    if row.sends and row.next_at and row.next_at <= now and runs:
        st.markdown(":green[:material/check_circle: It is. The next mail goes with the next turn.]")
        return
    for reason in row.reasons:
        if row.cannot_send and reason == row.reasons[0]:
            st.markdown(f":red[:material/error: {words.text(reason)}]")
        else:
            st.markdown(f":material/hourglass_empty: {words.text(reason)}")
    if row.next_at:
        once = "" if runs else f", {outward.ONCE}"
        st.caption(f"Next {words.moment(row.next_at, viewer, now)}{once}")


def _figures(row: MailboxRow) -> None:
    of = row.cap_today or 1
    st.progress(
        min(1.0, row.sent_today / of),
        text=f"{words.number(row.sent_today)} of {words.number(row.cap_today)} sent today"
        + (f" (ramp to {row.daily_cap})" if row.cap_today < row.daily_cap else ""),
    )
    bounced = words.percent(row.bounced_week, row.sent_week)
    st.caption(
        f"{row.due_now} due now · {words.number(row.goes_today)} more go out today · "
        f"{bounced} bounced, {words.number(row.bounced_week)} of {words.number(row.sent_week)} "
        "sent in 7 days"
    )


def _switch(rt: Runtime, viewer: Viewer, row: MailboxRow) -> None:
    if row.state == MailboxState.PAUSED:
        st.button(
            "Resume", icon=":material/play_arrow:", key=f"mail.box.{row.mailbox_id}.start",
            on_click=_start, args=(rt, viewer, row),
        )  # fmt: skip
    else:
        forms.confirm(
            "Pause", "Nothing goes out from this mailbox until somebody resumes it.", "Pause it",
            _pause, rt, viewer, row,
            key=f"mail.box.{row.mailbox_id}.pause", icon=":material/pause:",
        )  # fmt: skip


def _start(rt: Runtime, viewer: Viewer, row: MailboxRow) -> None:
    act(
        rt,
        lambda s: mailboxes.start(s, viewer, row.mailbox_id, now=rt.now()),
        done=f"{row.address} sends again.",
    )


def _pause(rt: Runtime, viewer: Viewer, row: MailboxRow) -> None:
    act(
        rt,
        lambda s: mailboxes.pause(s, viewer, row.mailbox_id, reason="", now=rt.now()),
        done=f"{row.address} is paused.",
    )
