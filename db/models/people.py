"""Companies, persons, what is known of them, and who must never be written to."""

from datetime import datetime
from typing import Any

from sqlalchemy import Computed, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import (
    ContactLifecycle,
    EmailStatus,
    SuppressionKind,
    SuppressionReason,
)
from db.base import Base, BigId, Json, UtcDateTime, Word

# compared byte by byte on every database, so that an index serves a search by beginning
Searched = String(320).with_variant(String(320, collation="C"), "postgresql")


def _of_merged(table: str) -> Index:
    """Those that were merged into another: few."""
    few = text("merged_into_id IS NOT NULL")
    name = f"ix_{table}_merged_into_id"
    return Index(name, "merged_into_id", sqlite_where=few, postgresql_where=few)


class Account(Base):
    """A company ("company" on pages). `key` is its domain, else `name:<normalised name>`."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("client_id", "key"),
        Index("ix_accounts_updated_at_id", "updated_at", "id"),
        _of_merged("accounts"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    key: Mapped[str] = mapped_column(String(255))
    domain: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str | None] = mapped_column(String(300))
    industry: Mapped[str | None] = mapped_column(String(120))
    employees: Mapped[int | None]
    revenue: Mapped[int | None] = mapped_column(
        BigId
    )  # whole units of the client's currency a year
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    city: Mapped[str | None] = mapped_column(String(120))
    technologies: Mapped[list[str]] = mapped_column(Json, default=list)
    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # no foreign key: a table cannot point at itself when it is made by parts
    merged_into_id: Mapped[int | None] = mapped_column(BigId)
    batch_id: Mapped[int | None]  # the import that made it; no foreign key: a million are checked
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contact(Base):
    """A person of one client, known by the normalised address `email_key`."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("client_id", "email_key"),
        Index("ix_contacts_account_id", "account_id"),
        Index("ix_contacts_email_key", "email_key"),
        Index("ix_contacts_client_id_name_key", "client_id", "name_key"),
        Index("ix_contacts_client_id_email_domain", "client_id", "email_domain"),
        Index("ix_contacts_updated_at_id", "updated_at", "id"),
        _of_merged("contacts"),
        Index(
            "ix_contacts_email_ask_at",
            "email_ask_at",
            sqlite_where=text("email_ask_at IS NOT NULL"),
            postgresql_where=text("email_ask_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(Searched)
    email_domain: Mapped[str] = mapped_column(Searched)
    email_status: Mapped[EmailStatus] = mapped_column(Word(EmailStatus), default="unknown")
    email_status_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    email_ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # judged again from then on
    role_account: Mapped[bool] = mapped_column(default=False)
    free_mail: Mapped[bool] = mapped_column(default=False)
    disposable: Mapped[bool] = mapped_column(default=False)
    first_name: Mapped[str | None] = mapped_column(String(120))
    last_name: Mapped[str | None] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(  # "berg anna", made by the database, for the search
        Searched,
        Computed(
            "lower(coalesce(last_name, '') || ' ' || coalesce(first_name, ''))", persisted=True
        ),
    )
    title: Mapped[str | None] = mapped_column(String(200))
    seniority: Mapped[str | None] = mapped_column(String(40))
    department: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(40))
    linkedin: Mapped[str | None] = mapped_column(String(300))
    city: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str | None] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(64))
    lifecycle: Mapped[ContactLifecycle] = mapped_column(Word(ContactLifecycle), default="new")
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    notes: Mapped[str | None] = mapped_column(Text)
    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    consent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    merged_into_id: Mapped[int | None] = mapped_column(BigId)  # another address of that contact
    batch_id: Mapped[int | None]  # the import that made it; no foreign key, as in Account
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Fact(Base):
    """One enriched value with its provider and date. `subject` is `contact:12` or `account:3`."""

    __tablename__ = "facts"
    __table_args__ = (
        UniqueConstraint("subject", "field", "provider"),
        Index("ix_facts_client_id_provider", "client_id", "provider"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    subject: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(40))
    value: Mapped[Any] = mapped_column(Json)
    provider: Mapped[str] = mapped_column(String(40))
    confidence: Mapped[float] = mapped_column(Float)  # 0..1
    cost_micros: Mapped[int] = mapped_column(default=0)  # millionths of the agency's currency
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Signal(Base):
    """An opportunity signal (hiring, funding, referral…) with date, source, confidence and half-
    life.
    """

    __tablename__ = "signals"
    __table_args__ = (UniqueConstraint("subject", "kind", "source", "observed_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    subject: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300))
    confidence: Mapped[float] = mapped_column(Float)
    half_life_days: Mapped[int]
    observed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Suppression(Base):
    """An address or domain that must not be written to, in one client or the whole agency.

    `scope` is `agency` or `client:<id>` (core.domain.keys.suppression_scope). Never deleted by an
    import.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        UniqueConstraint("scope", "kind", "value"),
        Index("ix_suppressions_value", "value"),
        Index("ix_suppressions_client_id_id", "client_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    scope: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[SuppressionKind] = mapped_column(Word(SuppressionKind))
    value: Mapped[str] = mapped_column(String(320))
    reason: Mapped[SuppressionReason] = mapped_column(Word(SuppressionReason))
    source: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
