"""--auto-approve: the campaign approves by itself, and what waits already is approved."""

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import ReviewKind, ReviewState
from core.errors import Invalid
from core.runtime import Runtime
from core.services import campaigns, review_bulk
from db.models import Campaign, ReviewItem
from db.session import reading, transaction

APPROVES = {"auto_approve_leads": True, "auto_approve_messages": True, "approve": "none"}
KINDS = (ReviewKind.LEAD, ReviewKind.MESSAGE)
CHUNK = 200


def turn_on(rt: Runtime, campaign_id: int | None) -> None:
    """Lets the campaign approve by itself from now on, and approves what waits."""
    if campaign_id is None:
        raise Invalid("Say with --campaign which campaign approves by itself.")
    with transaction(rt.sessions) as session:
        campaign = session.get_one(Campaign, campaign_id)
        campaigns.update(
            session,
            SYSTEM,
            campaign_id,
            version=campaign.version,
            settings=APPROVES,
            now=rt.now(),
        )
    approve_waiting(rt, campaign_id)


def approve_waiting(rt: Runtime, campaign_id: int | None) -> int:
    """Approves the leads and messages of the campaign that wait; gives how many."""
    done, last = 0, 0
    while True:
        with reading(rt.sessions) as session:
            found = session.execute(
                select(ReviewItem.id, ReviewItem.version)
                .where(ReviewItem.campaign_id == campaign_id, ReviewItem.id > last)
                .where(ReviewItem.state == ReviewState.WAITING, ReviewItem.kind.in_(KINDS))
                .order_by(ReviewItem.id)
                .limit(CHUNK)
            ).all()
        if not found:
            return done
        last = found[-1].id
        seen = [(row.id, row.version) for row in found]
        with transaction(rt.sessions) as session:
            done += review_bulk.approve_many(session, SYSTEM, seen, now=rt.now()).done
