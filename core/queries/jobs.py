"""Jobs as people see them: how each stands, when it runs next, and what its runs did.

Runs for all campaigns are seen by everybody, their counts and errors only by those who see all
clients; runs for one campaign by those who see its client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from core.domain import slots
from core.domain.access import Viewer
from core.domain.states import JobName, JobState
from core.queries import paging
from core.queries.paging import Page
from db.models import Campaign, JobAttempt, JobRun, Setting

ALL = "all"
OF_CAMPAIGNS = tuple(
    job.value
    for job in (
        *(JobName.HARVEST, JobName.ENRICH, JobName.SCORE, JobName.QUALIFY, JobName.ROUTE),
        *(JobName.NURTURE, JobName.DISPATCH, JobName.REPLIES),
    )
)  # jobs whose runs for all campaigns are work on each
HIDDEN = "It failed. An admin sees why."


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job: its latest run over all campaigns, and its next slot (None when turned off)."""

    job: JobName
    enabled: bool
    state: JobState | None
    last_run: datetime | None
    seconds: float | None
    next_run: datetime | None
    counts: Mapping[str, int]
    error: str | None
    attempt: int
    rule: slots.Rule


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a job."""

    run_id: int
    job: JobName
    scope: str
    campaign: str | None
    slot: str
    state: JobState
    attempt: int
    counts: Mapping[str, int]
    error: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try at a run, or a second start of its slot (skipped)."""

    attempt: int
    state: JobState
    error: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None


def overview(session: Session, viewer: Viewer, now: datetime) -> tuple[JobStatus, ...]:
    """Every job in the order of the pipeline."""
    found = plans(session)
    return tuple(_status(session, viewer, job, plan, now) for job, plan in found.items())


def recent(
    session: Session, viewer: Viewer, *, campaign_id: int | None = None, limit: int = 5
) -> tuple[RunRow, ...]:
    """The latest runs, of all that the viewer may see, or those that worked on one campaign: its
    own, and those of all campaigns.
    """
    return runs(session, viewer, campaign_id=campaign_id, size=limit, shared=True).rows


def runs(
    session: Session,
    viewer: Viewer,
    *,
    job: JobName | None = None,
    state: JobState | None = None,
    campaign_id: int | None = None,
    shared: bool = False,
    cursor: str | None = None,
    size: int = paging.SIZE,
) -> Page[RunRow]:
    """Runs, newest first. `shared` adds to a campaign's own those that are for all campaigns."""
    names = _campaigns(session, viewer)
    scopes = [f"campaign:{id_}" for id_ in names if campaign_id in (None, id_)]
    if campaign_id is None:
        scopes.append(ALL)
    stream: Select[Any] = select(
        JobRun.id,
        *(JobRun.job, JobRun.scope, JobRun.slot, JobRun.state, JobRun.attempt, JobRun.counts),
        *(JobRun.error, JobRun.started_by, JobRun.started_at, JobRun.finished_at),
        JobRun.next_try_at,
    )
    if viewer.scope() is not None or campaign_id is not None:
        wanted: ColumnElement[bool] = JobRun.scope.in_(scopes)
        if shared and campaign_id in names:
            wanted = or_(wanted, (JobRun.scope == ALL) & JobRun.job.in_(OF_CAMPAIGNS))
        stream = stream.where(wanted)
    if job is not None:
        stream = stream.where(JobRun.job == job.value)
    if state is not None:
        stream = stream.where(JobRun.state == state)
    page = paging.read(session, [stream], paging.Order((JobRun.id,)), cursor=cursor, size=size)
    return page.of(_run(viewer, row, names) for row in page.rows)


def attempts(session: Session, viewer: Viewer, run_id: int) -> tuple[AttemptRow, ...]:
    """Every try at a run the viewer may see, oldest first."""
    scope = session.execute(select(JobRun.scope).where(JobRun.id == run_id)).scalar_one_or_none()
    ours = {ALL, *(f"campaign:{id_}" for id_ in _campaigns(session, viewer))}
    if scope is None or (viewer.scope() is not None and scope not in ours):
        return ()
    rows = session.execute(
        select(
            *(JobAttempt.attempt, JobAttempt.state, JobAttempt.error, JobAttempt.started_by),
            *(JobAttempt.started_at, JobAttempt.finished_at),
        )
        .where(JobAttempt.run_id == run_id)
        .order_by(JobAttempt.id)
        .limit(200)
    )
    return tuple(
        AttemptRow(
            attempt=row.attempt,
            state=row.state,
            error=_error(viewer, scope, row.error),
            started_by=row.started_by,
            started_at=row.started_at,
            finished_at=row.finished_at,
        )
        for row in rows
    )


def plans(session: Session) -> dict[JobName, slots.Plan]:
    """When each job runs, as moved or turned off by people."""
    names = {slots.setting(job): job for job in slots.DEFAULTS}
    rows = session.execute(
        select(Setting.name, Setting.value).where(
            Setting.scope == "agency", Setting.name.in_(names)
        )
    )
    moved = {names[name]: value for name, value in rows if isinstance(value, dict)}
    return {job: slots.plan(job, moved.get(job)) for job in slots.DEFAULTS}


def _status(
    session: Session, viewer: Viewer, job: JobName, plan: slots.Plan, now: datetime
) -> JobStatus:
    run = session.execute(
        select(
            *(JobRun.state, JobRun.counts, JobRun.error, JobRun.attempt),
            *(JobRun.started_at, JobRun.finished_at, JobRun.next_try_at),
        )
        .where(JobRun.job == job.value, JobRun.scope == ALL)
        .order_by(JobRun.id.desc())
        .limit(1)
    ).first()
    next_slot = slots.following(plan.rule, now) if plan.enabled else None
    next_try = run.next_try_at if run else None
    return JobStatus(
        job=job,
        enabled=plan.enabled,
        state=run.state if run else None,
        last_run=run.started_at if run else None,
        seconds=_seconds(run),
        next_run=min((at for at in (next_slot, next_try) if at), default=None),
        counts=_counts(viewer, ALL, run.counts) if run else {},
        error=_error(viewer, ALL, run.error) if run else None,
        attempt=run.attempt if run else 0,
        rule=plan.rule,
    )


def _run(viewer: Viewer, row: Row[Any], names: Mapping[int, str]) -> RunRow:
    campaign = row.scope.partition(":")[2]
    return RunRow(
        run_id=row.id,
        job=JobName(row.job),
        scope=row.scope,
        campaign=names.get(int(campaign)) if campaign else None,
        slot=row.slot,
        state=row.state,
        attempt=row.attempt,
        counts=_counts(viewer, row.scope, row.counts),
        error=_error(viewer, row.scope, row.error),
        started_by=row.started_by,
        started_at=row.started_at,
        finished_at=row.finished_at,
        next_try_at=row.next_try_at,
    )


def _campaigns(session: Session, viewer: Viewer) -> dict[int, str]:
    rows = session.execute(
        select(Campaign.id, Campaign.name).where(paging.within(Campaign.client_id, viewer))
    )
    return {row.id: row.name for row in rows}


def _counts(viewer: Viewer, scope: str, counts: Mapping[str, int]) -> Mapping[str, int]:
    return counts if scope != ALL or viewer.clients is None else {}


def _error(viewer: Viewer, scope: str, error: str | None) -> str | None:
    return error if error is None or scope != ALL or viewer.clients is None else HIDDEN


def _seconds(run: Row[Any] | None) -> float | None:
    if run is None or run.finished_at is None:
        return None
    return float((run.finished_at - run.started_at).total_seconds())
