"""How the providers are, what alarms are open, and which processes are alive."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import BreakerState, ProviderState
from core.queries import paging
from db.models import Alarm, Client, Heartbeat, Mailbox, ProviderHealth, ProviderHour

MAILBOX = "mailbox:"
SCHEDULER = "scheduler"
LATE = timedelta(minutes=3)  # a scheduler silent for so long is late
WORKING = (ProviderState.HEALTHY, ProviderState.DEGRADED)


@dataclass(frozen=True, slots=True)
class ProviderRow:
    """One provider of a port; for e-mail and inbox one a mailbox (`mailbox` is its address)."""

    row_id: int
    port: str
    provider: str
    part: str
    mailbox: str | None
    client_id: int | None
    position: int
    enabled: bool
    configured: bool
    state: ProviderState
    success: float | None  # 0..1, moving average
    latency_ms: float | None
    calls: int
    failures_in_row: int
    breaker: BreakerState
    breaker_until: datetime | None
    last_success_at: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    advice: str | None
    quota: str | None
    checked_at: datetime | None
    limit_calls: int | None  # a person's limit, calls in so many seconds; None: the usual one
    limit_seconds: float | None
    version: int


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """An open alarm; `page` is where it is mended."""

    key: str
    client_id: int | None
    client: str | None
    severity: str
    title: str
    advice: str
    page: str
    since: datetime


@dataclass(frozen=True, slots=True)
class HourRow:
    """Calls of a provider in one hour."""

    hour: datetime
    ok: int
    failed: int
    latency_ms: float | None  # mean


def providers(session: Session, viewer: Viewer) -> tuple[ProviderRow, ...]:
    """Every provider known, by port and order; mailboxes only of the viewer's clients."""
    rows = session.execute(
        select(ProviderHealth).order_by(
            *(ProviderHealth.port, ProviderHealth.position, ProviderHealth.provider),
            ProviderHealth.part,
        )
    ).scalars()
    boxes = {
        f"{MAILBOX}{row.id}": row
        for row in session.execute(
            select(Mailbox.id, Mailbox.address, Mailbox.client_id).where(
                paging.within(Mailbox.client_id, viewer)
            )
        )
    }
    return tuple(
        _provider(row, boxes.get(row.part)) for row in rows if not row.part or row.part in boxes
    )


def standing_still(rows: Sequence[ProviderRow]) -> tuple[ProviderRow, ...]:
    """What is down with nobody to stand in for it: of one port (and mailbox), all must be down."""
    on = [row for row in rows if row.enabled]
    working = {(row.port, row.part) for row in on if row.state in WORKING}
    return tuple(
        row for row in on if row.state is ProviderState.DOWN and (row.port, row.part) not in working
    )


def history(
    session: Session, viewer: Viewer, port: str, provider: str, *, since: datetime
) -> tuple[HourRow, ...]:
    """A provider's hours since then, oldest first. Sums over all clients: only for those who see
    all.
    """
    if viewer.clients is not None:
        return ()
    rows = session.execute(
        select(
            *(ProviderHour.hour, ProviderHour.ok, ProviderHour.failed),
            ProviderHour.latency_ms_sum,
        )
        .where(
            ProviderHour.port == port,
            ProviderHour.provider == provider,
            ProviderHour.hour >= since,
        )
        .order_by(ProviderHour.hour)
    )
    return tuple(HourRow(row.hour, row.ok, row.failed, _mean(row)) for row in rows)


def alarms(session: Session, viewer: Viewer, *, limit: int = 50) -> tuple[AlarmRow, ...]:
    """Open alarms of the viewer's clients and of the app itself, the gravest first."""
    gravest = case((Alarm.severity == "act", 0), else_=1)
    rows = session.execute(
        select(Alarm, Client.name)
        .outerjoin(Client, Client.id == Alarm.client_id)
        .where(
            Alarm.cleared_at.is_(None),
            or_(Alarm.client_id.is_(None), paging.within(Alarm.client_id, viewer)),
        )
        .order_by(gravest, Alarm.since.desc(), Alarm.id)
        .limit(limit)
    )
    return tuple(
        AlarmRow(
            key=alarm.key,
            client_id=alarm.client_id,
            client=client,
            severity=alarm.severity,
            title=alarm.title,
            advice=alarm.advice,
            page=alarm.page,
            since=alarm.since,
        )
        for alarm, client in rows
    )


def scheduler_age(session: Session, _viewer: Viewer, now: datetime) -> timedelta | None:
    """How long ago a scheduler was last alive; None if none ever was."""
    beat = session.scalar(select(func.max(Heartbeat.beat_at)).where(Heartbeat.kind == SCHEDULER))
    return None if beat is None else max(now - beat, timedelta(0))


def scheduler_runs(session: Session, viewer: Viewer, now: datetime) -> bool:
    """Whether a scheduler is alive, so that things happen by themselves."""
    age = scheduler_age(session, viewer, now)
    return age is not None and age <= LATE


def _provider(row: ProviderHealth, box: Any) -> ProviderRow:
    return ProviderRow(
        row_id=row.id,
        port=row.port,
        provider=row.provider,
        part=row.part,
        mailbox=box.address if box else None,
        client_id=box.client_id if box else None,
        position=row.position,
        enabled=row.enabled,
        configured=row.configured,
        state=row.state,
        success=row.success,
        latency_ms=row.latency_ms,
        calls=row.calls,
        failures_in_row=row.failures_in_row,
        breaker=row.breaker,
        breaker_until=row.breaker_until,
        last_success_at=row.last_success_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        advice=row.advice,
        quota=row.quota,
        checked_at=row.checked_at,
        limit_calls=row.limit_calls,
        limit_seconds=row.limit_seconds,
        version=row.version,
    )


def _mean(row: Any) -> float | None:
    calls = row.ok + row.failed
    return row.latency_ms_sum / calls if calls else None
