"""One conversation: bubbles, what each mail was taken for, the answer, and the lead beside it."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import Direction, ReplyIntent
from core.queries import threads
from core.queries.threads import Bubble, ThreadDetail
from core.runtime import Runtime
from core.services import messages, replies
from core.services import threads as service
from db.session import reading, transaction
from pages.leads_parts import scored, told
from pages.mail_parts import answer, thread_acts
from pages.ui import words
from pages.ui.actions import act
from pages.ui.page import actions, stop

I = ReplyIntent  # noqa: E741 - short, in a table of senses
INTENTS = {
    "They want to talk": (I.INTERESTED, I.MEETING, I.QUESTION),
    "Not now, or not at all": (I.NOT_NOW, I.NOT_INTERESTED, I.UNSUBSCRIBE),
    "Somebody else": (I.WRONG_PERSON, I.REFERRAL, I.LEFT_COMPANY),
    "A machine": (I.OUT_OF_OFFICE, I.AUTO_REPLY, I.BOUNCED),
    "Cannot be told": (I.UNCLEAR,),
}


def draw(rt: Runtime, viewer: Viewer, thread_id: int) -> None:
    """The conversation left, the lead right; opening it marks it read."""
    now = rt.now()
    with reading(rt.sessions) as session:
        found = threads.detail(session, viewer, thread_id, now=now)
    if found is None:
        stop(
            "This conversation does not exist, or it belongs to a client you do not work for.",
            "Back to the inbox",
            to="mail.py",
        )
        return
    if found.row.unread:
        with transaction(rt.sessions) as session:
            service.mark_read(session, viewer, thread_id, now=now)
    with actions():
        st.page_link("mail.py", label="Back to the inbox", icon=":material/arrow_back:")
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _head(found, viewer, rt)
        for bubble in found.bubbles:
            _bubble(rt, viewer, bubble)
        if viewer.may(Act.WRITE_MAIL):
            answer.draw(rt, viewer, found)
    with right:
        if viewer.may(Act.WRITE_MAIL):
            thread_acts.draw(rt, viewer, found)
        _lead(found, viewer, rt)


def _head(found: ThreadDetail, viewer: Viewer, rt: Runtime) -> None:
    row = found.row
    chip = words.chip(row.intent) if row.intent is not None else ""
    ours = ":orange-badge[Needs us]" if row.needs_us else ""
    st.markdown(f"## {words.text(row.subject)} {chip} {ours}")
    asleep = (
        f" · snoozed until {words.moment(row.snoozed_until, viewer, rt.now())}"
        if row.snoozed_until
        else ""
    )
    owner = f" · {words.text(row.assignee)} answers" if row.assignee else ""
    st.caption(
        f"{words.text(row.name)} · {words.text(row.address)} · in {words.text(found.mailbox)}"
        f"{owner}{asleep}"
    )


def _bubble(rt: Runtime, viewer: Viewer, bubble: Bubble) -> None:
    """One mail as plain text; theirs left with what it was taken for, ours indented."""
    now = rt.now()
    came = bubble.direction == Direction.IN
    with (
        st.container(horizontal=True, horizontal_alignment="left" if came else "right"),
        st.container(border=True, width=620, gap="xsmall"),
    ):
        state = "" if came else f" {words.chip(bubble.state)}"
        st.markdown(
            f":gray[:material/{'south_west' if came else 'north_east'}: {words.text(bubble.who)} · "
            f"{words.moment(bubble.at, viewer, now)}]{state}"
        )
        st.text(bubble.text)
        if bubble.whole.strip() != bubble.text:
            with st.expander("The whole mail, with quotes"):
                st.text(bubble.whole)
        if came:
            _taken(rt, viewer, bubble)
        elif bubble.recallable and viewer.may(Act.WRITE_MAIL):
            st.button(
                "Undo", icon=":material/undo:", type="tertiary",
                key=f"mail.{bubble.message_id}.recall",
                on_click=_recall, args=(rt, viewer, bubble.message_id),
            )  # fmt: skip


def _taken(rt: Runtime, viewer: Viewer, bubble: Bubble) -> None:
    taken = bubble.taken
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if taken is not None:
            sure = words.percent(taken.confidence, digits=0)
            st.markdown(
                f"Taken for {words.chip(taken.intent)} :gray[by {words.label(taken.layer)}, "
                f"{sure} sure]",
                width="content",
                help=words.text("; ".join(taken.evidence)) if taken.evidence else None,
            )
        if viewer.may(Act.WRITE_MAIL):
            with st.popover("Correct", icon=":material/edit:", key=f"mail.{bubble.message_id}.as"):
                _intents(rt, viewer, bubble)


def _intents(rt: Runtime, viewer: Viewer, bubble: Bubble) -> None:
    """What it may really be, in groups; what it was taken for is left out."""
    was = bubble.taken.intent if bubble.taken is not None else None
    for heading, group in INTENTS.items():
        st.caption(heading)
        with st.container(horizontal=True, gap="xsmall"):
            for intent in group:
                if intent is not was:
                    st.button(
                        words.label(intent), icon=words.icon(intent),
                        key=f"mail.{bubble.message_id}.{intent}",
                        on_click=_correct, args=(rt, viewer, bubble.message_id, intent),
                    )  # fmt: skip


def _correct(rt: Runtime, viewer: Viewer, message_id: int, intent: ReplyIntent) -> None:
    act(
        rt,
        lambda s: replies.correct(s, viewer, message_id, intent, now=rt.now()),
        done=f"Taken for “{words.label(intent)}” now, and acted on.",
    )


def _recall(rt: Runtime, viewer: Viewer, message_id: int) -> None:
    act(
        rt,
        lambda s: messages.recall(s, viewer, message_id, now=rt.now()),
        done="Taken back: it is a draft again.",
    )


def _lead(found: ThreadDetail, viewer: Viewer, rt: Runtime) -> None:
    now = rt.now()
    with st.container(border=True):
        if found.lead is None:
            st.markdown("**Unmatched**")
            st.markdown("This conversation belongs to no lead: nobody with this address is known.")
            return
        told.heading(found.lead, viewer, now, size="###")
        scored.reasons(found.lead.reasons, limit=3)
        st.markdown("**What happens next**")
        told.next_up(found.lead.next_up, viewer, now)
        st.page_link(
            "leads.py", label="Open the lead", icon=":material/open_in_new:",
            query_params={"lead": str(found.lead.row.lead_id)},
        )  # fmt: skip
