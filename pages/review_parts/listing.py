"""The queue as a list: tick several and approve them as they are shown."""

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import ReviewKind
from core.queries import campaigns, review
from core.queries.review import ReviewRow
from core.runtime import Runtime
from core.services import review as service
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.page import empty, flash


def draw(rt: Runtime, viewer: Viewer, kind: ReviewKind) -> None:
    """Campaign filter, the table with tick boxes, and the buttons for what is ticked."""
    now = rt.now()
    with reading(rt.sessions) as session:
        known = {str(id_): name for id_, name in campaigns.names(session, viewer)}
    with filters.row():
        filters.choice("campaign", "Campaign", known, every="All campaigns", width=240)
    with reading(rt.sessions) as session:
        page = review.waiting(
            session, viewer, kind=kind, campaign_id=filters.whole("campaign"), now=now,
            cursor=filters.value(filters.CURSOR) or None,
        )  # fmt: skip
    if not page.rows:
        empty("Nothing of this kind waits here.", icon="check_circle")
        return
    chosen = tables.table_many(
        page.rows,
        [
            tables.text("Who", lambda r: r.title, width=170),
            tables.text("What", lambda r: r.detail, width=240),
            tables.score("Score", lambda r: r.total, width=110),
            tables.text("Why it waits", lambda r: r.why, width=320),
            tables.text("Campaign", lambda r: r.campaign, width=170),
            tables.text("Client", lambda r: r.client, width=130),
            tables.text("Waits", lambda r: words.ago(r.since, now), width=80),
        ],
        key=f"review.list.{kind}",
        alt="Table of what waits for a decision",
    )
    _buttons(rt, viewer, kind, chosen)
    tables.pager(page, "waiting")


def _buttons(rt: Runtime, viewer: Viewer, kind: ReviewKind, chosen: list[ReviewRow]) -> None:
    if not chosen:
        st.caption("Tick one to open it, or several to approve them as they are shown.")
        return
    with st.container(horizontal=True, gap="small"):
        if kind != ReviewKind.UNCERTAIN_SEND:
            st.button(
                f"Approve {len(chosen)}", icon=":material/check:", type="primary",
                key="review.bulk.approve", on_click=_approve_all,
                args=(rt, viewer, tuple((row.item_id, row.version) for row in chosen)),
            )  # fmt: skip
        if len(chosen) == 1:
            st.button(
                "Open", icon=":material/open_in_new:", key="review.bulk.open",
                on_click=filters.put, kwargs={"item": chosen[0].item_id, "as": None},
            )  # fmt: skip


def _approve_all(rt: Runtime, viewer: Viewer, items: tuple[tuple[int, int], ...]) -> None:
    decided = act(
        rt,
        lambda session: service.approve_many(session, viewer, items, now=rt.now()),
        done=lambda told: f"{told.done} of {len(items)} approved.",
    )
    if decided is not None and decided.left:
        flash("watch", f"{len(decided.left)} were left: {decided.left[0][1]}")
