"""All rows of a client report, read in one session: one snapshot, so that no two numbers of a
report disagree.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.figures import Dimension, Figures
from core.domain.periods import Period
from core.domain.report_rows import Ahead, Brand, ReportRows
from core.domain.states import CampaignState, EnrolmentState, LeadState
from core.queries import analytics, answers, breakdowns
from core.queries.paging import client_ids
from core.queries.scopes import scope_of
from db.models import Campaign, Client, Enrolment, Thread

SHOWN = ("harvested", "qualified", "reached", "replied", "positive", "meetings", "won")
QUOTES = 8


def of(
    session: Session,
    viewer: Viewer,
    *,
    client_id: int,
    campaign_id: int | None,
    period: Period,
    brand: Brand,
    title: str,
    now: datetime,
    anonymous: bool = False,
) -> ReportRows:
    """The snapshot of one client (or one of its campaigns); of nothing for a foreign client."""
    viewer = replace(viewer, focus=client_id)
    asked: dict[str, Any] = {"period": period, "campaign_id": campaign_id}
    view = analytics.overview(session, viewer, **asked)
    funnel = analytics.funnel(session, viewer, **asked, names=SHOWN)
    split: Callable[[Dimension], Any] = partial(breakdowns.by, session, viewer, **asked)
    return ReportRows(
        *(brand, title, _subject(session, viewer, campaign_id), period, now),
        currency=view.currency or "EUR",
        now=view.now,
        before=view.before or Figures(),
        goals=view.goals,
        trend=analytics.trend(session, viewer, **asked),
        stages=funnel.stages,
        all_leads=funnel.whole,
        campaigns=analytics.by_campaign(session, viewer, **asked),
        steps=tuple(sorted(split(Dimension.STEP), key=lambda group: group.key)),
        variants=split(Dimension.VARIANT),
        tiers=split(Dimension.TIER),
        sources=split(Dimension.SOURCE),
        intents=answers.by_intent(session, viewer, **asked),
        quotes=answers.quotes(session, viewer, **asked, limit=QUOTES),
        timing=answers.timing(session, viewer, **asked),
        cohorts=answers.cohorts(session, viewer, **asked),
        ahead=ahead(session, viewer, campaign_id=campaign_id),
        anonymous=anonymous,
    )


def ahead(session: Session, viewer: Viewer, *, campaign_id: int | None = None) -> Ahead:
    """What stands before us now: leads by state (as counted last), replies waiting, campaigns."""
    statement = select(Campaign.name, Campaign.state, Campaign.counts, Campaign.ends_on).where(
        Campaign.client_id.in_(client_ids(session, viewer))
    )
    if campaign_id is not None:
        statement = statement.where(Campaign.id == campaign_id)
    campaigns = session.execute(statement.order_by(Campaign.id)).all()
    running = [row for row in campaigns if row.state is CampaignState.ACTIVE]
    counts = [row.counts or {} for row in campaigns]
    ends = [row.ends_on for row in running if row.ends_on is not None]
    return Ahead(
        to_write=_sum(counts, LeadState.QUALIFIED) + _sum(counts, LeadState.ROUTED),
        in_sequence=_sum(counts, LeadState.NURTURED),
        to_decide=_sum(counts, LeadState.REVIEW),
        waiting_replies=_waiting(session, viewer, campaign_id),
        running=tuple(row.name for row in running),
        paused=tuple(row.name for row in campaigns if row.state is CampaignState.PAUSED),
        ends_on=_latest(ends),
        steps_to_come=_steps_to_come(session, viewer, campaign_id),
    )


def _subject(session: Session, viewer: Viewer, campaign_id: int | None) -> str:
    if campaign_id is None:
        clients = client_ids(session, viewer)
        name = session.execute(select(Client.name).where(Client.id.in_(clients))).scalar()
        return f"{name}: all campaigns" if name else "All campaigns"
    mine = Campaign.client_id.in_(client_ids(session, viewer))
    found = session.execute(select(Campaign.name).where(Campaign.id == campaign_id, mine)).scalar()
    return found or "All campaigns"


def _steps_to_come(session: Session, viewer: Viewer, campaign_id: int | None) -> int:
    scope = scope_of(session, viewer, campaign_id)
    running = Enrolment.state.in_((EnrolmentState.ACTIVE, EnrolmentState.PAUSED))
    statement = select(func.count()).select_from(Enrolment).where(scope.of(Enrolment), running)
    return session.execute(statement).scalar_one()


def _waiting(session: Session, viewer: Viewer, campaign_id: int | None) -> int:
    scope = scope_of(session, viewer, campaign_id)
    statement = select(func.count()).select_from(Thread)
    return session.execute(
        statement.where(scope.of(Thread), Thread.needs_us.is_(True))
    ).scalar_one()


def _sum(counts: list[dict[str, Any]], state: LeadState) -> int:
    return sum(int(count.get(state.value, 0)) for count in counts)


def _latest(days: list[date]) -> date | None:
    return max(days) if days else None
