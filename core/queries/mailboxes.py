"""Mailboxes with their health: what they sent today, what is due, and why nothing goes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from core.domain import windows
from core.domain.access import Viewer
from core.domain.states import (
    CampaignState,
    MailboxState,
    MessageKind,
    MessageState,
    ProviderState,
)
from core.queries import paging, waiting
from core.queries.health import MAILBOX, WORKING
from core.queries.paging import Count
from db.models import Campaign, Client, Mailbox, MailboxDay, Message, ProviderHealth

LOOK_BACK = timedelta(days=7)
UNREAD_AFTER = timedelta(hours=1)
CAP = 999
FOLDER = "folder"  # takes the place of the real way out while the gateway is off


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
    cannot_send: str | None  # its way out is down: why, and what to do

    @property
    def sends(self) -> bool:
        """Whether nothing is wrong with it: neither paused nor cut off."""
        return self.state == MailboxState.ACTIVE and self.cannot_send is None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What goes out today as far as caps allow, what went out already, and what is held over."""

    sent: int
    goes: int
    over: int
    next_at: datetime | None  # when the very next one may go


def mailboxes(
    session: Session, viewer: Viewer, *, now: datetime, campaign_id: int | None = None
) -> tuple[MailboxRow, ...]:
    """All mailboxes of the viewer's clients; those that are held first. With a campaign, what is
    due and what holds it is told of that campaign's mails alone.
    """
    found = session.execute(
        select(Mailbox, Client)
        .join(Client, Client.id == Mailbox.client_id)
        .where(paging.within(Mailbox.client_id, viewer))
        .order_by(Client.name, Mailbox.address)
    ).all()
    cut_off = _cut_off(session, [box for box, _ in found])
    rows = [
        _told(session, box, client, now, campaign_id, cut_off.get(box.id)) for box, client in found
    ]
    return tuple(sorted(rows, key=lambda row: (row.sends, not row.unread)))


def forecast(rows: tuple[MailboxRow, ...]) -> Forecast:
    """Today's forecast over some mailboxes."""
    goes = sum(row.goes_today for row in rows)
    return Forecast(
        sent=sum(row.sent_today for row in rows),
        goes=goes,
        over=max(0, sum(row.due_today.number for row in rows) - goes),
        next_at=min((row.next_at for row in rows if row.next_at), default=None),
    )


def goes_today(session: Session, viewer: Viewer, *, now: datetime) -> int:
    """How many mails can still go today from the viewer's mailboxes: the sum of their rows."""
    found = session.execute(
        select(Mailbox, Client)
        .join(Client, Client.id == Mailbox.client_id)
        .where(paging.within(Mailbox.client_id, viewer), Mailbox.state == MailboxState.ACTIVE)
    ).all()
    total = 0
    for box, client in found:
        today = windows.day_of(now, windows.zone_of(client.timezone))
        sent, _, _ = _days(session, box.id, today)
        left = windows.cap_on(today, waiting.limits_of(box)) - sent
        total += _goes(session, box, client, now, left)
    return total


def next_send(session: Session, viewer: Viewer, *, now: datetime) -> datetime | None:
    """When the next approved mail of the viewer's mailboxes may go, window, caps and gap heeded;
    None where none waits.
    """
    found = session.scalars(
        select(Mailbox).where(
            paging.within(Mailbox.client_id, viewer), Mailbox.state == MailboxState.ACTIVE
        )
    ).all()
    moments = [_hold(session, box, now, None)[0] for box in found]
    return min((at for at in moments if at is not None), default=None)


def _told(
    session: Session,
    box: Mailbox,
    client: Client,
    now: datetime,
    campaign_id: int | None,
    cannot_send: str | None,
) -> MailboxRow:
    zone = windows.zone_of(client.timezone)
    today = windows.day_of(now, zone)
    sent, week, bounced = _days(session, box.id, today)
    cap = windows.cap_on(today, waiting.limits_of(box))
    at, reasons = _hold(session, box, now, campaign_id)
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
        due_now=_due(session, box.id, now, campaign_id),
        due_today=_due(session, box.id, _midnight(now, client), campaign_id),
        goes_today=_goes(session, box, client, now, cap - sent, campaign_id),
        next_at=at,
        reasons=(f"Cannot send: {cannot_send}", *reasons) if cannot_send else reasons,
        synced_at=box.synced_at,
        sync_error=box.sync_error,
        unread=box.synced_at is None or now - box.synced_at > UNREAD_AFTER,
        sent_week=week,
        bounced_week=bounced,
        cannot_send=cannot_send,
    )


def _cut_off(session: Session, boxes: Sequence[Mailbox]) -> Mapping[int, str]:
    """Why mailboxes cannot send whose way out is down with no other that stands in for it."""
    rows = session.scalars(
        select(ProviderHealth).where(
            *(ProviderHealth.port == "email", ProviderHealth.enabled.is_(True)),
            ProviderHealth.part.in_([f"{MAILBOX}{box.id}" for box in boxes]),
        )
    ).all()
    found = {}
    for box in boxes:
        ways = [
            row
            for row in rows
            if row.part == f"{MAILBOX}{box.id}"
            and (row.provider != FOLDER or box.provider == FOLDER)
        ]
        own = next((row for row in ways if row.provider == box.provider), None)
        if own is None or own.state != ProviderState.DOWN:
            continue
        if not any(row.state in WORKING for row in ways):
            found[box.id] = " ".join(filter(None, (own.last_error, own.advice))) or "It is down."
    return found


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


def _midnight(now: datetime, client: Client) -> datetime:
    zone = windows.zone_of(client.timezone)
    return datetime.combine(windows.day_of(now, zone) + timedelta(days=1), time(), zone)


def _approved(mailbox_id: int, campaign_id: int | None) -> list[ColumnElement[bool]]:
    wanted = [Message.mailbox_id == mailbox_id, Message.state == MessageState.APPROVED]
    return wanted if campaign_id is None else [*wanted, Message.campaign_id == campaign_id]


def _due(session: Session, mailbox_id: int, until: datetime, campaign_id: int | None) -> Count:
    due = select(Message.id).where(*_approved(mailbox_id, campaign_id), Message.due_at <= until)
    return paging.count(session, [due], cap=CAP)


def _goes(
    session: Session,
    box: Mailbox,
    client: Client,
    now: datetime,
    left: int,
    campaign_id: int | None = None,
) -> int:
    """What can really go before midnight: of active campaigns, steps only while their window of
    today is not over and within the `left` of the cap.
    """
    if box.state == MailboxState.PAUSED:
        return 0
    found = session.execute(
        select(Message.kind, Campaign, func.count(Message.id))
        .outerjoin(Campaign, Campaign.id == Message.campaign_id)
        .where(*_approved(box.id, campaign_id), Message.due_at < _midnight(now, client))
        .group_by(Message.kind, Campaign.id)
    ).all()
    going = [
        (kind == MessageKind.STEP, int(number))
        for kind, campaign, number in found
        if (campaign is None or campaign.state == CampaignState.ACTIVE)
        and (kind != MessageKind.STEP or _opens_today(box, campaign, client, now))
    ]
    steps = sum(number for step, number in going if step)
    return min(steps, max(0, left)) + sum(number for step, number in going if not step)


def _opens_today(box: Mailbox, campaign: Campaign | None, client: Client, now: datetime) -> bool:
    """Whether some of today's window is left."""
    settings = campaign.settings if campaign else {}
    local = now.astimezone(windows.zone_of(settings.get("timezone"), client.timezone))
    window = windows.window_of(settings.get("window") or box.window)
    return local.weekday() in window.days and local.time() < window.end


def _hold(
    session: Session, box: Mailbox, now: datetime, campaign_id: int | None
) -> tuple[datetime | None, tuple[str, ...]]:
    """When the mailbox's next mail may go, and what holds it."""
    first = session.execute(
        select(Message)
        .outerjoin(Campaign, Campaign.id == Message.campaign_id)
        .where(*_approved(box.id, campaign_id), Message.due_at.is_not(None))
        .order_by(
            case((or_(Campaign.id.is_(None), Campaign.state == CampaignState.ACTIVE), 0), else_=1),
            Message.due_at,
        )
        .limit(1)
    ).scalar()
    if first is None:
        paused = box.state == MailboxState.PAUSED
        why = f"It is paused{waiting.why_paused(box)}" if paused else "Nothing is approved."
        return None, (why,)
    wait = waiting.of_messages(session, [first], now=now)[first.id]
    return wait.at, tuple(_named(session, reason, first) for reason in wait.reasons)


def _named(session: Session, reason: str, mail: Message) -> str:
    """A mailbox serves several campaigns: a reason that is a campaign's names it."""
    campaign = session.get(Campaign, mail.campaign_id) if mail.campaign_id else None
    return reason.replace("The campaign is", f"{campaign.name} is") if campaign else reason
