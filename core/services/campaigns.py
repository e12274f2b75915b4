"""Campaigns: made, changed, started after a preflight, paused, finished."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.lifecycle import CAMPAIGN_MOVES, may_move
from core.domain.states import CampaignState, OutboundKind
from core.errors import IllegalMove, Invalid, NotFound, Stale
from core.queries import preflight
from core.services import announcing, audit, campaign_settings, guard, icp
from core.services import rules as rule_documents
from db.models import Campaign, CampaignTarget, Sequence, User

METRICS = ("reached", "replied", "positive", "meeting", "won")
_TOLD = {
    CampaignState.ACTIVE: OutboundKind.CAMPAIGN_STARTED,
    CampaignState.FINISHED: OutboundKind.CAMPAIGN_FINISHED,
}
_PLAIN = ("name", "goal", "owner_id", "fallback_sequence_id", "starts_on", "ends_on")


def create(
    session: Session,
    viewer: Viewer,
    *,
    client_id: int,
    name: str,
    now: datetime,
    goal: str | None = None,
    settings: Mapping[str, Any] | None = None,
    icp_document: Mapping[str, Any] | None = None,
    fallback_sequence_id: int | None = None,
    owner_id: int | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Campaign:
    """A draft. Nothing is sent from it until somebody starts it."""
    guard.allow(viewer, Act.EDIT_CAMPAIGNS, client_id)
    campaign = Campaign(
        client_id=client_id,
        name=name.strip(),
        goal=(goal or "").strip() or None,
        settings=campaign_settings.checked(settings or {}),
        icp=icp.checked(icp_document or {}),
        fallback_sequence_id=fallback_sequence_id,
        owner_id=owner_id if owner_id is not None else viewer.user_id,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=now,
    )
    _check(session, campaign)
    session.add(campaign)
    session.flush()
    audit.of(session, viewer, "campaign made", campaign, now, after={"name": campaign.name})
    return campaign


def update(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    version: int,
    now: datetime,
    settings: Mapping[str, Any] | None = None,
    **given: Any,
) -> Campaign:
    """Changes name, goal, owner_id, fallback_sequence_id, starts_on or ends_on; `settings` is
    merged into what is there.
    """
    campaign = _mine(session, viewer, campaign_id, version)
    unknown = set(given) - set(_PLAIN)
    if unknown:
        raise Invalid(f"A campaign has no {', '.join(sorted(unknown))}.")
    before = {name: _plain(getattr(campaign, name)) for name in given}
    for name, value in given.items():
        setattr(campaign, name, value.strip() if isinstance(value, str) else value)
    if settings is not None:
        before["settings"] = dict(campaign.settings)
        campaign.settings = campaign_settings.checked({**campaign.settings, **settings})
    _check(session, campaign)
    campaign.version += 1
    after = {name: _plain(getattr(campaign, name)) for name in before}
    audit.of(session, viewer, "campaign changed", campaign, now, before=before, after=after)
    return campaign


def set_icp(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    document: Mapping[str, Any],
    *,
    version: int,
    now: datetime,
    rules: Mapping[str, Any] | None = None,
) -> Campaign:
    """Whom the campaign looks for. A new version of the rules: the score stage looks anew at every
    open lead that was scored by an older one.
    """
    campaign = _mine(session, viewer, campaign_id, version)
    before = {"icp": dict(campaign.icp), "rules": dict(campaign.rules)}
    campaign.icp = icp.checked(document)
    if rules is not None:
        campaign.rules = rule_documents.checked(rules)
    campaign.rules_version += 1
    campaign.version += 1
    after = {"icp": campaign.icp, "rules": campaign.rules}
    audit.of(session, viewer, "audience changed", campaign, now, before=before, after=after)
    return campaign


def set_rules(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    version: int,
    now: datetime,
    **parts: Any,
) -> Campaign:
    """Changes `routes`, `sequences` or `approvals` of the rules. Nothing of it changes a score, so
    no lead is scored anew; what is routed or approved already stays as it is.
    """
    campaign = _mine(session, viewer, campaign_id, version)
    before = {name: campaign.rules.get(name) for name in parts}
    campaign.rules = rule_documents.checked({**campaign.rules, **parts})
    _check_routes(session, campaign)
    campaign.version += 1
    after = {name: campaign.rules.get(name) for name in parts}
    audit.of(session, viewer, "rules changed", campaign, now, before=before, after=after)
    return campaign


def _check_routes(session: Session, campaign: Campaign) -> None:
    """The sequences and people that the rules name are there, and the client's."""
    named, _ = rule_documents.routes_of(campaign.rules)
    for rule in named:
        sequence = session.get(Sequence, rule.sequence_id or 0)
        foreign = sequence is None or sequence.client_id not in (None, campaign.client_id)
        if rule.sequence_id is not None and foreign:
            raise NotFound("This sequence does not exist.")
        owner = session.get(User, rule.owner_id or 0)
        if rule.owner_id is not None and (owner is None or owner.disabled_at is not None):
            raise Invalid("This person does not exist or may no longer sign in.")


def set_targets(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    targets: Mapping[str, tuple[int, date | None]],
    *,
    now: datetime,
) -> None:
    """What the campaign should reach: metric → (number, day). Metrics left out have no target."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    for metric, (number, _) in targets.items():
        if metric not in METRICS:
            raise Invalid(f"There is no target called {metric}.")
        if number < 1:
            raise Invalid("A target is a number of at least 1.")
    session.execute(delete(CampaignTarget).where(CampaignTarget.campaign_id == campaign.id))
    session.add_all(
        [
            CampaignTarget(campaign_id=campaign.id, metric=metric, value=number, due_on=day)
            for metric, (number, day) in targets.items()
        ]
    )
    session.flush()
    after = {metric: number for metric, (number, _) in targets.items()}
    audit.of(session, viewer, "targets set", campaign, now, after=after)


def start(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    *,
    now: datetime,
    public_url: str = "",
    real_email: bool = False,
) -> Campaign:
    """Starts it, or starts it again. Whatever blocks in the preflight list refuses it."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    if campaign.state is CampaignState.ACTIVE:
        return campaign
    checks = preflight.checks(
        session, viewer, campaign_id, now=now, public_url=public_url, real_email=real_email
    )
    blockers = [check for check in checks if check.level == preflight.BLOCKER]
    if blockers:
        more = f" ({len(blockers) - 1} more)" if len(blockers) > 1 else ""
        raise Invalid(f"The campaign cannot start: {blockers[0].sentence}{more}")
    campaign.started_at = campaign.started_at or now
    return _move(session, viewer, campaign, CampaignState.ACTIVE, None, now)


def pause(
    session: Session, viewer: Viewer, campaign_id: int, *, now: datetime, reason: str = ""
) -> Campaign:
    """Holds everything of the campaign; what is approved waits and is not lost."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    why = reason.strip() or f"by {viewer.name}"
    return _move(session, viewer, campaign, CampaignState.PAUSED, why, now)


def finish(session: Session, viewer: Viewer, campaign_id: int, *, now: datetime) -> Campaign:
    """Ends it for good: nothing more is sent, replies are still read."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    campaign.finished_at = campaign.finished_at or now
    return _move(session, viewer, campaign, CampaignState.FINISHED, None, now)


def _move(
    session: Session,
    viewer: Viewer,
    campaign: Campaign,
    to: CampaignState,
    reason: str | None,
    now: datetime,
) -> Campaign:
    if campaign.state is to:
        return campaign
    if not may_move(CAMPAIGN_MOVES, campaign.state, to):
        raise IllegalMove(f"A {campaign.state} campaign cannot become {to}.")
    before = {"state": campaign.state}
    campaign.state, campaign.state_reason = to, reason
    campaign.version += 1
    audit.of(session, viewer, f"campaign {to}", campaign, now, before=before, after={"state": to})
    if to in _TOLD:
        announcing.campaign(session, campaign, _TOLD[to], now=now)
    return campaign


def _mine(session: Session, viewer: Viewer, campaign_id: int, version: int) -> Campaign:
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.EDIT_CAMPAIGNS)
    if campaign.version != version:
        raise Stale("Somebody else changed this campaign meanwhile. Look again, then save.")
    return campaign


def _check(session: Session, campaign: Campaign) -> None:
    if not campaign.name:
        raise Invalid("A campaign needs a name.")
    with session.no_autoflush:
        same = session.scalar(
            select(Campaign.id)
            .where(Campaign.client_id == campaign.client_id)
            .where(func.lower(Campaign.name) == campaign.name.lower())
        )
        sequence = session.get(Sequence, campaign.fallback_sequence_id or 0)
        owner = session.get(User, campaign.owner_id or 0)
    if same is not None and same != campaign.id:
        raise Invalid(f"This client has a campaign named {campaign.name} already.")
    if campaign.starts_on and campaign.ends_on and campaign.starts_on > campaign.ends_on:
        raise Invalid("The campaign must end after it starts.")
    if campaign.fallback_sequence_id is not None and (
        sequence is None or sequence.client_id not in (None, campaign.client_id)
    ):
        raise NotFound("This sequence does not exist.")
    if campaign.owner_id is not None and owner is None:
        raise NotFound("This person does not exist.")


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
