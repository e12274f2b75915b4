"""The audit trail: who changed what, before and after. Written in the same transaction as the
change.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.domain.access import Viewer
from db.models import AuditEntry


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
