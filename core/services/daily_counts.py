"""What is counted a UTC day and campaign: one GROUP BY a count, over an index range.

The rows behind a number (core.queries.analytics) use the same definitions.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, select, union_all
from sqlalchemy.orm import Session, aliased

from core.domain.states import (
    POSITIVE_INTENTS,
    ConversionKind,
    Direction,
    EventKind,
    LeadState,
    MessageState,
    ReplyIntent,
)
from db.models import Campaign, Conversion, Event, Lead, LeadEvent, Message, Spend

STATES = (
    *(LeadState.ENRICHED, LeadState.SCORED, LeadState.QUALIFIED),
    *(LeadState.REJECTED, LeadState.ROUTED),
)

Place = tuple[int, date]  # campaign, day
Counted = dict[Place, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Days:
    """Some days in a row, both ends included; of one campaign or all."""

    first: date
    last: date
    campaign_id: int | None = None

    @property
    def start(self) -> datetime:
        """The first moment."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        """The first moment after."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    def within(self, moment: Any) -> ColumnElement[bool]:
        """Whether a moment falls on these days."""
        return and_(moment >= self.start, moment < self.end)


def counted(session: Session, days: Days) -> Counted:
    """What happened on these days, by campaign and day. Reads only."""
    found: Counted = defaultdict(dict)
    campaigns = _campaigns(days)
    for name, statement in _statements(session, days, campaigns):
        for campaign_id, day, number in session.execute(statement):
            found[campaign_id, date_of(day)][name] = int(number)
    for campaign_id, day, number, state in session.execute(_moved(session, days, campaigns)):
        found[campaign_id, date_of(day)][state] = int(number)
    return found


def day_of(session: Session, moment: Any) -> ColumnElement[Any]:
    """The UTC day of a moment: a date on PostgreSQL, its text on SQLite."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date(func.timezone("UTC", moment))
    return func.date(moment)


def date_of(day: Any) -> date:
    """The day as the database gives it."""
    return day if isinstance(day, date) else date.fromisoformat(str(day))


def _statements(
    session: Session, days: Days, campaigns: Select[Any]
) -> Iterator[tuple[str, Select[Any]]]:
    """One select a count: campaign, day, number."""
    recent = Lead.updated_at >= days.start  # an index range; nothing is made after its last change
    yield "harvested", _leads(session, days, campaigns, Lead.created_at).where(recent)
    yield "reached", _leads(session, days, campaigns, Lead.reached_at)
    yield "replied", _leads(session, days, campaigns, Lead.replied_at)
    yield "sent", _sent(session, days, campaigns)
    yield "bounced", _bounced(session, days, campaigns)
    yield "positive", _positive(session, days, campaigns)
    yield "unsubscribed", _unsubscribed(session, days, campaigns)
    yield from _money(session, days, campaigns)


def _campaigns(days: Days) -> Select[Any]:
    wanted = select(Campaign.id)
    return wanted.where(Campaign.id == days.campaign_id) if days.campaign_id else wanted


def _clients(campaigns: Select[Any]) -> Select[Any]:
    return campaigns.with_only_columns(Campaign.client_id).distinct()


def _leads(session: Session, days: Days, campaigns: Select[Any], moment: Any) -> Select[Any]:
    day = day_of(session, moment)
    return (
        select(Lead.campaign_id, day, func.count())
        .where(Lead.client_id.in_(_clients(campaigns)), days.within(moment))
        .where(Lead.campaign_id.in_(campaigns))
        .group_by(Lead.campaign_id, day)
    )


def _moved(session: Session, days: Days, campaigns: Select[Any]) -> Select[Any]:
    """Leads by the state they came to: campaign, day, number, state."""
    day, state = day_of(session, LeadEvent.at), LeadEvent.to_state
    return (
        select(Lead.campaign_id, day, func.count(LeadEvent.lead_id.distinct()), state)
        .join(Lead, Lead.id == LeadEvent.lead_id)
        .where(LeadEvent.client_id.in_(_clients(campaigns)), days.within(LeadEvent.at))
        .where(state.in_(STATES), Lead.campaign_id.in_(campaigns))
        .group_by(Lead.campaign_id, day, state)
    )


def _sent(session: Session, days: Days, campaigns: Select[Any]) -> Select[Any]:
    day = day_of(session, Message.sent_at)
    return (
        select(Message.campaign_id, day, func.count())
        .where(Message.client_id.in_(_clients(campaigns)), days.within(Message.sent_at))
        .where(Message.direction == Direction.OUT, Message.state == MessageState.SENT)
        .where(Message.campaign_id.in_(campaigns))
        .group_by(Message.campaign_id, day)
    )


def _bounced(session: Session, days: Days, campaigns: Select[Any]) -> Select[Any]:
    day = day_of(session, Event.at)
    return (
        select(Event.campaign_id, day, func.count(Event.message_id.distinct()))
        .where(Event.campaign_id.in_(campaigns), Event.kind == EventKind.BOUNCED)
        .where(days.within(Event.at))
        .group_by(Event.campaign_id, day)
    )


def _positive(session: Session, days: Days, campaigns: Select[Any]) -> Select[Any]:
    """Leads whose first positive reply came on the day."""
    earlier = aliased(Message)
    before = select(earlier.id).where(
        earlier.lead_id == Message.lead_id,
        earlier.intent.in_(POSITIVE_INTENTS),
        earlier.received_at < Message.received_at,
    )
    day = day_of(session, Message.received_at)
    return (
        select(Lead.campaign_id, day, func.count(Message.lead_id.distinct()))
        .join(Lead, Lead.id == Message.lead_id)
        .where(Message.client_id.in_(_clients(campaigns)), days.within(Message.received_at))
        .where(Message.intent.in_(POSITIVE_INTENTS), ~before.exists())
        .where(Lead.campaign_id.in_(campaigns))
        .group_by(Lead.campaign_id, day)
    )


def _unsubscribed(session: Session, days: Days, campaigns: Select[Any]) -> Select[Any]:
    """Leads whose first opt-out, by link or by mail, fell on the day."""
    first = _opted_out(days, campaigns)
    day = day_of(session, first.c.at)
    return (
        select(Lead.campaign_id, day, func.count())
        .join(first, first.c.lead_id == Lead.id)
        .where(Lead.campaign_id.in_(campaigns))
        .group_by(Lead.campaign_id, day)
    )


def _opted_out(days: Days, campaigns: Select[Any]) -> Subquery:
    ways = union_all(
        select(Event.lead_id.label("lead_id"), Event.at.label("at"))
        .where(Event.campaign_id.in_(campaigns), Event.kind == EventKind.UNSUBSCRIBED)
        .where(Event.lead_id.is_not(None)),
        select(Message.lead_id, Message.received_at)
        .where(Message.client_id.in_(_clients(campaigns)), Message.received_at.is_not(None))
        .where(Message.intent == ReplyIntent.UNSUBSCRIBE, Message.lead_id.is_not(None)),
    ).subquery()
    first = func.min(ways.c.at)
    return (
        select(ways.c.lead_id, first.label("at"))
        .group_by(ways.c.lead_id)
        .having(days.within(first))
        .subquery()
    )


def _money(
    session: Session, days: Days, campaigns: Select[Any]
) -> Iterator[tuple[str, Select[Any]]]:
    day = day_of(session, Conversion.at)
    for name, kind, number in (
        ("meetings", ConversionKind.MEETING, func.count(Conversion.lead_id.distinct())),
        ("won", ConversionKind.WON, func.count(Conversion.lead_id.distinct())),
        ("value_minor", ConversionKind.WON, func.sum(Conversion.value_minor)),
    ):
        yield (
            name,
            select(Conversion.campaign_id, day, number)
            .where(Conversion.campaign_id.in_(campaigns), Conversion.kind == kind)
            .where(days.within(Conversion.at))
            .group_by(Conversion.campaign_id, day),
        )
    on: Any = Spend.on_date
    spent = (
        select(Spend.campaign_id, on, func.sum(Spend.amount_minor))
        .where(Spend.campaign_id.in_(campaigns))
        .where(on.between(days.first, days.last))
        .group_by(Spend.campaign_id, on)
    )
    yield "spend_minor", spent
