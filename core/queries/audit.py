"""Who changed what, newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import audit_subjects, paging
from core.queries.audit_subjects import About
from core.queries.paging import Order, Page
from db.models import AuditEntry, User

OWNERS = ("owner", "owner_id")  # fields that hold a person's id


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One change; `before` and `after` hold only what changed, people by their names."""

    id: int
    at: datetime
    who: str
    action: str
    about: About
    before: dict[str, Any]
    after: dict[str, Any]


def page(
    session: Session, viewer: Viewer, *, cursor: str | None = None, size: int = paging.SIZE
) -> Page[AuditRow]:
    """Entries of the viewer's clients; those of the whole agency only for those who see all."""
    walks = streams(viewer)
    found = paging.read(session, walks, Order((AuditEntry.id,)), cursor=cursor, size=size)
    about = audit_subjects.of(session, (row.subject for row in found.rows))
    people = _owners(session, [field for row in found.rows for field in (row.before, row.after)])
    told = found.of(
        AuditRow(
            id=row.id,
            at=row.at,
            who=row.actor_name,
            action=row.action,
            about=about[row.subject],
            before=_with_names(row.before, people),
            after=_with_names(row.after, people),
        )
        for row in found.rows
    )
    return replace(told, total=paging.count(session, walks))


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


def _owners(session: Session, fields: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    ids = {one[name] for one in fields for name in OWNERS if isinstance(one.get(name), int)}
    found = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row.id: row.name for row in found}


def _with_names(fields: Mapping[str, Any], people: Mapping[int, str]) -> dict[str, Any]:
    return {
        name: people.get(value, value) if name in OWNERS and isinstance(value, int) else value
        for name, value in fields.items()
    }
