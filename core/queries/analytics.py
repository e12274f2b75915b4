"""The figures of a period from the daily rollups: key figures, trend, funnel, campaigns, targets.

A day is a UTC day. A count belongs to the day on which the thing happened: a reply of today to a
mail of last week is a reply of today. The rows behind are in core.queries.behind.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.domain import pace
from core.domain.access import Viewer
from core.domain.figures import COLUMNS, Day, Figures, Funnel, Goal, Group, Overview, Stage
from core.domain.money import Money
from core.domain.pace import Walk
from core.domain.periods import DAY, Period, week_of
from core.domain.rates import Rate
from core.domain.states import CampaignState
from core.queries import entered, paging
from core.queries.entered import STAGES
from core.queries.scopes import Scope, scope_of
from db.models import Campaign, CampaignTarget, Client, DailyRollup

METRIC_COLUMNS = {
    "reached": "reached",
    "replied": "replied",
    "positive": "positive",
    "meeting": "meetings",
    "won": "won",
}
WEEKS_FROM = 63  # a trend of this many days or more is told by week
MOST_CAMPAIGNS = 200


def overview(
    session: Session,
    viewer: Viewer,
    *,
    period: Period,
    compare: bool = True,
    campaign_id: int | None = None,
) -> Overview:
    """The key figures, those of the period before (where asked), and the targets."""
    scope = scope_of(session, viewer, campaign_id)
    return Overview(
        now=figures(session, scope, period),
        before=figures(session, scope, period.before()) if compare else None,
        goals=goals(session, viewer, as_of=period.last, campaign_id=campaign_id),
        currency=currency(session, viewer, campaign_id),
    )


def figures(session: Session, scope: Scope, period: Period) -> Figures:
    """All sums of a period."""
    row = session.execute(_sums(scope, period)).one()
    return _figures(row)


def trend(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> tuple[Day, ...]:
    """Figures by day without gaps; by week (named by its Monday) for 63 days and more."""
    scope = scope_of(session, viewer, campaign_id)
    statement = _sums(scope, period, DailyRollup.day).group_by(DailyRollup.day)
    weekly = period.days >= WEEKS_FROM
    found: dict[date, Figures] = defaultdict(Figures)
    for row in session.execute(statement):
        day = week_of(row[0]) if weekly else row[0]
        found[day] = found[day] + _figures(row[1:])
    day = week_of(period.first) if weekly else period.first
    step = 7 * DAY if weekly else DAY
    days = []
    while day <= period.last:
        days.append(Day(day, found.get(day, Figures())))
        day += step
    return tuple(days)


def funnel(
    session: Session,
    viewer: Viewer,
    *,
    period: Period,
    campaign_id: int | None = None,
    names: Iterable[str] = STAGES,
) -> Funnel:
    """How far the leads that came in in the period have got by now."""
    sums, whole = entered.sums(session, viewer, period=period, campaign_id=campaign_id)
    return Funnel(stages(sums, names), whole)


def _share(count: int, of: int) -> Rate | None:
    """A share of a whole. Within a period more leads may reach a stage than came to the one before,
    because each counts on its own day: that is no share.
    """
    return Rate(count, of) if count <= of else None


def stages(sums: Figures, names: Iterable[str] = STAGES) -> tuple[Stage, ...]:
    """The funnel of some figures."""
    counts = [(name, int(getattr(sums, name))) for name in names]
    first = counts[0][1]
    return tuple(
        Stage(
            name,
            count,
            _share(count, counts[index - 1][1]) if index else None,
            _share(count, first),
        )
        for index, (name, count) in enumerate(counts)
    )


def by_campaign(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> tuple[Group, ...]:
    """One line a campaign in which something happened, the most reached first."""
    scope = scope_of(session, viewer, campaign_id)
    sums = (
        _sums(scope, period, Campaign.id, Campaign.name, Client.name, Client.currency)
        .join(Campaign, Campaign.id == DailyRollup.campaign_id)
        .join(Client, Client.id == DailyRollup.client_id)
        .group_by(Campaign.id, Campaign.name, Client.name, Client.currency)
        .order_by(func.sum(DailyRollup.reached).desc(), Campaign.id)
        .limit(MOST_CAMPAIGNS)
    )
    return tuple(_campaign(row) for row in session.execute(sums))


def goals(
    session: Session, viewer: Viewer, *, as_of: date, campaign_id: int | None = None
) -> tuple[Goal, ...]:
    """The targets of the campaigns, summed by metric, with what is reached by `as_of`."""
    scope = scope_of(session, viewer, campaign_id)
    targets = session.execute(
        select(CampaignTarget.campaign_id, CampaignTarget.metric, CampaignTarget.value)
        .add_columns(CampaignTarget.due_on, Campaign.started_at, Campaign.state)
        .join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        .where(Campaign.client_id.in_(scope.clients))
        .where(*([] if campaign_id is None else [Campaign.id == campaign_id]))
    ).all()
    ids = {row.campaign_id for row in targets}
    actual = _by_id(session, ids, Period(date.min, as_of))
    recent = _by_id(session, ids, Period(as_of - (pace.DAYS - 1) * DAY, as_of))
    single: dict[str, list[Goal]] = defaultdict(list)
    for row in targets:
        column = METRIC_COLUMNS[row.metric]
        reached = getattr(actual[row.campaign_id], column)
        lately = getattr(recent[row.campaign_id], column)
        still = row.state in (CampaignState.PAUSED, CampaignState.FINISHED)
        walk = Walk(row.started_at.date() if row.started_at else None, as_of, over=still)
        ahead = pace.foreseen(reached, lately, row.due_on, walk)
        single[row.metric].append(Goal(row.metric, row.value, reached, row.due_on, ahead))
    return tuple(_together(single[metric]) for metric in METRIC_COLUMNS if metric in single)


def currency(session: Session, viewer: Viewer, campaign_id: int | None = None) -> str | None:
    """The one currency of what is in view, or None where there are several."""
    statement = select(Client.currency).where(Client.id.in_(paging.client_ids(session, viewer)))
    if campaign_id is not None:
        statement = statement.join(Campaign, Campaign.client_id == Client.id)
        statement = statement.where(Campaign.id == campaign_id)
    found = session.execute(statement.distinct().limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def _sums(scope: Scope, period: Period, *columns: Any) -> Select[Any]:
    sums = [func.coalesce(func.sum(getattr(DailyRollup, name)), 0) for name in COLUMNS]
    return select(*columns, *sums).where(
        scope.of(DailyRollup), DailyRollup.day >= period.first, DailyRollup.day <= period.last
    )


def _figures(row: Iterable[Any]) -> Figures:
    return Figures(*(int(value) for value in row))


def _campaign(row: Any) -> Group:
    campaign_id, name, client, money, *rest = row
    sums = _figures(rest)
    return Group(
        key=str(campaign_id),
        label=name,
        reached=sums.reached,
        replied=sums.replied,
        positive=sums.positive,
        meetings=sums.meetings,
        won=sums.won,
        value=Money(sums.value_minor, money),
        spend=Money(sums.spend_minor, money),
        client=client,
    )


def _by_id(session: Session, ids: set[int], period: Period) -> dict[int, Figures]:
    found: dict[int, Figures] = defaultdict(Figures)
    sums = [func.coalesce(func.sum(getattr(DailyRollup, name)), 0) for name in COLUMNS]
    statement = (
        select(DailyRollup.campaign_id, *sums)
        .where(DailyRollup.campaign_id.in_(ids))
        .where(DailyRollup.day >= period.first, DailyRollup.day <= period.last)
        .group_by(DailyRollup.campaign_id)
    )
    found.update({row[0]: _figures(row[1:]) for row in session.execute(statement)})
    return found


def _together(goals_: list[Goal]) -> Goal:
    """Targets of several campaigns as one: the latest day, the sum of what is foreseen."""
    due = [goal.due_on for goal in goals_ if goal.due_on is not None]
    known = [goal.projected for goal in goals_ if goal.projected is not None]
    return Goal(
        goals_[0].metric,
        sum(goal.target for goal in goals_),
        sum(goal.actual for goal in goals_),
        max(due) if due else None,
        sum(known) if len(known) == len(goals_) else None,
    )
