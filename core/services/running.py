"""Which campaigns a stage works for."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.states import CampaignState
from db.models import Campaign


def campaign_ids(session: Session, campaign_id: int | None = None) -> Sequence[int]:
    """All active campaigns by id; asked for one by hand, that one, unless it is finished."""
    query = select(Campaign.id).order_by(Campaign.id)
    if campaign_id is None:
        query = query.where(Campaign.state == CampaignState.ACTIVE)
    else:
        query = query.where(Campaign.id == campaign_id, Campaign.state != CampaignState.FINISHED)
    return session.execute(query).scalars().all()
