"""Sums over the daily rollups: key figures, and campaigns against their targets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import pace
from core.domain.access import Viewer
from core.domain.pace import Standing, Walk
from core.domain.periods import DEFAULT_DAYS
from core.domain.states import CampaignState
from core.queries import paging
from db.models import Campaign, CampaignTarget, DailyRollup

METRIC_COLUMNS = {
    "reached": "reached",
    "replied": "replied",
    "positive": "positive",
    "meeting": "meetings",
    "won": "won",
}


@dataclass(frozen=True, slots=True)
class Sums:
    """What happened over some days: leads, but for `sent` and `bounced`, which are mails."""

    sent: int = 0
    reached: int = 0
    replied: int = 0
    positive: int = 0
    bounced: int = 0
    meetings: int = 0
    won: int = 0


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The present days, the same number before, and the present day by day (oldest first)."""

    now: Sums
    before: Sums
    days: tuple[Sums, ...]
    span: int


@dataclass(frozen=True, slots=True)
class Target:
    """What should be reached by when, and what is."""

    campaign_id: int
    campaign: str
    metric: str
    value: int
    due_on: date | None
    standing: Standing

    @property
    def actual(self) -> int:
        """What is reached since the campaign began."""
        return self.standing.actual


def key_figures(
    session: Session,
    viewer: Viewer,
    *,
    today: date,
    span: int = DEFAULT_DAYS,
    campaign_id: int | None = None,
) -> KeyFigures:
    """Sums of the last `span` days and of those before, over the viewer's clients or a campaign."""
    since = today - timedelta(days=2 * span - 1)
    statement = (
        select(DailyRollup.day, *_sum_columns())
        .where(DailyRollup.client_id.in_(paging.client_ids(session, viewer)))
        .where(DailyRollup.day >= since, DailyRollup.day <= today)
        .group_by(DailyRollup.day)
    )
    if campaign_id is not None:
        statement = statement.where(DailyRollup.campaign_id == campaign_id)
    of_day = {row[0]: _sums(row[1:]) for row in session.execute(statement)}
    days = [of_day.get(since + timedelta(days=n), Sums()) for n in range(2 * span)]
    return KeyFigures(_total(days[span:]), _total(days[:span]), tuple(days[span:]), span)


def targets(
    session: Session, viewer: Viewer, *, today: date, limit: int = 12
) -> tuple[Target, ...]:
    """Targets of the viewer's running campaigns, the nearest day first."""
    running = select(Campaign.id).where(
        paging.within(Campaign.client_id, viewer),
        Campaign.state.in_([CampaignState.ACTIVE, CampaignState.PAUSED]),
    )
    return _targets(session, CampaignTarget.campaign_id.in_(running), today)[:limit]


def targets_of(session: Session, ids: Collection[int], *, today: date) -> tuple[Target, ...]:
    """The targets of these campaigns; the caller made sure that they may be seen."""
    return _targets(session, CampaignTarget.campaign_id.in_(ids), today)


def by_campaign(
    session: Session, ids: Collection[int], *, since: date | None = None
) -> dict[int, Sums]:
    """All that happened in these campaigns (since a day, that included), by their id."""
    statement = select(DailyRollup.campaign_id, *_sum_columns())
    statement = statement.where(DailyRollup.campaign_id.in_(ids))
    if since is not None:
        statement = statement.where(DailyRollup.day >= since)
    rows = session.execute(statement.group_by(DailyRollup.campaign_id))
    return {row[0]: _sums(row[1:]) for row in rows}


def _targets(session: Session, which: Any, today: date) -> tuple[Target, ...]:
    rows = session.execute(
        select(CampaignTarget, Campaign)
        .join(Campaign, Campaign.id == CampaignTarget.campaign_id)
        .where(which)
        .order_by(CampaignTarget.due_on, CampaignTarget.campaign_id, CampaignTarget.id)
    ).all()
    known = [(target, campaign) for target, campaign in rows if target.metric in METRIC_COLUMNS]
    ids = {target.campaign_id for target, _ in known}
    sums = by_campaign(session, ids)
    lately = by_campaign(session, ids, since=today - timedelta(days=pace.DAYS - 1))
    return tuple(
        Target(
            campaign_id=target.campaign_id,
            campaign=campaign.name,
            metric=target.metric,
            value=target.value,
            due_on=target.due_on,
            standing=pace.standing(
                target.metric,
                target.value,
                actual=_of(sums, target),
                recent=_of(lately, target),
                due=target.due_on,
                walk=_walk(campaign, today),
            ),
        )
        for target, campaign in known
    )


def _of(sums: dict[int, Sums], target: CampaignTarget) -> int:
    number: int = getattr(sums.get(target.campaign_id, Sums()), METRIC_COLUMNS[target.metric])
    return number


def _walk(campaign: Campaign, today: date) -> Walk:
    began = campaign.started_at.date() if campaign.started_at else None
    state = campaign.state
    over, paused = state is CampaignState.FINISHED, state is CampaignState.PAUSED
    return Walk(began, today, over, paused)


def _sum_columns() -> list[Any]:
    return [func.sum(getattr(DailyRollup, name)) for name in Sums.__slots__]


def _sums(values: Any) -> Sums:
    return Sums(*(int(value or 0) for value in values))


def _total(days: list[Sums]) -> Sums:
    return Sums(*(sum(getattr(day, name) for day in days) for name in Sums.__slots__))
