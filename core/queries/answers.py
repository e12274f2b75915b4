"""What people answered, how soon, and which weeks answered best. Machines are not people:
out-of-office notes, auto-replies and bounces are counted nowhere here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.figures import Cohort, IntentCount, Quote, Timing
from core.domain.periods import DAY, Period, week_of
from core.domain.states import MACHINE_INTENTS, POSITIVE_INTENTS, Direction, ReplyIntent
from core.queries.lead_conditions import aside
from core.queries.scopes import Scope, during, scope_of, seconds_between
from db.models import Account, Contact, Lead, Message

HOUR = 3600.0
BUCKETS = (
    ("Within the hour", HOUR),
    ("Same day", 24 * HOUR),
    ("2 days", 48 * HOUR),
    ("3–7 days", 168 * HOUR),
)
LATER = "Later"
WITHIN = (7, 14, 28)
COHORTS = 12
QUOTED = (*POSITIVE_INTENTS, ReplyIntent.NOT_NOW, ReplyIntent.REFERRAL)


def by_intent(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> tuple[IntentCount, ...]:
    """Leads by the sense of what they wrote in the period, the most frequent first.

    A lead that wrote in two senses counts in both.
    """
    scope = scope_of(session, viewer, campaign_id)
    statement = (
        select(Message.intent, func.count(Message.lead_id.distinct()).label("n"))
        .where(*_written(scope, period))
        .group_by(Message.intent)
        .order_by(func.count(Message.lead_id.distinct()).desc(), Message.intent)
    )
    found = session.execute(statement)
    return tuple(IntentCount(intent, int(n)) for intent, n in found if intent is not None)


def quotes(
    session: Session,
    viewer: Viewer,
    *,
    period: Period,
    campaign_id: int | None = None,
    limit: int = 6,
) -> tuple[Quote, ...]:
    """The newest answers worth reading: interest, questions, "not now" and referrals."""
    scope = scope_of(session, viewer, campaign_id)
    statement = (
        select(Message.visible_text, Message.body_text, Message.intent, Message.received_at)
        .add_columns(Contact.first_name, Contact.last_name, Contact.title, Account.name)
        .join(Lead, Lead.id == Message.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .outerjoin(Account, Account.id == Lead.account_id)
        .where(*_written(scope, period), Message.intent.in_(QUOTED))
        .order_by(Message.received_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return tuple(
        Quote(visible or body, intent, first, last, title, company, at)
        for visible, body, intent, at, first, last, title, company in session.execute(statement)
    )


def timing(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> Timing:
    """From a lead's first mail to its first reply, for the first replies of the period."""
    scope = scope_of(session, viewer, campaign_id)
    took = seconds_between(Lead.reached_at, Lead.replied_at).label("took")
    answered = (
        select(took)
        .where(scope.of(Lead), during(Lead.replied_at, period), Lead.reached_at.is_not(None))
        .where(Lead.replied_at >= Lead.reached_at)
    ).subquery()
    bucket = case(*((answered.c.took <= limit, name) for name, limit in BUCKETS), else_=LATER)
    counts = {
        name: int(n) for name, n in session.execute(select(bucket, func.count()).group_by(bucket))
    }
    total = sum(counts.values())
    median = None
    if total:
        ordered = select(answered.c.took).order_by(answered.c.took)
        middle = session.execute(ordered.offset((total - 1) // 2).limit(2 - total % 2))
        values = [float(row.took) for row in middle]
        median = sum(values) / len(values) / HOUR
    names = [name for name, _ in BUCKETS] + [LATER]
    return Timing(tuple((name, counts.get(name, 0)) for name in names), median)


def cohorts(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> tuple[Cohort, ...]:
    """The last 12 weeks up to the period's end, by the week of the first mail.

    How many of those reached had replied 7, 14 and 28 days after their own first mail.
    """
    scope = scope_of(session, viewer, campaign_id)
    last = week_of(period.last)
    first = last - (COHORTS - 1) * 7 * DAY
    span = Period(first, period.last)
    weeks = [first + 7 * n * DAY for n in range(COHORTS)]
    reached = {}
    for n, monday in enumerate(weeks):
        days = Period(monday, min(monday + 6 * DAY, period.last))
        query = select(func.count()).where(scope.of(Lead), during(Lead.reached_at, days))
        reached[n] = session.execute(query).scalar_one()
    replied = _replied_within(session, scope, span, weeks)
    none = (0,) * len(WITHIN)
    return tuple(
        _cohort(monday, (reached[n], *replied.get(n, none)), period)
        for n, monday in enumerate(weeks)
        if reached[n]
    )


def _replied_within(
    session: Session, scope: Scope, span: Period, weeks: Sequence[date]
) -> dict[int, Any]:
    """Of those reached in each week, how many replied in time; by the replies, as they are few."""
    took = seconds_between(Lead.reached_at, Lead.replied_at)
    week = case(
        *((Lead.reached_at < Period(monday, monday + 6 * DAY).end, n)
          for n, monday in enumerate(weeks)),
        else_=COHORTS,
    )  # fmt: skip
    within = [func.sum(case((took <= days * 24 * HOUR, 1), else_=0)) for days in WITHIN]
    statement = (
        select(week, *within)
        .where(scope.of(Lead), Lead.replied_at >= span.start)
        .where(during(aside(Lead.reached_at), span))
        .group_by(week)
    )
    return {row[0]: row[1:] for row in session.execute(statement)}


def _cohort(monday: Any, row: Any, period: Period) -> Cohort:
    """A count is told once its days have passed for the whole week."""
    reached, *replied = (int(value) for value in row)
    end = monday + 6 * DAY
    told = [
        count if end + days * DAY <= period.last else None
        for count, days in zip(replied, WITHIN, strict=True)
    ]
    return Cohort(monday, reached, *told)


def _written(scope: Scope, period: Period) -> tuple[Any, ...]:
    return (
        scope.of(Message),
        Message.direction == Direction.IN,
        Message.lead_id.is_not(None),
        Message.intent.is_not(None),
        Message.intent.not_in(MACHINE_INTENTS),
        during(Message.received_at, period),
    )
