"""Meetings, opportunities, wins: marked by a person or told by a CRM, once a kind and lead."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.lifecycle import LEAD_MOVES, may_move
from core.domain.states import ConversionKind, LeadState
from core.errors import Invalid
from core.services import audit, enrolments, guard, leads
from db.models import Client, Conversion, Lead
from db.upsert import insert_new

SOURCE = "person"
_WORDS = {
    ConversionKind.MEETING: "A meeting was held",
    ConversionKind.OPPORTUNITY: "An opportunity came of it",
    ConversionKind.WON: "A deal was won",
    ConversionKind.LOST: "The deal was lost",
}


def record(
    session: Session,
    viewer: Viewer,
    lead_id: int,
    kind: ConversionKind,
    *,
    value_minor: int = 0,
    currency: str | None = None,
    at: datetime,
    note: str | None = None,
    now: datetime,
    source: str = SOURCE,
) -> Conversion:
    """Marks it, and ends the lead's sequence; what is marked already stays as it is.

    `value_minor` in cents of the client's currency: another currency is refused, because sums
    would lie. All kinds but LOST convert the lead where its state allows.
    """
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    client = session.get_one(Client, lead.client_id)
    _check(client, value_minor, currency, at, now)
    key = keys.conversion(lead_id, kind, SOURCE)  # once, whoever tells of it
    row = {
        "key": key,
        "client_id": lead.client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead_id,
        "kind": kind,
        "value_minor": value_minor,
        "currency": client.currency,
        "source": source,
        "note": (note or "").strip() or None,
        "by_id": viewer.user_id,
        "at": at,
    }
    made = insert_new(session, Conversion, row)
    found = session.execute(select(Conversion).where(Conversion.key == key)).scalar_one()
    if made is not None:
        _follow(session, viewer, lead, kind, now)
        _note(session, viewer, "conversion marked", found, now)
    return found


def correct(
    session: Session,
    viewer: Viewer,
    conversion_id: int,
    *,
    value_minor: int,
    at: datetime,
    note: str | None = None,
    now: datetime,
) -> Conversion:
    """Changes value, moment and note of what was marked."""
    row = guard.owned(session, viewer, Conversion, conversion_id, Act.EDIT_LEADS)
    _check(session.get_one(Client, row.client_id), value_minor, None, at, now)
    before = {"value_minor": row.value_minor, "at": row.at.isoformat()}
    row.value_minor, row.at, row.note = value_minor, at, (note or "").strip() or None
    _note(session, viewer, "conversion corrected", row, now, before)
    session.flush()
    return row


def _check(
    client: Client, value_minor: int, currency: str | None, at: datetime, now: datetime
) -> None:
    if currency is not None and currency != client.currency:
        raise Invalid(f"{client.name} counts in {client.currency}. Give the value in it.")
    if value_minor < 0:
        raise Invalid("A value cannot be below zero.")
    if at > now:
        raise Invalid("This lies in the future. Mark it once it has happened.")


def _follow(
    session: Session, viewer: Viewer, lead: Lead, kind: ConversionKind, now: datetime
) -> None:
    reason = _WORDS[kind]
    if kind is not ConversionKind.LOST and may_move(LEAD_MOVES, lead.state, LeadState.CONVERTED):
        leads.move(session, viewer, lead.id, LeadState.CONVERTED, reason=reason, now=now)
    enrolments.stop_for_lead(session, viewer, lead.id, reason, now=now)


def _note(
    session: Session,
    viewer: Viewer,
    action: str,
    row: Conversion,
    now: datetime,
    before: dict[str, object] | None = None,
) -> None:
    after = {"kind": row.kind, "value_minor": row.value_minor, "at": row.at.isoformat()}
    audit.record(
        session, viewer, action, keys.subject("lead", row.lead_id),
        client_id=row.client_id, before=before, after=after, now=now,
    )  # fmt: skip
