"""One deliverable: look through it, approve it or turn it down, download it."""

from pathlib import Path

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import DeliverableState
from core.errors import AicmoError
from core.exports import store
from core.queries import deliverables as rows
from core.queries.deliverables import DeliverableRow
from core.runtime import Runtime
from core.services import deliverables
from core.services.deliverables import ACTS
from db.session import reading
from pages.exports_parts import preview
from pages.exports_parts.order import FORMAT_WORDS
from pages.ui import words
from pages.ui.actions import act
from pages.ui.page import actions, headline, stop

MIME = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
GONE = "This does not exist, or it belongs to a client you do not work for."


def draw(rt: Runtime, viewer: Viewer, deliverable_id: int) -> None:
    """Title, what is known of it, what can be done, the pages."""
    with reading(rt.sessions) as session:
        row = rows.one(session, viewer, deliverable_id)
    if row is None:
        headline("Exports")
        stop(GONE, "All exports", to="exports.py")
    headline(row.title)
    _line(rt, viewer, row)
    if row.error:
        st.warning(words.text(row.error), icon=":material/info:")
    place, refusal = _file(rt, viewer, row)
    with actions():
        st.page_link("exports.py", label="All exports", icon=":material/arrow_back:")
        _decide(rt, viewer, row)
        if place is not None:
            _download(row, place)
    if place is not None:
        preview.draw(row, place)
    elif row.state is DeliverableState.MAKING:
        st.caption("It is being made. Come back in a moment.")
    elif refusal and not row.error:
        st.caption(words.text(refusal))


def _line(rt: Runtime, viewer: Viewer, row: DeliverableRow) -> None:
    parts = [
        words.chip(row.state),
        f"Edition {row.edition}",
        FORMAT_WORDS.get(row.file_format, row.file_format),
        words.size(row.bytes),
        f"made {words.moment(row.made_at, viewer, rt.now())}"
        + (f" by {words.text(row.made_by)}" if row.made_by else ""),
    ]
    if row.approved_at:
        parts.append(f"approved {words.moment(row.approved_at, viewer, rt.now())}")
    if row.snapshot.get("anonymous"):
        parts.append("without names")
    if "rows" in row.snapshot:
        parts.append(words.counted(row.snapshot["rows"], "row"))
    st.markdown(" · ".join(parts))


def _file(rt: Runtime, viewer: Viewer, row: DeliverableRow) -> tuple[Path | None, str]:
    """The file, or the sentence that says why there is none for this viewer."""
    try:
        with reading(rt.sessions) as session:
            found = deliverables.download(session, viewer, row.id)
        return store.locate(rt.data_dir, found.path), ""
    except AicmoError as error:
        return None, error.sentence


def _decide(rt: Runtime, viewer: Viewer, row: DeliverableRow) -> None:
    if row.state is not DeliverableState.REVIEW or not viewer.may(ACTS[row.kind]):
        return
    with st.popover("Turn down", icon=":material/close:"):
        reason = st.text_input("Why", key="exports.detail.reason")
        st.button("Turn down", key="exports.detail.reject", on_click=_reject,
                  args=(rt, viewer, row.id, reason))  # fmt: skip
    st.button("Approve", type="primary", icon=":material/check:", key="exports.detail.approve",
              on_click=_approve, args=(rt, viewer, row.id))  # fmt: skip


def _download(row: DeliverableRow, place: Path) -> None:
    st.download_button(
        f"Download {words.size(row.bytes)}", place.read_bytes, file_name=place.name,
        mime=MIME[row.file_format], icon=":material/download:", key="exports.detail.download",
        on_click="ignore",
    )  # fmt: skip


def _approve(rt: Runtime, viewer: Viewer, deliverable_id: int) -> None:
    act(
        rt,
        lambda session: deliverables.approve(session, viewer, deliverable_id, now=rt.now()),
        done="Approved. Everybody of the client may download it now.",
    )


def _reject(rt: Runtime, viewer: Viewer, deliverable_id: int, reason: str) -> None:
    act(
        rt,
        lambda session: deliverables.reject(
            session, viewer, deliverable_id, reason=reason, now=rt.now()
        ),
        done="Turned down. The reason stays with it.",
    )
