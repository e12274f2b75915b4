"""Puts right what time and crashes leave behind: broken sendings, rests and snoozes that end.

Safe to run twice or beside itself: each step is one conditional UPDATE.
"""

from datetime import timedelta

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import (
    enrolments,
    mailbox_health,
    outcomes,
    reply_acts,
    review_items,
    threads,
)
from db.models import Lead
from db.session import reading, transaction

BROKEN_AFTER = timedelta(minutes=10)
BATCH = 200


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: uncertain, resumed (walks), woken (leads), unsnoozed, paused (mailboxes).

    It looks after everything at once; `campaign_id` and `limit` change nothing here.
    """
    now = rt.now()
    with transaction(rt.sessions) as session:
        uncertain = outcomes.abandoned(session, before=now - BROKEN_AFTER, now=now)
    with transaction(rt.sessions) as session:
        resumed = enrolments.wake(session, now=now)
        unsnoozed = threads.wake(session, now=now) + review_items.wake(session, now=now)
        paused = mailbox_health.pause_unread(session, now=now)
    woken = 0
    while not rt.stopping():
        with reading(rt.sessions) as session:
            query = select(Lead.id).where(Lead.wake_at <= now).order_by(Lead.id).limit(BATCH)
            due = session.execute(query).scalars().all()
        for lead_id in due:
            with transaction(rt.sessions) as session:
                woken += reply_acts.wake(session, SYSTEM, lead_id, now=now)
        if len(due) < BATCH:
            break
    return Report.of(
        uncertain=uncertain, resumed=resumed, woken=woken, unsnoozed=unsnoozed, paused=paused
    )
