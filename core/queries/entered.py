"""Leads by the day they came in, and how far they have got by now. Each stage counts those that
got to it or beyond it, so no later stage has more leads than an earlier one.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.figures import Figures
from core.domain.periods import Period
from core.domain.states import POSITIVE_INTENTS, ConversionKind, LeadState
from core.queries.scopes import Scope, scope_of
from db.models import Conversion, EntryRollup, Lead, Message

STAGES = (
    *("harvested", "enriched", "scored", "qualified", "routed", "reached", "replied"),
    *("positive", "meetings", "won"),
)
GOOD = (
    *(LeadState.QUALIFIED, LeadState.ROUTED, LeadState.NURTURED),
    *(LeadState.REPLIED, LeadState.CONVERTED),
)


def sums(
    session: Session, viewer: Viewer, *, period: Period, campaign_id: int | None = None
) -> tuple[Figures, bool]:
    """How many of the leads that came in in the period got to each stage. Where none came in: of
    all that came in before its end, and True.
    """
    scope = scope_of(session, viewer, campaign_id)
    until = EntryRollup.day <= period.last
    found = _sums(session, scope, EntryRollup.day >= period.first, until)
    return (found, False) if found.harvested else (_sums(session, scope, until), True)


def got_to() -> Mapping[str, ColumnElement[bool]]:
    """For each stage whether a lead got to it or beyond it."""
    won = Lead.id.in_(select(Conversion.lead_id).where(Conversion.kind == ConversionKind.WON))
    met = select(Conversion.lead_id).where(
        Conversion.kind.in_((ConversionKind.MEETING, ConversionKind.WON))
    )
    liked = exists(
        select(Message.id).where(Message.lead_id == Lead.id, Message.intent.in_(POSITIVE_INTENTS))
    )
    meetings = Lead.id.in_(met)
    positive = or_(meetings, Lead.replied_at.is_not(None) & liked)
    replied = or_(meetings, Lead.replied_at.is_not(None))
    reached = or_(replied, Lead.reached_at.is_not(None))
    routed = or_(reached, Lead.sequence_id.is_not(None))
    qualified = or_(routed, Lead.state.in_(GOOD))
    scored = or_(qualified, Lead.scored_at.is_not(None))
    enriched = or_(scored, Lead.enriched_at.is_not(None))
    found = (true(), enriched, scored, qualified, routed, reached, replied, positive, meetings, won)
    return dict(zip(STAGES, found, strict=True))


def _sums(session: Session, scope: Scope, *where: Any) -> Figures:
    columns = [func.coalesce(func.sum(getattr(EntryRollup, name)), 0) for name in STAGES]
    row = session.execute(select(*columns).where(scope.of(EntryRollup), *where)).one()
    return Figures(**{name: int(number) for name, number in zip(STAGES, row, strict=True)})
