"""A reply that names somebody else: the named person becomes a lead, or somebody looks for them."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Viewer
from core.domain.replies import Referred
from core.domain.states import LeadState
from core.errors import Invalid
from core.services import contacts, leads, tasks
from db.models import Contact, Lead, Message, Signal, Thread
from db.upsert import insert_ignore

REFERRAL_HALF_LIFE = 90  # days


def take(
    session: Session,
    viewer: Viewer,
    message: Message,
    lead: Lead,
    referred: Referred | None,
    now: datetime,
) -> None:
    """The person who was named becomes a lead in review; without an address, a task."""
    said_by = who(session, lead)
    name = referred.name if referred else None
    if referred is None or not referred.email:
        title = (
            f"Find the address of {name}, named by {said_by}"
            if name
            else f"Find who {said_by} means"
        )
        put_task(session, message, lead, "referral", title, now)
        return
    made = _lead_of(session, viewer, lead, referred, said_by, now)
    if made is None:
        put_task(session, message, lead, "referral", f"{said_by} named {referred.email}", now)
        return
    signal = {
        "client_id": lead.client_id,
        "subject": keys.subject("lead", made.id),
        "kind": "referral",
        "detail": f"Named by {said_by}.",
        "source": f"reply {message.id}",
        "confidence": 0.9,
        "half_life_days": REFERRAL_HALF_LIFE,
        "observed_at": now,
    }
    insert_ignore(session, Signal, [signal])


def _lead_of(
    session: Session, viewer: Viewer, lead: Lead, referred: Referred, said_by: str, now: datetime
) -> Lead | None:
    """The named person's lead in the same campaign; None where the address is none."""
    first, _, last = (referred.name or "").partition(" ")
    try:
        contact = contacts.add(
            session,
            viewer,
            lead.client_id,
            referred.email or "",
            now=now,
            first_name=first or None,
            last_name=last or None,
        )
    except Invalid:
        return None
    return leads.add(
        session,
        viewer,
        lead.campaign_id,
        contact.id,
        source="referral",
        reason=f"Named by {said_by}.",
        now=now,
        state=LeadState.REVIEW,
    )


def put_task(
    session: Session,
    message: Message,
    lead: Lead,
    kind: str,
    title: str,
    now: datetime,
    key: str = "",
) -> None:
    """A task about a reply, for whoever has the thread or the lead."""
    thread = session.get(Thread, message.thread_id) if message.thread_id is not None else None
    owner = (thread.assignee_id if thread else None) or lead.owner_id
    tasks.put(
        session,
        key=key or f"reply:{message.id}:{kind}",
        client_id=message.client_id,
        kind=str(kind),
        title=title,
        owner_id=owner,
        lead_id=lead.id,
        thread_id=message.thread_id,
        now=now,
    )


def who(session: Session, lead: Lead) -> str:
    """The lead's name, else its address."""
    contact = session.get_one(Contact, lead.contact_id)
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    return name or contact.email
