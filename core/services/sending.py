"""The claim of a message: in one transaction it becomes `sending`, is counted, and everything
that could forbid it is looked at a last time. What became of it is recorded by services.outcomes.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update
from sqlalchemy.orm import Session

from core.domain import keys, windows
from core.domain.states import (
    EnrolmentState,
    LeadState,
    MailboxState,
    MessageKind,
    MessageState,
)
from core.services import claim_sql, days_off
from db.models import Mailbox, Message

HELD_TOGETHER = 100
CLOSED = (LeadState.SUPPRESSED, LeadState.REJECTED, LeadState.REPLIED, LeadState.CONVERTED)
Found = Any  # a row of claim_sql
Facts = Found | Mailbox


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to send now, with all that its mail and its record need."""

    message_id: int
    key: str
    kind: MessageKind
    client_id: int
    campaign_id: int | None
    lead_id: int | None
    enrolment_id: int | None
    thread_id: int | None
    mailbox_id: int
    step: int | None
    attempts: int
    header_id: str
    in_reply_to: str | None
    references: str | None
    from_address: str
    from_name: str
    to_address: str
    to_name: str
    subject: str
    body_text: str
    client_name: str
    postal_address: str
    next_delay: float | None  # days until the step after this one; None: there is none
    day: date
    domain: str


@dataclass(frozen=True, slots=True)
class Held:
    """Why the mailbox's next message did not go. `whole_mailbox`: no other would go either."""

    reason: str
    whole_mailbox: bool = False
    number: int = 1  # how many were put back


def mailboxes_with_due(
    session: Session, *, now: datetime, campaign_id: int | None = None
) -> list[int]:
    """Active mailboxes that are free to send and have something approved and due."""
    query, given = claim_sql.WITH_DUE, {"now": now, "campaign": campaign_id}
    if campaign_id is not None:
        query = claim_sql.WITH_DUE_OF_CAMPAIGN
    return [row.mailbox_id for row in query.all(session.connection(), given)]


def claim(
    session: Session,
    mailbox_id: int,
    *,
    now: datetime,
    worker: str,
    campaign_id: int | None = None,
) -> Claimed | Held | None:
    """The mailbox's next due message, now `sending` and counted; None where nothing is due.

    Held: messages must wait, or were cancelled, and their rows say why; those that wait for the
    same go back together, by one statement. The mailbox's row is locked, so that two dispatchers
    count after each other.
    """
    connection = session.connection()
    mailbox = claim_sql.MAILBOX.first(connection, {"box": mailbox_id})
    if mailbox is None or mailbox.state != MailboxState.ACTIVE:
        return None
    query, given = claim_sql.CANDIDATE, {"box": mailbox_id, "now": now, "campaign": campaign_id}
    if campaign_id is not None:
        query = claim_sql.CANDIDATE_OF_CAMPAIGN
    held: Held | None = None
    for _ in range(HELD_TOGETHER):
        row = query.first(connection, given)
        if row is None:
            break
        found = _forbidden(connection, row, now) or _in_time(connection, mailbox, row, now, worker)
        if not isinstance(found, Held):
            return found
        held = replace(found, number=found.number + (held.number if held else 0))
        if held.whole_mailbox:
            break
    return held


def release(session: Session, claimed: Claimed) -> None:
    """Gives back the place in the caps of a mail that surely did not go out."""
    domains = list({"", claimed.domain})
    given = {"box": claimed.mailbox_id, "on": claimed.day, "domains": domains}
    session.connection().execute(claim_sql.UNCOUNT, given)


def limits_of(mailbox: Facts) -> windows.Limits:
    """A mailbox's limits as the rules want them."""
    return windows.Limits(
        daily_cap=mailbox.daily_cap,
        ramp_start=mailbox.ramp_start,
        ramp_step=mailbox.ramp_step,
        ramp_from=mailbox.ramp_from,
        min_gap_seconds=mailbox.min_gap_seconds,
        domain_cap=mailbox.domain_cap,
    )


def place_of(row: Found, mailbox: Facts, now: datetime) -> windows.Place:
    """The recipient's calendar: own zone, else the campaign's, else the client's."""
    settings = row.campaign_settings or {}
    zone = windows.zone_of(row.contact_zone, settings.get("timezone"), row.client_zone)
    window = windows.window_of(settings.get("window") or mailbox.window)
    return windows.Place(zone, window, days_off.of_country(row.country, now.year))


def _forbidden(connection: Connection, row: Found, now: datetime) -> Held | None:
    if reason := _ended(connection, row):
        return _put_back(connection, row.id, reason, state=MessageState.CANCELLED)
    if row.content_hash != row.approved_hash:
        reason = "It was changed after its approval."
        return _put_back(connection, row.id, reason, state=MessageState.REVIEW, approved_hash=None)
    if row.kind == MessageKind.STEP and row.enrolment_state == EnrolmentState.PAUSED:
        later = row.resume_at if row.resume_at and row.resume_at > now else now + timedelta(days=1)
        return _put_back(connection, row.id, "The lead rests until then.", due_at=later)
    return None


def _in_time(
    connection: Connection, mailbox: Found, row: Found, now: datetime, worker: str
) -> Claimed | Held | None:
    zone = windows.zone_of(row.client_zone)
    day = windows.day_of(now, zone)
    domain = row.to_address.rpartition("@")[2].lower()
    if row.kind == MessageKind.STEP:
        given = {"box": mailbox.id, "on": day, "domain": domain}
        counts = claim_sql.COUNTS.all(connection, given)
        sent = {found.domain: found.sent for found in counts}
        used = windows.Used(sent.get("", 0), sent.get(domain, 0), mailbox.next_send_at)
        slot = windows.next_send_time(
            now, limits_of(mailbox), used, place_of(row, mailbox, now), zone
        )
        if slot.reasons:
            return _hold(connection, mailbox, row, slot, now)
    return _take(connection, mailbox, row, (day, domain), now, worker)


def _take(
    connection: Connection,
    mailbox: Found,
    row: Found,
    counted: tuple[date, str],
    now: datetime,
    worker: str,
) -> Claimed | None:
    day, domain = counted
    given = {"message": row.id, "at": now, "worker": worker}
    if not claim_sql.CLAIM.run(connection, given):
        return None
    one_more = claim_sql.COUNT_UP[connection.dialect.name]
    counts = {"mailbox_id": mailbox.id, "day": day, "sent": 1, "bounced": 0, "complained": 0}
    for name in sorted({"", domain}):
        one_more.run(connection, counts | {"domain": name})
    limits = replace(limits_of(mailbox), ramp_from=mailbox.ramp_from or day)
    free = now + windows.gap_after(row.key, limits)
    given = {"box": mailbox.id, "free": free, "at": now, "ramp": day}
    claim_sql.MAILBOX_USED.run(connection, given)
    return _claimed(mailbox, row, day, domain)


def _claimed(mailbox: Found, row: Found, day: date, domain: str) -> Claimed:
    return Claimed(
        **{name: getattr(row, name) for name in claim_sql.COPIED},
        message_id=row.id,
        mailbox_id=mailbox.id,
        attempts=row.attempts + 1,
        header_id=row.header_id or "",
        from_name=mailbox.name,
        to_name=" ".join(part for part in (row.first_name, row.last_name) if part),
        client_name=row.client_name,
        postal_address=row.postal_address or "",
        next_delay=row.next_delay,
        day=day,
        domain=domain,
    )


def _ended(connection: Connection, row: Found) -> str | None:
    """Why the message must never go: the world changed since it was approved."""
    if _suppressed(connection, row.client_id, row.email_key or row.to_address.lower()):
        return "The address is suppressed."
    if row.kind != MessageKind.STEP:
        return None
    if row.lead_state in CLOSED:
        return f"The lead is {row.lead_state}."
    if row.enrolment_state == EnrolmentState.STOPPED:
        return "The lead's sequence was stopped."
    if not (row.postal_address or "").strip():
        return "The client has no postal address for the footer."
    return None


def is_suppressed(session: Session, client_id: int, address: str) -> bool:
    """Whether the address, its domain or a parent domain is suppressed for client or agency."""
    return _suppressed(session.connection(), client_id, address)


def _suppressed(connection: Connection, client_id: int, address: str) -> bool:
    labels = address.rpartition("@")[2].split(".")
    domains = [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]
    domains = [domains[0], *domains[1:][1 - claim_sql.PARENTS :]]
    domains += domains[-1:] * (claim_sql.PARENTS - len(domains))
    given = {f"domain{at}": domain for at, domain in enumerate(domains)}
    given |= {"scope": keys.suppression_scope(client_id), "address": address}
    return claim_sql.SUPPRESSED.first(connection, given) is not None


def _hold(
    connection: Connection, mailbox: Found, row: Found, slot: windows.Slot, now: datetime
) -> Held:
    reason = " ".join(slot.reasons)
    if slot.whole_mailbox:  # messages keep their turn, the mailbox waits as a whole
        if row.state_reason != reason:
            _put_back(connection, row.id, reason)
        return Held(reason, whole_mailbox=True)
    until = slot.at or now + timedelta(days=1)
    held = _put_back(connection, row.id, reason, due_at=until)
    given = {
        "box": mailbox.id,
        "now": now,
        "client": row.client_id,
        "campaign": row.campaign_id,
        "zone": row.contact_zone,
        "country": row.country,
        "until": until,
        "why": reason[:500],
    }
    query = claim_sql.WAIT_TOGETHER
    if slot.whole_domain:
        domain = row.to_address.rpartition("@")[2].lower()
        query, given = query.where(claim_sql.TO_DOMAIN), given | {"at_domain": _ending(domain)}
    return replace(held, number=1 + connection.execute(query, given).rowcount)


def _ending(domain: str) -> str:
    """The pattern of addresses in a domain, its own signs escaped."""
    for sign in "/%_":
        domain = domain.replace(sign, f"/{sign}")
    return f"%@{domain}"


def _put_back(connection: Connection, message_id: int, reason: str, **values: Any) -> Held:
    table = claim_sql.table_of(Message)
    changed = {"version": table.c.version + 1} if "state" in values else {}
    connection.execute(
        update(table)
        .where(table.c.id == message_id, table.c.state == MessageState.APPROVED)
        .values(state_reason=reason[:500], **values, **changed)
    )
    return Held(reason)
