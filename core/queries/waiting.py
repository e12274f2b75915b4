"""Why approved mails are not out yet: each reason as a sentence, and when they may go at best."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from core.domain import windows
from core.domain.access import SYSTEM
from core.domain.states import CampaignState, MailboxState, MessageKind
from core.queries import health
from db.models import Campaign, Client, Contact, Lead, Mailbox, MailboxDay, Message

NEXT_TURN = "It goes out with the next turn."
NO_TURN = "It goes out once the scheduler runs."


@dataclass(frozen=True, slots=True)
class Wait:
    """When it may go at the earliest (None: nobody knows) and what holds it until then."""

    at: datetime | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Around:
    """The rows around some messages, read once for all of them."""

    mailboxes: dict[int, Mailbox]
    campaigns: dict[int, Campaign]
    zones: dict[int, str | None]  # lead → time zone of its person
    client_zones: dict[int, str]
    sent: dict[tuple[int, date, str], int]
    turns: bool  # whether a scheduler runs


def of_messages(session: Session, mails: Sequence[Message], *, now: datetime) -> dict[int, Wait]:
    """For each approved message what holds it now. The messages must be the viewer's already."""
    around = _around(session, mails, now)
    return {mail.id: _wait(mail, around, now) for mail in mails}


def a_state(state: CampaignState) -> str:
    """The state as it stands after "is": a draft, paused."""
    return "a draft" if state == CampaignState.DRAFT else str(state)


def why_paused(box: Mailbox) -> str:
    """What stands after "is paused": since when, and why."""
    since = f" since {box.state_at.day} {box.state_at:%b}" if box.state_at else ""
    return f"{since}: {box.state_reason or 'by hand.'}"


def _wait(mail: Message, around: _Around, now: datetime) -> Wait:
    box = around.mailboxes[mail.mailbox_id]
    campaign = around.campaigns.get(mail.campaign_id or 0)
    held = []
    if box.state == MailboxState.PAUSED:
        held.append(f"The mailbox is paused{why_paused(box)}")
    if campaign is not None and campaign.state != CampaignState.ACTIVE:
        held.append(f"The campaign is {a_state(campaign.state)}.")
    if held:
        return Wait(None, tuple(held))
    if mail.due_at is not None and mail.due_at > now:
        opens = windows.next_open(mail.due_at, _place(mail, box, campaign, around))
        return Wait(opens, (mail.state_reason or "Its day has not come yet.",))
    if mail.kind != MessageKind.STEP:  # an answer is awaited: no window, no cap
        return Wait(now, (_turn(around),))
    slot = _slot(mail, box, campaign, around, now)
    return Wait(slot.at, slot.reasons or (_turn(around),))


def _turn(around: _Around) -> str:
    return NEXT_TURN if around.turns else NO_TURN


def _slot(
    mail: Message, box: Mailbox, campaign: Campaign | None, around: _Around, now: datetime
) -> windows.Slot:
    home = windows.zone_of(around.client_zones.get(mail.client_id))
    today = windows.day_of(now, home)
    domain = mail.to_address.rpartition("@")[2].lower()
    used = windows.Used(
        today=around.sent.get((box.id, today, ""), 0),
        domain_today=around.sent.get((box.id, today, domain), 0),
        free_at=box.next_send_at,
    )
    place = _place(mail, box, campaign, around)
    return windows.next_send_time(now, limits_of(box), used, place, home)


def _place(
    mail: Message, box: Mailbox, campaign: Campaign | None, around: _Around
) -> windows.Place:
    """The recipient's hours: own zone, else the campaign's, else the client's."""
    settings: dict[str, Any] = campaign.settings if campaign else {}
    zone = windows.zone_of(
        around.zones.get(mail.lead_id or 0),
        settings.get("timezone"),
        around.client_zones.get(mail.client_id),
    )
    return windows.Place(zone, windows.window_of(settings.get("window") or box.window))


def limits_of(box: Mailbox) -> windows.Limits:
    """The limits of a mailbox as the domain knows them."""
    return windows.Limits(
        daily_cap=box.daily_cap,
        ramp_start=box.ramp_start,
        ramp_step=box.ramp_step,
        ramp_from=box.ramp_from,
        min_gap_seconds=box.min_gap_seconds,
        domain_cap=box.domain_cap,
    )


def _around(session: Session, mails: Sequence[Message], now: datetime) -> _Around:
    boxes = _by_id(session, Mailbox, (mail.mailbox_id for mail in mails))
    campaigns = _by_id(session, Campaign, (mail.campaign_id for mail in mails))
    clients = _by_id(session, Client, (mail.client_id for mail in mails))
    leads = {mail.lead_id for mail in mails if mail.lead_id}
    zones = session.execute(
        select(Lead.id, Contact.timezone)
        .join(Contact, Contact.id == Lead.contact_id)
        .where(Lead.id.in_(leads))
    )
    domains = {mail.to_address.rpartition("@")[2].lower() for mail in mails} | {""}
    days = {windows.day_of(now, windows.zone_of(c.timezone)) for c in clients.values()}
    wanted = [(box, day, domain) for box in boxes for day in days for domain in domains]
    sent = session.execute(
        select(MailboxDay.mailbox_id, MailboxDay.day, MailboxDay.domain, MailboxDay.sent).where(
            tuple_(MailboxDay.mailbox_id, MailboxDay.day, MailboxDay.domain).in_(wanted)
        )
    )
    return _Around(
        mailboxes=boxes,
        campaigns=campaigns,
        zones={row.id: row.timezone for row in zones},
        client_zones={client.id: client.timezone for client in clients.values()},
        sent={(box, day, domain): n for box, day, domain, n in sent},
        turns=health.scheduler_runs(session, SYSTEM, now),
    )


def _by_id(session: Session, model: Any, ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = {row_id for row_id in ids if row_id is not None}
    found = session.execute(select(model).where(model.id.in_(wanted))).scalars()
    return {row.id: row for row in found}
