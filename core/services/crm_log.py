"""What happened with contacts, on its way to a CRM's timeline: claimed, and what became of it.

The unique link of a message, event or conversion is the promise that it is written down once. What
was claimed and never recorded (a crash) is given again only to a CRM that knows its key; elsewhere
a person looks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from core.domain import keys
from core.domain.crm_states import CrmKind, CrmStage, LinkState
from core.domain.states import Direction, EventKind, MessageState
from db.models import Contact, Conversion, CrmLink, Event, Lead, Message
from db.upsert import insert_new

LEASE = timedelta(minutes=5)
LOST = "Perhaps it is written there: look at the contact in the CRM."
TOLD = (EventKind.BOUNCED, EventKind.COMPLAINED, EventKind.UNSUBSCRIBED)
WORDS = {
    Direction.OUT: "Mail sent", Direction.IN: "Reply received",
    EventKind.BOUNCED: "Mail bounced", EventKind.COMPLAINED: "Marked as spam",
    EventKind.UNSUBSCRIBED: "Opted out",
}  # fmt: skip
LONGEST = 5_000  # characters of a mail

_person = aliased(CrmLink)  # the contact's link
_own = aliased(CrmLink)  # the interaction's


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that the CRM does not have yet."""

    kind: CrmKind
    subject_id: int
    client_id: int
    contact_id: int
    link_id: int | None
    key: str
    words: str
    at: datetime
    subject: str
    text: str
    email: str
    remote_id: str


@dataclass(frozen=True, slots=True)
class Logging:
    """One interaction in hand."""

    link_id: int
    attempt: int
    happened: Happened


def due(
    session: Session, crm: str, kind: CrmKind, *, again: bool, after: int, limit: int, now: datetime
) -> list[Happened]:
    """By id: what the CRM was not told, of contacts that it has. `again`: also what may be there,
    because the CRM knows the key.
    """
    model = _MODELS[kind]
    query = _SELECTS[kind](crm).where(_open(again, now), model.id > after)
    return [_TELL[kind](row) for row in session.execute(query.order_by(model.id).limit(limit))]


def claim(session: Session, crm: str, one: Happened, *, now: datetime) -> Logging | None:
    """Takes it in hand; None where another has it."""
    if one.link_id is None:
        made = insert_new(session, CrmLink, _row(crm, one, now))
        return None if made is None else Logging(made, 1, one)
    lost = and_(CrmLink.state == LinkState.SENDING, CrmLink.claimed_at <= now - LEASE)
    found = session.execute(
        update(CrmLink)
        .where(CrmLink.id == one.link_id, or_(CrmLink.state == LinkState.WAITING, lost))
        .values(state=LinkState.SENDING, claimed_at=now, attempts=CrmLink.attempts + 1)
        .returning(CrmLink.attempts)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    return None if found is None else Logging(one.link_id, found, one)


def settle(
    session: Session,
    one: Logging,
    state: LinkState,
    *,
    remote_id: str | None = None,
    why: str | None = None,
    now: datetime,
) -> bool:
    """What became of it; tells whether the claim was still ours."""
    found = session.execute(
        update(CrmLink)
        .where(
            *(CrmLink.id == one.link_id, CrmLink.state == LinkState.SENDING),
            CrmLink.attempts == one.attempt,
        )
        .values(
            state=state, remote_id=remote_id, reason=why[:500] if why else None, claimed_at=None,
            synced_at=now if state is LinkState.LINKED else None,
        )
        .returning(CrmLink.id)
    )  # fmt: skip
    return found.scalar_one_or_none() is not None


def give_up_lost(session: Session, crm: str, *, now: datetime) -> int:
    """What was in hand when a process died, and may be there, waits for a person."""
    lost = session.execute(
        update(CrmLink)
        .where(
            *(CrmLink.crm == crm, CrmLink.kind != CrmKind.CONTACT),
            *(CrmLink.state == LinkState.SENDING, CrmLink.claimed_at <= now - LEASE),
        )
        .values(state=LinkState.UNCERTAIN, reason=LOST, claimed_at=None)
        .returning(CrmLink.id)
        .execution_options(synchronize_session=False)
    )
    return len(lost.all())


def _messages(crm: str) -> Select[Any]:
    told = or_(
        Message.state == MessageState.SENT, Message.direction == Direction.IN
    )  # incoming ones are received for good
    columns = (
        *(Message.id, Message.client_id, Message.direction, Message.subject, Message.created_at),
        *(Message.sent_at, Message.received_at, Message.body_text, Message.visible_text),
    )
    return _with_links(select(*columns), crm, CrmKind.MESSAGE, Message).where(told)


def _events(crm: str) -> Select[Any]:
    query = select(Event.id, Event.client_id, Event.kind, Event.at)
    return _with_links(query, crm, CrmKind.EVENT, Event).where(Event.kind.in_(TOLD))


def _conversions(crm: str) -> Select[Any]:
    columns = (
        *(Conversion.id, Conversion.client_id, Conversion.kind, Conversion.at, Conversion.note),
        *(Conversion.value_minor, Conversion.currency),
    )
    query = _with_links(select(*columns), crm, CrmKind.CONVERSION, Conversion)
    return query.where(Conversion.source != "crm")  # it told us itself


def _with_links(query: Any, crm: str, kind: CrmKind, model: Any) -> Select[Any]:
    person = and_(
        *(_person.contact_id == Lead.contact_id, _person.crm == crm),
        *(_person.kind == CrmKind.CONTACT, _person.state == LinkState.LINKED),
    )
    own = and_(_own.crm == crm, _own.kind == kind, _own.subject_id == model.id)
    linked: Select[Any] = (
        query.add_columns(
            *(Lead.contact_id, Contact.email_key, _person.remote_id),
            _own.id.label("link_id"),
        )
        .join(Lead, Lead.id == model.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(_person, person)
        .outerjoin(_own, own)
        .where(_person.remote_id.is_not(None))
    )
    return linked


def _open(again: bool, now: datetime) -> ColumnElement[bool]:
    open_ = [_own.id.is_(None), _own.state == LinkState.WAITING]
    if again:
        open_.append(and_(_own.state == LinkState.SENDING, _own.claimed_at <= now - LEASE))
    return or_(*open_)


def _message(row: Any) -> Happened:
    at = row.sent_at or row.received_at or row.created_at
    text = row.visible_text or row.body_text
    key = keys.crm_record(CrmKind.MESSAGE, row.id, row.created_at)
    return _happened(
        CrmKind.MESSAGE, row, key, WORDS[row.direction], at, row.subject, text[:LONGEST]
    )


def _event(row: Any) -> Happened:
    key = keys.crm_record(CrmKind.EVENT, row.id, row.at)
    return _happened(CrmKind.EVENT, row, key, WORDS[row.kind], row.at, "", "")


def _conversion(row: Any) -> Happened:
    key = keys.crm_record(CrmKind.CONVERSION, row.id, row.at)
    worth = f"{row.value_minor / 100:,.2f} {row.currency}" if row.value_minor else ""
    return _happened(
        CrmKind.CONVERSION, row, key, f"{row.kind.value.capitalize()} marked", row.at, worth,
        row.note or "",
    )  # fmt: skip


def _happened(
    kind: CrmKind, row: Any, key: str, words: str, at: datetime, subject: str, text: str
) -> Happened:
    return Happened(
        kind=kind,
        subject_id=row.id,
        client_id=row.client_id,
        contact_id=row.contact_id,
        link_id=row.link_id,
        key=key,
        words=words,
        at=at,
        subject=subject,
        text=text,
        email=row.email_key,
        remote_id=row.remote_id,
    )


def _row(crm: str, one: Happened, now: datetime) -> dict[str, Any]:
    return {
        "client_id": one.client_id,
        "crm": crm,
        "kind": one.kind,
        "contact_id": one.contact_id,
        "subject_id": one.subject_id,
        "state": LinkState.SENDING,
        "attempts": 1,
        "claimed_at": now,
        "base": {},
        "theirs": {},
        "raw": {},
        "stage": CrmStage.UNKNOWN,
        "created_at": now,
    }


KINDS: Sequence[CrmKind] = (CrmKind.MESSAGE, CrmKind.EVENT, CrmKind.CONVERSION)
_MODELS: dict[CrmKind, Any] = {
    CrmKind.MESSAGE: Message, CrmKind.EVENT: Event, CrmKind.CONVERSION: Conversion,
}  # fmt: skip
_SELECTS = {
    CrmKind.MESSAGE: _messages, CrmKind.EVENT: _events, CrmKind.CONVERSION: _conversions,
}  # fmt: skip
_TELL = {CrmKind.MESSAGE: _message, CrmKind.EVENT: _event, CrmKind.CONVERSION: _conversion}
