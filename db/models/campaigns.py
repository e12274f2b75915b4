"""Campaigns, their targets, leads with history and scores, imports, sequences, enrolments."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Computed, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.scoring import EDITION
from core.domain.states import CampaignState, EnrolmentState, LeadState, Tier
from db.base import Base, BigId, Json, UtcDateTime, Word, index_of_known


class Campaign(Base):
    """Goal, audience and time. `icp` and `rules` are checked documents (core.domain.scoring /
    qualification).

    `settings`: {auto_approve_leads, auto_approve_messages, window, days, timezone, sources, …}.
    `edition` of the built-in rules by which its leads are scored; `renewed_to`: up to which lead,
    while those of an older edition are looked at anew.
    `counts`: leads by state, kept by the rollups stage so that no page counts a table.
    """

    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("client_id", "name"),
        Index("ix_campaigns_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str | None] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(20), default="email")
    state: Mapped[CampaignState] = mapped_column(Word(CampaignState), default="draft")
    state_reason: Mapped[str | None] = mapped_column(String(300))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    icp: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rules_version: Mapped[int] = mapped_column(default=1)
    edition: Mapped[int] = mapped_column(default=EDITION, server_default="0")
    renewed_to: Mapped[int | None] = mapped_column(BigId)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    fallback_sequence_id: Mapped[int | None] = mapped_column(ForeignKey("sequences.id"))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class CampaignTarget(Base):
    """What a campaign should reach: metric (reached, positive, meeting, won…), value, date."""

    __tablename__ = "campaign_targets"
    __table_args__ = (UniqueConstraint("campaign_id", "metric"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    metric: Mapped[str] = mapped_column(String(24))
    value: Mapped[int]
    due_on: Mapped[date | None]


class Lead(Base):
    """A contact's candidacy in one campaign. State changes only through services.leads.move."""

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_id"),
        Index("ix_leads_contact_id", "contact_id"),
        Index("ix_leads_account_id", "account_id"),
        Index("ix_leads_campaign_id_state_id", "campaign_id", "state", "id"),
        Index("ix_leads_client_id_id", "client_id", "id"),
        Index("ix_leads_client_id_state_id", "client_id", "state", "id"),
        Index("ix_leads_client_id_score_key_id", "client_id", "score_key", "id"),
        Index("ix_leads_client_id_updated_at_id", "client_id", "updated_at", "id"),
        Index("ix_leads_campaign_id_id", "campaign_id", "id"),
        Index("ix_leads_campaign_id_score_key_id", "campaign_id", "score_key", "id"),
        Index("ix_leads_client_id_source_id", "client_id", "source", "id"),
        Index("ix_leads_client_id_created_at_id", "client_id", "created_at", "id"),
        Index("ix_leads_batch_id_id", "batch_id", "id"),
        Index("ix_leads_client_id_state_score_key_id", "client_id", "state", "score_key", "id"),
        # of those that have one only: what was just imported has neither owner nor tier
        index_of_known("leads", "tier", "score_key"),
        index_of_known("leads", "owner_id"),
        Index(  # with what Analytics splits by, so that a period's leads need not be fetched
            "ix_leads_client_id_reached_at",
            *("client_id", "reached_at", "id", "campaign_id", "source", "tier"),
            *("owner_id", "sequence_id", "account_id"),
            sqlite_where=text("reached_at IS NOT NULL"),
            postgresql_where=text("reached_at IS NOT NULL"),
        ),
        index_of_known("leads", "replied_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[LeadState] = mapped_column(Word(LeadState), default="harvested")
    state_reason: Mapped[str | None] = mapped_column(String(300))
    state_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tier: Mapped[Tier | None] = mapped_column(Word(Tier))
    fit: Mapped[int | None]
    opportunity: Mapped[int | None]
    engagement: Mapped[int | None]
    total: Mapped[int | None]
    score_key: Mapped[int] = mapped_column(Computed("coalesce(total, -1)", persisted=True))
    confidence: Mapped[int | None]  # percent of the ICP's weight that is known
    rules_version: Mapped[int | None]
    source: Mapped[str] = mapped_column(String(80))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batches.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    sequence_id: Mapped[int | None] = mapped_column(ForeignKey("sequences.id"))
    wake_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    enriched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reached_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    converted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class LeadEvent(Base):
    """One line of a lead's history; never edited. kind: state, import, score, note, mail, task…"""

    __tablename__ = "lead_events"
    __table_args__ = (
        Index("ix_lead_events_lead_id_id", "lead_id", "id"),
        Index("ix_lead_events_client_id_at", "client_id", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    kind: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(String(500))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    actor_name: Mapped[str] = mapped_column(String(200))
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LeadScore(Base):
    """A lead's latest score; reasons: [{axis, criterion, points, of, sentence, known}]."""

    __tablename__ = "lead_scores"

    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("leads.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    rules_version: Mapped[int]
    fit: Mapped[int]
    opportunity: Mapped[int]
    engagement: Mapped[int]
    total: Mapped[int]
    confidence: Mapped[int]
    tier: Mapped[Tier] = mapped_column(Word(Tier))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Sequence(Base):
    """Ordered steps. Without client_id it belongs to the library that comes with the app."""

    __tablename__ = "sequences"
    __table_args__ = (Index("ix_sequences_client_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    # no foreign key: campaigns point here, and a circle cannot be created in one go
    campaign_id: Mapped[int | None] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[Tier | None] = mapped_column(Word(Tier))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class Template(Base):
    """A named text; its wordings are variants."""

    __tablename__ = "templates"
    __table_args__ = (Index("ix_templates_client_id", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class TemplateVariant(Base):
    """One wording (A to E): subject and body in sandboxed Jinja with merge fields."""

    __tablename__ = "template_variants"
    __table_args__ = (UniqueConstraint("template_id", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[int] = mapped_column(ForeignKey("templates.id"))
    label: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)


class SequenceStep(Base):
    """Step `position` (from 1), `delay_days` after the one before; follow-ups answer in the same
    thread.
    """

    __tablename__ = "sequence_steps"
    __table_args__ = (UniqueConstraint("sequence_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sequence_id: Mapped[int] = mapped_column(ForeignKey("sequences.id"))
    position: Mapped[int]
    channel: Mapped[str] = mapped_column(String(20), default="email")
    delay_days: Mapped[float] = mapped_column(Float)
    template_id: Mapped[int] = mapped_column(ForeignKey("templates.id"))
    same_thread: Mapped[bool] = mapped_column(default=True)


class Enrolment(Base):
    """One lead's walk through a sequence. `next_step` is the position planned next, due at
    `due_at`.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("lead_id"),
        Index(
            "ix_enrolments_due_at",
            "due_at",
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_enrolments_campaign_id_state", "campaign_id", "state"),
        Index("ix_enrolments_mailbox_id", "mailbox_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"))
    sequence_id: Mapped[int] = mapped_column(ForeignKey("sequences.id"))
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailboxes.id"))
    thread_id: Mapped[int | None] = mapped_column(ForeignKey("threads.id"))
    state: Mapped[EnrolmentState] = mapped_column(Word(EnrolmentState), default="active")
    state_reason: Mapped[str | None] = mapped_column(String(300))
    next_step: Mapped[int] = mapped_column(default=1)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resume_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hold: Mapped[str | None] = mapped_column(String(300))  # why the next step cannot be planned
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
