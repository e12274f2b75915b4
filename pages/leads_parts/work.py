"""Work on many leads that the person began: how far it is, what came of it, the way back."""

from datetime import timedelta

import streamlit as st

from core.domain.access import Viewer
from core.domain.lists import BulkAct, BulkState
from core.queries import bulk_jobs as rows
from core.queries.bulk_jobs import BulkRow
from core.runtime import Runtime
from core.services import bulk_acts, bulk_jobs
from db.session import reading
from pages.exports_parts.detail import MIME
from pages.ui import bulk, words
from pages.ui.actions import act

FRESH = timedelta(hours=12)
REASONS = 4


def draw(rt: Runtime, viewer: Viewer) -> None:
    """What goes on, drawn anew by itself; then the latest that ended."""
    found = _latest(rt, viewer)
    if any(row.live for row in found):
        _going_on(rt, viewer, frozenset(row.id for row in found if row.live))
    ended = [row for row in found if not row.live]
    for row in ended[:1]:
        _result(rt, viewer, row)
    if len(ended) > 1:
        with st.expander(f"{len(ended) - 1} before that"):
            for row in ended[1:]:
                _result(rt, viewer, row)


def _latest(rt: Runtime, viewer: Viewer) -> list[BulkRow]:
    with reading(rt.sessions) as session:
        found = rows.latest(session, viewer)
    fresh = rt.now() - FRESH
    return [row for row in found if row.live or (row.finished_at or row.at) > fresh]


@st.fragment(run_every=2)
def _going_on(rt: Runtime, viewer: Viewer, waited: frozenset[int]) -> None:
    """Drawn anew every two seconds; the whole page once one of them has ended."""
    live = [row for row in _latest(rt, viewer) if row.live]
    if {row.id for row in live} != waited:
        st.rerun()
    for row in live:
        done = row.undone if row.state is BulkState.UNDOING else row.done
        of = row.done if row.state is BulkState.UNDOING else row.total
        so_far = f"{words.number(done + row.skipped)} of {words.number(of)}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.progress(row.share, text=f"{_title(row)}: {words.text(so_far)} leads")
            st.button(
                "Stop", key=f"leads.work.{row.id}.stop", icon=":material/stop_circle:",
                on_click=_stop, args=(rt, viewer, row.id),
            )  # fmt: skip


def _result(rt: Runtime, viewer: Viewer, row: BulkRow) -> None:
    counts = [f"{words.number(row.done)} done"]
    if row.skipped:
        counts.append(f"{words.number(row.skipped)} left as they were")
    if row.state is BulkState.UNDONE:
        counts.insert(0, f"{words.number(row.undone)} put back")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        when = words.moment(row.finished_at or row.at, viewer, rt.now())
        st.markdown(
            f"{words.chip(row.state)} **{_title(row)}** :gray[{' · '.join(counts)} · {when}]",
            width="content",
        )
        _what_next(rt, viewer, row)
    if row.error:
        st.error(words.text(row.error), icon=":material/error:")
    most = sorted(row.reasons.items(), key=lambda one: -one[1])
    said = [f"{words.text(why)}: {words.number(number)}" for why, number in most[:REASONS]]
    if said:
        more = [f"{len(most) - REASONS} other reasons"] if len(most) > REASONS else []
        st.caption(" · ".join([*said, *more]))


def _what_next(rt: Runtime, viewer: Viewer, row: BulkRow) -> None:
    if row.path is not None:
        place = bulk.file_of(rt, row.path)
        if place is not None and viewer.may(bulk_jobs.NEEDS[BulkAct.EXPORT]):
            st.download_button(
                f"Download {words.size(place.stat().st_size)}",
                lambda: bulk.taken(rt, viewer, row.id), file_name=place.name,
                mime=MIME[place.suffix[1:]], icon=":material/download:",
                key=f"leads.work.{row.id}.download", on_click="ignore",
            )  # fmt: skip
    elif row.done and bulk_acts.can_undo(row.act) and row.state is not BulkState.UNDONE:
        st.button(
            "Undo", key=f"leads.work.{row.id}.undo", icon=":material/undo:",
            on_click=bulk.undo, args=(rt, viewer, row.id),
        )  # fmt: skip


def _stop(rt: Runtime, viewer: Viewer, job_id: int) -> None:
    act(
        rt,
        lambda session: bulk_jobs.stop(session, viewer, job_id, now=rt.now()),
        done="Stopped. What was done stays.",
    )


def _title(row: BulkRow) -> str:
    """What is done, with its object: "Tag VIP", "Move Qualified"."""
    about = row.params.get("name") or row.params.get("format", "").upper()
    if row.act is BulkAct.MOVE:
        about = words.label(row.params.get("to")).lower()
    return f"{words.label(row.act)} {words.text(about)}" if about else words.label(row.act)
