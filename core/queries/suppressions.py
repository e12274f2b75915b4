"""Addresses and domains that are never written to."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import SuppressionKind, SuppressionReason
from core.queries import paging
from core.queries.paging import Order, Page
from db.models import Client, Suppression


@dataclass(frozen=True, slots=True)
class SuppressionRow:
    """One entry. Without client it counts for the whole agency."""

    id: int
    value: str
    kind: SuppressionKind
    reason: SuppressionReason
    source: str
    client_id: int | None
    client: str | None
    at: datetime


def page(
    session: Session, viewer: Viewer, *, words: str = "", cursor: str | None = None
) -> Page[SuppressionRow]:
    """Newest first: the viewer's clients' and the agency's own, beginning with the words."""
    clients = {row.id: row.name for row in session.execute(select(Client.id, Client.name))}
    walks = _streams(session, viewer, words)
    found = paging.read(session, walks, Order((Suppression.id,)), cursor=cursor)
    told = found.of(
        SuppressionRow(
            id=row.id,
            value=row.value,
            kind=row.kind,
            reason=row.reason,
            source=row.source,
            client_id=row.client_id,
            client=clients.get(row.client_id),
            at=row.at,
        )
        for row in found.rows
    )
    return replace(told, total=paging.count(session, walks))


def _streams(session: Session, viewer: Viewer, words: str) -> list[Select[Any]]:
    conditions: list[ColumnElement[bool]] = [
        Suppression.client_id == client for client in paging.client_ids(session, viewer)
    ]
    conditions.append(Suppression.client_id.is_(None))
    start = words.strip().lower()
    columns: Any = select(
        Suppression.id,
        Suppression.value,
        Suppression.kind,
        Suppression.reason,
        Suppression.source,
        Suppression.client_id,
        Suppression.at,
    )
    if start:
        upper = start + "\U0010ffff"
        columns = columns.where(Suppression.value >= start, Suppression.value < upper)
    return [columns.where(condition) for condition in conditions]
