"""Conversions, spend, the daily rollups behind every chart, and finished files for clients."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import ConversionKind, DeliverableKind, DeliverableState
from db.base import Base, BigId, Json, UtcDateTime, Word


class Conversion(Base):
    """A meeting, opportunity or win, with its value in minor units (cents) of `currency`."""

    __tablename__ = "conversions"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_conversions_client_id_at", "client_id", "at"),
        Index("ix_conversions_lead_id", "lead_id"),
        Index("ix_conversions_campaign_id_kind_at", "campaign_id", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[ConversionKind] = mapped_column(Word(ConversionKind))
    value_minor: Mapped[int] = mapped_column(BigId, default=0)
    currency: Mapped[str] = mapped_column(String(3))
    source: Mapped[str] = mapped_column(String(40), default="person")
    note: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Spend(Base):
    """Money spent on a campaign on one day, minor units of `currency`, by kind (list, tools, ads,
    hours).
    """

    __tablename__ = "spend"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "on_date"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[str] = mapped_column(String(24))
    on_date: Mapped[date]
    amount_minor: Mapped[int] = mapped_column(BigId)
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str | None] = mapped_column(Text)


class DailyRollup(Base):
    """What happened in one campaign on one UTC day. Counts of leads except `sent` and `bounced`
    (mails).
    """

    __tablename__ = "daily_rollups"
    __table_args__ = (Index("ix_daily_rollups_client_id_day", "client_id", "day"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    harvested: Mapped[int] = mapped_column(default=0)
    enriched: Mapped[int] = mapped_column(default=0)
    scored: Mapped[int] = mapped_column(default=0)
    qualified: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    routed: Mapped[int] = mapped_column(default=0)
    sent: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(default=0)  # leads whose first mail went out that day
    bounced: Mapped[int] = mapped_column(default=0)
    replied: Mapped[int] = mapped_column(default=0)  # leads whose first human reply came that day
    positive: Mapped[int] = mapped_column(default=0)
    unsubscribed: Mapped[int] = mapped_column(default=0)
    meetings: Mapped[int] = mapped_column(default=0)
    won: Mapped[int] = mapped_column(default=0)
    value_minor: Mapped[int] = mapped_column(BigId, default=0)
    spend_minor: Mapped[int] = mapped_column(BigId, default=0)


class EntryRollup(Base):
    """The leads that came into one campaign on one UTC day, and how many of them have got to each
    stage, or beyond it, by now.
    """

    __tablename__ = "entry_rollups"
    __table_args__ = (Index("ix_entry_rollups_client_id_day", "client_id", "day"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    harvested: Mapped[int] = mapped_column(default=0)
    enriched: Mapped[int] = mapped_column(default=0)
    scored: Mapped[int] = mapped_column(default=0)
    qualified: Mapped[int] = mapped_column(default=0)
    routed: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(default=0)
    replied: Mapped[int] = mapped_column(default=0)
    positive: Mapped[int] = mapped_column(default=0)
    meetings: Mapped[int] = mapped_column(default=0)
    won: Mapped[int] = mapped_column(default=0)


class Deliverable(Base):
    """A finished file for a client. `snapshot` holds the numbers it was made from; `path` is under
    the data dir.
    """

    __tablename__ = "deliverables"
    __table_args__ = (
        UniqueConstraint("client_id", "kind", "format", "title", "edition"),
        Index("ix_deliverables_client_id_id", "client_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    kind: Mapped[DeliverableKind] = mapped_column(Word(DeliverableKind))
    format: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(300))
    edition: Mapped[int] = mapped_column(default=1)
    period_start: Mapped[date | None]
    period_end: Mapped[date | None]
    state: Mapped[DeliverableState] = mapped_column(Word(DeliverableState))
    path: Mapped[str | None] = mapped_column(String(500))
    bytes: Mapped[int | None] = mapped_column(BigId)
    sha256: Mapped[str | None] = mapped_column(String(64))
    snapshot: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
