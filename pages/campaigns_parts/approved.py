"""The log of what a campaign's rules of approval let pass, and the way back."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import LeadState
from core.queries import approvals
from core.queries.approvals import Approved
from core.runtime import Runtime
from core.services import approvals as service
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.page import flash


def draw(rt: Runtime, viewer: Viewer, campaign_id: int) -> None:
    """The latest first; those that are ticked can be taken back until they are written to."""
    with reading(rt.sessions) as session:
        page = approvals.log(
            session, viewer, campaign_id, cursor=filters.value(filters.CURSOR) or None
        )
    if not page.rows:
        st.caption("No rule has let anybody pass yet.")
        return
    st.markdown("**What the rules let pass**")
    now = rt.now()
    chosen = tables.table_many(
        page.rows,
        [
            tables.text("Lead", lambda r: r.name, width=160),
            tables.chips("State", LeadState, lambda r: r.state, width=110),
            tables.text("Rule", lambda r: r.rule, width=210),
            tables.text("Would have waited for", lambda r: r.why, width=330),
            tables.text("When", lambda r: words.moment(r.at, viewer, now), width=110),
            tables.text("", _undone, width=110),
        ],
        key="approved.log",
        alt="Leads that a rule of approval let pass",
    )
    if chosen and viewer.may(Act.REVIEW):
        st.button(
            f"Take back {len(chosen)}", icon=":material/undo:", key="approved.undo",
            on_click=_undo, args=(rt, viewer, tuple(row.approval_id for row in chosen)),
        )  # fmt: skip
    else:
        st.caption("Tick some to take them back to review: possible until they are written to.")
    tables.pager(page, "approvals")


def _undone(row: Approved) -> str:
    if row.undone_at is not None:
        return "Taken back"
    return "Written to" if row.reached_at is not None else ""


def _undo(rt: Runtime, viewer: Viewer, ids: tuple[int, ...]) -> None:
    decided = act(
        rt,
        lambda session: service.undo_many(session, viewer, ids, now=rt.now()),
        done=lambda told: f"{told.done} of {len(ids)} wait for review again.",
    )
    if decided is not None and decided.left:
        flash("watch", f"{len(decided.left)} were left: {decided.left[0][1]}")
