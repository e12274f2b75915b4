"""The log of what the campaigns' rules of approval let pass, and the way back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.errors import Invalid
from core.services import audit, guard, leads
from core.services.review_bulk import Decided, each
from db.models import AutoApproval

UNDONE = "This was taken back already."


def undo(session: Session, viewer: Viewer, approval_id: int, *, now: datetime) -> AutoApproval:
    """The lead waits for a person after all; IllegalMove where they were written to already."""
    row = guard.owned(session, viewer, AutoApproval, approval_id, Act.REVIEW)
    changed = session.execute(
        update(AutoApproval)
        .where(AutoApproval.id == row.id, AutoApproval.undone_at.is_(None))
        .values(undone_at=now, undone_by_id=viewer.user_id)
        .returning(AutoApproval.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if changed is None:
        raise Invalid(UNDONE)
    session.refresh(row)
    reason = f"{row.why} The rule '{row.rule}' had let it pass; {viewer.name} took that back."
    leads.take_back(session, viewer, row.lead_id, reason=reason, now=now)
    audit.record(
        session, viewer, "automatic approval undone", subject("lead", row.lead_id),
        client_id=row.client_id, before={"rule": row.rule}, now=now,
    )  # fmt: skip
    return row


def undo_many(
    session: Session, viewer: Viewer, approval_ids: Sequence[int], *, now: datetime
) -> Decided:
    """Takes back many; what cannot be taken back is left with its reason."""
    guard.allow(viewer, Act.REVIEW)
    return each(
        session,
        [(approval_id, 0) for approval_id in approval_ids],
        lambda approval_id, _: undo(session, viewer, approval_id, now=now),
    )
