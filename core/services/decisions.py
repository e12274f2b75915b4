"""What qualification reads beside the score, and what it decides, written down."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from core.domain import approval
from core.domain.access import Viewer
from core.domain.approval import Approval
from core.domain.lifecycle import OPEN_LEAD_STATES
from core.domain.qualification import Candidate, Decision
from core.domain.scoring import Score, Subject
from core.domain.states import CampaignState, Direction, LeadState, MessageKind
from core.services import bulk, routing_facts, suppressions
from core.services.lead_moves import LeadMove, move_many
from core.services.scores import FROM, KNOWN, Audience
from core.services.subjects import subject_of
from db.models import AutoApproval, Campaign, Contact, Lead, LeadEvent, Message

_lead, _contact, _campaign = map(bulk.table_of, (Lead, Contact, Campaign))
_message, _event = bulk.table_of(Message), bulk.table_of(LeadEvent)

# an open lead elsewhere holds a new one back once it has come as far as this one, or before it
_AHEAD = (LeadState.QUALIFIED, LeadState.ROUTED, LeadState.NURTURED, LeadState.REPLIED)

ASKED = (
    *(_contact.c.email_key, _contact.c.email_status, _contact.c.email_status_at),
    *(_contact.c.disposable, _contact.c.role_account, _contact.c.free_mail),
    *(_lead.c.fit, _lead.c.opportunity, _lead.c.engagement, _lead.c.total),
    *(_lead.c.confidence, _lead.c.tier),
)
_FEW = (*KNOWN[:4], _contact.c.notes)
_NOBODY = Subject()
_NOTHING: Mapping[str, Any] = {}


def waiting(session: Session, audience: Audience, *, after: int, limit: int) -> Sequence[Any]:
    """Scored leads of a campaign by id, with address and score; with all that is known of them
    where the campaign asks for it.
    """
    if audience.approvals or audience.icp.exclude.anything:
        query = select(*KNOWN, *ASKED, _lead.c.source, _contact.c.tags).select_from(FROM)
    else:
        query = select(*_FEW, *ASKED).join_from(
            _lead, _contact, _contact.c.id == _lead.c.contact_id
        )
    query = (
        query.where(
            _lead.c.campaign_id == audience.campaign_id,
            _lead.c.state == LeadState.SCORED,
            _lead.c.total.is_not(None),
            _lead.c.id > after,
        )
        .order_by(_lead.c.id)
        .limit(limit)
    )
    ours = query.with_for_update(of=_lead, skip_locked=True)
    return bulk.named(session.connection().execute(ours))


def candidates(
    session: Session, audience: Audience, rows: Sequence[Any]
) -> list[tuple[Any, Candidate, Score]]:
    """The rows as qualification sees them."""
    never = suppressions.reasons_among(session, audience.client_id, [row.email_key for row in rows])
    others = _elsewhere(session, audience, rows)
    words = _answers(session, rows)
    excludes = audience.icp.exclude.anything
    return [
        (
            row,
            Candidate(
                subject=subject_of(row) if excludes else _NOBODY,
                email=row.email_key,
                email_status=row.email_status,
                checked=row.email_status_at is not None,
                disposable=row.disposable,
                role_account=row.role_account,
                free_mail=row.free_mail,
                suppressed=never.get(row.email_key),
                duplicate_of=others.get(row.id),
                words=_joined(row.notes, words.get(row.id)),
            ),
            _score_of(row),
        )
        for row in rows
    ]


class Verdict(NamedTuple):
    """One lead's decision, and the campaign's rule that lets it pass where it would wait."""

    lead_id: int
    decision: Decision
    approved_by: Approval | None = None


def verdict(audience: Audience, row: Any, decision: Decision) -> Verdict:
    """The decision with the first of the campaign's rules of approval that applies."""
    rule = None
    if decision.to is LeadState.REVIEW and audience.approvals:
        rule = approval.approving(audience.approvals, facts_of(row, decision))
    return Verdict(row.id, decision, rule)


def facts_of(row: Any, decision: Decision) -> dict[str, Any]:
    """What a rule of approval may ask of a lead that would wait."""
    return routing_facts.of(row) | {"tier": decision.tier, "waits_for": decision.code}


def record(
    session: Session,
    viewer: Viewer,
    audience: Audience,
    verdicts: Sequence[Verdict],
    *,
    now: datetime,
    held: Sequence[Any] | None = None,
) -> Mapping[str, int]:
    """Moves the leads; gives how many went where. What a rule of the campaign let pass is said in
    the lead's history and kept in the log of approvals. `held`: see lead_moves.move_many.
    """
    again = _reopened(session, [one.lead_id for one in verdicts])
    tiers = any(one.decision.lifted for one in verdicts)  # else they are what they were
    moves = [_move(one, reopened=one.lead_id in again, tiers=tiers) for one in verdicts]
    moved = move_many(session, viewer, moves, now=now, held=held)
    _log(session, audience, [one for one in verdicts if one.lead_id in moved], now)
    counts: dict[str, int] = {}
    for one in moves:
        if one.lead_id in moved:
            counts[one.to.value] = counts.get(one.to.value, 0) + 1
    return counts


def _move(one: Verdict, *, reopened: bool, tiers: bool) -> LeadMove:
    decision = one.decision
    tier = {"tier": decision.tier} if tiers else _NOTHING
    if decision.to is LeadState.REJECTED and reopened:
        reason = f"Reopened by a person; the rules still say: {decision.sentence}"
        return LeadMove(one.lead_id, LeadState.REVIEW, reason, tier)
    if one.approved_by is not None:
        rule = approval.told(one.approved_by)
        reason = f"Approved by the campaign's rule '{rule}': {decision.sentence}"
        return LeadMove(one.lead_id, LeadState.QUALIFIED, reason, tier)
    return LeadMove(one.lead_id, decision.to, decision.sentence, tier)


def _log(session: Session, audience: Audience, verdicts: Sequence[Verdict], now: datetime) -> None:
    """Which rule let which lead pass, and what it would have waited for."""
    rows = [
        {
            "lead_id": one.lead_id,
            "rule": approval.told(one.approved_by)[:300],
            "waited_for": one.decision.code,
            "why": one.decision.sentence[:300],
        }
        for one in verdicts
        if one.approved_by is not None
    ]
    same = {
        "client_id": audience.client_id,
        "campaign_id": audience.campaign_id,
        "rules_version": audience.rules.version,
        "at": now,
    }
    bulk.insert(session, AutoApproval, rows, same)


def _reopened(session: Session, ids: Sequence[int]) -> set[int]:
    """Leads that a person took back after they had been turned away: the rules do not overrule."""
    found = session.connection().execute(
        select(_event.c.lead_id).where(
            bulk.among(session, _event.c.lead_id, ids),
            _event.c.from_state == LeadState.REJECTED,
            _event.c.to_state == LeadState.SCORED,
        )
    )
    return set(found.scalars())


def _joined(notes: str | None, answer: str | None) -> str:
    return f"{notes} {answer}" if notes and answer else notes or answer or ""


def _score_of(row: Any) -> Score:
    return Score(
        row.fit or 0,
        row.opportunity or 0,
        row.engagement or 0,
        row.total,
        row.confidence or 0,
        row.tier,
        (),
    )


def _elsewhere(session: Session, audience: Audience, rows: Sequence[Any]) -> dict[int, str]:
    """Lead → the campaign in which the same person has an open lead that came first."""
    mine, theirs = aliased(_lead), aliased(_lead)
    query = (
        select(mine.c.id, _campaign.c.name)
        .join(
            theirs,
            and_(theirs.c.contact_id == mine.c.contact_id, theirs.c.id != mine.c.id),
        )
        .join(_campaign, _campaign.c.id == theirs.c.campaign_id)
        .where(
            bulk.among(session, mine.c.id, [row.id for row in rows]),
            theirs.c.campaign_id != audience.campaign_id,
            theirs.c.state.in_(OPEN_LEAD_STATES),
            or_(theirs.c.id < mine.c.id, theirs.c.state.in_(_AHEAD)),
            _campaign.c.state != CampaignState.FINISHED,
        )
        .order_by(theirs.c.id.desc())
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}


def _answers(session: Session, rows: Sequence[Any]) -> dict[int, str]:
    """What the persons wrote to us, by lead."""
    query = (
        select(_message.c.lead_id, _message.c.visible_text)
        .where(
            bulk.among(session, _message.c.lead_id, [row.id for row in rows]),
            _message.c.direction == Direction.IN,
            _message.c.kind == MessageKind.REPLY,
            _message.c.visible_text.is_not(None),
        )
        .order_by(_message.c.id)
    )
    return {row[0]: row[1] for row in session.connection().execute(query)}
