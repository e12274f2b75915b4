"""Money spent on a campaign: one amount a campaign, kind and day."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.errors import Invalid
from core.services import audit, guard
from db.models import Campaign, Client, Spend
from db.upsert import upsert

KINDS = ("list", "tools", "ads", "hours")


def enter(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    kind: str,
    on_date: date,
    amount_minor: int,
    *,
    now: datetime,
    currency: str | None = None,
    note: str | None = None,
) -> Spend:
    """Sets what was spent that day (cents of the client's currency); a second entry corrects the
    first.
    """
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    client = session.get_one(Client, campaign.client_id)
    _check(client, kind, amount_minor, currency)
    row = {
        "client_id": client.id,
        "campaign_id": campaign_id,
        "kind": kind,
        "on_date": on_date,
        "amount_minor": amount_minor,
        "currency": client.currency,
        "note": (note or "").strip() or None,
    }
    upsert(session, Spend, [row], on=("campaign_id", "kind", "on_date"),
           change=("amount_minor", "note"))  # fmt: skip
    audit.record(
        session, viewer, "spend entered", keys.subject("campaign", campaign_id),
        client_id=client.id, now=now,
        after={"kind": kind, "on_date": on_date.isoformat(), "amount_minor": amount_minor},
    )  # fmt: skip
    return session.execute(
        select(Spend)
        .where(Spend.campaign_id == campaign_id, Spend.kind == kind, Spend.on_date == on_date)
        .execution_options(populate_existing=True)
    ).scalar_one()


def _check(client: Client, kind: str, amount_minor: int, currency: str | None) -> None:
    if kind not in KINDS:
        raise Invalid(f"Spend is one of {', '.join(KINDS)}.")
    if amount_minor < 0:
        raise Invalid("An amount cannot be below zero.")
    if currency is not None and currency != client.currency:
        raise Invalid(f"{client.name} counts in {client.currency}. Give the amount in it.")
