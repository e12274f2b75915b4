"""What follows from a reply: the same acts, whether the rules or a person said what it is."""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.domain import lifecycle, replies_appointments, sequencing, windows
from core.domain.access import Viewer
from core.domain.replies import Reading
from core.domain.states import (
    EnrolmentState,
    LeadState,
    ReplyIntent,
    SuppressionKind,
    SuppressionReason,
)
from core.services import (
    days_off,
    drafts,
    enrolments,
    leads,
    referrals,
    suppressions,
    tasks,
    threads,
)
from db.models import Campaign, Client, Contact, Enrolment, Lead, Message

I = ReplyIntent  # noqa: E741
ANSWERED = frozenset({I.INTERESTED, I.MEETING, I.QUESTION})
BY_A_PERSON = frozenset(set(I) - {I.OUT_OF_OFFICE, I.AUTO_REPLY, I.BOUNCED})
NEEDS_US = frozenset({*ANSWERED, I.UNCLEAR, I.NOT_NOW, I.REFERRAL, I.WRONG_PERSON})
TITLES = {
    I.MEETING: "Agree on a meeting with {who}",
    I.INTERESTED: "Answer {who}, who is interested",
    I.QUESTION: "Answer {who}'s question",
    I.UNCLEAR: "Read what {who} wrote and decide",
}


def apply(
    session: Session, viewer: Viewer, message: Message, reading: Reading, *, now: datetime
) -> None:
    """Acts on one incoming message. Safe to repeat: every act is a move or has a key."""
    lead = session.get(Lead, message.lead_id) if message.lead_id is not None else None
    if reading.intent is I.UNSUBSCRIBE:
        _suppress(session, viewer, message, lead, SuppressionReason.OPT_OUT, now)
    elif reading.intent is I.LEFT_COMPANY and lead is not None:
        _left(session, viewer, message, lead, reading, now)
    elif lead is None:
        return
    elif reading.intent is I.OUT_OF_OFFICE:
        _rest(session, viewer, lead, reading.day, now)
    elif reading.intent in BY_A_PERSON:
        _answered(session, viewer, message, lead, reading, now)


def wake(session: Session, viewer: Viewer, lead_id: int, *, now: datetime) -> bool:
    """A lead that asked for "later" (or rested) is due again: its sequence goes on where steps
    are left, and the owner is told. Asked once: `wake_at` is emptied.
    """
    lead = session.get(Lead, lead_id, with_for_update=True, populate_existing=True)
    if lead is None or lead.wake_at is None or lead.wake_at > now:
        return False
    due, lead.wake_at = lead.wake_at, None
    session.flush()
    if lead.state is not LeadState.REPLIED:
        return False
    intent = session.execute(
        select(Message.intent)
        .where(Message.lead_id == lead_id, Message.intent.is_not(None))
        .order_by(Message.id.desc())
        .limit(1)
    ).scalar()
    if intent is I.NOT_NOW:
        _go_on(session, viewer, lead, now)
    words = "asked to be written to again now" if intent is I.NOT_NOW else "has rested long enough"
    tasks.put(
        session,
        key=f"wake:{lead_id}:{due:%Y%m%d}",
        client_id=lead.client_id,
        kind="wake",
        title=f"{referrals.who(session, lead)} {words}",
        owner_id=lead.owner_id,
        lead_id=lead_id,
        now=now,
    )
    return True


def _answered(
    session: Session, viewer: Viewer, message: Message, lead: Lead, reading: Reading, now: datetime
) -> None:
    reason = f"Replied: {reading.intent.replace('_', ' ')}."
    _replied(session, viewer, lead, reason, now)
    _stop_colleagues(session, viewer, lead, now)
    if reading.intent is I.NOT_NOW:
        zone = windows.zone_of(_zone(session, lead))
        later = now + timedelta(days=sequencing.NOT_NOW_DAYS)
        lead.wake_at = sequencing.morning_of(reading.day, zone) if reading.day else later
    elif reading.intent is I.NOT_INTERESTED:
        lead.wake_at = now + timedelta(days=sequencing.REST_DAYS)
    elif reading.intent in (I.REFERRAL, I.WRONG_PERSON):
        referrals.take(session, viewer, message, lead, reading.referred, now)
    if reading.intent in TITLES:
        title = TITLES[reading.intent].format(who=referrals.who(session, lead))
        referrals.put_task(session, message, lead, reading.intent, title, now)
    if reading.intent in ANSWERED and message.thread_id is not None:
        contact = session.get_one(Contact, lead.contact_id)
        text = drafts.answer(
            reading.intent, contact.first_name, contact.language,
            lead_id=lead.id, named=_named(session, message, lead, now),
        )  # fmt: skip
        why = f"{referrals.who(session, lead)}: {reading.intent} ({reading.evidence})"
        threads.draft(session, message.thread_id, text=text, why=why[:500], now=now)


def _named(
    session: Session, message: Message, lead: Lead, now: datetime
) -> replies_appointments.Appointment | None:
    """The day that the reply names for a talk, on the lead's clock, where it is still to come."""
    zone = windows.zone_of(_zone(session, lead))
    received = windows.day_of(message.received_at or now, zone)
    named = replies_appointments.appointment(message.visible_text or "", received)
    gone = named is not None and replies_appointments.over(named, now.astimezone(zone))
    return None if gone else named


def _replied(session: Session, viewer: Viewer, lead: Lead, reason: str, now: datetime) -> None:
    if lead.state is not LeadState.REPLIED and lifecycle.may_move(
        lifecycle.LEAD_MOVES, lead.state, LeadState.REPLIED
    ):
        # the move stops the sequence
        leads.move(session, viewer, lead.id, LeadState.REPLIED, reason=reason, now=now)
    else:
        enrolments.stop_for_lead(session, viewer, lead.id, reason, now=now)
    lead.replied_at = lead.replied_at or now


def _rest(
    session: Session, viewer: Viewer, lead: Lead, returns: date | None, now: datetime
) -> None:
    contact = session.get_one(Contact, lead.contact_id)
    zone = windows.zone_of(_zone(session, lead))
    off = days_off.of_country(contact.country, now.year)
    until = sequencing.back_on(returns, now, zone, off)
    if lead.state is LeadState.REPLIED:  # a person's correction: it was a machine after all
        leads.move(session, viewer, lead.id, LeadState.NURTURED, reason="Away.", now=now)
        _reopen(session, lead, until)
    said = f"until {returns:%d.%m.%Y}" if returns else "without saying until when"
    enrolments.pause_for_lead(
        session, viewer, lead.id, until=until, reason=f"Away {said}.", now=now
    )


def _left(
    session: Session, viewer: Viewer, message: Message, lead: Lead, reading: Reading, now: datetime
) -> None:
    who = referrals.who(session, lead)
    _suppress(session, viewer, message, lead, SuppressionReason.LEFT_COMPANY, now)
    if reading.referred is not None and reading.referred.email:
        referrals.take(session, viewer, message, lead, reading.referred, now)
    title = f"Look for the successor of {who}"
    key = f"successor:{lead.id}"
    referrals.put_task(session, message, lead, "successor", title, now, key=key)


def _suppress(
    session: Session,
    viewer: Viewer,
    message: Message,
    lead: Lead | None,
    reason: SuppressionReason,
    now: datetime,
) -> None:
    """The lead's own address, and the one that wrote where it opts out from another."""
    wanted = {session.get_one(Contact, lead.contact_id).email_key} if lead is not None else set()
    if reason is SuppressionReason.OPT_OUT:
        wanted.add(message.from_address)
    for address in sorted(wanted):
        if "@" not in address:
            continue
        suppressions.suppress(
            session,
            viewer,
            address,
            kind=SuppressionKind.ADDRESS,
            client_id=message.client_id,
            reason=reason,
            source=f"reply {message.id}",
            now=now,
        )


def _stop_colleagues(session: Session, viewer: Viewer, lead: Lead, now: datetime) -> None:
    campaign = session.get_one(Campaign, lead.campaign_id)
    if not (campaign.settings or {}).get("stop_colleagues") or lead.account_id is None:
        return
    others = select(Lead.id).where(
        Lead.campaign_id == lead.campaign_id,
        Lead.account_id == lead.account_id,
        Lead.id != lead.id,
    )
    for other in session.execute(others).scalars().all():
        enrolments.stop_for_lead(session, viewer, other, "A colleague replied.", now=now)


def _go_on(session: Session, viewer: Viewer, lead: Lead, now: datetime) -> None:
    leads.move(session, viewer, lead.id, LeadState.NURTURED, reason="The wait is over.", now=now)
    _reopen(session, lead, now)


def _reopen(session: Session, lead: Lead, at: datetime) -> None:
    session.execute(
        update(Enrolment)
        .where(Enrolment.lead_id == lead.id, Enrolment.state == EnrolmentState.STOPPED)
        .values(
            state=EnrolmentState.ACTIVE,
            state_reason=None,
            due_at=at,
            finished_at=None,
            version=Enrolment.version + 1,
        )
    )


def _zone(session: Session, lead: Lead) -> str:
    contact = session.get_one(Contact, lead.contact_id)
    campaign = session.get_one(Campaign, lead.campaign_id)
    client = session.get_one(Client, lead.client_id)
    return contact.timezone or (campaign.settings or {}).get("timezone") or client.timezone
