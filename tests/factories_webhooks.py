"""Webhooks for tests, and a world in which something is told to them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.states import EndpointKind, EndpointState, OutboundKind
from core.runtime import Runtime
from core.services import outbound
from db.models import Client, Delivery, Endpoint, OutboundEvent
from db.session import reading, transaction
from tests.factories import NOW, number

SECRET = "whsec_of-the-tests"
AMPLE = 30.0  # seconds for a turn: nothing here is slow but the computer


def make_endpoint(
    session: Session,
    client: Client | None = None,
    url: str = "https://hooks.example/a",
    **given: Any,
) -> Endpoint:
    """An endpoint that is told of everything; its host may be at home."""
    values: dict[str, Any] = {
        "client_id": client.id if client else None,
        "kind": EndpointKind.GENERIC,
        "name": f"Hook {number()}",
        "host": "hooks.example",
        "url": url,
        "secret": SECRET,
        "events": [str(kind) for kind in OutboundKind if kind is not OutboundKind.PING],
        "allowed_host": True,
        "state": EndpointState.ACTIVE,
        "created_at": NOW,
    }
    endpoint = Endpoint(**values | given)
    session.add(endpoint)
    session.flush()
    return endpoint


def happens(rt: Runtime, client_id: int | None, *names: str) -> None:
    """One qualified lead a name, one after another."""
    with transaction(rt.sessions) as session:
        for name in names:
            kind = OutboundKind.LEAD_QUALIFIED
            outbound.emit(
                session, client_id=client_id, kind=kind, subject=f"lead:{name}", now=rt.now(),
                payload={"lead": {"id": name}}, key=keys.outbound(kind, f"lead:{name}"),
            )  # fmt: skip


def told(rt: Runtime, kind: OutboundKind | None = None) -> list[OutboundEvent]:
    """The events that were written down, oldest first."""
    query = select(OutboundEvent).order_by(OutboundEvent.id)
    with reading(rt.sessions) as session:
        found = list(session.scalars(query))
        session.expunge_all()
    return [event for event in found if kind in (None, event.kind)]


def deliveries_of(rt: Runtime) -> list[Delivery]:
    """All deliveries, oldest first."""
    with reading(rt.sessions) as session:
        found = list(session.scalars(select(Delivery).order_by(Delivery.id)))
        session.expunge_all()
    return found


def endpoint_of(rt: Runtime, endpoint_id: int) -> Endpoint:
    """The endpoint as it is now."""
    with reading(rt.sessions) as session:
        found = session.get_one(Endpoint, endpoint_id)
        session.expunge_all()
    return found
