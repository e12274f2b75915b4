"""What was spent on a campaign, as people entered it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.queries import paging
from db.models import Campaign, Client, Spend

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """One amount of one day, in minor units of the client's currency."""

    on_date: date
    kind: str
    amount_minor: int
    note: str | None


@dataclass(frozen=True, slots=True)
class Costs:
    """The newest amounts, and the sum of all."""

    currency: str
    total_minor: int
    rows: tuple[Cost, ...]


def of_campaign(session: Session, viewer: Viewer, campaign_id: int) -> Costs | None:
    """The costs of a campaign, or None where it is missing or another client's."""
    currency = session.scalar(
        select(Client.currency)
        .join(Campaign, Campaign.client_id == Client.id)
        .where(Campaign.id == campaign_id, paging.within(Campaign.client_id, viewer))
    )
    if currency is None:
        return None
    mine = Spend.campaign_id == campaign_id
    total = session.scalar(select(func.coalesce(func.sum(Spend.amount_minor), 0)).where(mine))
    found = session.execute(
        select(Spend.on_date, Spend.kind, Spend.amount_minor, Spend.note)
        .where(mine)
        .order_by(Spend.on_date.desc(), Spend.kind)
        .limit(SHOWN)
    )
    return Costs(currency, int(total or 0), tuple(Cost(*row) for row in found))
