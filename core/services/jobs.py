"""The book of runs: a slot is claimed once, every attempt is on record, a dead run is taken over.

What makes it safe: the slot is unique in the database, and every later step is an UPDATE that
names the attempt it belongs to, so that a run taken over by another cannot be closed by the first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, aliased

from core.domain import slots
from core.domain.access import Act, Viewer
from core.domain.states import JobName, JobState
from core.errors import Invalid
from core.services import audit, guard
from db.models import JobAttempt, JobRun, Setting
from db.upsert import insert_new

RETRIES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))
SILENT = timedelta(minutes=3)  # a run whose process did not beat for so long is dead
DIED = "The process that ran this ended before it was done."


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run that is now ours: `attempt` counts from 1."""

    run_id: int
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Due:
    """A failed or dead run that may be tried again."""

    job: JobName
    scope: str
    slot: str


def scope_of(campaign_id: int | None) -> str:
    """`all`, or the campaign a run is about."""
    return "all" if campaign_id is None else f"campaign:{campaign_id}"


def claim(
    session: Session, *, job: JobName, scope: str, slot: str, by: str, now: datetime
) -> Claimed | None:
    """Takes the slot, or a failed or dead run of it whose time has come.

    None: somebody else has it or had it; that second start is put on record as skipped.
    """
    bury(session, now=now)
    row = {
        "job": job.value,
        "scope": scope,
        "slot": slot,
        "state": JobState.RUNNING,
        "started_by": by,
        "started_at": now,
        "beat_at": now,
    }
    new = insert_new(session, JobRun, row)
    if new is not None:
        return _opened(session, Claimed(new), by, now)
    run_id, attempt = session.execute(
        select(JobRun.id, JobRun.attempt).where(
            JobRun.job == job.value, JobRun.scope == scope, JobRun.slot == slot
        )
    ).one()
    taken = _take_over(session, run_id, by, now)
    if taken is not None:
        return _opened(session, taken, by, now)
    skipped = {"state": JobState.SKIPPED, "finished_at": now}
    session.add(
        JobAttempt(run_id=run_id, attempt=attempt, started_by=by, started_at=now, **skipped)
    )
    return None


def beat(session: Session, claimed: Claimed, *, now: datetime) -> bool:
    """Says that the run is alive; False when it is no longer ours."""
    return _update(session, claimed, {"beat_at": now})


def complete(
    session: Session, claimed: Claimed, counts: Mapping[str, int], *, now: datetime
) -> bool:
    """Closes the run as done; False when it is no longer ours."""
    done = {"state": JobState.COMPLETED, "finished_at": now, "next_try_at": None, "error": None}
    _close_attempt(session, claimed, JobState.COMPLETED, None, now)
    return _update(session, claimed, {**done, "counts": dict(counts)})


def fail(
    session: Session,
    claimed: Claimed,
    sentence: str,
    *,
    now: datetime,
    counts: Mapping[str, int] | None = None,
    next_try: datetime | None = None,
) -> bool:
    """Closes the attempt as failed and sets the next try (`next_try`, else after a growing wait),
    if one is left.
    """
    tries = claimed.attempt - 1
    later = next_try or (now + RETRIES[tries] if tries < len(RETRIES) else None)
    _close_attempt(session, claimed, JobState.FAILED, sentence, now)
    failed = {"state": JobState.FAILED, "error": sentence, "finished_at": now}
    done = {"counts": dict(counts or {}), "next_try_at": later}
    return _update(session, claimed, {**failed, **done})


def bury(session: Session, *, now: datetime) -> int:
    """Closes as failed the runs whose process fell silent, so that they can be tried again.

    A beat from the future is silence too: the clock was moved back.
    """
    silent = or_(JobRun.beat_at < now - SILENT, JobRun.beat_at > now + SILENT)
    dead = session.execute(
        select(JobRun.id, JobRun.attempt).where(JobRun.state == JobState.RUNNING, silent)
    ).all()
    for run_id, attempt in dead:
        claimed = Claimed(run_id, attempt)
        _close_attempt(session, claimed, JobState.FAILED, DIED, now)
        again = now if attempt <= len(RETRIES) else None
        failed = {"state": JobState.FAILED, "error": DIED, "finished_at": now}
        _update(session, claimed, {**failed, "next_try_at": again})
    return len(dead)


def due(session: Session, *, now: datetime) -> list[Due]:
    """Failed runs whose next try has come, oldest first.

    A run that a newer one of the same job and scope has followed is left as it is.
    """
    newer = aliased(JobRun)
    followed = select(newer.id).where(
        newer.job == JobRun.job, newer.scope == JobRun.scope, newer.id > JobRun.id
    )
    rows = session.execute(
        select(JobRun.job, JobRun.scope, JobRun.slot)
        .where(JobRun.state == JobState.FAILED, JobRun.next_try_at <= now, ~followed.exists())
        .order_by(JobRun.id)
        .limit(100)
    )
    return [Due(JobName(job), scope, slot) for job, scope, slot in rows]


def started(session: Session, *, job: JobName, scope: str, slot: str) -> bool:
    """Whether the slot has been started by anyone."""
    found = session.execute(
        select(JobRun.id).where(JobRun.job == job.value, JobRun.scope == scope, JobRun.slot == slot)
    ).first()
    return found is not None


def failed_before(session: Session, claimed: Claimed) -> bool:
    """Whether this job failed before: an earlier attempt, or the run before in the same scope."""
    if claimed.attempt > 1:
        return True
    mine = select(JobRun.job, JobRun.scope).where(JobRun.id == claimed.run_id).subquery()
    state = session.execute(
        select(JobRun.state)
        .where(JobRun.job == mine.c.job, JobRun.scope == mine.c.scope)
        .where(JobRun.id < claimed.run_id)
        .order_by(JobRun.id.desc())
        .limit(1)
    ).scalar_one_or_none()
    return state is JobState.FAILED


def move_slot(
    session: Session, viewer: Viewer, job: JobName, moved: Mapping[str, Any], *, now: datetime
) -> slots.Plan:
    """Moves a job's slots or turns it off: {"enabled": bool, "at": "HH:MM"} or {"every": n}."""
    guard.allow(viewer, Act.PROVIDERS)
    if job not in slots.DEFAULTS or ({"at", "every"} & set(moved) and slots.read(moved) is None):
        raise Invalid("A job runs at a time like 04:30, or every so many minutes of a day.")
    name = slots.setting(job)
    row = session.scalars(
        select(Setting).where(Setting.scope == "agency", Setting.name == name)
    ).one_or_none()
    before = dict(row.value) if row else {}
    if row is None:
        session.add(Setting(scope="agency", name=name, value=dict(moved)))
    else:
        row.value, row.version = dict(moved), row.version + 1
    audit.record(session, viewer, "job moved", name, now=now, before=before, after=moved)
    return slots.plan(job, moved)


def _take_over(session: Session, run_id: int, by: str, now: datetime) -> Claimed | None:
    """The run, if it failed and its next try has come; one of several takers gets it."""
    again = {"state": JobState.RUNNING, "started_by": by, "started_at": now, "beat_at": now}
    attempt = session.execute(
        update(JobRun)
        .where(JobRun.id == run_id, JobRun.state == JobState.FAILED, JobRun.next_try_at <= now)
        .values(**again, attempt=JobRun.attempt + 1, next_try_at=None, finished_at=None)
        .returning(JobRun.attempt)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return None if attempt is None else Claimed(run_id, attempt)


def _opened(session: Session, claimed: Claimed, by: str, now: datetime) -> Claimed:
    session.add(
        JobAttempt(
            run_id=claimed.run_id,
            attempt=claimed.attempt,
            state=JobState.RUNNING,
            started_by=by,
            started_at=now,
        )
    )
    return claimed


def _close_attempt(
    session: Session, claimed: Claimed, state: JobState, error: str | None, now: datetime
) -> None:
    session.execute(
        update(JobAttempt)
        .where(
            JobAttempt.run_id == claimed.run_id,
            JobAttempt.attempt == claimed.attempt,
            JobAttempt.state == JobState.RUNNING,
        )
        .values(state=state, error=error, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def _update(session: Session, claimed: Claimed, values: Mapping[str, Any]) -> bool:
    """Changes the run if the attempt is still the one that runs."""
    changed = session.execute(
        update(JobRun)
        .where(
            JobRun.id == claimed.run_id,
            JobRun.attempt == claimed.attempt,
            JobRun.state == JobState.RUNNING,
        )
        .values(**values)
        .returning(JobRun.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all()) > 0
