"""What the clock does: each job with its last and next run, and the runs behind it."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import JobState
from core.queries import jobs
from core.queries.jobs import JobStatus, RunRow
from core.runtime import Runtime
from db.session import reading
from pages.ui import filters, outward, tables, words
from pages.ui.actions import run_now


def draw(
    rt: Runtime, viewer: Viewer, statuses: Sequence[JobStatus], now: datetime, *, runs: bool
) -> None:
    """Jobs above, their runs below; `runs` says whether the scheduler does."""
    if not runs:
        st.write(
            "The scheduler is not running: the runs below were started by hand, by the demo, or by "
            f"a scheduler that has ended. No job runs at its next moment. {outward.ASK}"
        )
    may = viewer.may(Act.RUN_JOBS)
    chosen = tables.table(
        statuses,
        [
            tables.text("Job", lambda row: words.label(row.job)),
            tables.chips("Last run", JobState, lambda row: row.state),
            tables.text("When", lambda row: words.moment(row.last_run, viewer, now)),
            tables.text("Took", lambda row: words.duration(row.seconds)),
            tables.text("Did", lambda row: words.counts(row.counts), width="medium"),
            tables.text("Next", lambda row: _next(row, viewer, now, runs=runs)),
            tables.text("Error", lambda row: row.error, width="large"),
        ],
        key="jobs.table",
        select=True,
        alt="Jobs with their last and next run",
    )
    if chosen is not None and chosen.error:
        st.markdown(f"**{words.label(chosen.job)}:** {words.text(chosen.error)}")
    if chosen is not None and may:
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


def _next(row: JobStatus, viewer: Viewer, now: datetime, *, runs: bool) -> str:
    if row.enabled and not runs:
        return outward.ONCE.capitalize()
    return words.moment(row.next_run, viewer, now) if row.enabled else "Turned off"


def _runs(rt: Runtime, viewer: Viewer, now: datetime) -> None:
    st.header("Runs", anchor=False)
    shown = filters.pills("state", words.labels(JobState), label="State")
    with reading(rt.sessions) as session:
        page = jobs.runs(
            session,
            viewer,
            state=JobState(shown) if shown else None,
            cursor=filters.value("cursor"),
            size=25,
        )
    chosen = tables.table(
        page.rows,
        [
            tables.text("Started", lambda row: words.moment(row.started_at, viewer, now)),
            tables.text("Job", lambda row: words.label(row.job)),
            tables.chips("State", JobState, lambda row: row.state),
            tables.text("For", lambda row: row.campaign or "All campaigns"),
            tables.text("By", lambda row: row.started_by),
            tables.text("Took", _took),
            tables.text("Did", lambda row: words.counts(row.counts), width="medium"),
            tables.text("Error", lambda row: row.error, width="large"),
        ],
        key="runs.table",
        select=True,
        alt="Runs of jobs, newest first",
    )
    tables.pager(page, "runs")
    if chosen is not None:
        _run(rt, viewer, chosen, now)


def _run(rt: Runtime, viewer: Viewer, run: RunRow, now: datetime) -> None:
    """One run whole: its error, its attempts, and another try where it failed."""
    with reading(rt.sessions) as session:
        tries = jobs.attempts(session, viewer, run.run_id)
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{words.label(run.job)}** {words.chip(run.state)}")
        if run.error:
            st.markdown(words.text(run.error))
        if run.next_try_at is not None:
            st.caption(f"Tried again {words.moment(run.next_try_at, viewer, now)} by itself.")
        for one in tries:
            started = words.moment(one.started_at, viewer, now)
            st.markdown(
                f":gray[Try {one.attempt} · {started} · {words.text(one.started_by)}] "
                f"{words.chip(one.state)} {words.text(one.error) if one.error else ''}"
            )
        campaign = run.scope.partition(":")[2]
        if run.state is JobState.FAILED and viewer.may(Act.RUN_JOBS):
            st.button(
                "Try again now", icon=":material/replay:", key="runs.again",
                on_click=run_now, args=(rt, viewer, run.job),
                kwargs={"campaign_id": int(campaign) if campaign else None},
            )  # fmt: skip


def _took(row: RunRow) -> str:
    if row.finished_at is None:
        return words.DASH
    return words.duration((row.finished_at - row.started_at).total_seconds())
