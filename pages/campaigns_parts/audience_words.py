"""An audience and its changes in words."""

from collections.abc import Mapping
from typing import Any

from core.queries.audiences import Change, Version
from pages.campaigns_parts import audience_fields as fields
from pages.ui import words

_TIERS = {
    "tier.fit": "Fit counts", "tier.opportunity": "Opportunity counts",
    "tier.engagement": "Engagement counts", "tier.hot": "Hot from",
    "tier.hot_fit": "Hot with a fit from", "tier.warm": "Warm from", "tier.cool": "Cool from",
    "threshold": "Qualified from", "grey": "Close below",
    "least_confidence": "Known at least",
    "allow_duplicates": "People with an open lead elsewhere",
}  # fmt: skip
_MANY = 3  # changes told in one line


def line(version: Version) -> str:
    """What a version changed, in one line."""
    if version.at is None:
        return "The first one"
    told = [change(one) for one in version.changes]
    more = f"; {len(told) - _MANY} more" if len(told) > _MANY else ""
    return "; ".join(told[:_MANY]) + more or "Saved without a change"


def change(one: Change) -> str:
    """One changed field: "Job titles + CEO − Intern", "Hot from 75 → 70"."""
    name = label(one.field)
    if isinstance(one.was or one.now, list):
        was, now = one.was or [], one.now or []
        come = [f"+ {word}" for word in now if word not in was]
        gone = [f"− {word}" for word in was if word not in now]
        return f"{name} {' '.join(come + gone) or 'in another order'}"
    return f"{name} {value(one.field, one.was)} → {value(one.field, one.now)}"


def whole(icp: Mapping[str, Any]) -> list[tuple[str, str]]:
    """All that an audience asks, as (what, which)."""
    flat = {name: one for name, one in icp.items() if name not in ("exclude", "weights")}
    for part in ("exclude", "weights"):
        flat |= {f"{part}.{name}": one for name, one in (icp.get(part) or {}).items()}
    ends = {"employees", "revenue", "founded"}
    return [
        (label(name), value(name, (one.get("min"), one.get("max")) if name in ends else one))
        for name, one in flat.items()
        if one
    ]


def label(name: str) -> str:
    """What the fields call it."""
    part, _, inner = name.rpartition(".")
    if part == "exclude":
        return f"Left out: {fields.EXCLUDED[inner].partition(' (')[0]}"
    if part == "weights":
        return f"Points for {inner}"
    known = fields.WHO | fields.COMPANY | fields.RANGES | _TIERS
    return known.get(name, name).partition(" (")[0]


def value(name: str, given: Any) -> str:
    """One value as the fields show it."""
    if isinstance(given, bool):
        return "taken" if given else "left out"
    if isinstance(given, list):
        return ", ".join(map(str, given))
    if isinstance(given, tuple | type(None)):
        return _span(name, given)
    return f"{given:.0%}" if isinstance(given, float) else words.number(given)


def _span(name: str, ends: tuple[int | None, int | None] | None) -> str:
    if ends is None:
        return "default" if name.startswith("weights") else "any"
    form = "d" if name == "founded" else ","
    low, high = (f"{end:{form}}" if end is not None else "" for end in ends)
    return f"{low} to {high}" if low and high else f"{low} or more" if low else f"up to {high}"
