"""How many mails of a campaign bounced, and the list that most of them are of."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.states import EventKind
from core.queries import figures
from core.queries.figures import Sums
from db.models import Event, ImportBatch, Lead


@dataclass(frozen=True, slots=True)
class OfList:
    """People of one list: how many were written to, and of how many a mail bounced."""

    name: str
    reached: int
    bounced: int


@dataclass(frozen=True, slots=True)
class Bounced:
    """Mails of a campaign, as last counted, and the list with most bounces (None without any)."""

    sent: int
    bounced: int
    worst: OfList | None


def of_campaign(session: Session, campaign_id: int) -> Bounced:
    """Since the campaign began; the caller made sure that it may be seen."""
    sums = figures.by_campaign(session, [campaign_id]).get(campaign_id, Sums())
    return Bounced(sums.sent, sums.bounced, _worst(session, campaign_id))


def _worst(session: Session, campaign_id: int) -> OfList | None:
    """Found from the bounces, which are few; the people of that one list are counted then."""
    most = session.execute(
        select(ImportBatch.id, ImportBatch.filename, func.count(Lead.id.distinct()).label("n"))
        .join(Lead, Lead.batch_id == ImportBatch.id)
        .join(Event, Event.lead_id == Lead.id)
        .where(Event.campaign_id == campaign_id, Event.kind == EventKind.BOUNCED)
        .where(Lead.campaign_id == campaign_id)
        .group_by(ImportBatch.id, ImportBatch.filename)
        .order_by(func.count(Lead.id.distinct()).desc(), ImportBatch.id)
        .limit(1)
    ).first()
    if most is None:
        return None
    reached = session.scalar(
        select(func.count(Lead.id)).where(Lead.batch_id == most.id, Lead.reached_at.is_not(None))
    )
    return OfList(most.filename, reached or 0, most.n)
