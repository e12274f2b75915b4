"""What a list of leads is limited to and how it is sorted, and the same as a document to keep."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.domain.states import LeadState, Tier

AXES = ("fit", "opportunity", "engagement")


class LeadSort(StrEnum):
    """How the list is sorted. `idle` puts the one first that nobody touched for longest."""

    NEWEST = "newest"
    OLDEST = "oldest"
    SCORE = "score"
    UPDATED = "updated"
    IDLE = "idle"
    NAME = "name"


class Op(StrEnum):
    """How a custom field is compared."""

    IS = "is"
    HAS = "has"  # contains the text
    FROM = "from"
    TO = "to"
    ANY = "any"  # has a value
    NONE = "none"  # has no value


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition on a custom field."""

    field_id: int
    op: Op
    value: str = ""


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """What the list is limited to; everything given must hold. `owner_id` 0 asks for leads of
    nobody, `tags` for people who have all of them, `company` for the beginning of its domain or
    name, `picked` for leads ticked by hand.
    """

    campaign_id: int | None = None
    states: tuple[LeadState, ...] = ()
    tiers: tuple[Tier, ...] = ()
    score_from: int | None = None
    score_to: int | None = None
    fit_from: int | None = None
    fit_to: int | None = None
    opportunity_from: int | None = None
    opportunity_to: int | None = None
    engagement_from: int | None = None
    engagement_to: int | None = None
    source: str | None = None
    owner_id: int | None = None
    batch_id: int | None = None
    list_id: int | None = None
    tags: tuple[int, ...] = ()
    custom: tuple[Asked, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    touched_since: datetime | None = None
    touched_until: datetime | None = None
    countries: tuple[str, ...] = ()
    employees_from: int | None = None
    employees_to: int | None = None
    company: str = ""
    text: str = ""
    picked: tuple[int, ...] = ()
    sort: LeadSort = LeadSort.NEWEST


def document(wanted: LeadFilter) -> dict[str, Any]:
    """The filter as JSON can hold it; only what is asked for."""
    blank = LeadFilter()
    given = asdict(wanted)
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in given.items()
        if value != getattr(blank, name)
    }


def of_document(kept: Mapping[str, Any]) -> LeadFilter:
    """The filter that `document` was made of."""
    known = {field.name for field in fields(LeadFilter)}
    return LeadFilter(**{name: _read(name, kept[name]) for name in known & set(kept)})


def _read(name: str, value: Any) -> Any:
    turn = _TURNS.get(name)
    if turn is not None:
        return turn(value)
    return tuple(value) if isinstance(value, list) else value


_TURNS: Mapping[str, Callable[[Any], Any]] = {
    "states": lambda value: tuple(LeadState(one) for one in value),
    "tiers": lambda value: tuple(Tier(one) for one in value),
    "custom": lambda value: tuple(
        Asked(one["field_id"], Op(one["op"]), one["value"]) for one in value
    ),
    "sort": LeadSort,
    **dict.fromkeys(("since", "until", "touched_since", "touched_until"), datetime.fromisoformat),
}
