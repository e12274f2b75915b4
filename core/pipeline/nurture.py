"""Routed leads begin their sequence, and each walk's next step becomes a message.

Safe to run twice, beside itself, or to be killed: one enrolment a lead and one message a step are
unique in the database, and a walk moves on in the transaction that plans its message.
"""

from collections import Counter
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.domain.states import CampaignState, EnrolmentState, LeadState
from core.errors import AicmoError
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import enrolments, leads, planning
from core.services.enrolments import Candidate
from core.services.leads import LeadMove
from db.models import Campaign, Enrolment, Lead
from db.session import reading, transaction

BATCH = 500
AT_ONCE = 50  # steps planned in one transaction


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: enrolled, planned (to review), approved, held, stopped, finished, set_aside."""
    counts: Counter[str] = Counter()
    counts["enrolled"] = _begin(rt, campaign_id, limit)
    after, left = 0, limit if limit is not None else 1_000_000
    while left > 0 and not rt.stopping():
        with reading(rt.sessions) as session:
            ids = _due(session, rt.now(), campaign_id, after, min(BATCH, left))
        if not ids:
            break
        for at in range(0, len(ids), AT_ONCE):
            counts.update(_plan_together(rt, ids[at : at + AT_ONCE]))
        after, left = ids[-1], left - len(ids)
    counts.pop("waiting", None)
    return Report(dict(counts))


def _begin(rt: Runtime, campaign_id: int | None, limit: int | None) -> int:
    enrolled = 0
    while limit is None or enrolled < limit:
        size = BATCH if limit is None else min(BATCH, limit - enrolled)
        with transaction(rt.sessions) as session:
            routed = _routed(session, campaign_id, size)
            enrolments.enrol_many(session, routed, rt.now())
            moves = [
                LeadMove(found.lead_id, LeadState.NURTURED, "The sequence begins.")
                for found in routed
            ]
            moved = leads.move_many(session, SYSTEM, moves, now=rt.now())
        enrolled += len(routed)
        if not routed or not moved or rt.stopping():
            break
    return enrolled


def _routed(session: Session, campaign_id: int | None, size: int) -> list[Candidate]:
    query = (
        select(Lead.id, Lead.client_id, Lead.campaign_id, Lead.sequence_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .where(
            Lead.state == LeadState.ROUTED,
            Lead.sequence_id.is_not(None),
            Campaign.state == CampaignState.ACTIVE,
        )
        .order_by(Lead.id)
        .limit(size)
    )
    if campaign_id is not None:
        query = query.where(Lead.campaign_id == campaign_id)
    return [
        Candidate(lead_id, client_id, campaign, sequence_id)
        for lead_id, client_id, campaign, sequence_id in session.execute(query)
        if sequence_id is not None
    ]


def _due(
    session: Session, now: datetime, campaign_id: int | None, after: int, size: int
) -> list[int]:
    query = (
        select(Enrolment.id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .where(
            Enrolment.state == EnrolmentState.ACTIVE,
            Enrolment.due_at <= now,
            Enrolment.id > after,
            Campaign.state == CampaignState.ACTIVE,
        )
        .order_by(Enrolment.id)
        .limit(size)
    )
    if campaign_id is not None:
        query = query.where(Enrolment.campaign_id == campaign_id)
    return list(session.execute(query).scalars())


def _plan_together(rt: Runtime, ids: list[int]) -> Counter[str]:
    """Plans many in one transaction; where one of them breaks it, each has one of its own."""
    try:
        with transaction(rt.sessions) as session:
            return Counter(planning.plan_many(session, ids, now=rt.now()))
    except (AicmoError, SQLAlchemyError):
        return Counter(_plan_alone(rt, one) for one in ids)


def _plan_alone(rt: Runtime, enrolment_id: int) -> str:
    try:
        with transaction(rt.sessions) as session:
            return next(iter(planning.plan_many(session, [enrolment_id], now=rt.now())), "waiting")
    except (AicmoError, SQLAlchemyError) as error:
        reason = error.sentence if isinstance(error, AicmoError) else "It cannot be stored."
        with transaction(rt.sessions) as session:
            enrolments.set_aside(session, enrolment_id, reason, now=rt.now())
        return "set_aside"
