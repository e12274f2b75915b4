"""The answer: a draft that waits is edited and approved, else a new one is written."""

from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.queries.threads import Draft, ThreadDetail
from core.queries.waiting import Wait
from core.runtime import Runtime
from core.services import messages, review, threads
from pages.ui import words
from pages.ui.actions import act
from pages.ui.again import again, emptied, written


def draw(rt: Runtime, viewer: Viewer, found: ThreadDetail) -> None:
    """One box for the words of the answer; sending goes through the same door as all mail."""
    if found.draft is not None:
        _draft(rt, viewer, found.draft)
        return
    if found.leaves is None:
        _box(rt, viewer, found)
        return
    st.info(_when(found.leaves, viewer, rt.now()), icon=":material/schedule_send:")
    with st.expander("Write another answer", icon=":material/edit:"):
        _box(rt, viewer, found)


def _when(leaves: Wait, viewer: Viewer, now: datetime) -> str:
    """When the answer that was approved goes out, or what holds it."""
    if leaves.at is not None and leaves.at > now:
        return f"Your answer goes out {words.moment(leaves.at, viewer, now)}."
    return f"Your answer is approved. {words.text(' '.join(leaves.reasons))}"


def _box(rt: Runtime, viewer: Viewer, found: ThreadDetail) -> None:
    """Words for a new answer; the button stands out only where they wait for it."""
    wanted = found.row.needs_us and found.leaves is None
    with st.form("mail.answer", border=True):
        key = f"mail.answer.{found.row.thread_id}"
        st.text_area(
            "Your answer", height=160, key=key,
            placeholder=f"From {found.mailbox}, in this conversation",
        )  # fmt: skip
        st.form_submit_button(
            "Send the answer", type="primary" if wanted else "secondary",
            icon=":material/send:", on_click=_send, args=(rt, viewer, found.row.thread_id, key),
        )  # fmt: skip


def _send(rt: Runtime, viewer: Viewer, thread_id: int, key: str) -> None:
    """Sends what the box holds and empties it; what was refused stays in it."""
    text = written(key)
    done = act(
        rt,
        lambda s: threads.answer(s, viewer, thread_id, text=text, now=rt.now()),
        done="The answer goes out in half a minute; until then it can be taken back.",
    )
    if done is not None:
        emptied(key)


def _draft(rt: Runtime, viewer: Viewer, draft: Draft) -> None:
    with st.container(border=True):
        st.markdown(f":material/edit_note: **Draft** {words.chip(draft.state)}")
        with st.form(f"mail.draft.{draft.message_id}", border=False):
            subject = st.text_input("Subject", draft.subject, key=f"mail.s.{draft.version}")
            body = st.text_area("Text", draft.body_text, height=180, key=f"mail.t.{draft.version}")
            with st.container(horizontal=True, gap="small"):
                send = st.form_submit_button(
                    "Approve and send", type="primary", icon=":material/check:"
                )
                keep = st.form_submit_button("Keep the changes", icon=":material/save:")
                drop = st.form_submit_button("Throw away", icon=":material/delete:")
    if send:
        done = act(
            rt,
            lambda s: review.send_draft(
                s, viewer, draft.message_id, version=draft.version, subject=subject,
                body_text=body, now=rt.now(),
            ),
        )  # fmt: skip
        again(done, "Approved. Until it goes out it can be taken back.")
    if keep:
        done = act(
            rt,
            lambda s: messages.edit(
                s, viewer, draft.message_id, subject=subject, body_text=body,
                version=draft.version, now=rt.now(),
            ),
        )  # fmt: skip
        again(done, "Kept.")
    if drop:
        done = act(
            rt,
            lambda s: messages.cancel(
                s, viewer, draft.message_id, reason="Thrown away", now=rt.now()
            ),
        )
        again(done, "The draft is gone.")
