"""All deliverables, the newest first; a row opens its preview."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import DeliverableKind, DeliverableState
from core.queries import deliverables
from core.queries.deliverables import DeliverableRow
from core.runtime import Runtime
from db.session import reading
from pages.exports_parts.order import FORMAT_WORDS, may_make
from pages.ui import filters, tables, words
from pages.ui.page import empty, go


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Filters, what is being made, the table."""
    with filters.row():
        kind = filters.choice("kind", "Kind", words.labels(DeliverableKind), every="All kinds")
        states = words.labels(DeliverableState) if may_make(viewer) else {}
        state = filters.choice("state", "State", states, every="All states") if states else ""
    with reading(rt.sessions) as session:
        page = deliverables.page(
            session, viewer, cursor=filters.value("cursor"),
            kind=DeliverableKind(kind) if kind else None,
            state=DeliverableState(state) if state else None,
        )  # fmt: skip
    if not page.rows:
        _nothing(viewer, filtered=bool(kind or state))
        return
    _latest(rt, viewer)
    _under_way(rt, viewer, page.rows)
    chosen = tables.table(
        page.rows, _columns(rt, viewer), key="exports.table", select=True, alt="Deliverables"
    )
    tables.pager(page, "deliverables")
    if chosen is not None:
        go("exports.py", deliverable=chosen.id)


def _nothing(viewer: Viewer, *, filtered: bool) -> None:
    if filtered:
        empty("No deliverable fits these filters.", "Show all", to="exports.py", icon="search_off")
    elif may_make(viewer):
        empty("Nothing made yet. Choose above what to make.", "Look at the numbers first",
              to="analytics.py", icon="description")  # fmt: skip
    else:
        empty("Nothing is approved for you yet.", "Look at the numbers", to="analytics.py",
              icon="description")  # fmt: skip


def _latest(rt: Runtime, viewer: Viewer) -> None:
    """The way to what this person has just made, once it is there."""
    with reading(rt.sessions) as session:
        row = deliverables.one(session, viewer, filters.whole("made") or 0)
    if row is None or row.state is DeliverableState.MAKING:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"{words.chip(row.state)} **{words.text(row.title)}**", width="content")
        st.page_link(
            "exports.py", label="Look through it and download", icon=":material/download:",
            query_params={"deliverable": str(row.id)},
        )  # fmt: skip


def _under_way(rt: Runtime, viewer: Viewer, rows: Sequence[DeliverableRow]) -> None:
    if any(row.state is DeliverableState.MAKING for row in rows):
        _watch(rt, viewer, tuple(r.id for r in rows if r.state is DeliverableState.MAKING))


@st.fragment(run_every=2)
def _watch(rt: Runtime, viewer: Viewer, ids: tuple[int, ...]) -> None:
    """Looks again every two seconds until all of them are made."""
    with reading(rt.sessions) as session:
        found = [deliverables.one(session, viewer, row_id) for row_id in ids]
    waiting = [row for row in found if row and row.state is DeliverableState.MAKING]
    if len(waiting) < len(ids):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        what = "1 file is" if len(waiting) == 1 else f"{len(waiting)} files are"
        st.markdown(f":material/progress_activity: {what} being made. You can leave this page.")


def _columns(rt: Runtime, viewer: Viewer) -> list[tables.Column]:
    now = rt.now()
    return [
        tables.text("Title", lambda row: row.title, width=340),
        tables.text("Client", lambda row: row.client),
        tables.text("Format", lambda row: FORMAT_WORDS.get(row.file_format, row.file_format)),
        tables.number("Edition", lambda row: row.edition, width="small"),
        tables.chips("State", DeliverableState, lambda row: row.state),
        tables.text("Size", lambda row: words.size(row.bytes)),
        tables.text("Made", lambda row: words.moment(row.made_at, viewer, now)),
        tables.text("By", lambda row: row.made_by),
    ]
