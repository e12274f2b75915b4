"""One word on several things of the queue, or on all that the filters find."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReviewKind
from core.queries.review_streams import CAP
from core.runtime import Runtime
from core.services import review_bulk
from core.services.review_bulk import BULK, Decided
from pages.review_parts import ask
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.again import again
from pages.ui.page import flash

Items = tuple[tuple[int, int], ...]
IDLE = {
    "Approve": ":material/check:", "Reject": ":material/close:", "Snooze": ":material/schedule:",
}  # fmt: skip


def draw(rt: Runtime, viewer: Viewer, kind: ReviewKind, ticked: Items, matching: Items) -> None:
    """Approve, reject with a reason, put off, open what is ticked; or all that match, where that is
    chosen, and then it asks once more.
    """
    if kind == ReviewKind.UNCERTAIN_SEND:
        _open(ticked)
        st.caption("Each uncertain send is settled by itself: open it.")
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        every = words.number(len(matching))
        meant = tables.meant(len(ticked), every, of=kind, key="review.bulk.all")
        if meant:
            _acts(rt, viewer, kind, ticked or matching, all_of_them=not ticked)
        else:
            for label, icon in IDLE.items():
                st.button(label, icon=icon, key=f"review.bulk.{label}", disabled=True)
    if not meant:
        st.caption("Tick some, or choose all that match.")
    elif not ticked and len(matching) >= CAP:
        st.caption(f"The first {CAP} are meant.")


def _acts(
    rt: Runtime, viewer: Viewer, kind: ReviewKind, items: Items, *, all_of_them: bool
) -> None:
    number = f"all {words.number(len(items))}" if all_of_them else words.number(len(items))
    with st.container(horizontal=True, gap="small"):
        _approve(rt, viewer, items, number, all_of_them=all_of_them)
        with st.popover(f"Reject {number}", icon=":material/close:"):
            _reject(rt, viewer, kind, items, number)
        with st.popover(f"Snooze {number}", icon=":material/schedule:"):
            _snooze(rt, viewer, items, number)
        if not all_of_them:
            _open(items)


def _approve(rt: Runtime, viewer: Viewer, items: Items, number: str, *, all_of_them: bool) -> None:
    if not all_of_them:
        st.button(
            f"Approve {number}", icon=":material/check:", type="primary",
            key="review.bulk.approve", on_click=_approve_all, args=(rt, viewer, items),
        )  # fmt: skip
        return
    with st.popover(f"Approve {number}", icon=":material/check:"):
        st.markdown("Each is approved as it stands in the list, unseen in full.")
        st.button(
            f"Yes, approve {number}", type="primary", key="review.bulk.approve",
            on_click=_approve_all, args=(rt, viewer, items),
        )  # fmt: skip


def _approve_all(rt: Runtime, viewer: Viewer, items: Items) -> None:
    told = _decide(
        rt, items, "approved",
        lambda session, some: review_bulk.approve_many(session, viewer, some, now=rt.now()),
    )  # fmt: skip
    if told is not None:
        flash("done", told[0])
        if told[1]:
            flash("watch", told[1])


def _reject(rt: Runtime, viewer: Viewer, kind: ReviewKind, items: Items, number: str) -> None:
    with st.form("review.bulk.reject", border=False):
        chosen = st.pills("Reason", ask.REASONS.get(kind, ()), key="review.bulk.reason")
        more = st.text_input("In your words", key="review.bulk.words")
        pressed = st.form_submit_button(f"Yes, reject {number}", type="primary")
    reason = ": ".join(part for part in (chosen, more.strip()) if part)
    if pressed:
        told = _decide(
            rt, items, "rejected",
            lambda session, some: review_bulk.reject_many(
                session, viewer, some, reason=reason, now=rt.now()
            ),
        )  # fmt: skip
        _again(told)


def _snooze(rt: Runtime, viewer: Viewer, items: Items, number: str) -> None:
    with st.form("review.bulk.snooze", border=False):
        span = st.pills("Until", list(ask.SPANS), default="Tomorrow", key="review.bulk.until")
        pressed = st.form_submit_button(f"Snooze {number}", type="primary")
    if pressed:
        until = ask.later(rt.now(), viewer, ask.SPANS[span or "Tomorrow"])
        told = _decide(
            rt, items, "put off",
            lambda session, some: review_bulk.snooze_many(
                session, viewer, some, until=until, now=rt.now()
            ),
        )  # fmt: skip
        _again(told)


def _open(ticked: Items) -> None:
    if len(ticked) == 1:
        st.button(
            "Open", icon=":material/open_in_new:", key="review.bulk.open",
            on_click=filters.put, kwargs={"item": ticked[0][0], "as": None},
        )  # fmt: skip


def _again(told: tuple[str, str] | None) -> None:
    if told is not None:
        again(told, told[0], watch=told[1])


def _decide(
    rt: Runtime, items: Items, what: str, do: Callable[[Any, Items], Decided]
) -> tuple[str, str] | None:
    """So many at a time, each lot in a transaction of its own; gives what was done, and what was
    left and why, in words.
    """
    done, left = 0, []
    for at in range(0, len(items), BULK):
        some = items[at : at + BULK]
        told = act(rt, lambda session, some=some: do(session, some))  # type: ignore[misc]
        if told is None:
            return None
        done, left = done + told.done, [*left, *told.left]
    sentence = f"{words.number(done)} of {words.number(len(items))} {what}."
    return sentence, f"{words.number(len(left))} were left: {left[0][1]}" if left else ""
