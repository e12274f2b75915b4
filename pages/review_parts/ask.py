"""What is asked before a decision, over the card: a reason, until when, new words."""

from collections.abc import Callable
from datetime import datetime, timedelta

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReviewKind
from core.queries.review import Card
from core.runtime import Runtime
from core.services import review as service
from pages.ui import filters, formats
from pages.ui.actions import act
from pages.ui.again import again
from pages.ui.page import drawing_part

REASONS = {
    ReviewKind.LEAD: ("Wrong company", "Wrong role", "Too small", "Known already", "Competitor"),
    ReviewKind.MESSAGE: ("Wrong tone", "Wrong fact", "Wrong person", "Bad moment"),
    ReviewKind.REPLY_DRAFT: ("Wrong tone", "Wrong fact", "No answer needed", "I answer myself"),
    ReviewKind.DELIVERABLE: ("Wrong number", "Wrong wording", "Not needed"),
}
TITLES = {"reject": "Reject", "snooze": "Snooze", "edit": "Edit"}
SPANS = {"Later today": 3 / 24, "Tomorrow": 1, "In 3 days": 3, "Next week": 7}


def draw(rt: Runtime, viewer: Viewer, found: Card) -> None:
    """The dialog that the URL asks for, if any: it takes the focus, and Escape leaves it."""
    wanted = asked(found)
    forms = {"reject": why, "snooze": until, "edit": words_of}
    if wanted in forms:
        size = "large" if wanted == "edit" else "small"
        title = f"{TITLES[wanted]}: {formats.text(found.row.title)}"
        box = st.dialog(title, width=size, on_dismiss=_leave)
        box(_inside)(forms[wanted], rt, viewer, found)


def asked(found: Card) -> str:
    """What is asked of this card now: "reject", "snooze", "edit" or nothing."""
    wanted = filters.value("ask")
    known = {"reject", "snooze"} | ({"edit"} if found.mail is not None else set())
    return wanted if wanted in known else ""


def _inside(
    form: Callable[[Runtime, Viewer, Card], None], rt: Runtime, viewer: Viewer, found: Card
) -> None:
    with drawing_part():
        form(rt, viewer, found)


def _leave() -> None:
    filters.put(ask=None)


def why(rt: Runtime, viewer: Viewer, found: Card) -> None:
    """The reason, chosen or written; it stays in the history."""
    item_id, version = found.row.item_id, found.row.version
    st.markdown(_what_a_no_does(found.row.kind))
    with st.form("review.reject", border=False):
        chosen = st.pills("Reason", REASONS.get(found.row.kind, ()), key=f"review.{item_id}.reason")
        more = st.text_input("In your words", key=f"review.{item_id}.words")
        if st.form_submit_button("Reject", type="primary"):
            reason = ": ".join(part for part in (chosen, more) if part)
            done = act(
                rt,
                lambda s: service.reject(
                    s, viewer, item_id, version=version, reason=reason, now=rt.now()
                ),
            )
            _onward(done, item_id, "Rejected.")


def until(rt: Runtime, viewer: Viewer, found: Card) -> None:
    """Until when it is put off."""
    item_id, version = found.row.item_id, found.row.version
    with st.form("review.snooze", border=False):
        span = st.pills("Until", list(SPANS), default="Tomorrow", key=f"review.{item_id}.until")
        if st.form_submit_button("Snooze", type="primary"):
            moment = later(rt.now(), viewer, SPANS[span or "Tomorrow"])
            done = act(
                rt,
                lambda s: service.snooze(
                    s, viewer, item_id, version=version, until=moment, now=rt.now()
                ),
            )
            _onward(done, item_id, f"Snoozed until {formats.moment(moment, viewer, rt.now())}.")


def words_of(rt: Runtime, viewer: Viewer, found: Card) -> None:
    """Subject and text of a mail; the changed version is what is approved then."""
    item_id, version, mail = found.row.item_id, found.row.version, found.mail
    if mail is None:
        return
    with st.form("review.edit", border=False):
        subject = st.text_input("Subject", mail.subject, key=f"review.{item_id}.subject")
        body = st.text_area("Text", mail.body_text, height=320, key=f"review.{item_id}.body")
        if st.form_submit_button("Keep the changes", type="primary"):
            item = act(
                rt,
                lambda s: service.edit(
                    s, viewer, item_id, version=version, subject=subject, body_text=body,
                    now=rt.now(),
                ).id,
            )  # fmt: skip
            if item is not None:
                filters.put(item=item, last=None, ask=None)
            again(item, "Changed. Look at it once more, then approve.")


def later(now: datetime, viewer: Viewer, days: float) -> datetime:
    """Some hours from now, or nine o'clock of a later day in the viewer's zone."""
    if days < 1:
        return now + timedelta(days=days)
    day = (now + timedelta(days=days)).astimezone(formats.zone(viewer))
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _what_a_no_does(kind: ReviewKind) -> str:
    return {
        ReviewKind.LEAD: "The lead is not written to. It stays in the list and may be reopened.",
        ReviewKind.MESSAGE: "The mail is cancelled and the lead's sequence stops.",
        ReviewKind.REPLY_DRAFT: "The draft is thrown away; the conversation stays open.",
        ReviewKind.DELIVERABLE: "The file is not given to the client.",
    }.get(kind, "")


def _onward(done: object, item_id: int, sentence: str) -> None:
    if done is not None:
        filters.put(last=item_id, after=item_id, item=None, ask=None)
    again(done, sentence)
