"""The audit trail: who changed what, before and after. Written in the same transaction as the
change.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from db.models import (
    AuditEntry,
    Campaign,
    CustomField,
    ImportBatch,
    Lead,
    LeadList,
    Mailbox,
    Message,
    Suppression,
    User,
)

KINDS = {
    Campaign: "campaign", CustomField: "field", ImportBatch: "import", Lead: "lead",
    LeadList: "list", Mailbox: "mailbox", Message: "message", Suppression: "suppression",
    User: "user",
}  # fmt: skip
Row = (
    Campaign | CustomField | ImportBatch | Lead | LeadList | Mailbox | Message | Suppression | User
)


def record(
    session: Session,
    viewer: Viewer,
    action: str,
    subject: str,
    *,
    now: datetime,
    client_id: int | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """One entry; `action` is a verb phrase ("campaign started"), `subject` as
    core.domain.keys.subject.
    """
    entry = AuditEntry(
        client_id=client_id,
        actor_id=viewer.user_id,
        actor_name=viewer.name,
        action=action,
        subject=subject,
        before=dict(before or {}),
        after=dict(after or {}),
        at=now,
    )
    session.add(entry)
    return entry


def of(
    session: Session,
    viewer: Viewer,
    action: str,
    row: Row,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """One entry about a row: its kind and number are the subject, its client may read it."""
    about, client_id = keys.subject(KINDS[type(row)], row.id), getattr(row, "client_id", None)
    return record(
        session, viewer, action, about, now=now, client_id=client_id, before=before, after=after
    )
