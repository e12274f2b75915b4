"""Webhooks with how they stand, and their latest deliveries. For those who may change them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.states import DeliveryState, EndpointKind, EndpointState, OutboundKind
from core.queries import paging
from core.queries.paging import Count
from db.models import Client, Delivery, Endpoint, OutboundEvent

CAP = 999
OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.RETRY)


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One webhook; of its address only the host is told. Without client it hears of all."""

    id: int
    version: int
    client_id: int | None
    client: str | None
    kind: EndpointKind
    name: str
    host: str
    events: tuple[OutboundKind, ...]
    allowed_host: bool
    state: EndpointState
    state_reason: str | None
    paused_until: datetime | None
    last_error: str | None
    last_error_at: datetime | None
    last_success_at: datetime | None
    last_note: str | None
    waiting: Count
    dead: Count
    setting: str | None  # that holds the address, where the environment does


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One event on its way to one webhook."""

    id: int
    event_id: str
    kind: OutboundKind
    subject: str
    client: str | None
    at: datetime
    state: DeliveryState
    attempts: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str | None


def endpoints(session: Session, viewer: Viewer) -> tuple[EndpointRow, ...]:
    """The webhooks that the viewer may change: of their clients, and the agency's for admins."""
    if not viewer.may(Act.EDIT_CLIENTS):
        return ()
    mine = paging.within(Endpoint.client_id, viewer)
    if viewer.may(Act.PROVIDERS) and viewer.focus is None:
        mine = or_(mine, Endpoint.client_id.is_(None))
    rows = session.execute(
        select(Endpoint, Client.name)
        .outerjoin(Client, Client.id == Endpoint.client_id)
        .where(mine)
        .order_by(Client.name, Endpoint.id)
    ).all()
    return tuple(_told(session, endpoint, client) for endpoint, client in rows)


def deliveries(
    session: Session,
    viewer: Viewer,
    endpoint_id: int,
    *,
    state: DeliveryState | None = None,
    limit: int = 50,
) -> tuple[DeliveryRow, ...]:
    """The newest deliveries of a webhook that the viewer may change; tests are no dead letters."""
    endpoint = session.get(Endpoint, endpoint_id)
    if endpoint is None or not _may_see(viewer, endpoint.client_id):
        return ()
    query = (
        select(Delivery, OutboundEvent, Client.name)
        .join(OutboundEvent, OutboundEvent.id == Delivery.event_id)
        .outerjoin(Client, Client.id == OutboundEvent.client_id)
        .where(Delivery.endpoint_id == endpoint_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(Delivery.state == state, OutboundEvent.kind != OutboundKind.PING)
    return tuple(
        DeliveryRow(
            id=one.id,
            event_id=keys.outbound_id(event.key, event.at),
            kind=event.kind,
            subject=event.subject,
            client=client,
            at=event.at,
            state=one.state,
            attempts=one.attempts,
            next_try_at=one.next_try_at if one.state in OPEN else None,
            delivered_at=one.delivered_at,
            last_status=one.last_status,
            last_error=one.last_error,
        )
        for one, event, client in session.execute(query)
    )


def _may_see(viewer: Viewer, client_id: int | None) -> bool:
    if client_id is None:
        return viewer.may(Act.PROVIDERS)
    return viewer.may(Act.EDIT_CLIENTS) and viewer.sees(client_id)


def _told(session: Session, endpoint: Endpoint, client: str | None) -> EndpointRow:
    return EndpointRow(
        id=endpoint.id,
        version=endpoint.version,
        client_id=endpoint.client_id,
        client=client,
        kind=endpoint.kind,
        name=endpoint.name,
        host=endpoint.host,
        events=tuple(OutboundKind(kind) for kind in endpoint.events),
        allowed_host=endpoint.allowed_host,
        state=endpoint.state,
        state_reason=endpoint.state_reason,
        paused_until=endpoint.paused_until,
        last_error=endpoint.last_error,
        last_error_at=endpoint.last_error_at,
        last_success_at=endpoint.last_success_at,
        last_note=endpoint.last_note,
        waiting=_count(session, endpoint.id, OPEN),
        dead=_count(session, endpoint.id, (DeliveryState.DEAD,)),
        setting=endpoint.setting,
    )


def _count(session: Session, endpoint_id: int, states: Sequence[DeliveryState]) -> Count:
    """Up to a cap; tests by hand do not count."""
    ids = (
        select(Delivery.id)
        .join(OutboundEvent, OutboundEvent.id == Delivery.event_id)
        .where(Delivery.endpoint_id == endpoint_id, Delivery.state.in_(states))
        .where(OutboundEvent.kind != OutboundKind.PING)
        .limit(CAP + 1)
        .subquery()
    )
    number = session.execute(select(func.count()).select_from(ids)).scalar_one()
    return Count(min(number, CAP), number > CAP)
