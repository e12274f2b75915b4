"""Who changed what, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import paging
from core.queries.paging import Order, Page
from db.models import AuditEntry


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change; `before` and `after` hold only what changed."""

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]


def page(
    session: Session, viewer: Viewer, *, cursor: str | None = None, size: int = paging.SIZE
) -> Page[AuditRow]:
    """Entries of the viewer's clients; those of the whole agency only for those who see all."""
    found = paging.read(session, streams(viewer), Order((AuditEntry.id,)), cursor=cursor, size=size)
    return found.of(
        AuditRow(
            id=row.id,
            at=row.at,
            who=row.actor_name,
            action=row.action,
            subject=row.subject,
            before=row.before,
            after=row.after,
        )
        for row in found.rows
    )


def streams(viewer: Viewer) -> Sequence[Select[Any]]:
    """One walk a client (the index is client and id), or one over all."""
    scope = viewer.scope()
    columns: Select[Any] = select(
        AuditEntry.id,
        AuditEntry.at,
        AuditEntry.actor_name,
        AuditEntry.action,
        AuditEntry.subject,
        AuditEntry.before,
        AuditEntry.after,
    )
    if scope is None:
        return [columns]
    return [columns.where(AuditEntry.client_id == client) for client in sorted(scope)]
