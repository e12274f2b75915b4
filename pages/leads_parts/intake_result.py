"""An import under way, what came of it, how it is undone, and the files before it."""

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
from pages.leads_parts import intake_preview
from pages.ui import filters, forms, importing, tables, words
from pages.ui.again import again
from pages.ui.page import refused, waits

MANY = 50_000  # leads; whether somebody of more was written to is looked up when it is asked for
UNDER_WAY = (BatchState.QUEUED, BatchState.RUNNING, BatchState.UNDOING)


def progress(rt: Runtime, viewer: Viewer, batch_id: int) -> None:
    """How far the import is, drawn anew by itself; then its result."""
    with reading(rt.sessions) as session:
        batch = imports.batch(session, viewer, batch_id)
    if batch is None:
        refused("This import does not exist, or it belongs to a client you do not work for.")
    elif batch.state in UNDER_WAY:
        _running(rt, viewer, batch_id, batch.state)
    else:
        _result(rt, viewer, batch)


@st.fragment(run_every=2)
def _running(rt: Runtime, viewer: Viewer, batch_id: int, drawn: BatchState) -> None:
    """Drawn anew every two seconds; the whole page once its state is not the one that was drawn."""
    with reading(rt.sessions) as session:
        batch = imports.batch(session, viewer, batch_id)
    if batch is None or batch.state is not drawn or waits():
        again(sentence=_end(batch) if batch else "")
    elif batch.state is BatchState.UNDOING:
        gone = f"{words.number(batch.removed)} of {words.counted(batch.created, 'lead')} gone"
        share = batch.removed / batch.created if batch.created else 0.0
        so_far = f": {gone}" if batch.created else ""
        st.progress(min(1.0, share), text=f"Undoing {words.text(batch.filename)}{so_far}")
        st.caption("You can leave this page; it goes on.")
    else:
        rows = f"{words.number(batch.rows_done)} of {words.counted(batch.rows, 'row')}"
        st.progress(batch.share or 0.0, text=f"Importing {words.text(batch.filename)}: {rows}")
        st.caption("You can leave this page; the import goes on.")
        _undo(rt, viewer, batch, "Stop and undo")


def _end(batch: BatchRow) -> str:
    """What is said of an import whose end somebody waited for; of a failure the page says it."""
    if batch.state is BatchState.COMPLETED:
        return f"{batch.filename} is in: {words.counted(batch.created, 'new lead')}."
    if batch.state is BatchState.UNDONE:
        gone = f": {words.counted(batch.removed, 'lead')} taken away" if batch.removed else ""
        return f"{batch.filename} is undone{gone}."
    return ""


def _result(rt: Runtime, viewer: Viewer, batch: BatchRow) -> None:
    st.markdown(f"**{words.text(batch.filename)}** {words.chip(batch.state)}")
    if batch.error:
        st.error(words.text(batch.error), icon=":material/error:")
    if batch.state is BatchState.UNDONE:
        _undone(batch)
    else:
        intake_preview.figures(batch)
        intake_preview.differences(batch)
    with st.container(horizontal=True, gap="small"):
        if batch.state is not BatchState.UNDONE or batch.kept:
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
                f"Download {words.counted(batch.rejected, 'rejected row')}",
                lambda: _rejected_rows(rt, viewer, batch),
                file_name=f"rejected-{batch.batch_id}.csv",
                mime="text/csv",
                icon=":material/download:",
                key="import.rejected",
            )
        if batch.state is not BatchState.UNDONE:
            _undo(rt, viewer, batch, "Undo this import")


def _undone(batch: BatchRow) -> None:
    gone = f"{words.counted(batch.removed, 'lead')} taken away"
    st.markdown(
        f"{gone if batch.removed else 'No lead had come of it'}, and what the list had changed is "
        "as it was. Whoever opted out stays suppressed."
    )
    if batch.kept:
        st.markdown(
            f"{words.counted(batch.kept, 'lead')} kept and rejected: mails, tasks or merges hang "
            "on them."
        )


def _undo(rt: Runtime, viewer: Viewer, batch: BatchRow, label: str) -> None:
    """The way back, as long as nobody of the list was written to."""
    hindered = None
    if batch.state is not BatchState.RUNNING and batch.created <= MANY:
        with reading(rt.sessions) as session:
            hindered = imports.undo_hindered(session, viewer, batch.batch_id)
    if hindered is not None:
        st.caption(words.text(hindered))
        return
    forms.confirm(
        label,
        "All leads of this list go, with the contacts and companies it made. What it filled or "
        "overwrote is as before; what people changed since stays. Opt-outs stay.",
        "Yes, undo it", importing.undo, rt, viewer, batch.batch_id,
        key="import.undo", icon=":material/undo:",
    )  # fmt: skip


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
