"""Clients a viewer works for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from db.models import Client


@dataclass(frozen=True, slots=True)
class ClientName:
    """A client in a select box."""

    id: int
    name: str
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client with all that Settings shows of it."""

    id: int
    name: str
    website: str | None
    postal_address: str | None
    timezone: str
    currency: str
    brand: dict[str, Any]
    settings: dict[str, Any]
    archived: bool
    version: int


def names(session: Session, viewer: Viewer) -> tuple[ClientName, ...]:
    """All clients the viewer may see, whatever the focus, by name; without the archived."""
    statement = select(Client.id, Client.name, Client.currency, Client.timezone)
    statement = statement.where(Client.archived_at.is_(None)).order_by(Client.name).limit(1000)
    if viewer.clients is not None:
        statement = statement.where(Client.id.in_(viewer.clients))
    return tuple(ClientName(*row) for row in session.execute(statement))


def all_rows(session: Session, viewer: Viewer, *, limit: int = 200) -> tuple[ClientRow, ...]:
    """The viewer's clients (within the focus) in full, by name."""
    statement = select(Client).order_by(Client.name).limit(limit)
    scope = viewer.scope()
    if scope is not None:
        statement = statement.where(Client.id.in_(scope))
    return tuple(_row(client) for client in session.scalars(statement))


def one(session: Session, viewer: Viewer, client_id: int) -> ClientRow | None:
    """One client, or None where it is missing or not the viewer's."""
    if not viewer.sees(client_id):
        return None
    client = session.get(Client, client_id)
    return None if client is None else _row(client)


def _row(client: Client) -> ClientRow:
    return ClientRow(
        id=client.id,
        name=client.name,
        website=client.website,
        postal_address=client.postal_address,
        timezone=client.timezone,
        currency=client.currency,
        brand=dict(client.brand),
        settings=dict(client.settings),
        archived=client.archived_at is not None,
        version=client.version,
    )
