"""Mailboxes: who writes, how much a day, how they stand."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import MailboxState
from core.queries import mailbox_setup, mailboxes
from core.queries.mailboxes import MailboxRow
from core.runtime import Runtime
from core.services import mailboxes as service
from db.session import reading
from pages.settings_parts import mailbox_form
from pages.ui import boxes, filters, forms, tables, words
from pages.ui.actions import act
from pages.ui.page import actions, empty


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The list; a chosen row is changed below it."""
    now = rt.now()
    may = viewer.may(Act.SENDING_SETTINGS)
    with reading(rt.sessions) as session:
        rows = mailboxes.mailboxes(session, viewer, now=now)
    if may:
        with actions(), st.popover("Connect a mailbox", icon=":material/add:", type="primary"):
            mailbox_form.add(rt, viewer)
    if not rt.settings.use_real_email_gateway:
        st.info(
            "Nothing leaves this machine: mail goes to a folder until USE_REAL_EMAIL_GATEWAY is "
            "true.",
            icon=":material/folder:",
        )
    if not rows:
        empty("No mailbox yet. Mail is written from a mailbox of the client.", icon="mail")
        return
    chosen = tables.table(
        rows,
        [
            tables.text("Mailbox", lambda row: row.address),
            tables.text("Client", lambda row: row.client),
            boxes.column(),
            tables.number("Sent today", lambda row: row.sent_today),
            tables.number("Cap today", lambda row: row.cap_today),
            tables.percent("Bounces, 7 days", _bounces),
            tables.text("Inbox read", lambda row: words.moment(row.synced_at, viewer, now)),
            tables.text("What holds it", _holds, width="large"),
        ],
        key="mailboxes.table",
        select=may,
        alt="Mailboxes",
    )
    chosen = chosen or (_named(rows) if may else None)
    if chosen is None:
        more = " · click a row to change it" if may else ""
        st.caption(f"{words.counted(len(rows), 'mailbox', 'mailboxes')}{more}")
    else:
        _change(rt, viewer, chosen)


def _named(rows: tuple[MailboxRow, ...]) -> MailboxRow | None:
    """The mailbox that the address names: a link from an alarm leads here."""
    named = filters.whole("mailbox")
    return next((row for row in rows if row.mailbox_id == named), None)


def _bounces(row: MailboxRow) -> float | None:
    return row.bounced_week / row.sent_week if row.sent_week else None


def _holds(row: MailboxRow) -> str:
    reasons = [*(row.reasons or (row.state_reason,)), row.sync_error]
    return " ".join(dict.fromkeys(reason for reason in reasons if reason))


def _change(rt: Runtime, viewer: Viewer, row: MailboxRow) -> None:
    with reading(rt.sessions) as session:
        setup = mailbox_setup.one(session, viewer, row.mailbox_id)
    if setup is None:
        return
    st.header(words.text(setup.address), anchor=False)
    if row.state is MailboxState.PAUSED:
        st.button(
            "Start again", icon=":material/play_arrow:", type="primary",
            on_click=_start, args=(rt, viewer, row.mailbox_id),
        )  # fmt: skip
    else:
        forms.confirm(
            "Pause", "Nothing is sent from it until somebody starts it again.", "Pause",
            _pause, rt, viewer, row.mailbox_id, key="mailboxes.pause", icon=":material/pause:",
        )  # fmt: skip
    mailbox_form.change(rt, viewer, setup)


def _start(rt: Runtime, viewer: Viewer, mailbox_id: int) -> None:
    act(
        rt,
        lambda session: service.start(session, viewer, mailbox_id, now=rt.now()),
        done=lambda box: f"{box.address} sends again.",
    )


def _pause(rt: Runtime, viewer: Viewer, mailbox_id: int) -> None:
    act(
        rt,
        lambda session: service.pause(
            session, viewer, mailbox_id, reason=f"Paused by {viewer.name}.", now=rt.now()
        ),
        done=lambda box: f"{box.address} is paused.",
    )
