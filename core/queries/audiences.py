"""The versions of a campaign's audience, from the audit trail: when, by whom, what changed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.keys import subject
from core.domain.scoring import Rules, TierRule
from core.queries import paging
from db.models import AuditEntry, Campaign

CHANGED = "audience changed"
LATEST = 20
_RANGES = ("employees", "revenue", "founded")
_SWITCHES = ("threshold", "grey", "least_confidence", "allow_duplicates")
SCORED = ("tier", *_SWITCHES)  # the part of the rules that belongs to the audience


@dataclass(frozen=True, slots=True)
class Change:
    """One field that is another one: "titles", "exclude.titles", "weights.title", "tier.hot"."""

    field: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Version:
    """An audience with its rule of tiers. Of the first one nobody knows who made it, or when."""

    number: int
    at: datetime | None
    who: str
    icp: Mapping[str, Any]
    rules: Mapping[str, Any]
    changes: tuple[Change, ...]


def versions(
    session: Session, viewer: Viewer, campaign_id: int, *, limit: int = LATEST
) -> tuple[Version, ...]:
    """The latest first; the first one of all as the first change found it."""
    campaign = session.get(Campaign, campaign_id)
    if campaign is None or not viewer.sees(campaign.client_id):
        return ()
    entries = session.execute(
        select(AuditEntry.at, AuditEntry.actor_name, AuditEntry.before, AuditEntry.after)
        .where(AuditEntry.subject == subject("campaign", campaign_id))
        .where(AuditEntry.action == CHANGED)
        .where(paging.within(AuditEntry.client_id, viewer, focused=False))
        .order_by(AuditEntry.id.desc())
        .limit(limit)
    ).all()
    found = [
        _version(campaign.rules_version - place, at, who, before, after)
        for place, (at, who, before, after) in enumerate(entries)
    ]
    if not found:
        return (_version(campaign.rules_version, None, "", {}, _documents(campaign)),)
    if found[-1].number == 2:
        found.append(_version(1, None, "", {}, entries[-1].before))
    return tuple(found)


def _documents(campaign: Campaign) -> dict[str, Any]:
    return {"icp": campaign.icp, "rules": campaign.rules}


def _version(
    number: int, at: datetime | None, who: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Version:
    rules = {name: one for name, one in (after.get("rules") or {}).items() if name in SCORED}
    old, new = _flat(before), _flat(after)
    changes = tuple(
        Change(name, old.get(name), new.get(name))
        for name in dict.fromkeys((*new, *old))
        if old.get(name) != new.get(name)
    )
    known = changes if before else ()
    return Version(number, at, who, after.get("icp") or {}, rules, known)


def _flat(documents: Mapping[str, Any]) -> dict[str, Any]:
    """Each field by its name; what is left out as the default that holds instead."""
    icp, rules = documents.get("icp") or {}, documents.get("rules") or {}
    parts = ("exclude", "weights")
    flat = {name: _plain(name, one) for name, one in icp.items() if name not in parts}
    for part in parts:
        flat |= {f"{part}.{name}": one or None for name, one in (icp.get(part) or {}).items()}
    usual = asdict(TierRule()) | (rules.get("tier") or {})
    flat |= {f"tier.{name}": one for name, one in usual.items()}
    flat |= {name: rules.get(name, getattr(Rules(), name)) for name in _SWITCHES}
    return {name: one for name, one in flat.items() if one is not None}


def _plain(name: str, value: Any) -> Any:
    if name in _RANGES:
        ends = value or {}
        return (ends.get("min"), ends.get("max")) if any(ends.values()) else None
    return value or None
