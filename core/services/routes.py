"""Where qualified leads go: the campaign's rules, its sequences, its people; and the moves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.domain import routing
from core.domain.access import Viewer
from core.domain.routing import Route
from core.domain.states import LeadState, Role, Tier
from core.services import bulk, rules
from core.services.lead_moves import LeadMove, move_many
from core.services.scores import FROM, KNOWN
from db.models import Account, Campaign, Contact, Lead, User, UserClient
from db.models import Sequence as MailSequence

_lead, _contact, _account = map(bulk.table_of, (Lead, Contact, Account))
_COLUMNS = (
    *KNOWN,
    *(_lead.c.tier, _lead.c.fit, _lead.c.opportunity, _lead.c.engagement, _lead.c.total),
    *(_lead.c.source, _lead.c.owner_id, _contact.c.email_key, _contact.c.tags),
    *(_contact.c.city, _account.c.name.label("company")),
)
_FEW = (*KNOWN[:4], _lead.c.tier, _lead.c.owner_id)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A campaign as routing sees it. `loads` (leads an owner) is counted on as leads are given."""

    campaign_id: int
    client_id: int
    rules: tuple[routing.Rule, ...]
    by_tier: Mapping[Tier, int]
    fallback: int | None
    loads: dict[int, int]


def crossing(session: Session, campaign_id: int) -> Crossing:
    """The rules, sequences and people of a campaign; Invalid where its rules are broken."""
    campaign = session.get_one(Campaign, campaign_id)
    own_rules, own = rules.routes_of(campaign.rules)
    usable = _sequences(session, campaign)
    known = set(usable.values()) | _known(session, campaign, own_rules, own)
    return Crossing(
        campaign_id=campaign_id,
        client_id=campaign.client_id,
        rules=_usable(session, own_rules, known),
        by_tier={**usable, **{tier: one for tier, one in own.items() if one in known}},
        fallback=campaign.fallback_sequence_id,
        loads=_loads(session, campaign),
    )


def waiting(session: Session, crossing: Crossing, *, after: int, limit: int) -> Sequence[Any]:
    """Qualified leads of a campaign by id; with all that is known of them where its rules ask."""
    columns = select(*_COLUMNS).select_from(FROM) if crossing.rules else select(*_FEW)
    query = (
        columns.where(
            _lead.c.campaign_id == crossing.campaign_id,
            _lead.c.state == LeadState.QUALIFIED,
            _lead.c.id > after,
        )
        .order_by(_lead.c.id)
        .limit(limit)
    )
    ours = query.with_for_update(of=_lead, skip_locked=True)
    return bulk.named(session.connection().execute(ours))


def owner_of(crossing: Crossing, row: Any, route: Route) -> int | None:
    """The rule's owner, the one the lead has, else whose turn it is."""
    owner = route.owner_id or row.owner_id or routing.next_owner(crossing.loads)
    if owner in crossing.loads and owner != row.owner_id:
        crossing.loads[owner] += 1
    return owner


def record(
    session: Session,
    viewer: Viewer,
    routed: Sequence[tuple[int, Route, int | None]],
    *,
    now: datetime,
    held: Sequence[Any] | None = None,
) -> int:
    """Moves the leads that have a sequence; gives how many. `held`: see lead_moves.move_many."""
    moves = [
        LeadMove(
            lead_id,
            LeadState.ROUTED,
            route.sentence,
            {"sequence_id": route.sequence_id, "owner_id": owner},
        )
        for lead_id, route, owner in routed
        if route.sequence_id is not None
    ]
    return len(move_many(session, viewer, moves, now=now, held=held))


def _sequences(session: Session, campaign: Campaign) -> dict[Tier, int]:
    """The sequence of each tier: the campaign's own, else the client's, else the library's."""
    found = session.execute(
        select(MailSequence.tier, MailSequence.id, MailSequence.campaign_id, MailSequence.client_id)
        .where(
            MailSequence.tier.is_not(None),
            or_(MailSequence.client_id == campaign.client_id, MailSequence.client_id.is_(None)),
            or_(MailSequence.campaign_id == campaign.id, MailSequence.campaign_id.is_(None)),
        )
        .order_by(MailSequence.id)
    ).all()
    ranked = sorted(found, key=lambda row: (row.campaign_id is not None, row.client_id is not None))
    return {row.tier: row.id for row in ranked if row.tier is not None}


def _known(
    session: Session,
    campaign: Campaign,
    rules: Sequence[routing.Rule],
    own: Mapping[Tier, int],
) -> set[int]:
    """Of the sequences that a document names, those that the client may use."""
    named = {rule.sequence_id for rule in rules if rule.sequence_id} | set(own.values())
    usable = or_(MailSequence.client_id == campaign.client_id, MailSequence.client_id.is_(None))
    found = session.execute(select(MailSequence.id).where(MailSequence.id.in_(named), usable))
    return set(found.scalars())


def _usable(
    session: Session, rules: Sequence[routing.Rule], sequences: set[int]
) -> tuple[routing.Rule, ...]:
    """The rules without those whose sequence is gone; an owner who left is left out."""
    wanted = {rule.owner_id for rule in rules if rule.owner_id is not None}
    here = session.execute(select(User.id).where(User.id.in_(wanted), User.disabled_at.is_(None)))
    people = set(here.scalars())
    return tuple(
        replace(rule, owner_id=rule.owner_id if rule.owner_id in people else None)
        for rule in rules
        if rule.sequence_id is None or rule.sequence_id in sequences
    )


def _loads(session: Session, campaign: Campaign) -> dict[int, int]:
    """The client's team with the leads of the campaign that each has."""
    team = session.execute(
        select(User.id)
        .join(UserClient, UserClient.user_id == User.id)
        .where(
            UserClient.client_id == campaign.client_id,
            User.role.in_((Role.OPERATOR, Role.MANAGER)),
            User.disabled_at.is_(None),
        )
        .order_by(User.id)
    ).scalars()
    loads = dict.fromkeys(team, 0)
    if not loads:
        return {campaign.owner_id: 0} if campaign.owner_id is not None else {}
    counted = session.execute(
        select(Lead.owner_id, func.count())
        .where(Lead.campaign_id == campaign.id, Lead.owner_id.in_(loads))
        .group_by(Lead.owner_id)
    )
    return loads | {owner: number for owner, number in counted if owner is not None}
