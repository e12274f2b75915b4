"""The daily rollups behind every chart. Days are written whole: writing twice is harmless."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from core.domain.states import ConversionKind
from core.services.daily_counts import Counted, Days, Place, date_of, day_of
from db.models import Campaign, Conversion, DailyRollup, Event, Lead, Message, Setting, Spend
from db.upsert import upsert

COUNTS = (
    *("harvested", "enriched", "scored", "qualified", "rejected", "routed", "sent", "reached"),
    *("bounced", "replied", "positive", "unsubscribed", "meetings", "won"),
    *("value_minor", "spend_minor"),
)
CHUNK = 500
MARK = "rollups"  # the setting that keeps how far was counted


def write(session: Session, days: Days, found: Counted) -> int:
    """Puts the days down whole: what is no longer there goes. Gives the number of rows."""
    clients = dict(session.execute(select(Campaign.id, Campaign.client_id)).all())
    rows = [
        {
            "campaign_id": place[0],
            "day": place[1],
            "client_id": clients[place[0]],
            **{name: numbers.get(name, 0) for name in COUNTS},
        }
        for place, numbers in sorted(found.items())
    ]
    old = delete(DailyRollup).where(DailyRollup.day.between(days.first, days.last))
    if days.campaign_id is not None:
        old = old.where(DailyRollup.campaign_id == days.campaign_id)
    session.execute(old.execution_options(synchronize_session=False))
    for at in range(0, len(rows), CHUNK):
        upsert(
            session,
            DailyRollup,
            rows[at : at + CHUNK],
            on=["campaign_id", "day"],
            change=["client_id", *COUNTS],
        )
    return len(rows)


def lead_counts(session: Session, campaign_id: int | None = None) -> dict[int, dict[str, int]]:
    """Leads by campaign and state."""
    statement = select(Lead.campaign_id, Lead.state, func.count()).group_by(
        Lead.campaign_id, Lead.state
    )
    if campaign_id is not None:
        statement = statement.where(Lead.campaign_id == campaign_id)
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for id_, state, number in session.execute(statement):
        found[id_][str(state)] = int(number)
    return found


def write_lead_counts(
    session: Session, found: Mapping[int, Mapping[str, int]], campaign_id: int | None = None
) -> int:
    """Keeps the counts on the campaigns; gives how many campaigns changed."""
    statement = select(Campaign.id, Campaign.counts)
    if campaign_id is not None:
        statement = statement.where(Campaign.id == campaign_id)
    changed = [
        id_
        for id_, counts in session.execute(statement)
        if dict(counts or {}) != dict(found.get(id_, {}))
    ]
    for id_ in changed:
        session.execute(
            update(Campaign).where(Campaign.id == id_).values(counts=dict(found.get(id_, {})))
        )
    return len(changed)


def touched(session: Session, marks: Mapping[str, int]) -> set[date]:
    """Days in the past that something was added to since the marks (ids), or whose money differs
    from what is written.
    """
    days: set[date] = set()
    for name, model, moment in (
        ("messages", Message, Message.received_at),
        ("events", Event, Event.at),
    ):
        day = day_of(session, moment)
        rows = session.scalars(
            select(day).where(model.id > marks.get(name, 0), moment.is_not(None)).distinct()
        )
        days |= {date_of(row) for row in rows}
    return days | _money_touched(session)


def newest_ids(session: Session) -> dict[str, int]:
    """Marks for the next `touched`."""
    models = (("messages", Message), ("events", Event))
    return {name: session.scalar(select(func.max(model.id))) or 0 for name, model in models}


def marks(session: Session) -> Mapping[str, Any]:
    """How far the last turn came: {"day": ISO date, "messages": id, "events": id}; empty at
    first.
    """
    found = session.scalar(
        select(Setting.value).where(Setting.scope == "agency", Setting.name == MARK)
    )
    return found if isinstance(found, dict) else {}


def mark(session: Session, value: Mapping[str, Any]) -> None:
    """Keeps how far this turn came."""
    row = {"scope": "agency", "name": MARK, "value": dict(value)}
    upsert(session, Setting, [row], on=["scope", "name"], change=["value"])


def _money_touched(session: Session) -> set[date]:
    """Days whose spend or conversions are not what is written: both tables are small."""
    true, written = _true_money(session), _written_money(session)
    none = (0, 0, 0, 0)
    places = {*true, *written}
    return {place[1] for place in places if true.get(place, none) != written.get(place, none)}


def _true_money(session: Session) -> dict[Place, tuple[int, ...]]:
    """Spend, meetings, won and value by campaign and day, from the rows themselves."""
    sums: dict[Place, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    spent = select(Spend.campaign_id, Spend.on_date, func.sum(Spend.amount_minor))
    for campaign_id, on, amount in session.execute(
        spent.group_by(Spend.campaign_id, Spend.on_date)
    ):
        sums[campaign_id, on][0] = int(amount)
    day, leads = day_of(session, Conversion.at), func.count(Conversion.lead_id.distinct())
    rows = select(Conversion.campaign_id, day, Conversion.kind, leads).add_columns(
        func.sum(Conversion.value_minor)
    )
    for campaign_id, on, kind, number, value in session.execute(
        rows.group_by(Conversion.campaign_id, day, Conversion.kind)
    ):
        into = sums[campaign_id, date_of(on)]
        if kind is ConversionKind.MEETING:
            into[1] = int(number)
        elif kind is ConversionKind.WON:
            into[2:] = [int(number), int(value)]
    return {place: tuple(numbers) for place, numbers in sums.items()}


def _written_money(session: Session) -> dict[Place, tuple[int, ...]]:
    row = DailyRollup
    columns = (row.spend_minor, row.meetings, row.won, row.value_minor)
    some = or_(*(column != 0 for column in columns))
    rows = session.execute(select(row.campaign_id, row.day, *columns).where(some))
    return {(campaign_id, day): tuple(sums) for campaign_id, day, *sums in rows}
