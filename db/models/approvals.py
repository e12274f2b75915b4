"""What the campaigns' own rules of approval let pass."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, UtcDateTime


class AutoApproval(Base):
    """A lead that a rule let pass instead of waiting for a person, and whether it was undone.

    `waited_for` is the code of qualification's check that would have held it, `why` its sentence.
    """

    __tablename__ = "auto_approvals"
    __table_args__ = (
        Index("ix_auto_approvals_campaign_id_id", "campaign_id", "id"),
        Index("ix_auto_approvals_lead_id", "lead_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    lead_id: Mapped[int] = mapped_column(BigId, ForeignKey("leads.id"))
    rule: Mapped[str] = mapped_column(String(300))
    rules_version: Mapped[int]
    waited_for: Mapped[str] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
