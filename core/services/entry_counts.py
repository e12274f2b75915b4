"""How far the leads of each UTC day have got, for the funnel. Days are written whole: writing twice
is harmless.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, delete, func, select
from sqlalchemy.orm import Session

from core.queries.entered import STAGES, got_to
from core.services.daily_counts import Days, date_of, day_of
from db.models import Client, EntryRollup, Lead
from db.upsert import upsert

CHUNK = 500


def touched(session: Session, since: datetime) -> set[date]:
    """Days whose leads changed since then."""
    clients = session.scalars(select(Client.id)).all()  # spelt out, so that an index serves it
    days = session.scalars(
        select(day_of(session, Lead.created_at))
        .where(Lead.client_id.in_(clients), Lead.updated_at >= since)
        .distinct()
    )
    return {date_of(day) for day in days}


def counted(session: Session, days: Days) -> list[dict[str, Any]]:
    """The rows of these days, by campaign and day. Reads only."""
    clients = session.scalars(select(Client.id)).all()
    day = day_of(session, Lead.created_at).label("day")
    sums = [func.sum(case((where, 1), else_=0)).label(name) for name, where in got_to().items()]
    statement = (
        select(Lead.campaign_id, Lead.client_id, day, *sums)
        .where(Lead.client_id.in_(clients), days.within(Lead.created_at))
        .group_by(Lead.campaign_id, Lead.client_id, day)
    )
    if days.campaign_id is not None:
        statement = statement.where(Lead.campaign_id == days.campaign_id)
    return [
        {
            "campaign_id": row.campaign_id,
            "client_id": row.client_id,
            "day": date_of(row.day),
            **{name: int(getattr(row, name)) for name in STAGES},
        }
        for row in session.execute(statement)
    ]


def write(session: Session, days: Days, rows: Sequence[dict[str, Any]]) -> None:
    """Puts the days down whole: what is no longer there goes."""
    old = delete(EntryRollup).where(EntryRollup.day.between(days.first, days.last))
    if days.campaign_id is not None:
        old = old.where(EntryRollup.campaign_id == days.campaign_id)
    session.execute(old.execution_options(synchronize_session=False))
    for at in range(0, len(rows), CHUNK):
        upsert(
            session,
            EntryRollup,
            rows[at : at + CHUNK],
            on=["campaign_id", "day"],
            change=["client_id", *STAGES],
        )
