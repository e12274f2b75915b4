"""What the campaigns' rules of approval let pass: the log, the latest first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import LeadState
from core.queries import leads, paging
from core.queries.paging import Order, Page
from db.models import AutoApproval, Contact, Lead

SIZE = 25


@dataclass(frozen=True, slots=True)
class Approved:
    """One lead that a rule let pass, and where it is now."""

    approval_id: int
    lead_id: int
    name: str
    state: LeadState
    rule: str
    rules_version: int
    why: str  # what it would have waited for
    at: datetime
    undone_at: datetime | None
    reached_at: datetime | None


def log(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    cursor: str | None = None,
    size: int = SIZE,
) -> Page[Approved]:
    """A campaign's log of approvals."""
    stream = select(AutoApproval.id).where(
        AutoApproval.campaign_id == campaign_id,
        paging.within(AutoApproval.client_id, viewer, focused=False),
    )
    found = paging.read(session, [stream], Order((AutoApproval.id,)), cursor=cursor, size=size)
    told = {one.approval_id: one for one in _told(session, viewer, [r.id for r in found.rows])}
    return found.of(told[row.id] for row in found.rows)


def _told(session: Session, viewer: Viewer, ids: list[int]) -> list[Approved]:
    rows = session.execute(
        select(AutoApproval, Lead.state, Lead.reached_at, Contact)
        .join(Lead, Lead.id == AutoApproval.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .where(
            AutoApproval.id.in_(ids),
            paging.within(AutoApproval.client_id, viewer, focused=False),
        )
    )
    return [
        Approved(
            approval_id=row.id,
            lead_id=row.lead_id,
            name=leads.person(contact.first_name, contact.last_name, contact.email),
            state=state,
            rule=row.rule,
            rules_version=row.rules_version,
            why=row.why,
            at=row.at,
            undone_at=row.undone_at,
            reached_at=reached_at,
        )
        for row, state, reached_at, contact in rows
    ]
