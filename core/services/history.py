"""A line in the history of a lead, for what a person changed that is no move."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.domain.access import Viewer
from db.models import LeadEvent


def tell(
    session: Session,
    viewer: Viewer,
    lead_id: int,
    client_id: int,
    *,
    kind: str,
    words: str,
    now: datetime,
) -> None:
    """`kind` as LeadEvent has it: tag, list, field."""
    session.add(
        LeadEvent(
            client_id=client_id,
            lead_id=lead_id,
            kind=kind,
            reason=words[:500],
            actor_id=viewer.user_id,
            actor_name=viewer.name,
            at=now,
        )
    )
