"""What scoring reads and writes: leads with all that is known of them, and their scores."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.approval import EVERYTHING, Approval
from core.domain.engagement import Touch
from core.domain.keys import subject
from core.domain.scoring import Icp, Reason, Rules, Score, Signal
from core.domain.states import (
    POSITIVE_INTENTS,
    ConversionKind,
    Direction,
    EventKind,
    LeadState,
    MessageKind,
    ReplyIntent,
)
from core.services import bulk, icp, rules
from core.services.bulk_copy import Written
from core.services.lead_moves import LeadMove, move_many
from db.models import Account, Campaign, Contact, Conversion, Event, Lead, LeadScore, Message
from db.models import Signal as SignalRow

_lead, _contact, _account = map(bulk.table_of, (Lead, Contact, Account))
_signal, _event, _message = map(bulk.table_of, (SignalRow, Event, Message))
_conversion = bulk.table_of(Conversion)

# scored again when the rules changed or the person did something
RESCORED = (
    *(LeadState.SCORED, LeadState.REVIEW, LeadState.QUALIFIED, LeadState.ROUTED),
    *(LeadState.NURTURED, LeadState.REPLIED),
)
LATELY = timedelta(days=365)
_NO_PERSON = (
    *(ReplyIntent.OUT_OF_OFFICE, ReplyIntent.AUTO_REPLY, ReplyIntent.BOUNCED),
    ReplyIntent.UNSUBSCRIBE,
)
AXES = ("fit", "opportunity", "engagement", "total", "confidence", "tier")
_TOUCHES = {EventKind.CLICKED: "click", EventKind.OPENED: "open"}

KNOWN = (
    *(_lead.c.id, _lead.c.client_id, _lead.c.campaign_id, _lead.c.state),
    *(_lead.c.contact_id, _lead.c.account_id),
    *(_contact.c.title, _contact.c.seniority, _contact.c.department, _contact.c.language),
    *(_contact.c.country, _contact.c.state.label("region"), _contact.c.email_domain),
    *(_contact.c.consent_at, _contact.c.custom, _contact.c.notes),
    *(_account.c.industry, _account.c.employees, _account.c.revenue, _account.c.technologies),
    *(_account.c.country.label("company_country"), _account.c.custom.label("company_custom")),
    _account.c.domain.label("company_domain"),
)
FROM = _lead.join(_contact, _contact.c.id == _lead.c.contact_id).outerjoin(
    _account, _account.c.id == _lead.c.account_id
)


@dataclass(frozen=True, slots=True)
class Audience:
    """A campaign's ICP and rules as values."""

    campaign_id: int
    client_id: int
    name: str
    icp: Icp
    rules: Rules
    approvals: tuple[Approval, ...]  # what lets pass those that would wait for a person


class Scored(NamedTuple):
    """One lead with its new score."""

    lead_id: int
    client_id: int
    state: LeadState
    score: Score


def audience(session: Session, campaign_id: int) -> Audience:
    """The campaign as scoring and qualification read it; Invalid where its documents are broken."""
    campaign = session.get_one(Campaign, campaign_id)
    settings = campaign.settings or {}
    return Audience(
        campaign_id=campaign.id,
        client_id=campaign.client_id,
        name=campaign.name,
        icp=icp.icp_of(campaign.icp),
        rules=rules.rules_of(campaign.rules, version=campaign.rules_version, settings=settings),
        approvals=rules.approvals_of(campaign.rules)
        + ((EVERYTHING,) if settings.get("auto_approve_leads") else ()),
    )


def waiting(
    session: Session, campaign_id: int, *, again: bool, version: int, after: int, limit: int
) -> Sequence[Any]:
    """Leads by id: the enriched ones, or (`again`) those whose score is older than the rules or
    than the person's last answer.
    """
    query = select(*KNOWN).select_from(FROM).where(_lead.c.campaign_id == campaign_id)
    if again:
        stale = or_(
            _lead.c.rules_version != version,
            _lead.c.rules_version.is_(None),
            _lead.c.scored_at < _lead.c.replied_at,
        )
        query = query.where(_lead.c.state.in_(RESCORED), stale)
    else:
        query = query.where(_lead.c.state == LeadState.ENRICHED)
    ordered = query.where(_lead.c.id > after).order_by(_lead.c.id).limit(limit)
    ours = ordered.with_for_update(of=_lead, skip_locked=True)
    return bulk.named(session.connection().execute(ours))


def signals_of(session: Session, rows: Sequence[Any]) -> dict[str, list[Signal]]:
    """Signals by subject, of the persons and companies of these rows."""
    asked = [subject("contact", one) for one in {row.contact_id for row in rows}]
    accounts = {row.account_id for row in rows} - {None}
    asked += [subject("account", one) for one in accounts]
    found: dict[str, list[Signal]] = {}
    query = select(
        *(_signal.c.subject, _signal.c.kind, _signal.c.detail, _signal.c.source),
        *(_signal.c.confidence, _signal.c.half_life_days, _signal.c.observed_at),
    )
    for row in session.connection().execute(
        query.where(bulk.among(session, _signal.c.subject, asked))
    ):
        about, *rest = row
        found.setdefault(about, []).append(Signal(*rest))
    return found


def about(signals: Mapping[str, list[Signal]], row: Any) -> list[Signal]:
    """Of these the ones of the person and the company of a row."""
    found = signals.get(subject("contact", row.contact_id), [])
    if row.account_id is not None:
        found = found + signals.get(subject("account", row.account_id), [])
    return found


def touches_of(session: Session, rows: Sequence[Any], now: datetime) -> dict[int, list[Touch]]:
    """What the persons did, by lead: answers, clicks and opens of people, meetings, opt-in."""
    ids = [row.id for row in rows if row.state in RESCORED]
    found: dict[int, list[Touch]] = {
        row.id: [Touch("opt_in", row.consent_at)] for row in rows if row.consent_at is not None
    }
    if not ids:
        return found
    connection, since = session.connection(), now - LATELY
    answers = select(_message.c.lead_id, _message.c.intent, _message.c.received_at).where(
        bulk.among(session, _message.c.lead_id, ids),
        _message.c.direction == Direction.IN,
        _message.c.kind == MessageKind.REPLY,
        _message.c.received_at >= since,
    )
    for lead_id, intent, at in connection.execute(answers):
        if intent not in _NO_PERSON:
            kind = "positive_reply" if intent in POSITIVE_INTENTS else "reply"
            found.setdefault(lead_id, []).append(Touch(kind, at))
    events = select(_event.c.lead_id, _event.c.kind, _event.c.at).where(
        bulk.among(session, _event.c.lead_id, ids),
        _event.c.at >= since,
        _event.c.kind.in_(_TOUCHES),
        _event.c.by_machine.is_(False),
    )
    for lead_id, kind, at in connection.execute(events):
        found.setdefault(lead_id, []).append(Touch(_TOUCHES[kind], at))
    meetings = select(_conversion.c.lead_id, _conversion.c.at).where(
        bulk.among(session, _conversion.c.lead_id, ids),
        _conversion.c.kind == ConversionKind.MEETING,
    )
    for lead_id, at in connection.execute(meetings):
        found.setdefault(lead_id, []).append(Touch("meeting", at))
    return found


def record(
    session: Session,
    viewer: Viewer,
    scored: Sequence[Scored],
    *,
    version: int,
    now: datetime,
    held: Sequence[Any] | None = None,
) -> int:
    """Keeps the scores; enriched leads become scored. Gives how many leads have a new score.
    `held`: see lead_moves.move_many.
    """
    fresh = [one for one in scored if one.state is LeadState.ENRICHED]
    moves = [
        LeadMove(one.lead_id, LeadState.SCORED, _sentence(one.score), _columns(one, version, now))
        for one in fresh
    ]
    moved = move_many(session, viewer, moves, now=now, held=held)
    known = [one for one in scored if one.state is not LeadState.ENRICHED]
    _rescore(session, known, version, now)
    kept = [one for one in scored if one.lead_id in moved or one.state is not LeadState.ENRICHED]
    _keep(session, kept, version, now)
    return len(kept)


def _keep(session: Session, kept: Sequence[Scored], version: int, now: datetime) -> None:
    given = bulk.Columns(
        lead_id=[one.lead_id for one in kept],
        client_id=[one.client_id for one in kept],
        reasons=Written(_written(one.score.reasons) for one in kept),
    )
    for name in AXES:
        given[name] = list(map(attrgetter(name), (one.score for one in kept)))
    bulk.lay_over(
        session,
        LeadScore,
        given,
        on=("lead_id",),
        change=("rules_version", *AXES, "reasons", "at"),
        same={"rules_version": version, "at": now},
    )


def _rescore(session: Session, known: Sequence[Scored], version: int, now: datetime) -> None:
    if not known:
        return
    given = [
        {"b_id": one.lead_id}
        | {f"v_{name}": value for name, value in _columns(one, version, now).items()}
        for one in known
    ]
    names = tuple(_columns(known[0], version, now))
    bulk.run(session, _rescoring(names), given, {"b_now": now})


@lru_cache(maxsize=4)
def _rescoring(names: tuple[str, ...]) -> Any:
    return (
        update(_lead)
        .where(_lead.c.id == bindparam("b_id"))
        .values(updated_at=bindparam("b_now"), **{n: bindparam(f"v_{n}") for n in names})
    )


def _columns(one: Scored, version: int, now: datetime) -> dict[str, Any]:
    score = one.score
    return {
        "fit": score.fit,
        "opportunity": score.opportunity,
        "engagement": score.engagement,
        "total": score.total,
        "confidence": score.confidence,
        "tier": score.tier,
        "rules_version": version,
        "scored_at": now,
    }


def _written(reasons: Sequence[Reason]) -> str:
    return f"[{', '.join(map(_document, reasons))}]"


@lru_cache(maxsize=16_384)
def _document(reason: Reason) -> str:
    return json.dumps(reason._asdict())


def _sentence(score: Score) -> str:
    return (
        f"Score {score.total}: fit {score.fit}, opportunity {score.opportunity}, engagement "
        f"{score.engagement}; {score.confidence}% of what is asked is known."
    )
