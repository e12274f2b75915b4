"""What the clock does: each job with its last and next run, and the runs behind it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import JobState
from core.queries import jobs
from core.queries.jobs import JobStatus, RunRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import run_now


def draw(rt: Runtime, viewer: Viewer, statuses: Sequence[JobStatus], now: datetime) -> None:
    """Jobs above, their runs below."""
    may = viewer.may(Act.RUN_JOBS)
    chosen = tables.table(
        statuses,
        [
            tables.text("Job", lambda row: words.label(row.job)),
            tables.chips("Last run", JobState, lambda row: row.state),
            tables.text("When", lambda row: words.moment(row.last_run, viewer, now)),
            tables.text("Took", lambda row: words.duration(row.seconds)),
            tables.text("Did", lambda row: counted(row.counts), width="medium"),
            tables.text("Next", lambda row: _next(row, viewer, now)),
            tables.text("Error", lambda row: row.error, width="large"),
        ],
        key="jobs.table",
        select=may,
        alt="Jobs with their last and next run",
    )
    if chosen is not None:
        st.button(
            f"Run {words.label(chosen.job).lower()} now",
            icon=":material/bolt:",
            type="primary",
            key="jobs.run",
            on_click=run_now,
            args=(rt, viewer, chosen.job),
        )
    elif may:
        st.caption("Click a job to run it now, in a slot of its own.")
    _runs(rt, viewer, now)


def counted(counts: Mapping[str, int]) -> str:
    """Counts of a run as words: "120 scored, 3 rejected"."""
    return ", ".join(
        f"{words.number(n)} {name.replace('_', ' ')}" for name, n in counts.items() if n
    )


def _next(row: JobStatus, viewer: Viewer, now: datetime) -> str:
    return words.moment(row.next_run, viewer, now) if row.enabled else "Turned off"


def _runs(rt: Runtime, viewer: Viewer, now: datetime) -> None:
    st.subheader("Runs", anchor=False)
    shown = filters.pills("state", words.labels(JobState), label="State")
    with reading(rt.sessions) as session:
        page = jobs.runs(
            session,
            viewer,
            state=JobState(shown) if shown else None,
            cursor=filters.value("cursor"),
            size=25,
        )
    tables.table(
        page.rows,
        [
            tables.text("Started", lambda row: words.moment(row.started_at, viewer, now)),
            tables.text("Job", lambda row: words.label(row.job)),
            tables.chips("State", JobState, lambda row: row.state),
            tables.text("For", lambda row: row.campaign or "All campaigns"),
            tables.text("By", lambda row: row.started_by),
            tables.text("Took", _took),
            tables.text("Did", lambda row: counted(row.counts), width="medium"),
            tables.text("Error", lambda row: row.error, width="large"),
        ],
        key="runs.table",
        alt="Runs of jobs, newest first",
    )
    tables.pager(page, "runs")


def _took(row: RunRow) -> str:
    if row.finished_at is None:
        return words.DASH
    return words.duration((row.finished_at - row.started_at).total_seconds())
