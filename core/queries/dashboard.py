"""The whole at a glance: jobs, metrics of the viewer's clients, and one word on its health."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import JobState, ProviderState, ReviewState
from core.queries import health, jobs, paging
from core.queries.health import LATE, AlarmRow, ProviderRow
from core.queries.jobs import JobStatus
from db.models import Campaign, DailyRollup, ReviewItem, Thread

SILENT = timedelta(minutes=10)  # a scheduler silent for so long is not there
FAILING = 3  # attempts after which a job is down, not degraded
WEEK = ("sent", "reached", "replied", "positive", "bounced", "meetings")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """`metrics`: leads (by state), week (sums of seven days), review, replies, alarms.
    `health_status` is healthy, degraded or down, `reasons` says why it is not healthy.
    """

    jobs: tuple[JobStatus, ...]
    metrics: Mapping[str, int | Mapping[str, int]]
    alarms: tuple[AlarmRow, ...]
    health_status: str
    reasons: tuple[str, ...]
    heartbeat_age: timedelta | None


def dashboard(session: Session, viewer: Viewer, now: datetime) -> Dashboard:
    """Everything at a glance; reads rollups, never a large table."""
    statuses = jobs.overview(session, viewer, now)
    open_alarms = health.alarms(session, viewer)
    age = health.scheduler_age(session, viewer, now)
    providers = health.providers(session, viewer)
    still = health.standing_still(providers)
    others = [row for row in providers if row not in still]
    down = [*_scheduler_down(age), *_providers(still, ProviderState.DOWN), *_failing(statuses)]
    degraded = [
        *_scheduler_late(age),
        *_providers(others, ProviderState.DOWN),
        *_providers(others, ProviderState.DEGRADED),
        *(f"{status.job} failed last time." for status in statuses if _failed(status)),
        *(alarm.title for alarm in open_alarms if alarm.severity == "act"),
    ]
    return Dashboard(
        jobs=statuses,
        metrics=_metrics(session, viewer, now, len(open_alarms)),
        alarms=open_alarms,
        health_status="down" if down else "degraded" if degraded else "healthy",
        reasons=tuple(dict.fromkeys([*down, *degraded])),
        heartbeat_age=age,
    )


def _scheduler_down(age: timedelta | None) -> list[str]:
    silent = age is not None and age > SILENT
    return ["The scheduler is not running: start python scheduler.py."] if silent else []


def _scheduler_late(age: timedelta | None) -> list[str]:
    if age is None:
        return ["No scheduler is running: start python scheduler.py."]
    return ["The scheduler is late."] if LATE < age <= SILENT else []


def _providers(rows: Sequence[ProviderRow], state: ProviderState) -> list[str]:
    return [
        f"{row.provider}{f' ({row.mailbox})' if row.mailbox else ''} is {state}."
        for row in rows
        if row.enabled and row.state is state
    ]


def _failed(status: JobStatus) -> bool:
    return status.enabled and status.state is JobState.FAILED


def _failing(statuses: Sequence[JobStatus]) -> list[str]:
    return [
        f"{status.job} failed {status.attempt} times."
        for status in statuses
        if _failed(status) and status.attempt >= FAILING
    ]


def _metrics(
    session: Session, viewer: Viewer, now: datetime, alarms: int
) -> dict[str, int | Mapping[str, int]]:
    return {
        "leads": _leads(session, viewer),
        "week": _week(session, viewer, now),
        "review": _waiting(session, viewer),
        "replies": _replies(session, viewer),
        "alarms": alarms,
    }


def _leads(session: Session, viewer: Viewer) -> Mapping[str, int]:
    """Leads by state, as the rollups counted them last."""
    sums: Counter[str] = Counter()
    for counts in session.scalars(
        select(Campaign.counts).where(paging.within(Campaign.client_id, viewer))
    ):
        sums.update(counts or {})
    return dict(sums)


def _week(session: Session, viewer: Viewer, now: datetime) -> Mapping[str, int]:
    columns = [func.coalesce(func.sum(getattr(DailyRollup, name)), 0) for name in WEEK]
    sums = session.execute(
        select(*columns).where(
            DailyRollup.day > now.date() - timedelta(days=7),
            paging.within(DailyRollup.client_id, viewer),
        )
    ).one()
    return {name: int(total) for name, total in zip(WEEK, sums, strict=True)}


def _waiting(session: Session, viewer: Viewer) -> int:
    stream = select(ReviewItem.id).where(
        ReviewItem.state == ReviewState.WAITING, paging.within(ReviewItem.client_id, viewer)
    )
    return paging.count(session, [stream]).number


def _replies(session: Session, viewer: Viewer) -> int:
    stream = select(Thread.id).where(
        Thread.needs_us.is_(True), paging.within(Thread.client_id, viewer)
    )
    return paging.count(session, [stream]).number
