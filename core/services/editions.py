"""Which leads have their score from an older edition of the built-in rules (scoring.EDITION).

A campaign notes up to which lead its scores are of the present edition: nothing is looked for where
it is the present one, and what is left is found by the index of (campaign, id).
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain.scoring import EDITION
from core.services import bulk
from core.services.scores import FROM, KNOWN, RESCORED
from db.models import Campaign, Lead

_lead, _campaign = map(bulk.table_of, (Lead, Campaign))


def behind(session: Session, campaign_id: int) -> int | None:
    """After which lead scores of an older edition may stand; None where there are none."""
    query = select(_campaign.c.edition, _campaign.c.renewed_to).where(_campaign.c.id == campaign_id)
    edition, renewed_to = session.connection().execute(query).one()
    return 0 if edition < EDITION else renewed_to


def waiting(session: Session, campaign_id: int, *, after: int, limit: int) -> Sequence[Any]:
    """Open leads by id, held: whoever is worked on just now is waited for, not left out."""
    query = (
        select(*KNOWN)
        .select_from(FROM)
        .where(_lead.c.campaign_id == campaign_id, _lead.c.id > after)
        .where(_lead.c.state.in_(RESCORED))
        .order_by(_lead.c.id)
        .limit(limit)
        .with_for_update(of=_lead)
    )
    return bulk.named(session.connection().execute(query))


def renewed(session: Session, campaign_id: int, *, to: int | None) -> None:
    """Up to this lead the scores are of the present edition; None is all of them."""
    which = update(_campaign).where(_campaign.c.id == campaign_id)
    session.connection().execute(which.values(edition=EDITION, renewed_to=to))
