"""The outbox of events: what happened is written down for the endpoints that want to know, in the
transaction of the change itself. The stage `deliver` tells them; nothing here calls out.

Where nobody subscribes nothing is written, and the question is asked once a transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from core.domain.retries import KEEP_TRYING
from core.domain.states import DeliveryState, EndpointState, OutboundKind
from core.services import bulk
from db.models import Delivery, Endpoint, OutboundEvent
from db.ready import Ready

_KNOWN = "outbound.subscribers"  # in Session.info, for the length of a transaction
_endpoint, _event = bulk.table_of(Endpoint), bulk.table_of(OutboundEvent)
# asked in every transaction that changes something, mostly in vain
_ANYBODY = Ready(
    select(_endpoint.c.id).where(_endpoint.c.state != EndpointState.OFF).limit(literal_column("1"))
)
_SUBSCRIBERS = select(_endpoint.c.id, _endpoint.c.client_id, _endpoint.c.events).where(
    _endpoint.c.state != EndpointState.OFF
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `key` (core.domain.keys.outbound) makes it an event only once."""

    client_id: int | None
    kind: OutboundKind
    subject: str
    key: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """An endpoint that is told: of one client, or (None) of all."""

    endpoint_id: int
    client_id: int | None
    events: frozenset[str]

    def wants(self, kind: OutboundKind, client_id: int | None) -> bool:
        """Whether it is told of this."""
        return self.client_id in (None, client_id) and kind in self.events


def wanted(session: Session, kind: OutboundKind, client_id: int | None) -> bool:
    """Whether anybody is told: ask before gathering what is told."""
    return any(one.wants(kind, client_id) for one in _subscribers(session))


def emit(
    session: Session,
    *,
    client_id: int | None,
    kind: OutboundKind,
    subject: str,
    payload: Mapping[str, Any],
    now: datetime,
    key: str,
) -> int:
    """Writes one event and a delivery for each endpoint that wants it; gives how many those are."""
    return emit_many(session, [Happening(client_id, kind, subject, key, payload)], now=now)


def emit_many(session: Session, happenings: Sequence[Happening], *, now: datetime) -> int:
    """Writes many by three statements. What is known by its key already is no event again."""
    told = [(one, takers) for one in happenings if (takers := _takers(session, one))]
    if not told:
        return 0
    ids = bulk.next_ids(session, OutboundEvent, len(told))
    events = [_event_row(id_, one, now) for id_, (one, _) in zip(ids, told, strict=True)]
    went_in = set(ids)
    if bulk.ignore(session, OutboundEvent, events) < len(events):
        query = select(_event.c.id).where(bulk.among(session, _event.c.id, ids))
        went_in = set(session.connection().execute(query).scalars())
    rows = [
        delivery_row(id_, endpoint_id, now)
        for id_, (_, takers) in zip(ids, told, strict=True)
        if id_ in went_in
        for endpoint_id in takers
    ]
    bulk.insert(session, Delivery, rows)
    return len(rows)


def delivery_row(event_id: int, endpoint_id: int, now: datetime) -> dict[str, Any]:
    """A delivery that waits for its first try."""
    return {
        "event_id": event_id,
        "endpoint_id": endpoint_id,
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "next_try_at": now,
        "give_up_at": now + KEEP_TRYING,
        "created_at": now,
    }


def forget(session: Session) -> None:
    """Endpoints were changed in this transaction: the next event asks anew."""
    session.info.pop(_KNOWN, None)


def _event_row(id_: int, one: Happening, now: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "key": one.key,
        "client_id": one.client_id,
        "kind": one.kind,
        "subject": one.subject,
        "payload": dict(one.payload),
        "at": now,
    }


def _takers(session: Session, one: Happening) -> list[int]:
    return [
        subscriber.endpoint_id
        for subscriber in _subscribers(session)
        if subscriber.wants(one.kind, one.client_id)
    ]


def _subscribers(session: Session) -> tuple[Subscriber, ...]:
    known: tuple[Subscriber, ...] | None = session.info.get(_KNOWN)
    if known is None:
        connection, known = session.connection(), ()
        if _ANYBODY.first(connection, {}) is not None:
            known = tuple(
                Subscriber(row.id, row.client_id, frozenset(row.events))
                for row in connection.execute(_SUBSCRIBERS)
            )
        session.info[_KNOWN] = known
    return known
