"""Mailboxes with their health: what they sent today, what is due, and why nothing goes out."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import windows
from core.domain.access import Viewer
from core.domain.states import MailboxState, MessageState
from core.queries import paging, waiting
from core.queries.paging import Count
from db.models import Client, Mailbox, MailboxDay, Message

LOOK_BACK = timedelta(days=7)
UNREAD_AFTER = timedelta(hours=1)
CAP = 999


@dataclass(frozen=True, slots=True)
class MailboxRow:
    """One mailbox. `reasons` says why its next due mail has not gone; empty when it just goes."""

    mailbox_id: int
    version: int
    client: str
    address: str
    name: str
    provider: str
    state: MailboxState
    state_reason: str | None
    state_at: datetime | None
    sent_today: int
    cap_today: int
    daily_cap: int
    due_now: Count
    due_today: Count
    goes_today: int
    next_at: datetime | None
    reasons: tuple[str, ...]
    synced_at: datetime | None
    sync_error: str | None
    unread: bool  # its inbox could not be read for an hour
    sent_week: int
    bounced_week: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """What goes out today as far as caps allow, what went out already, and what is held over."""

    sent: int
    goes: int
    over: int


def mailboxes(session: Session, viewer: Viewer, *, now: datetime) -> tuple[MailboxRow, ...]:
    """All mailboxes of the viewer's clients; those that are held first."""
    found = session.execute(
        select(Mailbox, Client)
        .join(Client, Client.id == Mailbox.client_id)
        .where(paging.within(Mailbox.client_id, viewer))
        .order_by(Client.name, Mailbox.address)
    ).all()
    rows = [_told(session, box, client, now) for box, client in found]
    return tuple(sorted(rows, key=lambda row: (row.state == MailboxState.ACTIVE, not row.unread)))


def forecast(rows: tuple[MailboxRow, ...]) -> Forecast:
    """Today's forecast over some mailboxes."""
    goes = sum(row.goes_today for row in rows)
    return Forecast(
        sent=sum(row.sent_today for row in rows),
        goes=goes,
        over=max(0, sum(row.due_today.number for row in rows) - goes),
    )


def _told(session: Session, box: Mailbox, client: Client, now: datetime) -> MailboxRow:
    zone = windows.zone_of(client.timezone)
    today = windows.day_of(now, zone)
    midnight = datetime.combine(today + timedelta(days=1), time(), zone)
    sent, week, bounced = _days(session, box.id, today)
    cap = windows.cap_on(today, waiting.limits_of(box))
    due_today = _due(session, box.id, midnight)
    paused = box.state == MailboxState.PAUSED
    at, reasons = _hold(session, box, now)
    return MailboxRow(
        mailbox_id=box.id,
        version=box.version,
        client=client.name,
        address=box.address,
        name=box.name,
        provider=box.provider,
        state=box.state,
        state_reason=box.state_reason,
        state_at=box.state_at,
        sent_today=sent,
        cap_today=cap,
        daily_cap=box.daily_cap,
        due_now=_due(session, box.id, now),
        due_today=due_today,
        goes_today=0 if paused else min(due_today.number, max(0, cap - sent)),
        next_at=at,
        reasons=reasons,
        synced_at=box.synced_at,
        sync_error=box.sync_error,
        unread=box.synced_at is None or now - box.synced_at > UNREAD_AFTER,
        sent_week=week,
        bounced_week=bounced,
    )


def _days(session: Session, mailbox_id: int, today: date) -> tuple[int, int, int]:
    found = session.execute(
        select(MailboxDay.day, func.sum(MailboxDay.sent), func.sum(MailboxDay.bounced))
        .where(
            MailboxDay.mailbox_id == mailbox_id,
            MailboxDay.day > today - LOOK_BACK,
            MailboxDay.domain == "",
        )
        .group_by(MailboxDay.day)
    ).all()
    sent = {day: int(number) for day, number, _ in found}
    return sent.get(today, 0), sum(sent.values()), sum(int(row[2]) for row in found)


def _due(session: Session, mailbox_id: int, until: datetime) -> Count:
    due = select(Message.id).where(
        Message.mailbox_id == mailbox_id,
        Message.state == MessageState.APPROVED,
        Message.due_at <= until,
    )
    return paging.count(session, [due], cap=CAP)


def _hold(session: Session, box: Mailbox, now: datetime) -> tuple[datetime | None, tuple[str, ...]]:
    """When the mailbox's next mail may go, and what holds it."""
    first = session.execute(
        select(Message)
        .where(
            Message.mailbox_id == box.id,
            Message.state == MessageState.APPROVED,
            Message.due_at.is_not(None),
        )
        .order_by(Message.due_at)
        .limit(1)
    ).scalar()
    if first is None:
        paused = box.state == MailboxState.PAUSED
        why = (
            f"It is paused: {box.state_reason or 'by hand.'}" if paused else "Nothing is approved."
        )
        return None, (why,)
    wait = waiting.of_messages(session, [first], now=now)[first.id]
    return wait.at, wait.reasons
