"""When a mailbox must stop: too many bounces or complaints, a refused password, an unread inbox."""

import re
from datetime import date, datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from core.domain import bounces
from core.domain.access import SYSTEM
from core.domain.states import MailboxState
from core.services import alarms, audit, claim_sql
from db.models import Mailbox, MailboxDay

SPAN = timedelta(days=7)
COMPLAINTS, COMPLAINTS_FROM = 0.001, 100
UNREAD = timedelta(hours=1)
_DEAD = re.compile(
    r"\b5\.1\.(?:[01236]|10)\b|\b5\.[24]\.[14]\b|\b5\.5\.0\b.*(?:user|mailbox)", re.I
)
_DEAD_WORDS = re.compile(
    r"user unknown|unknown (?:user|recipient|mailbox)|no such (?:user|recipient|mailbox|address)|"
    r"does ?n[o']t exist|mailbox (?:unavailable|not found|disabled)|invalid recipient|"
    r"recipient (?:not found|rejected)|address rejected",
    re.I,
)
_POLICY = re.compile(
    r"\b5\.7\.|spam|policy|blocked|block list|blacklist|reputation|dmarc|spf", re.I
)


def is_dead_address(status: int | None, reason: str) -> bool:
    """Whether a refusal is about the address (it does not exist), not about us or the text."""
    if status is not None and status not in (550, 551, 553):
        return False
    if _POLICY.search(reason):
        return False
    return bool(_DEAD.search(reason) or _DEAD_WORDS.search(reason))


def count(session: Session, mailbox_id: int, day: date, what: str, *, now: datetime) -> None:
    """One more bounce or complaint of the day, and the pause where it was one too many."""
    connection = session.connection()
    row = {"mailbox_id": mailbox_id, "day": day, "domain": "", "sent": 0, what: 1}
    connection.execute(claim_sql.count_up(connection.dialect.name, what), row)
    judge(session, mailbox_id, now=now)


def judge(session: Session, mailbox_id: int, *, now: datetime) -> str | None:
    """Pauses the mailbox at 5% bounces (50 sent in 7 days) or 0.1% complaints (100 sent); gives
    the reason.
    """
    sent, bounced, complained = session.execute(
        select(
            func.coalesce(func.sum(MailboxDay.sent), 0),
            func.coalesce(func.sum(MailboxDay.bounced), 0),
            func.coalesce(func.sum(MailboxDay.complained), 0),
        ).where(
            MailboxDay.mailbox_id == mailbox_id,
            MailboxDay.domain == "",
            MailboxDay.day > (now - SPAN).date(),
        )
    ).one()
    reason, until = None, f"the 7 days to {now.day} {now:%b}"
    if bounces.too_many(bounced, sent):
        reason = f"{bounced} of {sent} mails of {until} bounced (limit {bounces.LIMIT:.0%})."
    elif sent >= COMPLAINTS_FROM and complained / sent >= COMPLAINTS:
        reason = f"{complained} of {sent} mails of {until} were complained of (limit 0.1%)."
    if reason:
        pause(session, mailbox_id, reason, advice=_CLEAN_LIST, now=now)
    return reason


_CLEAN_LIST = (
    "Find out where the addresses that bounced came from and suppress the rest of that list, then "
    "press Resume in Outbox / Inbox → Mailboxes."
)


def pause(session: Session, mailbox_id: int, reason: str, *, advice: str, now: datetime) -> bool:
    """Pauses an active mailbox and says so loudly; False where it was paused already."""
    row = session.execute(
        update(Mailbox)
        .where(Mailbox.id == mailbox_id, Mailbox.state == MailboxState.ACTIVE)
        .values(
            state=MailboxState.PAUSED,
            state_reason=reason[:300],
            state_at=now,
            version=Mailbox.version + 1,
        )
        .returning(Mailbox.client_id, Mailbox.address)
    ).first()
    if row is None:
        return False
    audit.record(
        session,
        SYSTEM,
        "mailbox paused",
        f"mailbox:{mailbox_id}",
        client_id=row.client_id,
        before={"state": "active"},
        after={"state": "paused", "reason": reason},
        now=now,
    )
    alarms.raise_alarm(
        session,
        key=alarm_key(mailbox_id),
        severity=alarms.Severity.ACT,
        title=f"{row.address} is paused: {reason}",
        advice=advice,
        page="mail",
        client_id=row.client_id,
        now=now,
    )
    return True


def alarm_key(mailbox_id: int) -> str:
    """The key of the alarm about a paused mailbox."""
    return f"mailbox:{mailbox_id}:paused"


def pause_unread(session: Session, *, now: datetime) -> int:
    """Pauses active mailboxes whose inbox failed to be read for an hour; gives how many."""
    stale = session.execute(
        select(Mailbox.id, Mailbox.sync_error).where(
            Mailbox.state == MailboxState.ACTIVE,
            Mailbox.sync_error.is_not(None),
            or_(
                Mailbox.synced_at < now - UNREAD,
                Mailbox.synced_at.is_(None) & (Mailbox.created_at < now - UNREAD),
            ),
        )
    ).all()
    advice = "Check the inbox's host, user name and password, then start the mailbox again."
    return sum(
        pause(
            session,
            row.id,
            f"Its inbox was not read for an hour: {row.sync_error}"[:300],
            advice=advice,
            now=now,
        )
        for row in stale
    )
