"""One conversation: what was said, how it was taken and why, and the answer that waits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.states import (
    Direction,
    IntentLayer,
    MessageKind,
    MessageState,
    ReplyIntent,
    ReviewState,
)
from core.queries import inbox, lead_detail, waiting
from core.queries.inbox import ThreadRow
from core.queries.lead_detail import LeadDetail
from core.queries.waiting import Wait
from db.models import Classification, Mailbox, Message, ReviewItem, Thread

LATEST = 200
DRAFTED = (MessageState.DRAFT, MessageState.REVIEW)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a mail was taken for, by which layer, how surely, and on what evidence."""

    intent: ReplyIntent
    layer: IntentLayer
    confidence: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bubble:
    """One mail of the conversation. `text` is without quotes; `whole` as it came."""

    message_id: int
    direction: Direction
    at: datetime
    who: str
    subject: str
    text: str
    whole: str
    state: MessageState
    reason: str | None
    recallable: bool  # an approved answer of ours that has not left yet
    taken: Taken | None


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that waits for a person; with `item_id` it waits in the review queue."""

    message_id: int
    version: int
    content_hash: str
    state: MessageState
    subject: str
    body_text: str
    item_id: int | None
    item_version: int | None


@dataclass(frozen=True, slots=True)
class ThreadDetail:
    """All of one conversation."""

    row: ThreadRow
    client_id: int
    mailbox_id: int
    mailbox: str
    bubbles: tuple[Bubble, ...]
    draft: Draft | None
    leaves: Wait | None  # when our approved answer goes out, and what holds it
    lead: LeadDetail | None


def detail(
    session: Session, viewer: Viewer, thread_id: int, *, now: datetime
) -> ThreadDetail | None:
    """The conversation, or None where there is none or it is another client's."""
    thread = session.get(Thread, thread_id)
    if thread is None or not viewer.sees(thread.client_id):
        return None
    (row,) = inbox.rows(session, viewer, [thread_id])
    mails = session.execute(
        select(Message)
        .where(Message.thread_id == thread_id)
        .order_by(Message.id.desc())
        .limit(LATEST)
    ).scalars()
    shown = [mail for mail in mails if mail.state != MessageState.CANCELLED]
    said = [mail for mail in shown if not _is_draft(mail)]
    drafts = [mail for mail in shown if _is_draft(mail)]
    taken = _taken(session, [mail.id for mail in said if mail.direction == Direction.IN])
    bubbles = [_bubble(mail, taken.get(mail.id)) for mail in said]
    return ThreadDetail(
        row=row,
        client_id=thread.client_id,
        mailbox_id=thread.mailbox_id,
        mailbox=session.get_one(Mailbox, thread.mailbox_id).address,
        bubbles=tuple(sorted(bubbles, key=lambda bubble: bubble.at)),
        draft=_draft(session, drafts[0]) if drafts else None,
        leaves=_leaves(session, said, now),
        lead=lead_detail.detail(session, viewer, thread.lead_id, now=now)
        if thread.lead_id
        else None,
    )


def _leaves(session: Session, said: list[Message], now: datetime) -> Wait | None:
    """The latest answer that is approved and not out yet; None where none is."""
    for mail in said:
        if _is_leaving(mail):
            wait = waiting.of_messages(session, [mail], now=now)[mail.id]
            soon = wait.at is not None and mail.due_at is not None and mail.due_at > now
            return Wait(mail.due_at, wait.reasons) if soon else wait  # no window for an answer
    return None


def _is_leaving(mail: Message) -> bool:
    return mail.kind == MessageKind.ANSWER and mail.state == MessageState.APPROVED


def _is_draft(mail: Message) -> bool:
    return mail.kind == MessageKind.ANSWER and mail.state in DRAFTED


def _taken(session: Session, message_ids: list[int]) -> dict[int, Taken]:
    """The newest word on each mail."""
    found = session.execute(
        select(Classification)
        .where(Classification.message_id.in_(message_ids))
        .order_by(Classification.id)
    ).scalars()
    return {
        word.message_id: Taken(word.intent, word.layer, word.confidence, _evidence(word.evidence))
        for word in found
    }


def _evidence(stored: dict[str, Any]) -> tuple[str, ...]:
    """Each piece of evidence as a short text."""
    told = []
    for name, value in sorted(stored.items()):
        text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value)
        if text and value is not None:
            told.append(f"{name.replace('_', ' ')}: {text}")
    return tuple(told)


def _bubble(mail: Message, taken: Taken | None) -> Bubble:
    came = mail.direction == Direction.IN
    at = mail.received_at if came else (mail.sent_at or mail.due_at)
    return Bubble(
        message_id=mail.id,
        direction=mail.direction,
        at=at or mail.created_at,
        who=mail.from_address,
        subject=mail.subject,
        text=(mail.visible_text or mail.body_text).strip(),
        whole=mail.body_text,
        state=mail.state,
        reason=mail.error or mail.state_reason,
        recallable=_is_leaving(mail),
        taken=taken,
    )


def _draft(session: Session, mail: Message) -> Draft:
    item = session.execute(
        select(ReviewItem.id, ReviewItem.version)
        .where(
            ReviewItem.subject == f"message:{mail.id}",
            ReviewItem.state.in_((ReviewState.WAITING, ReviewState.SNOOZED)),
        )
        .limit(1)
    ).first()
    return Draft(
        message_id=mail.id,
        version=mail.version,
        content_hash=mail.content_hash,
        state=mail.state,
        subject=mail.subject,
        body_text=mail.body_text,
        item_id=item.id if item else None,
        item_version=item.version if item else None,
    )
