"""An import under way and what came of it, and the files before it."""

import csv
import io

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import BatchState
from core.intake.table import harmless
from core.queries import imports
from core.queries.imports import BatchRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.page import refused


def progress(rt: Runtime, viewer: Viewer, batch_id: int) -> None:
    """How far the import is, drawn anew by itself; then its result."""
    with reading(rt.sessions) as session:
        batch = imports.batch(session, viewer, batch_id)
    if batch is None:
        refused("This import does not exist, or it belongs to a client you do not work for.")
    elif batch.state in (BatchState.QUEUED, BatchState.RUNNING):
        _running(rt, viewer, batch_id)
    else:
        _result(rt, viewer, batch)


@st.fragment(run_every=2)
def _running(rt: Runtime, viewer: Viewer, batch_id: int) -> None:
    """Drawn anew every two seconds; the whole page once it is done."""
    with reading(rt.sessions) as session:
        batch = imports.batch(session, viewer, batch_id)
    if batch is None or batch.state not in (BatchState.QUEUED, BatchState.RUNNING):
        st.rerun()
    else:
        rows = f"{words.number(batch.rows_done)} of {words.number(batch.rows)} rows"
        st.progress(batch.share or 0.0, text=f"Importing {words.text(batch.filename)}: {rows}")
        st.caption("You can leave this page; the import goes on.")


def _result(rt: Runtime, viewer: Viewer, batch: BatchRow) -> None:
    st.markdown(f"**{words.text(batch.filename)}** {words.chip(batch.state)}")
    if batch.error:
        st.error(words.text(batch.error), icon=":material/error:")
    _counts_of(batch)
    with st.container(horizontal=True, gap="small"):
        st.page_link(
            "leads.py", label="Show these leads", icon=":material/group:",
            query_params={"batch": str(batch.batch_id)},
        )  # fmt: skip
        st.page_link(
            "leads.py", label="Import another file", icon=":material/upload:",
            query_params={"view": "import"},
        )  # fmt: skip
        if batch.rejected:
            st.download_button(
                f"Download {words.number(batch.rejected)} rejected rows",
                lambda: _rejected_rows(rt, viewer, batch),
                file_name=f"rejected-{batch.batch_id}.csv",
                mime="text/csv",
                icon=":material/download:",
                key="import.rejected",
            )


def _counts_of(batch: BatchRow) -> None:
    with st.container(horizontal=True, gap="small"):
        for label, value in (
            ("Rows", batch.rows), ("New", batch.created), ("Updated", batch.updated),
            ("Duplicates", batch.duplicates), ("Suppressed", batch.suppressed),
            ("Rejected", batch.rejected),
        ):  # fmt: skip
            st.metric(label, words.number(value), border=True, width=130)


def _rejected_rows(rt: Runtime, viewer: Viewer, batch: BatchRow) -> bytes:
    """The rows as they stood in the file, with the reason behind, to be mended and put in again."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*batch.headings, "Reason"])
    with reading(rt.sessions) as session:
        for row in imports.all_rejects(session, viewer, batch.batch_id):
            writer.writerow([*(harmless(cell) for cell in row.cells), row.reason])
    return out.getvalue().encode("utf-8-sig")


def history(before: tuple[BatchRow, ...], viewer: Viewer, rt: Runtime) -> None:
    """The files so far; a click opens one."""
    now = rt.now()
    chosen = tables.table(
        before,
        [
            tables.text("File", lambda b: b.filename, width=200),
            tables.text("Campaign", lambda b: b.campaign, width=160),
            tables.chips("State", BatchState, lambda b: b.state),
            tables.number("Rows", lambda b: b.rows),
            tables.number("New", lambda b: b.created),
            tables.number("Rejected", lambda b: b.rejected),
            tables.text("By", lambda b: b.by),
            tables.text("When", lambda b: words.moment(b.at, viewer, now)),
        ],
        key="import.history",
        select=True,
    )
    if chosen is not None and chosen.batch_id != filters.whole("batch"):
        filters.put(batch=chosen.batch_id)
        st.rerun()
