"""One thing to decide: the thing left, its evidence right, and the buttons under it."""

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReviewKind, ReviewState
from core.queries import review
from core.queries.review import Card
from core.runtime import Runtime
from core.services import review as service
from db.session import reading
from pages.leads_parts import scored, told
from pages.review_parts import ask, evidence
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.page import empty

UNDOABLE = (ReviewState.APPROVED, ReviewState.REJECTED, ReviewState.SNOOZED)
MESSAGES = (ReviewKind.MESSAGE, ReviewKind.REPLY_DRAFT, ReviewKind.UNCERTAIN_SEND)


def draw(rt: Runtime, viewer: Viewer, kind: ReviewKind) -> None:
    """The card in turn, or the one that the URL names while it still waits."""
    now = rt.now()
    with reading(rt.sessions) as session:
        item_id = filters.whole("item")
        found = None
        if item_id:
            found = review.card(session, viewer, item_id=item_id, kind=kind, now=now)
        if found is None or found.state not in (ReviewState.WAITING, ReviewState.SNOOZED):
            after = filters.whole("after")
            found = review.card(session, viewer, kind=kind, after=after, now=now)
    if found is None:
        empty("Nothing of this kind waits. Choose another above.", icon="check_circle")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(border=True):
        _thing(found, viewer, rt)
        _buttons(rt, viewer, found)
        ask.draw(rt, viewer, found)
    with right, st.container(border=True):
        evidence.draw(found, viewer, now)


def undo_line(rt: Runtime, viewer: Viewer) -> None:
    """What was decided last, with the way back where there is one."""
    item_id = filters.whole("last")
    if item_id is None:
        return
    with reading(rt.sessions) as session:
        last = review.card(session, viewer, item_id=item_id, now=rt.now())
    if last is None or last.state not in UNDOABLE:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True):
        st.markdown(f"{words.chip(last.state)} {words.text(last.row.title)}", width="content")
        if _can_undo(last):
            st.button(
                "Undo", icon=":material/undo:", type="tertiary", key="review.undo", shortcut="U",
                disabled=bool(filters.value("ask")),
                on_click=_undo, args=(rt, viewer, item_id, last.row.version),
            )  # fmt: skip


def _can_undo(last: Card) -> bool:
    if last.row.kind == ReviewKind.LEAD or last.state == ReviewState.SNOOZED:
        return True
    return last.row.kind in MESSAGES[:2] and last.state == ReviewState.APPROVED


def _thing(found: Card, viewer: Viewer, rt: Runtime) -> None:
    now = rt.now()
    if found.row.kind == ReviewKind.LEAD and found.lead is not None:
        told.heading(found.lead, viewer, now)
        st.markdown(f":material/rate_review: {words.text(found.row.why)}")
        scored.scores(found.lead)
        scored.reasons(found.lead.reasons, limit=6)
    elif found.mail is not None:
        evidence.mail(found, viewer, now)
    elif found.paper is not None:
        evidence.paper(found)


def _buttons(rt: Runtime, viewer: Viewer, found: Card) -> None:
    item = (found.row.item_id, found.row.version)
    asking = bool(ask.asked(found))  # no key may decide behind the dialog
    uncertain = found.row.kind == ReviewKind.UNCERTAIN_SEND
    with st.container(horizontal=True, gap="small"):
        if uncertain:
            _settle_buttons(rt, viewer, item, asking)
        else:
            st.button(
                "Approve", icon=":material/check:", type="primary", shortcut="A",
                key=f"review.{item[0]}.approve", on_click=_approve, args=(rt, viewer, *item),
                disabled=asking,
            )  # fmt: skip
            _asking("Reject", "close", "X", "reject", item[0], asking)
        if found.row.kind in MESSAGES[:2]:
            _asking("Edit", "edit", "E", "edit", item[0], asking)
        _asking("Snooze", "schedule", "S", "snooze", item[0], asking)
        st.space("stretch")
        st.button(
            "Next", icon=":material/arrow_forward:", type="tertiary", shortcut="N",
            key=f"review.{item[0]}.next", on_click=filters.put, disabled=asking,
            kwargs={"after": item[0], "item": None, "last": None, "ask": None},
        )  # fmt: skip


def _asking(label: str, icon: str, shortcut: str, form: str, item_id: int, disabled: bool) -> None:
    st.button(
        label, icon=f":material/{icon}:", shortcut=shortcut, key=f"review.{item_id}.{form}",
        on_click=filters.put, kwargs={"ask": form, "item": item_id}, disabled=disabled,
    )  # fmt: skip


def _settle_buttons(rt: Runtime, viewer: Viewer, item: tuple[int, int], disabled: bool) -> None:
    for label, icon, key, sent in (
        ("It was sent", "done_all", "A", True),
        ("It was not sent: send again", "replay", "X", False),
    ):
        st.button(
            label, icon=f":material/{icon}:", shortcut=key, key=f"review.{item[0]}.{sent}",
            on_click=_settle, args=(rt, viewer, *item, sent), disabled=disabled,
        )  # fmt: skip


def _approve(rt: Runtime, viewer: Viewer, item_id: int, version: int) -> None:
    done = act(
        rt,
        lambda s: service.approve(s, viewer, item_id, version=version, now=rt.now()),
        done="Approved.",
    )
    _onward(done, item_id)


def _settle(rt: Runtime, viewer: Viewer, item_id: int, version: int, sent: bool) -> None:
    done = act(
        rt,
        lambda s: service.settle(s, viewer, item_id, version=version, sent=sent, now=rt.now()),
        done="Settled: it was sent." if sent else "It goes out again.",
    )
    _onward(done, item_id)


def _undo(rt: Runtime, viewer: Viewer, item_id: int, version: int) -> None:
    done = act(
        rt,
        lambda s: service.undo(s, viewer, item_id, version=version, now=rt.now()),
        done="Taken back: it waits again.",
    )
    if done is not None:
        filters.put(item=item_id, last=None, after=None, kind=None)


def _onward(done: object, item_id: int) -> None:
    if done is not None:
        filters.put(last=item_id, after=item_id, item=None, ask=None)
