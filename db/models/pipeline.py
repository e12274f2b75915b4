"""Runs of jobs, heartbeats, provider health, alarms, and what waits for a person's word."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import BreakerState, JobState, ProviderState, ReviewKind, ReviewState
from db.base import Base, BigId, Json, UtcDateTime, Word


class JobRun(Base):
    """One slot of a job for all (`scope` "all") or one campaign (`campaign:3`); a slot runs
    once.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("job", "scope", "slot"),
        Index("ix_job_runs_job_id", "job", "id"),
        Index("ix_job_runs_state_next_try_at", "state", "next_try_at"),
        Index("ix_job_runs_started_at", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    job: Mapped[str] = mapped_column(String(40))
    scope: Mapped[str] = mapped_column(String(40), default="all")
    slot: Mapped[str] = mapped_column(String(80))
    state: Mapped[JobState] = mapped_column(Word(JobState))
    attempt: Mapped[int] = mapped_column(default=1)
    counts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    error: Mapped[str | None] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class JobAttempt(Base):
    """One try at a run: each attempt is on record, also a second start of a slot (`skipped`)."""

    __tablename__ = "job_attempts"
    __table_args__ = (Index("ix_job_attempts_run_id_id", "run_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("job_runs.id"))
    attempt: Mapped[int]
    state: Mapped[JobState] = mapped_column(Word(JobState))
    error: Mapped[str | None] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Heartbeat(Base):
    """When a process was last alive: name is `scheduler:<host>:<pid>`."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), index=True)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ProviderHealth(Base):
    """One row a provider of a port (and mailbox, in `part`), seen by app and scheduler alike."""

    __tablename__ = "provider_health"
    __table_args__ = (UniqueConstraint("port", "provider", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    port: Mapped[str] = mapped_column(String(24))
    provider: Mapped[str] = mapped_column(String(40))
    part: Mapped[str] = mapped_column(String(40), default="")  # "" or `mailbox:3`
    position: Mapped[int] = mapped_column(default=0)
    enabled: Mapped[bool] = mapped_column(default=True)
    configured: Mapped[bool] = mapped_column(default=True)
    state: Mapped[ProviderState] = mapped_column(Word(ProviderState), default="healthy")
    success: Mapped[float | None] = mapped_column(Float)  # exponential moving average, 0..1
    latency_ms: Mapped[float | None] = mapped_column(Float)  # exponential moving average
    calls: Mapped[int] = mapped_column(default=0)
    failures_in_row: Mapped[int] = mapped_column(default=0)
    breaker: Mapped[BreakerState] = mapped_column(Word(BreakerState), default="closed")
    breaker_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(String(500))
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    advice: Mapped[str | None] = mapped_column(String(500))
    quota: Mapped[str | None] = mapped_column(String(120))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    limit_calls: Mapped[int | None]  # a person's limit; None: the usual one
    limit_seconds: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=1)


class ProviderHour(Base):
    """Calls of a provider in one hour: the history behind the health page."""

    __tablename__ = "provider_hours"

    port: Mapped[str] = mapped_column(String(24), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    ok: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    latency_ms_sum: Mapped[float] = mapped_column(Float, default=0.0)


class Alarm(Base):
    """Something that needs a person: `key` names the trouble; an open alarm has no cleared_at."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("ix_alarms_cleared_at_severity", "cleared_at", "severity"),
        Index(
            "uq_alarms_open_key",
            "key",
            unique=True,
            sqlite_where=text("cleared_at IS NULL"),
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id"))
    severity: Mapped[str] = mapped_column(String(8))  # act or watch
    title: Mapped[str] = mapped_column(String(300))
    advice: Mapped[str] = mapped_column(String(500))
    page: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewItem(Base):
    """One thing a person must decide; an approval binds to `content_hash`, the exact version
    shown.
    """

    __tablename__ = "review_items"
    __table_args__ = (
        UniqueConstraint("kind", "subject", "content_hash"),
        Index("ix_review_items_client_id_kind_state_id", "client_id", "kind", "state", "id"),
        Index("ix_review_items_subject", "subject"),
        Index("ix_review_items_lead_id", "lead_id"),
        Index("ix_review_items_state_snoozed_until", "state", "snoozed_until"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int | None] = mapped_column(ForeignKey("leads.id"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"))
    deliverable_id: Mapped[int | None] = mapped_column(ForeignKey("deliverables.id"))
    kind: Mapped[ReviewKind] = mapped_column(Word(ReviewKind))
    subject: Mapped[str] = mapped_column(String(40))  # `lead:12`
    content_hash: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(String(500))
    state: Mapped[ReviewState] = mapped_column(Word(ReviewState), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(500))
    snoozed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
