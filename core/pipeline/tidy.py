"""Puts right what time and crashes leave behind: broken sendings, rests and snoozes that end, and
rows that nobody looks at any more.

Safe to run twice, beside itself, or to be killed: each step is one conditional UPDATE, and what is
let go of goes a few rows at a time.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import (
    enrolments,
    mailbox_health,
    outcomes,
    reply_acts,
    retention,
    review_items,
    threads,
)
from db.models import Lead
from db.session import reading, transaction

BROKEN_AFTER = timedelta(minutes=10)
BATCH = 200
AT_ONCE = 500  # rows let go of in one transaction


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts: uncertain, resumed (walks), woken (leads), unsnoozed, paused (mailboxes), forgotten
    (rows older than AICMO_KEEP_DAYS).

    It looks after everything at once; `campaign_id` and `limit` change nothing here.
    """
    now = rt.now()
    with transaction(rt.sessions) as session:
        uncertain = outcomes.abandoned(session, before=now - BROKEN_AFTER, now=now)
    with transaction(rt.sessions) as session:
        resumed = enrolments.wake(session, now=now)
        unsnoozed = threads.wake(session, now=now) + review_items.wake(session, now=now)
        paused = mailbox_health.pause_unread(session, now=now)
    counts = {"uncertain": uncertain, "resumed": resumed, "woken": _woken(rt, now)}
    counts |= {"unsnoozed": unsnoozed, "paused": paused, "forgotten": _forgotten(rt, now)}
    return Report({word: number for word, number in counts.items() if number})


def _woken(rt: Runtime, now: datetime) -> int:
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
    return woken


def _forgotten(rt: Runtime, now: datetime) -> int:
    before, forgotten = now - timedelta(days=rt.settings.keep_days), 0
    for step in retention.STEPS:
        while not rt.stopping():
            with transaction(rt.sessions) as session:
                gone = step(session, before=before, limit=AT_ONCE)
            forgotten += gone
            if gone < AT_ONCE:
                break
    return forgotten
