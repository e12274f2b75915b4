"""Lets go of what nobody looks at any more: old deliveries to webhooks, old runs of jobs, and the
answers of providers as they came.

A few rows at a time, each in a short transaction, found by an index. What still waits, what runs,
and the newest run of each job stay, however old.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from core.domain.states import DeliveryState, JobState
from core.services import lookups
from db.models import Delivery, JobAttempt, JobRun, OutboundEvent

OVER = (DeliveryState.DELIVERED, DeliveryState.DEAD)


def deliveries(session: Session, *, before: datetime, limit: int) -> int:
    """Drops deliveries that arrived or were given up before then."""
    old = (
        select(Delivery.id)
        .where(Delivery.created_at < before, Delivery.state.in_(OVER))
        .order_by(Delivery.created_at)
        .limit(limit)
    )
    ids = session.scalars(old).all()
    session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
    return len(ids)


def events(session: Session, *, before: datetime, limit: int) -> int:
    """Drops what happened before then and is on its way to nobody."""
    on_its_way = select(Delivery.id).where(Delivery.event_id == OutboundEvent.id).exists()
    old = (
        select(OutboundEvent.id)
        .where(OutboundEvent.at < before, ~on_its_way)
        .order_by(OutboundEvent.at)
        .limit(limit)
    )
    ids = session.scalars(old).all()
    session.execute(delete(OutboundEvent).where(OutboundEvent.id.in_(ids)))
    return len(ids)


def runs(session: Session, *, before: datetime, limit: int) -> int:
    """Drops runs that began before then, with their attempts."""
    newer = aliased(JobRun)
    followed = (
        select(newer.id)
        .where(newer.job == JobRun.job, newer.scope == JobRun.scope, newer.id > JobRun.id)
        .exists()
    )
    old = (
        select(JobRun.id)
        .where(JobRun.started_at < before, JobRun.state != JobState.RUNNING, followed)
        .order_by(JobRun.started_at)
        .limit(limit)
    )
    ids = session.scalars(old).all()
    session.execute(delete(JobAttempt).where(JobAttempt.run_id.in_(ids)))
    session.execute(delete(JobRun).where(JobRun.id.in_(ids)))
    return len(ids)


STEPS: tuple[Callable[..., int], ...] = (deliveries, events, runs, lookups.forget_answers)
