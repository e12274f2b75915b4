"""Whom a rule of approval would have let pass of those in review now. Writes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.domain import conditions, qualification
from core.domain.access import Viewer
from core.domain.approval import Approval
from core.domain.conditions import Condition
from core.domain.states import LeadState
from core.services import bulk, decisions, guard, routing_facts, rules, scores
from db.models import Account, Campaign, Contact, Lead

SAMPLE = 2000  # leads looked at
EXAMPLES = 5
COUNTED = 100_000

_lead, _contact, _account = map(bulk.table_of, (Lead, Contact, Account))
_NAMED = (
    *(_contact.c.first_name, _contact.c.last_name, _contact.c.city, _contact.c.tags),
    *(_lead.c.source, _account.c.name.label("company")),
)
_LABELS = routing_facts.FIELDS | routing_facts.WAITS_FOR
TURNED_AWAY = "The rules would turn them away by now"
BY_HAND = "The rules have nothing against them: somebody put them up"
NONE_HOLDS = "None of the conditions holds"


@dataclass(frozen=True, slots=True)
class Passed:
    """One who would not have had to wait, and what for."""

    lead_id: int
    name: str
    company: str | None
    waits_for: str


@dataclass(frozen=True, slots=True)
class Trial:
    """`left`: why the others still wait, in words, and how many each (one may have several)."""

    passed: int
    examples: tuple[Passed, ...]
    left: tuple[tuple[str, int], ...]
    looked_at: int
    of: int


def preview(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    document: Mapping[str, Any],
    *,
    sample: int = SAMPLE,
) -> Trial:
    """One rule on the campaign's leads in review, the oldest first; Invalid with a sentence where
    the rule cannot be used.
    """
    guard.owned(session, viewer, Campaign, campaign_id)
    (rule,) = rules.approvals_of(rules.checked({"approvals": [document]}))
    audience = replace(scores.audience(session, campaign_id), approvals=(rule,))
    rows = _waiting(session, campaign_id, sample)
    passed, left = [], Counter[str]()
    for row, candidate, score in decisions.candidates(session, audience, rows):
        decision = qualification.qualify(candidate, score, audience.icp, audience.rules)
        if decision.to is not LeadState.REVIEW:
            away = decision.to is not LeadState.QUALIFIED
            left[TURNED_AWAY if away else BY_HAND] += 1
        elif decisions.verdict(audience, row, decision).approved_by is not None:
            passed.append(Passed(row.id, _name(row), row.company, decision.sentence))
        else:
            left.update(_why(rule, decisions.facts_of(row, decision)))
    of = len(rows) if len(rows) < sample else _count(session, campaign_id)
    return Trial(len(passed), tuple(passed[:EXAMPLES]), tuple(left.most_common()), len(rows), of)


def _waiting(session: Session, campaign_id: int, sample: int) -> Sequence[Any]:
    query = (
        select(*scores.KNOWN, *decisions.ASKED, *_NAMED)
        .select_from(scores.FROM)
        .where(_in_review(campaign_id), _lead.c.total.is_not(None))
        .order_by(_lead.c.id)
        .limit(sample)
    )
    return bulk.named(session.connection().execute(query))


def _count(session: Session, campaign_id: int) -> int:
    some = select(_lead.c.id).where(_in_review(campaign_id)).limit(COUNTED).subquery()
    return session.connection().execute(select(func.count()).select_from(some)).scalar_one()


def _in_review(campaign_id: int) -> Any:
    return (_lead.c.campaign_id == campaign_id) & (_lead.c.state == LeadState.REVIEW)


def _why(rule: Approval, facts: Mapping[str, Any]) -> list[str]:
    if not rule.every and len(rule.conditions) > 1:
        return [NONE_HOLDS]
    return [f"Not met: {_spoken(one)}" for one in conditions.unmet(rule.conditions, facts)]


def _spoken(one: Condition) -> str:
    return conditions.spoken(replace(one, field=_LABELS.get(one.field, one.field)))


def _name(row: Any) -> str:
    return " ".join(part for part in (row.first_name, row.last_name) if part) or row.email_key
