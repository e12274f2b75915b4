"""The outbox: mails by state, each with the reason it waits, and what may be done."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import MessageState
from core.queries import campaigns, mailboxes, outbox
from core.queries.mailboxes import MailboxRow
from core.queries.outbox import OutboxRow
from core.queries.paging import Count
from core.runtime import Runtime
from core.services import messages, review
from db.session import reading
from pages.ui import filters, forms, outward, tables, words
from pages.ui.actions import act
from pages.ui.page import empty

MAY_CANCEL = (MessageState.APPROVED, MessageState.REVIEW, MessageState.DRAFT, MessageState.FAILED)


def draw(
    rt: Runtime,
    viewer: Viewer,
    states: Mapping[MessageState, Count],
    boxes: tuple[MailboxRow, ...],
    runs: bool,
) -> None:
    """Forecast, states with counts, the table, its choice; `runs`: whether the scheduler does."""
    _forecast(boxes, viewer, rt.now(), runs=runs)
    options = {
        str(state): f"{words.label(state)} {count}"
        for state, count in states.items()
        if count or state == MessageState.APPROVED
    }
    with reading(rt.sessions) as session:
        known = {str(id_): name for id_, name in campaigns.names(session, viewer)}
    with filters.row():
        state = MessageState(
            filters.pills("state", options, label="State", default=MessageState.APPROVED)
        )
        filters.choice("campaign", "Campaign", known, every="All campaigns")
        filters.choice(
            "mailbox", "Mailbox", {str(b.mailbox_id): b.address for b in boxes},
            every="All mailboxes", width=220,
        )  # fmt: skip
    with reading(rt.sessions) as session:
        page = outbox.page(
            session, viewer, state, now=rt.now(), mailbox_id=filters.whole("mailbox"),
            campaign_id=filters.whole("campaign"), cursor=filters.value(filters.CURSOR) or None,
        )  # fmt: skip
    if not page.rows and not page.next:
        empty(f"No mail is {words.label(state).lower()} here.", icon="outbox")
        return
    row = tables.table(
        page.rows, _columns(viewer, rt, state), key=f"mail.outbox.{state}", select=True,
        alt="Table of mails going out",
    )  # fmt: skip
    tables.pager(page, "mails")
    if row is not None:
        _one(rt, viewer, row)


def _forecast(boxes: tuple[MailboxRow, ...], viewer: Viewer, now: datetime, *, runs: bool) -> None:
    told = mailboxes.forecast(boxes)
    over = f" · {words.number(told.over)} wait for another day" if told.over else ""
    paused = [box for box in boxes if box.state == "paused"]
    held = f" · {len(paused)} of {len(boxes)} mailboxes paused" if paused else ""
    goes = f"{words.number(told.goes)} more go out as far as caps allow"
    if not told.goes and told.next_at:
        goes = f"the next goes out {words.moment(told.next_at, viewer, now)}"
    once = "" if runs or not (told.goes or told.next_at) else f", {outward.ONCE}"
    st.caption(f"Today: {words.number(told.sent)} sent, {goes}{once}{over}{held}")


def _columns(viewer: Viewer, rt: Runtime, state: MessageState) -> list[tables.Column]:
    now = rt.now()
    sent = state == MessageState.SENT
    when = (lambda r: r.sent_at) if sent else (lambda r: r.wait.at if r.wait else r.due_at)
    return [
        tables.text("To", lambda r: r.name, width=160),
        tables.text("Subject", lambda r: r.subject, width=240),
        tables.number("Step", lambda r: r.step, width=60),
        tables.text(
            "Sent" if sent else "Goes out", lambda r: words.moment(when(r), viewer, now), width=140
        ),
        tables.text("Why it waits" if not sent else "Note", _reason, width=330),
        tables.text("Campaign", lambda r: r.campaign, width=160),
        tables.text("Mailbox", lambda r: r.mailbox, width=180),
    ]


def _reason(row: OutboxRow) -> str | None:
    return " ".join(row.wait.reasons) if row.wait else row.reason


def _one(rt: Runtime, viewer: Viewer, row: OutboxRow) -> None:
    with st.container(border=True):
        st.markdown(f"**{words.text(row.subject)}** {words.chip(row.state)}")
        st.caption(f"From {words.text(row.mailbox)} to {words.text(row.to_address)}")
        _waits(row, viewer, rt.now())
        st.text(row.body_text)
        with st.container(horizontal=True, gap="small"):
            if viewer.may(Act.REVIEW):
                _buttons(rt, viewer, row)
            if row.lead_id:
                st.page_link(
                    "leads.py", label="Open the lead", icon=":material/open_in_new:",
                    query_params={"lead": str(row.lead_id)},
                )  # fmt: skip


def _waits(row: OutboxRow, viewer: Viewer, now: datetime) -> None:
    """When it goes out as far as is known, and each reason why it has not gone."""
    if row.wait and row.wait.at:
        st.markdown(f"Goes out **{words.moment(row.wait.at, viewer, now)}**")
    reasons = row.wait.reasons if row.wait else (row.reason,)
    for reason in reasons:
        if reason:
            st.markdown(f":orange[:material/hourglass_empty: {words.text(reason)}]")


def _buttons(rt: Runtime, viewer: Viewer, row: OutboxRow) -> None:
    key = f"mail.{row.message_id}"
    if row.state == MessageState.UNCERTAIN:
        for label, outcome in (("It was sent", "sent"), ("It was not sent: again", "not_sent")):
            st.button(
                label, key=f"{key}.{outcome}", on_click=_settle,
                args=(rt, viewer, row.message_id, outcome),
            )  # fmt: skip
    if row.item_id and row.state == MessageState.REVIEW:
        st.button(
            "Approve", icon=":material/check:", type="primary", key=f"{key}.approve",
            on_click=_approve, args=(rt, viewer, row),
        )  # fmt: skip
    if row.state == MessageState.FAILED:
        st.button(
            "Try again", icon=":material/replay:", key=f"{key}.retry",
            on_click=_retry, args=(rt, viewer, row.message_id),
        )  # fmt: skip
    if row.state in MAY_CANCEL:
        forms.confirm(
            "Cancel", "The mail is not sent; if it is a step, the lead's sequence stops.",
            "Cancel the mail", _cancel, rt, viewer, row.message_id,
            key=f"{key}.cancel", icon=":material/cancel:",
        )  # fmt: skip


def _approve(rt: Runtime, viewer: Viewer, row: OutboxRow) -> None:
    act(
        rt,
        lambda s: review.approve(
            s, viewer, row.item_id or 0, version=row.item_version or 0, now=rt.now()
        ),
        done="Approved.",
    )


def _settle(rt: Runtime, viewer: Viewer, message_id: int, outcome: str) -> None:
    act(
        rt,
        lambda s: messages.settle_uncertain(s, viewer, message_id, outcome, now=rt.now()),
        done="Settled.",
    )


def _retry(rt: Runtime, viewer: Viewer, message_id: int) -> None:
    act(rt, lambda s: messages.retry(s, viewer, message_id, now=rt.now()), done="It goes again.")


def _cancel(rt: Runtime, viewer: Viewer, message_id: int) -> None:
    act(
        rt,
        lambda s: messages.cancel(
            s, viewer, message_id, reason="Cancelled in the outbox", now=rt.now()
        ),
        done="Cancelled.",
    )
