"""Signals of opportunity that a person noticed, and the scores that they make old."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.keys import subject
from core.domain.scoring import HALF_LIVES, OTHER_HALF_LIFE, SIGNALS
from core.errors import Invalid
from core.services import audit, documents, guard, scores
from db.models import Lead, LeadEvent, Signal
from db.upsert import insert_ignore

# true of the company, whoever works there; the others are true of the person
OF_COMPANY = frozenset(
    (
        *("hiring", "funding", "expansion", "technology_change", "new_leader", "ad_spend"),
        *("site_weakness", "renewal"),
    )
)


def record(
    session: Session,
    viewer: Viewer,
    lead_id: int,
    *,
    kind: str,
    detail: str,
    observed_at: datetime,
    now: datetime,
    confidence: float = 1.0,
    half_life_days: int | None = None,
) -> Lead:
    """Notes a signal on the lead's person or company; all their leads are scored anew. The same
    signal of the same moment by the same person is kept once.
    """
    lead = guard.owned(session, viewer, Lead, lead_id, Act.EDIT_LEADS)
    detail = documents.storable(detail).strip()
    _check(kind, detail, observed_at, now, confidence)
    company = kind in OF_COMPANY and lead.account_id is not None
    about = ("account", lead.account_id) if company else ("contact", lead.contact_id)
    row = {
        "client_id": lead.client_id,
        "subject": subject(about[0], about[1] or 0),
        "kind": kind,
        "detail": detail[:1000],
        "source": viewer.name[:300],
        "confidence": confidence,
        "half_life_days": half_life_days or HALF_LIVES.get(kind, OTHER_HALF_LIFE),
        "observed_at": observed_at,
    }
    insert_ignore(session, Signal, [row])
    _outdate(session, lead, company=company)
    _tell(session, viewer, lead, row, now)
    session.flush()
    return lead


def _check(kind: str, detail: str, observed_at: datetime, now: datetime, confidence: float) -> None:
    if kind not in SIGNALS:
        raise Invalid(f"There is no signal called {kind}.")
    if not detail:
        raise Invalid("Say what was seen: the reason of the score will quote it.")
    if observed_at > now:
        raise Invalid("A signal was seen today or before.")
    if not 0 < confidence <= 1:
        raise Invalid("How sure it is lies between 1 and 100%.")


def _tell(
    session: Session, viewer: Viewer, lead: Lead, row: Mapping[str, Any], now: datetime
) -> None:
    """The lead's history and the audit say what was noted."""
    said = f"{SIGNALS[row['kind']][1].capitalize()}: {row['detail']}"
    session.add(
        LeadEvent(
            client_id=lead.client_id, lead_id=lead.id, kind="signal", reason=said[:500],
            actor_id=viewer.user_id, actor_name=viewer.name, at=now,
        )
    )  # fmt: skip
    audit.record(
        session, viewer, "signal noted", subject("lead", lead.id), client_id=lead.client_id,
        after={"kind": row["kind"], "detail": row["detail"], "on": row["subject"]}, now=now,
    )  # fmt: skip


def _outdate(session: Session, lead: Lead, *, company: bool) -> None:
    """The score stage looks at these leads again."""
    session.flush()
    theirs = Lead.account_id == lead.account_id if company else Lead.contact_id == lead.contact_id
    session.execute(
        update(Lead)
        .where(theirs, Lead.client_id == lead.client_id, Lead.state.in_(scores.RESCORED))
        .values(rules_version=None)
    )
