"""The scheduler as a process: it runs what is due, ends at once, and has a harmless twin."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from core.domain.access import SYSTEM
from core.domain.states import JobName, JobState
from core.pipeline.jobs import JOBS
from core.queries import health
from core.runtime import Runtime
from db.models import JobAttempt, JobRun
from db.session import reading

ROOT = Path(__file__).resolve().parents[1]
# seconds: five are promised where two cores are its own; here other tests share them
SOON = 15

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(environment: dict[str, str]) -> Iterator[Start]:
    """Starts schedulers as children; none outlives its test."""
    children: list[subprocess.Popen[str]] = []

    def child(*arguments: str, **changed: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "scheduler.py"), *arguments],
            env=environment | changed,
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        children.append(process)
        return process

    yield child
    for process in children:
        process.kill()
        process.communicate()


def finished_runs(rt: Runtime) -> dict[tuple[str, str], int]:
    """How often each slot was really run."""
    with reading(rt.sessions) as session:
        rows = session.execute(
            select(JobRun.job, JobRun.slot, func.count())
            .join(JobAttempt, JobAttempt.run_id == JobRun.id)
            .where(JobAttempt.state == JobState.COMPLETED)
            .group_by(JobRun.job, JobRun.slot)
        )
        return {(job, slot): count for job, slot, count in rows}


def lines_until(process: subprocess.Popen[str], event: str, **fields: str) -> list[dict]:
    """Its log up to a line; fails when it ends before."""
    seen = []
    assert process.stderr is not None
    for line in process.stderr:
        seen.append(json.loads(line))
        if {"event": event, **fields}.items() <= seen[-1].items():
            return seen
    raise AssertionError(f"it ended without saying {event}: {seen}")


@pytest.mark.sqlite  # how a process begins and ends is no matter of the database
def test_one_turn_runs_every_job_once(start: Start, rt: Runtime) -> None:
    child = start("--once")

    _, said = child.communicate(timeout=60)

    assert child.returncode == 0, said
    assert {job for job, _ in finished_runs(rt)} == {str(job.name) for job in JOBS}


@pytest.mark.sqlite  # how a process begins and ends is no matter of the database
def test_it_ends_soon_and_says_that_it_is_gone(start: Start, rt: Runtime) -> None:
    child = start()
    lines_until(child, "run ended", job=str(JobName.PROVIDER_CHECKS))
    with reading(rt.sessions) as session:
        alive = health.scheduler_age(session, SYSTEM, rt.now())
    asked = time.monotonic()

    child.send_signal(signal.SIGTERM)
    child.wait(timeout=SOON)

    assert alive is not None
    assert time.monotonic() - asked < SOON
    assert child.returncode == 0
    with reading(rt.sessions) as session:
        assert health.scheduler_age(session, SYSTEM, rt.now()) is None


@pytest.mark.sqlite  # how a process begins and ends is no matter of the database
def test_asked_to_end_in_the_middle_it_ends_all_the_same(start: Start, rt: Runtime) -> None:
    child = start()
    lines_until(child, "scheduler started")
    asked = time.monotonic()

    child.send_signal(signal.SIGTERM)
    child.wait(timeout=SOON)

    assert time.monotonic() - asked < SOON
    assert child.returncode == 0


def test_two_beside_each_other_run_each_slot_once(start: Start, rt: Runtime) -> None:
    both = [start("--once"), start("--once")]

    codes = [child.wait(timeout=90) for child in both]

    assert codes == [0, 0]
    assert set(finished_runs(rt).values()) == {1}


@pytest.mark.sqlite  # tests/journeys/test_killed.py kills on PostgreSQL too
def test_a_run_whose_process_was_killed_is_there_for_the_next(start: Start, rt: Runtime) -> None:
    child = start()
    lines_until(child, "scheduler started")

    os.kill(child.pid, signal.SIGKILL)
    child.wait(timeout=SOON)
    second = start("--once")

    assert second.wait(timeout=60) == 0
    assert set(finished_runs(rt).values()) <= {1}


@pytest.mark.sqlite  # how a process begins and ends is no matter of the database
def test_an_old_schema_is_refused_with_the_command_that_mends_it(
    start: Start, empty_database_url: str
) -> None:
    child = start("--once", DATABASE_URL=empty_database_url)

    _, said = child.communicate(timeout=60)

    assert child.returncode == 1
    assert said == "The database is empty. Run `python -m core migrate`.\n"
