"""What may be done with a conversation: done, snooze, assign, block."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import SuppressionKind, SuppressionReason
from core.queries import users
from core.queries.threads import ThreadDetail
from core.runtime import Runtime
from core.services import suppressions, threads
from db.session import reading
from pages.review_parts.ask import SPANS, later
from pages.ui import filters, forms, words
from pages.ui.actions import act


def draw(rt: Runtime, viewer: Viewer, found: ThreadDetail) -> None:
    """A row of buttons above the lead."""
    with st.container(horizontal=True, gap="xsmall"):
        if found.row.needs_us:
            st.button(
                "Done", icon=":material/task_alt:", key="mail.thread.done",
                on_click=_settle, args=(rt, viewer, found.row.thread_id),
            )  # fmt: skip
        with st.popover("Snooze", icon=":material/schedule:"):
            for label, days in SPANS.items():
                st.button(
                    label, key=f"mail.thread.snooze.{label}", width="stretch",
                    on_click=_snooze, args=(rt, viewer, found.row.thread_id, days),
                )  # fmt: skip
        with st.popover("Assign", icon=":material/person_add:"):
            with reading(rt.sessions) as session:
                people = users.colleagues(session, viewer, found.client_id)
            for user_id, name in (*people, (None, "Nobody")):
                st.button(
                    words.text(name), key=f"mail.thread.assign.{user_id}", width="stretch",
                    on_click=_assign, args=(rt, viewer, found.row.thread_id, user_id, name),
                )  # fmt: skip
        if viewer.may(Act.SUPPRESS):
            forms.confirm(
                "Block",
                f"Nothing is sent to **{words.text(found.row.address)}** any more, and what waits "
                "is cancelled at once.",
                "Block the address",
                _block,
                rt,
                viewer,
                found,
                key="mail.thread.block",
                icon=":material/do_not_disturb_on:",
            )


def _settle(rt: Runtime, viewer: Viewer, thread_id: int) -> None:
    done = act(rt, lambda s: threads.settle(s, viewer, thread_id, now=rt.now()), done="Done.")
    if done is not None:
        filters.put(thread=None)


def _snooze(rt: Runtime, viewer: Viewer, thread_id: int, days: float) -> None:
    until = later(rt.now(), viewer, days)
    done = act(
        rt,
        lambda s: threads.snooze(s, viewer, thread_id, until=until, now=rt.now()),
        done=f"Snoozed until {words.moment(until, viewer, rt.now())}.",
    )
    if done is not None:
        filters.put(thread=None)


def _assign(rt: Runtime, viewer: Viewer, thread_id: int, user_id: int | None, name: str) -> None:
    act(
        rt,
        lambda s: threads.assign(s, viewer, thread_id, user_id, now=rt.now()),
        done=f"{name} answers.",
    )


def _block(rt: Runtime, viewer: Viewer, found: ThreadDetail) -> None:
    act(
        rt,
        lambda s: suppressions.suppress(
            s, viewer, found.row.address, kind=SuppressionKind.ADDRESS, client_id=found.client_id,
            reason=SuppressionReason.MANUAL, source=f"By {viewer.name}", now=rt.now(),
        ),
        done=f"{found.row.address} is blocked.",
    )  # fmt: skip
