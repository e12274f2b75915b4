"""What both processes share about providers beside their health: limits, keys, who was told."""

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.domain.states import NoticeState
from db.base import Base, BigId, EncryptedText, UtcDateTime, Word


class Revision(Base):
    """A number that is raised with every change of what processes keep in mind (`providers`,
    `keys`): whoever sees another number than before reads anew.
    """

    __tablename__ = "revisions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)


class RateBucket(Base):
    """How far a provider's limit of ours is used up: `full_until` is the moment (seconds since
    1970) at which nothing of it is in use any more. One conditional UPDATE takes a call out of it.
    """

    __tablename__ = "rate_buckets"

    port: Mapped[str] = mapped_column(String(24), primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    full_until: Mapped[float] = mapped_column(Float, default=0.0)


class ApiKey(Base):
    """A key that an admin entered in the app; `name` is the setting it stands for
    (`openai_api_key`).
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[str | None] = mapped_column(EncryptedText)  # None: encrypted with a lost key
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)


class AlarmNotice(Base):
    """One alarm told to one recipient (an admin's address, a channel): once, never twice; and once
    more when it is over (`clearing`).
    """

    __tablename__ = "alarm_notices"
    __table_args__ = (
        UniqueConstraint("alarm_id", "channel", "recipient", "clearing"),
        Index("ix_alarm_notices_state_next_try_at", "state", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    alarm_id: Mapped[int] = mapped_column(ForeignKey("alarms.id"))
    channel: Mapped[str] = mapped_column(String(24))  # the port that carries it
    recipient: Mapped[str] = mapped_column(String(40))  # `user:3`, or "" where there is one
    clearing: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[NoticeState] = mapped_column(Word(NoticeState), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
