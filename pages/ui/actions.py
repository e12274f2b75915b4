"""What pages do: one transaction and a sentence, or a job in the background.

def pause(campaign_id: int) -> None:                      # a widget's callback
    act(rt, lambda s: campaigns.pause(s, viewer, campaign_id, now=rt.now()), done="Paused.")

run_now(rt, viewer, JobName.SCORE, campaign_id)
"""

import threading
from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import JobName, JobState
from core.errors import AicmoError
from core.pipeline import runner
from core.queries import jobs
from core.runtime import Runtime
from core.services import guard
from db.session import reading, transaction
from pages.ui import words
from pages.ui.page import flash

T = TypeVar("T")


def act(
    rt: Runtime, do: Callable[[Session], T], *, done: str | Callable[[T], str] = ""
) -> T | None:
    """Does it in one transaction. Success says `done` (a text, or made from the result) in a
    toast; what was refused is said in red, and gives None.

    Good as a callback (it then runs before the redraw) and in the body of a page alike.
    """
    try:
        with transaction(rt.sessions) as session:
            result = do(session)
    except AicmoError as error:
        flash("error", error.sentence)
        return None
    sentence = done(result) if callable(done) else done
    if sentence:
        flash("done", sentence)
    return result


def attempt(do: Callable[[], T], *, done: str = "") -> T | None:
    """Like `act`, for what opens its own transactions (making a deliverable, checking a
    provider).
    """
    try:
        result = do()
    except AicmoError as error:
        flash("error", error.sentence)
        return None
    if done:
        flash("done", done)
    return result


def look(rt: Runtime, ask: Callable[[Session], T]) -> T | None:
    """Reads what depends on something typed; what cannot be used is said in place, in red."""
    try:
        with reading(rt.sessions) as session:
            return ask(session)
    except AicmoError as error:
        st.error(words.text(error.sentence), icon=":material/error:")
        return None


def run_now(rt: Runtime, viewer: Viewer, *jobs_: JobName, campaign_id: int | None = None) -> None:
    """Starts jobs one after another in the background, in a slot of their own; the page goes on.

    `progress` shows how they do. The runner records every run, so leaving the page loses nothing.
    """
    try:
        guard.allow(viewer, Act.RUN_JOBS)
    except AicmoError as error:
        flash("error", error.sentence)
        return
    thread = threading.Thread(
        target=_run_all, args=(rt, jobs_, campaign_id, viewer.name), daemon=True, name="run-now"
    )
    thread.start()
    names = ", ".join(words.label(job) for job in jobs_)
    flash("done", f"Started: {names}. You can leave this page.")


def in_background(do: Callable[[], object], *, done: str = "") -> None:
    """Runs what may take long (an import) in a thread; it keeps its own record of how it does."""
    threading.Thread(target=do, daemon=True, name="background").start()
    if done:
        flash("done", done)


@st.fragment(run_every=3)
def progress(rt: Runtime, viewer: Viewer, campaign_id: int | None = None, limit: int = 5) -> None:
    """The latest runs of jobs, drawn anew every three seconds while the page is open."""
    with reading(rt.sessions) as session:
        runs = jobs.recent(session, viewer, campaign_id=campaign_id, limit=limit)
    if not runs:
        st.caption("Nothing has run yet.")
    for run in runs:
        counts = words.counts(run.counts)
        tail = words.text(run.error) if run.state is JobState.FAILED else counts
        whose = " for all campaigns" if campaign_id is not None and run.scope == jobs.ALL else ""
        st.markdown(
            f"{words.chip(run.state)} **{words.label(run.job)}**{whose} "
            f":gray[{words.moment(run.started_at, viewer, rt.now())} · {tail or 'nothing to do'}]"
        )


def _run_all(rt: Runtime, names: tuple[JobName, ...], campaign_id: int | None, by: str) -> None:
    for name in names:
        result = runner.run_job(rt, name, campaign_id=campaign_id, by=by)
        if result.state is JobState.FAILED:
            return
