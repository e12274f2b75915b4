"""What happened with a lead, in one line of time: history, mail out and in, provider's words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import Direction, EventKind, LeadState, MessageState, ReplyIntent
from core.queries import paging
from db.models import Event, LeadEvent, Message

LATEST = 100  # lines of each kind
MAIL_KINDS = ("mail", "reply")  # told by the messages themselves


@dataclass(frozen=True, slots=True)
class Entry:
    """One line. `kind`: state, note, import, score, out, in, event…; `word` is what it came to."""

    at: datetime
    kind: str
    title: str
    detail: str | None = None
    who: str | None = None
    word: LeadState | MessageState | ReplyIntent | EventKind | None = None
    message_id: int | None = None


def of_lead(session: Session, viewer: Viewer, lead_id: int) -> tuple[Entry, ...]:
    """The latest first; empty for a lead of another client."""
    entries = [
        *_history(session, viewer, lead_id),
        *_mail(session, viewer, lead_id),
        *_events(session, viewer, lead_id),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at, reverse=True))


def _history(session: Session, viewer: Viewer, lead_id: int) -> list[Entry]:
    found = session.execute(
        select(LeadEvent)
        .where(LeadEvent.lead_id == lead_id, _theirs(viewer, LeadEvent))
        .order_by(LeadEvent.id.desc())
        .limit(LATEST)
    ).scalars()
    return [
        Entry(
            at=event.at,
            kind=event.kind,
            title=event.reason or "",
            who=event.actor_name,
            word=LeadState(event.to_state) if event.to_state else None,
        )
        for event in found
        if event.kind not in MAIL_KINDS or event.to_state
    ]


def _mail(session: Session, viewer: Viewer, lead_id: int) -> list[Entry]:
    found = session.execute(
        select(Message)
        .where(Message.lead_id == lead_id, _theirs(viewer, Message))
        .order_by(Message.id.desc())
        .limit(LATEST)
    ).scalars()
    entries = []
    for mail in found:
        came = mail.direction == Direction.IN
        at = mail.received_at if came else (mail.sent_at or mail.due_at)
        entries.append(
            Entry(
                at=at or mail.created_at,
                kind="in" if came else "out",
                title=mail.subject,
                detail=(mail.visible_text or mail.body_text) if came else mail.state_reason,
                who=mail.from_address,
                word=mail.intent if came else mail.state,
                message_id=mail.id,
            )
        )
    return entries


def _events(session: Session, viewer: Viewer, lead_id: int) -> list[Entry]:
    found = session.execute(
        select(Event)
        .where(Event.lead_id == lead_id, Event.by_machine.is_(False), _theirs(viewer, Event))
        .order_by(Event.at.desc())
        .limit(LATEST)
    ).scalars()
    return [Entry(at=event.at, kind="event", title="", word=event.kind) for event in found]


def _theirs(viewer: Viewer, table: type[LeadEvent | Message | Event]) -> ColumnElement[bool]:
    """A lead is asked for by its id, so the switcher's focus does not hide its lines."""
    return paging.within(table.client_id, viewer, focused=False)
