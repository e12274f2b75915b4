"""The next step of a walk becomes a message: rendered, checked, and put up or approved."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import head_counts, keys, sequencing, templates, windows
from core.domain.access import SYSTEM
from core.domain.states import (
    Direction,
    EnrolmentState,
    LeadState,
    MessageKind,
    MessageState,
)
from core.errors import Invalid
from core.services import days_off, enrolments, messages, rendering, sending, sequences
from db.models import (
    Account,
    Campaign,
    Client,
    Contact,
    Enrolment,
    Lead,
    Mailbox,
    Message,
    Thread,
)
from db.upsert import insert_new

T = TypeVar("T")
WRITTEN_TO = (LeadState.NURTURED, LeadState.ROUTED)


@dataclass(frozen=True, slots=True)
class Facts:
    """All rows that the planning of one step reads; they live inside the transaction."""

    enrolment: Enrolment
    lead: Lead
    contact: Contact
    account: Account | None
    campaign: Campaign
    client: Client
    mailbox: Mailbox


def plan_many(session: Session, enrolment_ids: Collection[int], *, now: datetime) -> list[str]:
    """Plans the due step of each walk; gives `planned`, `approved`, `held`, `stopped`, `finished`
    or `waiting` for each. Safe to repeat: the message's key is unique, and the walk moved on.
    """
    read_together = session.execute(
        select(Enrolment, Lead, Contact, Account, Campaign, Client, Mailbox, Thread)
        .join(Lead, Lead.id == Enrolment.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(Campaign, Campaign.id == Enrolment.campaign_id)
        .join(Client, Client.id == Enrolment.client_id)
        .outerjoin(Account, Account.id == Contact.account_id)
        .outerjoin(Mailbox, Mailbox.id == Enrolment.mailbox_id)
        .outerjoin(Thread, Thread.id == Enrolment.thread_id)
        .where(Enrolment.id.in_(enrolment_ids))
        .order_by(Enrolment.id)
        .with_for_update(of=Enrolment)
        .execution_options(populate_existing=True)
    ).all()  # held until the end: a session forgets rows that nobody holds
    done = [_plan_walk(session, row.Enrolment, now) for row in read_together]
    session.flush()
    return done


def _plan_walk(session: Session, walk: Enrolment, now: datetime) -> str:
    if walk.state != EnrolmentState.ACTIVE:
        return "waiting"
    if walk.due_at is None or walk.due_at > now:
        return "waiting"
    facts = _facts(session, walk)
    if facts is None:
        return _hold(walk, "The client has no active mailbox to write from.", now)
    if reason := _stopped(session, facts):
        enrolments.stop_for_lead(session, SYSTEM, walk.lead_id, reason, now=now)
        return "stopped"
    steps = _once(session, sequences.steps_of, walk.sequence_id)
    step = sequencing.step_at(steps, walk.next_step)
    if step is None:
        _finish(walk, now)
        return "finished"
    try:
        return _plan(session, facts, step, now)
    except Invalid as error:
        return _hold(walk, error.sentence, now)


def _once(session: Session, read: Callable[[Session, int], list[T]], row_id: int) -> list[T]:
    """What a transaction read of a sequence or a template, it need not read again."""
    known: dict[Any, list[T]] = session.info.setdefault("planning", {})
    if (read, row_id) not in known:
        known[read, row_id] = read(session, row_id)
    return known[read, row_id]


def merge_values(facts: Facts) -> dict[str, Any]:
    """The merge fields' values of one lead."""
    contact, account = facts.contact, facts.account
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    custom = {templates.custom_name(key): value for key, value in (contact.custom or {}).items()}
    return custom | {
        "first_name": contact.first_name,
        "last_name": contact.last_name,
        "full_name": name,
        "title": contact.title,
        "department": contact.department,
        "email": contact.email,
        "city": contact.city or (account.city if account else None),
        "country": contact.country or (account.country if account else None),
        "company": account.name if account else None,
        "industry": account.industry if account else None,
        "website": account.domain if account else None,
        "employees": head_counts.told(account.employees, account.custom) if account else None,
        "sender_name": facts.mailbox.name,
        "sender_email": facts.mailbox.address,
        "signature": facts.mailbox.signature,
        "client_name": facts.client.name,
        "campaign_name": facts.campaign.name,
    }


def render_for(facts: Facts, wording: templates.Wording) -> rendering.Rendered:
    """The wording for one lead, signed; `missing` names what has no value."""
    rendered = rendering.render(wording.subject, wording.body, merge_values(facts))
    signature = (facts.mailbox.signature or "").strip()
    signed = "signature" in templates.fields_used(wording.body)
    if rendered.missing or signed or not signature:
        return rendered
    return rendering.Rendered(rendered.subject, f"{rendered.text}\n\n{signature}")


def _plan(session: Session, facts: Facts, step: sequencing.Step, now: datetime) -> str:
    walk = facts.enrolment
    key = keys.step_message(walk.campaign_id, walk.lead_id, step.position)
    wording = templates.variant_for(key, _once(session, sequences.wordings_of, step.template_id))
    if wording is None:
        return _hold(walk, f"Step {step.position} has no active text.", now)
    rendered = render_for(facts, wording)
    if rendered.missing:
        fields = ", ".join(rendered.missing)
        return _hold(walk, f"Step {step.position} lacks a value for: {fields}.", now)
    thread, subject = _thread(session, facts, step, rendered.subject, now)
    if not subject or not rendered.text:
        return _hold(walk, f"Step {step.position} has no subject or no text.", now)
    auto = _approves_itself(facts.campaign, step)
    values = _message(facts, step, wording, (subject, rendered.text), now)
    values |= _thread_headers(session, thread, walk.thread_id) | {"thread_id": thread.id}
    if auto:
        values |= {
            "state": MessageState.APPROVED,
            "approved_hash": values["content_hash"],
            "approved_at": now,
        }
    message_id = insert_new(session, Message, values)
    walk.thread_id, walk.next_step = thread.id, step.position + 1
    walk.due_at, walk.hold, walk.version = None, None, walk.version + 1
    if message_id is not None and not auto:
        who = " ".join(p for p in (facts.contact.first_name, facts.contact.last_name) if p)
        why = f"Step {step.position} to {who or facts.contact.email} in “{facts.campaign.name}”."
        messages.put_up(session, session.get_one(Message, message_id), why, now=now)
    return "approved" if auto else "planned"


def _message(
    facts: Facts,
    step: sequencing.Step,
    wording: templates.Wording,
    words: tuple[str, str],
    now: datetime,
) -> dict[str, Any]:
    walk, (subject, text) = facts.enrolment, words
    key = keys.step_message(walk.campaign_id, walk.lead_id, step.position)
    return {
        "key": key,
        "client_id": walk.client_id,
        "campaign_id": walk.campaign_id,
        "lead_id": walk.lead_id,
        "enrolment_id": walk.id,
        "mailbox_id": facts.mailbox.id,
        "step": step.position,
        "variant_id": wording.variant_id,
        "direction": Direction.OUT,
        "kind": MessageKind.STEP,
        "state": MessageState.REVIEW,
        "header_id": header_id(key, facts.mailbox.address),
        "from_address": facts.mailbox.address,
        "to_address": facts.contact.email,
        "subject": subject,
        "body_text": text,
        "headers": {},
        "content_hash": keys.content_hash(subject, text, None),
        "due_at": _first_moment(facts, now),
        "attempts": 0,
        "created_at": now,
        "version": 1,
    }


def header_id(key: str, address: str) -> str:
    """The Message-ID of a message, fixed by its key when it is planned."""
    name = key.replace(":", ".")
    return f"<{name}.{keys.digest(f'{key} {address}'.encode())[:16]}@{address.rpartition('@')[2]}>"


def _thread(
    session: Session, facts: Facts, step: sequencing.Step, subject: str, now: datetime
) -> tuple[Thread, str]:
    walk = facts.enrolment
    if step.same_thread and walk.thread_id is not None:
        thread = session.get_one(Thread, walk.thread_id)
        return thread, templates.reply_subject(thread.subject)
    thread = Thread(
        client_id=walk.client_id,
        mailbox_id=facts.mailbox.id,
        lead_id=walk.lead_id,
        campaign_id=walk.campaign_id,
        subject=subject,
        address=facts.contact.email,
        last_at=now,
    )
    session.add(thread)
    session.flush()
    return thread, subject


def _thread_headers(session: Session, thread: Thread, known: int | None) -> dict[str, str | None]:
    if thread.id != known:  # opened with this message: nothing to answer to
        return {"in_reply_to": None, "references": None}
    found = session.execute(
        select(Message.header_id)
        .where(Message.thread_id == thread.id, Message.header_id.is_not(None))
        .where(Message.state.in_([MessageState.SENT, MessageState.RECEIVED]))
        .order_by(Message.id)
    ).scalars()
    ids = [one for one in found if one]
    return {"in_reply_to": ids[-1] if ids else None, "references": " ".join(ids[-20:]) or None}


def _approves_itself(campaign: Campaign, step: sequencing.Step) -> bool:
    settings = campaign.settings or {}
    mode = settings.get("approve_steps") or settings.get("approve") or "first"
    if settings.get("auto_approve_messages") or mode == "none":
        return True
    return mode == "first" and step.position > 1


def _first_moment(facts: Facts, now: datetime) -> datetime:
    settings = facts.campaign.settings or {}
    zone = windows.zone_of(facts.contact.timezone, settings.get("timezone"), facts.client.timezone)
    window = windows.window_of(settings.get("window") or facts.mailbox.window)
    off = days_off.of_country(facts.contact.country, now.year)
    return windows.next_open(now, windows.Place(zone, window, off)) or now


def _facts(session: Session, walk: Enrolment) -> Facts | None:
    if walk.mailbox_id is None:
        walk.mailbox_id = enrolments.choose_mailbox(session, walk.client_id)
    if walk.mailbox_id is None:
        return None
    lead = session.get_one(Lead, walk.lead_id)
    contact = session.get_one(Contact, lead.contact_id)
    return Facts(
        walk,
        lead,
        contact,
        session.get(Account, contact.account_id) if contact.account_id else None,
        session.get_one(Campaign, walk.campaign_id),
        session.get_one(Client, walk.client_id),
        session.get_one(Mailbox, walk.mailbox_id),
    )


def _stopped(session: Session, facts: Facts) -> str | None:
    if facts.lead.state not in WRITTEN_TO:
        return f"The lead is {facts.lead.state}."
    if sending.is_suppressed(session, facts.client.id, facts.contact.email_key):
        return "The address is suppressed."
    return None


def _finish(walk: Enrolment, now: datetime) -> None:
    walk.state, walk.state_reason = EnrolmentState.FINISHED, "All steps were sent."
    walk.due_at, walk.hold, walk.finished_at = None, None, now
    walk.version += 1


def _hold(walk: Enrolment, reason: str, now: datetime) -> str:
    walk.hold, walk.due_at = reason[:300], now + enrolments.AGAIN
    return "held"
