"""Rows that the desk's tests need beside those of tests/factories.py."""

from typing import Any

from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.states import (
    DeliverableKind,
    DeliverableState,
    Direction,
    MessageKind,
    MessageState,
)
from db.models import (
    Account,
    AutoApproval,
    Classification,
    Deliverable,
    Event,
    Fact,
    ImportBatch,
    ImportReject,
    Lead,
    LeadEvent,
    LeadScore,
    Message,
    ReviewItem,
    Signal,
    Thread,
)
from tests.factories import NOW, make_review_item, number


def make_reply(
    session: Session, thread: Thread, text: str = "Yes, please.", **given: Any
) -> Message:
    """A mail that came in to a thread."""
    n = number()
    values: dict[str, Any] = {
        "key": f"in:{thread.mailbox_id}:{n}",
        "client_id": thread.client_id,
        "campaign_id": thread.campaign_id,
        "lead_id": thread.lead_id,
        "thread_id": thread.id,
        "mailbox_id": thread.mailbox_id,
        "direction": Direction.IN,
        "kind": MessageKind.REPLY,
        "state": MessageState.RECEIVED,
        "header_id": f"<{n}.in@else.example>",
        "from_address": thread.address,
        "to_address": "sales@agency.example",
        "subject": f"Re: {thread.subject}",
        "body_text": f"{text}\n\n> quoted",
        "visible_text": text,
        "content_hash": keys.content_hash(text),
        "received_at": NOW,
        "created_at": NOW,
    }
    return _add(session, Message(**values | given))


def make_draft(session: Session, thread: Thread, text: str = "Gladly.", **given: Any) -> Message:
    """An answer that waits for approval, with its review item."""
    n = number()
    values: dict[str, Any] = {
        "key": keys.answer_message(thread.id, n),
        "client_id": thread.client_id,
        "campaign_id": thread.campaign_id,
        "lead_id": thread.lead_id,
        "thread_id": thread.id,
        "mailbox_id": thread.mailbox_id,
        "direction": Direction.OUT,
        "kind": MessageKind.ANSWER,
        "state": MessageState.REVIEW,
        "header_id": f"<{n}.out@agency.example>",
        "from_address": "sales@agency.example",
        "to_address": thread.address,
        "subject": f"Re: {thread.subject}",
        "body_text": text,
        "content_hash": keys.content_hash(f"Re: {thread.subject}", text, None),
        "created_at": NOW,
    }
    draft = _add(session, Message(**values | given))
    make_message_item(session, draft, kind="reply_draft")
    return draft


def make_message_item(session: Session, message: Message, **given: Any) -> ReviewItem:
    """A message that waits for a person's word."""
    lead = session.get(Lead, message.lead_id) if message.lead_id else None
    values: dict[str, Any] = {
        "client_id": message.client_id,
        "campaign_id": message.campaign_id,
        "lead_id": message.lead_id,
        "message_id": message.id,
        "kind": "message",
        "subject": keys.subject("message", message.id),
        "content_hash": message.content_hash,
        "why": "The first e-mail to this lead.",
        "created_at": NOW,
    }
    if lead is not None:
        return make_review_item(session, lead, **values | given)
    return _add(session, ReviewItem(**values | given))


def make_score(session: Session, lead: Lead, total: int = 61, **given: Any) -> LeadScore:
    """The score of a lead, with two reasons."""
    values: dict[str, Any] = {
        "lead_id": lead.id,
        "client_id": lead.client_id,
        "rules_version": 1,
        "fit": 78,
        "opportunity": 41,
        "engagement": 12,
        "total": total,
        "confidence": 71,
        "tier": "warm",
        "at": NOW,
        "reasons": [
            {"axis": "fit", "points": 5, "of": 10, "sentence": "Industry fits", "known": True},
            {"axis": "fit", "points": 18, "of": 20, "sentence": "Title matches", "known": True},
            {"axis": "fit", "points": 0, "of": 9, "sentence": "Budget unknown", "known": False},
        ],
    }
    lead.total, lead.tier, lead.fit, lead.opportunity, lead.engagement = total, "warm", 78, 41, 12
    return _add(session, LeadScore(**values | given))


def make_fact(session: Session, lead: Lead, of: str = "contact", **given: Any) -> Fact:
    """One enriched value of the lead's person or company."""
    row_id = lead.contact_id if of == "contact" else lead.account_id
    values: dict[str, Any] = {
        "client_id": lead.client_id,
        "subject": keys.subject(of, row_id or 0),
        "field": "title",
        "value": "VP Marketing",
        "provider": "local",
        "confidence": 0.6,
        "observed_at": NOW,
    }
    return _add(session, Fact(**values | given))


def make_signal(session: Session, account: Account, **given: Any) -> Signal:
    """A signal of a company."""
    values: dict[str, Any] = {
        "client_id": account.client_id,
        "subject": keys.subject("account", account.id),
        "kind": "hiring",
        "detail": "Hiring 3 marketing roles",
        "source": "careers page",
        "confidence": 0.8,
        "half_life_days": 60,
        "observed_at": NOW,
    }
    return _add(session, Signal(**values | given))


def make_lead_event(session: Session, lead: Lead, **given: Any) -> LeadEvent:
    """One line of a lead's history."""
    values: dict[str, Any] = {
        "client_id": lead.client_id,
        "lead_id": lead.id,
        "kind": "note",
        "reason": "Met at the fair",
        "actor_name": "Olga",
        "at": NOW,
    }
    return _add(session, LeadEvent(**values | given))


def make_event(session: Session, message: Message, **given: Any) -> Event:
    """A provider's later word."""
    values: dict[str, Any] = {
        "client_id": message.client_id,
        "campaign_id": message.campaign_id,
        "lead_id": message.lead_id,
        "message_id": message.id,
        "provider": "smtp",
        "provider_event_id": f"e{number()}",
        "kind": "delivered",
        "at": NOW,
    }
    return _add(session, Event(**values | given))


def make_classification(session: Session, message: Message, **given: Any) -> Classification:
    """What an incoming mail was taken for."""
    values: dict[str, Any] = {
        "client_id": message.client_id,
        "message_id": message.id,
        "intent": "interested",
        "layer": "rules",
        "confidence": 0.9,
        "evidence": {"phrase": "Yes, please", "nothing": None, "words": ["yes", "please"]},
        "at": NOW,
    }
    return _add(session, Classification(**values | given))


def make_batch(session: Session, client_id: int, **given: Any) -> ImportBatch:
    """A file that was put in."""
    values: dict[str, Any] = {
        "client_id": client_id,
        "filename": "people.csv",
        "sha256": keys.digest(str(number()).encode()),
        "source": "upload",
        "state": "completed",
        "rows": 10,
        "rows_done": 10,
        "created": 8,
        "rejected": 2,
        "created_at": NOW,
    }
    return _add(session, ImportBatch(**values | given))


def make_reject(session: Session, batch: ImportBatch, row_no: int, **given: Any) -> ImportReject:
    """A row that was not taken."""
    values: dict[str, Any] = {"reason": "No address", "cells": ["Anna", ""]}
    return _add(session, ImportReject(batch_id=batch.id, row_no=row_no, **values | given))


def make_deliverable(session: Session, client_id: int, **given: Any) -> Deliverable:
    """A report that waits for approval."""
    values: dict[str, Any] = {
        "client_id": client_id,
        "kind": DeliverableKind.REPORT,
        "format": "pdf",
        "title": "February report",
        "state": DeliverableState.REVIEW,
        "sha256": "a" * 64,
        "made_at": NOW,
    }
    return _add(session, Deliverable(**values | given))


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_auto_approval(session: Session, lead: Lead, **given: Any) -> AutoApproval:
    """A line of the log: a rule let this lead pass."""
    values: dict[str, Any] = {
        "client_id": lead.client_id,
        "campaign_id": lead.campaign_id,
        "lead_id": lead.id,
        "rule": "Good and verified",
        "rules_version": 1,
        "waited_for": "role_account",
        "why": "info@acme.example is a shared mailbox.",
        "at": NOW,
    }
    row = AutoApproval(**values | given)
    session.add(row)
    session.flush()
    return row
