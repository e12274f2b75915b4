"""Deliveries on their way: claimed one by one and in order, and what became of each.

A claim is good for LEASE: what was claimed and never recorded (a crash) is tried again with the
same idempotency key. Whoever records late, after the claim went to another, changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from core.domain import keys, retries
from core.domain.states import DeliveryState, EndpointState, OutboundKind
from core.services import alarms, bulk
from core.services.alarms import Severity
from db.models import Client, Delivery, Endpoint, OutboundEvent

LEASE = timedelta(seconds=90)  # longer than any call may take
LONGEST_REST = timedelta(hours=1)
OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRY)
_READY = (DeliveryState.WAITING, DeliveryState.RETRY)

_d, _p = bulk.table_of(Delivery), bulk.table_of(Endpoint)
_e, _c = bulk.table_of(OutboundEvent), bulk.table_of(Client)
_CLAIMED = select(
    *(_d.c[name] for name in ("endpoint_id", "attempts", "give_up_at")),
    *(_p.c[name] for name in ("name", "url", "secret", "allowed_host", "setting")),
    *(_p.c.kind.label("endpoint_kind"), _p.c.client_id.label("owner_id")),
    *(_e.c[name] for name in ("key", "kind", "subject", "payload", "at")),
    *(_c.c.id.label("client_id"), _c.c.slug, _c.c.name.label("client_name")),
).select_from(
    _d.join(_p, _p.c.id == _d.c.endpoint_id)
    .join(_e, _e.c.id == _d.c.event_id)
    .outerjoin(_c, _c.c.id == _e.c.client_id)
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """One delivery in hand: what is told, and to whom. The secrets leave the database only here."""

    delivery_id: int
    endpoint_id: int
    attempt: int
    endpoint_kind: str
    endpoint_name: str
    url: str | None
    secret: str | None
    allowed_host: bool
    give_up_at: datetime
    event_id: str
    kind: OutboundKind
    subject: str
    at: datetime
    client: Mapping[str, Any] | None
    payload: Mapping[str, Any]
    client_id: int | None  # the endpoint's
    setting: str | None = None  # that holds the address, where the environment does


def endpoints_with_due(session: Session, *, now: datetime) -> Sequence[int]:
    """Endpoints that are on, not resting, and have something to tell now."""
    due = select(_d.c.id).where(_d.c.endpoint_id == _p.c.id, _d.c.state.in_(OPEN), _due(now))
    return (
        session.connection()
        .execute(select(_p.c.id).where(_on(now), due.exists()).order_by(_p.c.id))
        .scalars()
        .all()
    )


def claim(session: Session, endpoint_id: int, *, now: datetime) -> Claimed | None:
    """The endpoint's oldest open delivery, if its time has come; a later one waits for it."""
    oldest = (
        select(_d.c.id)
        .where(_d.c.endpoint_id == endpoint_id, _d.c.state.in_(OPEN))
        .order_by(_d.c.id)
        .limit(1)
        .scalar_subquery()
    )
    on = select(_p.c.id).where(_p.c.id == endpoint_id, _on(now))
    found = session.connection().execute(
        update(_d)
        .where(_d.c.id == oldest, _due(now), on.exists())
        .values(state=DeliveryState.SENDING, claimed_at=now, attempts=_d.c.attempts + 1)
        .returning(_d.c.id)
    )
    delivery_id = found.scalar_one_or_none()
    return None if delivery_id is None else claimed(session, delivery_id)


def claimed(session: Session, delivery_id: int) -> Claimed:
    """What is needed to tell it."""
    row = session.connection().execute(_CLAIMED.where(_d.c.id == delivery_id)).one()
    client = None
    if row.client_id is not None:
        client = {"id": row.client_id, "slug": row.slug, "name": row.client_name}
    return Claimed(
        delivery_id=delivery_id,
        endpoint_id=row.endpoint_id,
        attempt=row.attempts,
        endpoint_kind=row.endpoint_kind,
        endpoint_name=row.name,
        url=row.url,
        secret=row.secret,
        allowed_host=row.allowed_host,
        give_up_at=row.give_up_at,
        event_id=keys.outbound_id(row.key, row.at),
        kind=row.kind,
        subject=row.subject,
        at=row.at,
        client=client,
        payload=row.payload,
        client_id=row.owner_id,
        setting=row.setting,
    )


def delivered(session: Session, one: Claimed, *, status: int, note: str, now: datetime) -> None:
    """The endpoint took it: it is well, whatever was before."""
    if not _settle(
        session, one, DeliveryState.DELIVERED, delivered_at=now, last_status=status, last_error=None
    ):
        return
    well = {"failures": 0, "paused_until": None, "last_success_at": now, "last_note": note or None}
    _endpoint(session, one, **well)
    session.connection().execute(
        update(_p)
        .where(_p.c.id == one.endpoint_id, _p.c.state == EndpointState.FAILING)
        .values(state=EndpointState.ACTIVE, state_reason=None)
    )
    if one.kind is OutboundKind.PING:
        due_now(session, one.endpoint_id, now=now)
    alarms.clear(session, alarm_key(one.endpoint_id), now=now)


def due_now(session: Session, endpoint_id: int, *, now: datetime) -> None:
    """The endpoint is well again: what waits for another try need not wait."""
    session.connection().execute(
        update(_d)
        .where(_d.c.endpoint_id == endpoint_id, _d.c.state == DeliveryState.RETRY)
        .values(next_try_at=now)
    )


def failed(
    session: Session,
    one: Claimed,
    reason: str,
    *,
    status: int | None,
    now: datetime,
    retry_at: datetime | None = None,
) -> DeliveryState:
    """Not now: tried again later, or given up for a person to look at; gives what it became."""
    next_try = retries.next_try(
        one.attempt, key=one.event_id, now=now, give_up_at=one.give_up_at, retry_at=retry_at
    )
    if one.kind is OutboundKind.PING:
        next_try = None
    state = DeliveryState.DEAD if next_try is None else DeliveryState.RETRY
    told = {"last_status": status, "last_error": reason[:500]}
    if not _settle(session, one, state, next_try_at=next_try, **told):
        return state
    rest = min(retries.wait(one.attempt, one.event_id), LONGEST_REST)
    _endpoint(
        session, one, failures=_p.c.failures + 1, **_error(reason, now),
        paused_until=next_try or (None if one.kind is OutboundKind.PING else now + rest),
    )  # fmt: skip
    session.connection().execute(
        update(_p)
        .where(_p.c.id == one.endpoint_id, _p.c.state == EndpointState.ACTIVE)
        .values(state=EndpointState.FAILING, state_reason=reason[:300])
    )
    if state is DeliveryState.DEAD:
        _alarm(session, one, f"{one.endpoint_name} was not told for a day", reason, now)
    return state


def refused(
    session: Session, one: Claimed, reason: str, *, status: int | None, now: datetime
) -> None:
    """The endpoint will never take this one: given up; the next may be taken."""
    told = {"last_status": status, "last_error": reason[:500]}
    if _settle(session, one, DeliveryState.DEAD, next_try_at=None, **told):
        _endpoint(session, one, **_error(reason, now))
        _alarm(session, one, f"{one.endpoint_name} refused what it was told", reason, now)


def gone(session: Session, one: Claimed, reason: str, *, status: int | None, now: datetime) -> None:
    """Nobody is there any more (410): the endpoint is turned off, the rest waits for a person."""
    told = {"last_status": status, "last_error": reason[:500]}
    if _settle(session, one, DeliveryState.DEAD, next_try_at=None, **told):
        off = {"state": EndpointState.OFF, "state_reason": reason[:300]}
        _endpoint(session, one, **off, **_error(reason, now))
        _alarm(session, one, f"{one.endpoint_name} was turned off", reason, now)


def alarm_key(endpoint_id: int) -> str:
    """The key of the alarm about an endpoint."""
    return f"webhook:{endpoint_id}"


def _on(now: datetime) -> Any:
    resting = or_(_p.c.paused_until.is_(None), _p.c.paused_until <= now)
    return and_(_p.c.state != EndpointState.OFF, resting)


def _due(now: datetime) -> Any:
    ready = and_(_d.c.state.in_(_READY), or_(_d.c.next_try_at.is_(None), _d.c.next_try_at <= now))
    abandoned = and_(_d.c.state == DeliveryState.SENDING, _d.c.claimed_at <= now - LEASE)
    return or_(ready, abandoned)


def _settle(session: Session, one: Claimed, state: DeliveryState, **values: Any) -> bool:
    """Whether the claim was still ours."""
    found = session.connection().execute(
        update(_d)
        .where(
            _d.c.id == one.delivery_id,
            _d.c.state == DeliveryState.SENDING,
            _d.c.attempts == one.attempt,
        )
        .values(state=state, claimed_at=None, **values)
        .returning(_d.c.id)
    )
    return found.scalar_one_or_none() is not None


def _endpoint(session: Session, one: Claimed, **values: Any) -> None:
    session.connection().execute(update(_p).where(_p.c.id == one.endpoint_id).values(**values))


def _error(reason: str, now: datetime) -> dict[str, Any]:
    return {"last_error": reason[:500], "last_error_at": now}


def _alarm(session: Session, one: Claimed, title: str, reason: str, now: datetime) -> None:
    if one.kind is OutboundKind.PING:
        return
    alarms.raise_alarm(
        session,
        key=alarm_key(one.endpoint_id),
        title=title,
        advice=f"{reason} Mend it, then send what was given up again: Settings, Webhooks.",
        page="settings",
        severity=Severity.WATCH,
        client_id=one.client_id,
        now=now,
    )
