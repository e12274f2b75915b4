"""Mailboxes, threads, messages in and out, provider events, classifications, tasks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import (
    Direction,
    EventKind,
    IntentLayer,
    MailboxState,
    MessageKind,
    MessageState,
    ReplyIntent,
)
from db.base import Base, BigId, EncryptedText, Json, UtcDateTime, Word, index_of_known


class Mailbox(Base):
    """A sending identity with its limits and its IMAP folder.

    `provider` is an adapter of the e-mail port; `settings`: {host, port, security, username};
    `imap`:
    {host, port, security, username, folder}; `window`: {days: [0-6], start: "HH:MM", end: "HH:MM"}.
    """

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("client_id", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    address: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    signature: Mapped[str] = mapped_column(Text, default="")
    provider: Mapped[str] = mapped_column(String(40), default="folder")
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    secret: Mapped[str | None] = mapped_column(EncryptedText)
    inbox_provider: Mapped[str] = mapped_column(String(40), default="folder")
    imap: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    imap_secret: Mapped[str | None] = mapped_column(EncryptedText)
    state: Mapped[MailboxState] = mapped_column(Word(MailboxState), default="active")
    state_reason: Mapped[str | None] = mapped_column(String(300))
    state_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    daily_cap: Mapped[int] = mapped_column(default=50)
    ramp_start: Mapped[int] = mapped_column(default=10)
    ramp_step: Mapped[int] = mapped_column(default=5)
    ramp_from: Mapped[date | None]
    min_gap_seconds: Mapped[int] = mapped_column(default=120)
    domain_cap: Mapped[int] = mapped_column(default=10)  # a recipient domain and day
    window: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    next_send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    uidvalidity: Mapped[int | None] = mapped_column(BigId)
    last_uid: Mapped[int] = mapped_column(BigId, default=0)
    synced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sync_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class MailboxDay(Base):
    """How many a mailbox sent on one day to one recipient domain; domain "" is the day's total."""

    __tablename__ = "mailbox_days"

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    domain: Mapped[str] = mapped_column(String(255), primary_key=True, default="")
    sent: Mapped[int] = mapped_column(default=0)
    bounced: Mapped[int] = mapped_column(default=0)
    complained: Mapped[int] = mapped_column(default=0)


class Thread(Base):
    """A conversation in one mailbox. Without lead_id it is unmatched, and shown as such."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_client_id_needs_us_last_at", "client_id", "needs_us", "last_at"),
        Index("ix_threads_client_id_last_at", "client_id", "last_at"),
        Index("ix_threads_client_id_unread_last_at", "client_id", "unread", "last_at"),
        Index("ix_threads_client_id_snoozed_until", "client_id", "snoozed_until"),
        Index("ix_threads_client_id_lead_id_last_at", "client_id", "lead_id", "last_at"),
        Index(
            "ix_threads_answered",
            "client_id",
            "last_at",
            sqlite_where=text("last_in_at IS NOT NULL"),
            postgresql_where=text("last_in_at IS NOT NULL"),
        ),
        Index("ix_threads_lead_id", "lead_id"),
        Index("ix_threads_mailbox_id", "mailbox_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    subject: Mapped[str] = mapped_column(String(500))
    address: Mapped[str] = mapped_column(String(320))  # the other side
    intent: Mapped[ReplyIntent | None] = mapped_column(Word(ReplyIntent))
    needs_us: Mapped[bool] = mapped_column(default=False)
    unread: Mapped[bool] = mapped_column(default=False)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Message(Base):
    """One rendered mail, out or in. `key` is the exactly-once promise (core.domain.keys).

    `content_hash` covers what is shown for approval; `approved_hash` is the version a person
    approved.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_messages_header_id", "header_id"),
        Index("ix_messages_lead_id_id", "lead_id", "id"),
        Index("ix_messages_thread_id_id", "thread_id", "id"),
        Index("ix_messages_client_id_state_due_at", "client_id", "state", "due_at"),
        Index("ix_messages_client_id_state_id", "client_id", "state", "id"),
        Index("ix_messages_campaign_id_state_id", "campaign_id", "state", "id"),
        Index("ix_messages_mailbox_id_state_due_at", "mailbox_id", "state", "due_at"),
        Index(
            "ix_messages_due",
            "due_at",
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
        Index(
            "ix_messages_sending",
            "claimed_at",
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(  # with what Analytics splits by, so that a period's mails need not be fetched
            "ix_messages_client_id_sent_at",
            *("client_id", "sent_at", "id", "kind", "state", "campaign_id", "lead_id"),
            *("step", "variant_id", "mailbox_id"),
            sqlite_where=text("sent_at IS NOT NULL"),
            postgresql_where=text("sent_at IS NOT NULL"),
        ),
        index_of_known("messages", "received_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(300))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"))
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailboxes.id"))
    step: Mapped[int | None]
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("template_variants.id"))
    direction: Mapped[Direction] = mapped_column(Word(Direction))
    kind: Mapped[MessageKind] = mapped_column(Word(MessageKind))
    state: Mapped[MessageState] = mapped_column(Word(MessageState))
    state_reason: Mapped[str | None] = mapped_column(String(500))
    header_id: Mapped[str | None] = mapped_column(String(300))  # Message-ID, fixed when planned
    in_reply_to: Mapped[str | None] = mapped_column(String(300))
    references: Mapped[str | None] = mapped_column(Text)
    from_address: Mapped[str] = mapped_column(String(320))
    to_address: Mapped[str] = mapped_column(String(320))
    subject: Mapped[str] = mapped_column(String(500))
    body_text: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str | None] = mapped_column(Text)
    visible_text: Mapped[str | None] = mapped_column(Text)  # incoming: without quotes and signature
    headers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    content_hash: Mapped[str] = mapped_column(String(64))
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    provider: Mapped[str | None] = mapped_column(String(40))
    provider_ref: Mapped[str | None] = mapped_column(String(300))
    error: Mapped[str | None] = mapped_column(String(500))
    intent: Mapped[ReplyIntent | None] = mapped_column(Word(ReplyIntent))
    raw_path: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Classification(Base):
    """What an incoming message was taken for, by which layer, on what evidence. The newest
    counts.
    """

    __tablename__ = "classifications"
    __table_args__ = (Index("ix_classifications_message_id_id", "message_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id"))
    intent: Mapped[ReplyIntent] = mapped_column(Word(ReplyIntent))
    layer: Mapped[IntentLayer] = mapped_column(Word(IntentLayer))
    confidence: Mapped[float] = mapped_column(Float)
    evidence: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Event(Base):
    """A provider's later word on a message (delivered, bounced…), taken in once."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("provider", "provider_event_id"),
        Index("ix_events_client_id_at", "client_id", "at"),
        Index("ix_events_lead_id_at", "lead_id", "at"),
        Index("ix_events_message_id", "message_id"),
        Index("ix_events_campaign_id_kind_at", "campaign_id", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    provider: Mapped[str] = mapped_column(String(40))
    provider_event_id: Mapped[str] = mapped_column(String(300))
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    by_machine: Mapped[bool] = mapped_column(default=False)
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Task(Base):
    """Something a person should do by `due_at` (answer a reply, look for a successor)."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_tasks_client_id_done_at_due_at", "client_id", "done_at", "due_at"),
        Index("ix_tasks_lead_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
