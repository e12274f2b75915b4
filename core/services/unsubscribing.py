"""Somebody followed the unsubscribe link: final at once, and for good."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import SYSTEM
from core.domain.states import EventKind, SuppressionKind, SuppressionReason
from core.errors import NotFound
from core.services import suppressions
from db.models import Client, Contact, Event, Lead
from db.upsert import insert_new


def client_name(session: Session, client_id: int, lead_id: int) -> str:
    """For whom the mails were; NotFound where the link names nobody of ours (any more)."""
    _contact(session, client_id, lead_id)
    return session.get_one(Client, client_id).name


def unsubscribe(session: Session, client_id: int, lead_id: int, *, now: datetime) -> None:
    """Suppresses the address for the client. Safe to repeat."""
    lead, contact = _contact(session, client_id, lead_id)
    suppressions.suppress(
        session,
        SYSTEM,
        contact.email_key,
        kind=SuppressionKind.ADDRESS,
        client_id=client_id,
        reason=SuppressionReason.OPT_OUT,
        source="unsubscribe link",
        now=now,
    )
    row = {
        "client_id": client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "provider": "link",
        "provider_event_id": keys.subject("unsubscribe", lead.id),
        "kind": EventKind.UNSUBSCRIBED,
        "extra": {},
        "at": now,
    }
    insert_new(session, Event, row)


def _contact(session: Session, client_id: int, lead_id: int) -> tuple[Lead, Contact]:
    lead = session.get(Lead, lead_id)
    if lead is None or lead.client_id != client_id:
        raise NotFound("This link is not valid any more.")
    return lead, session.get_one(Contact, lead.contact_id)
