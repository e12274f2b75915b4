"""Webhooks as people set them: made, turned off and on, tested, and dead letters sent again."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import keys, retries, targets
from core.domain.access import Act, Viewer
from core.domain.states import DeliveryState, EndpointKind, EndpointState, OutboundKind
from core.errors import IllegalMove, Invalid, NotFound, Stale
from core.services import alarms, audit, deliveries, guard, outbound
from core.services.deliveries import Claimed
from db.models import Delivery, Endpoint, OutboundEvent
from db.upsert import insert_new

EVENTS = tuple(kind for kind in OutboundKind if kind is not OutboundKind.PING)


def create(
    session: Session,
    viewer: Viewer,
    *,
    client_id: int | None,
    kind: EndpointKind,
    name: str,
    url: str,
    events: Collection[str],
    now: datetime,
    allowed_host: bool = False,
) -> tuple[Endpoint, str]:
    """A new endpoint and its secret, which is shown only now. Without client (admins): it is told
    of all clients. `allowed_host` (admins): the host may be private, and without https.
    """
    _allow(viewer, client_id)
    if allowed_host:
        guard.allow(viewer, Act.PROVIDERS)
    target = _target(url, allowed_host)
    secret = f"whsec_{secrets.token_urlsafe(32)}"
    endpoint = Endpoint(
        client_id=client_id,
        kind=kind,
        name=_name(name),
        host=target.host,
        url=url.strip(),
        secret=secret,
        events=_events(events),
        allowed_host=allowed_host,
        created_by_id=viewer.user_id,
        created_at=now,
    )
    session.add(endpoint)
    session.flush()
    after: dict[str, Any] = {"name": endpoint.name, "host": target.host}
    after |= {"events": endpoint.events, "allowed_host": allowed_host}
    _record(session, viewer, "webhook made", endpoint, now, after=after)
    return endpoint, secret


def change(
    session: Session,
    viewer: Viewer,
    endpoint_id: int,
    *,
    version: int,
    name: str,
    events: Collection[str],
    now: datetime,
) -> Endpoint:
    """Name and events; another address is another webhook."""
    endpoint = _mine(session, viewer, endpoint_id)
    if endpoint.version != version:
        raise Stale("Somebody else changed this webhook meanwhile. Look at it again.")
    before = {"name": endpoint.name, "events": endpoint.events}
    endpoint.name, endpoint.events = _name(name), _events(events)
    endpoint.version += 1
    after = {"name": endpoint.name, "events": endpoint.events}
    _record(session, viewer, "webhook changed", endpoint, now, before=before, after=after)
    return endpoint


def turn(
    session: Session, viewer: Viewer, endpoint_id: int, *, on: bool, now: datetime
) -> Endpoint:
    """Off: nothing new is kept for it, what waits goes on waiting. On: tried again at once."""
    endpoint = _mine(session, viewer, endpoint_id)
    was_on = endpoint.state is not EndpointState.OFF
    if was_on is on:
        return endpoint
    before = {"state": endpoint.state}
    endpoint.state = EndpointState.ACTIVE if on else EndpointState.OFF
    endpoint.state_reason = None if on else f"Turned off by {viewer.name}."
    endpoint.failures, endpoint.paused_until = 0, None
    deliveries.due_now(session, endpoint_id, now=now)
    endpoint.version += 1
    alarms.clear(session, deliveries.alarm_key(endpoint_id), now=now)
    what = "webhook turned on" if on else "webhook turned off"
    after = {"state": endpoint.state}
    _record(session, viewer, what, endpoint, now, before=before, after=after)
    return endpoint


def allow_host(
    session: Session, viewer: Viewer, endpoint_id: int, *, allowed: bool, now: datetime
) -> Endpoint:
    """An admin lets this webhook call its host although it is private, or forbids it again."""
    guard.allow(viewer, Act.PROVIDERS)
    endpoint = _mine(session, viewer, endpoint_id)
    before = {"allowed_host": endpoint.allowed_host}
    endpoint.allowed_host = allowed
    endpoint.version += 1
    after = {"allowed_host": allowed, "host": endpoint.host}
    _record(session, viewer, "webhook host allowed", endpoint, now, before=before, after=after)
    return endpoint


def new_secret(session: Session, viewer: Viewer, endpoint_id: int, *, now: datetime) -> str:
    """Another secret, shown only now; the old one signs nothing more."""
    endpoint = _mine(session, viewer, endpoint_id)
    endpoint.secret = f"whsec_{secrets.token_urlsafe(32)}"
    _record(session, viewer, "webhook secret made anew", endpoint, now)
    return endpoint.secret


def send_again(session: Session, viewer: Viewer, delivery_id: int, *, now: datetime) -> Delivery:
    """A dead letter is tried for another day, under its old idempotency key."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    endpoint = _mine(session, viewer, delivery.endpoint_id)
    if endpoint.state is EndpointState.OFF:
        raise IllegalMove("This webhook is off. Turn it on first.")
    revived = session.execute(
        update(Delivery)
        .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.DEAD)
        .values(state=DeliveryState.WAITING, next_try_at=now, give_up_at=now + retries.KEEP_TRYING)
        .returning(Delivery.id)
    ).scalar_one_or_none()
    if revived is None:
        raise IllegalMove("This is not given up: it was delivered, or is being tried.")
    endpoint.paused_until = None
    alarms.clear(session, deliveries.alarm_key(endpoint.id), now=now)
    session.refresh(delivery)
    after = {"delivery": delivery_id}
    _record(session, viewer, "webhook delivery sent again", endpoint, now, after=after)
    return delivery


def send_all_again(session: Session, viewer: Viewer, endpoint_id: int, *, now: datetime) -> int:
    """All dead letters of an endpoint, in their old order; gives how many."""
    endpoint = _mine(session, viewer, endpoint_id)
    dead = session.execute(
        select(Delivery.id)
        .join(OutboundEvent, OutboundEvent.id == Delivery.event_id)
        .where(Delivery.endpoint_id == endpoint.id, Delivery.state == DeliveryState.DEAD)
        .where(OutboundEvent.kind != OutboundKind.PING)
        .order_by(Delivery.id)
    )
    ids = dead.scalars().all()
    for delivery_id in ids:
        send_again(session, viewer, delivery_id, now=now)
    return len(ids)


def ping(session: Session, viewer: Viewer, endpoint_id: int, *, now: datetime) -> Claimed:
    """A test in hand: claimed at once, past whatever waits, and never tried twice."""
    endpoint = _mine(session, viewer, endpoint_id)
    event = OutboundEvent(
        key=keys.outbound(OutboundKind.PING, f"endpoint:{endpoint_id}:{secrets.token_hex(8)}"),
        client_id=endpoint.client_id,
        kind=OutboundKind.PING,
        subject=keys.subject("endpoint", endpoint_id),
        payload={"message": f"A test by {viewer.name}."},
        at=now,
    )
    session.add(event)
    session.flush()
    row = outbound.delivery_row(event.id, endpoint_id, now)
    row |= {"state": DeliveryState.SENDING, "claimed_at": now, "attempts": 1, "give_up_at": now}
    delivery_id = insert_new(session, Delivery, row)
    _record(session, viewer, "webhook tested", endpoint, now)
    return deliveries.claimed(session, delivery_id or 0)


def _allow(viewer: Viewer, client_id: int | None) -> None:
    guard.allow(viewer, Act.PROVIDERS if client_id is None else Act.EDIT_CLIENTS, client_id)


def _mine(session: Session, viewer: Viewer, endpoint_id: int) -> Endpoint:
    """The endpoint, for those who may change it: the agency's own is for admins."""
    endpoint = guard.owned(session, viewer, Endpoint, endpoint_id, Act.EDIT_CLIENTS)
    if endpoint.client_id is None and not viewer.may(Act.PROVIDERS):
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    return endpoint


def _target(url: str, allowed: bool) -> targets.Target:
    try:
        return targets.check(url, allowed=allowed)
    except ValueError as error:
        raise Invalid(str(error)) from None


def _name(name: str) -> str:
    if not name.strip():
        raise Invalid("Give the webhook a name.")
    return name.strip()[:120]


def _events(events: Collection[str]) -> list[str]:
    unknown = set(events) - set(EVENTS)
    if unknown:
        raise Invalid(f"There is no event called {', '.join(sorted(unknown))}.")
    if not events:
        raise Invalid("Choose at least one event.")
    return [str(kind) for kind in EVENTS if kind in events]


def _record(
    session: Session,
    viewer: Viewer,
    action: str,
    endpoint: Endpoint,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    outbound.forget(session)
    session.flush()
    audit.record(
        session, viewer, action, keys.subject("endpoint", endpoint.id),
        client_id=endpoint.client_id, before=before, after=after, now=now,
    )  # fmt: skip
