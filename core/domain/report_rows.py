"""Everything a client report is made from: rows in one snapshot, no text yet."""

from dataclasses import dataclass, field
from datetime import date, datetime

from core.domain.figures import (
    Cohort,
    Day,
    Figures,
    Goal,
    Group,
    IntentCount,
    Quote,
    Stage,
    Timing,
)
from core.domain.periods import Period

INDIGO, TEAL = "#3538CD", "#0E9384"


@dataclass(frozen=True, slots=True)
class Brand:
    """The client's look. `logo` is a picture's bytes (PNG, JPEG or SVG), `dotted` one that a deck
    can show (PNG or JPEG).
    """

    name: str
    primary: str = INDIGO
    secondary: str = TEAL
    logo: bytes | None = None
    dotted: bytes | None = None


@dataclass(frozen=True, slots=True)
class Ahead:
    """What stands before us: leads by state now, and what waits."""

    to_write: int = 0  # qualified and routed: not written to yet
    in_sequence: int = 0  # leads of that state, with or without steps to come
    to_decide: int = 0  # leads in review
    waiting_replies: int = 0
    running: tuple[str, ...] = ()  # names of active campaigns
    paused: tuple[str, ...] = ()
    ends_on: date | None = None
    steps_to_come: int = 0  # leads whose walk through their sequence is not over


@dataclass(frozen=True, slots=True)
class ReportRows:
    """One snapshot of a client's (or campaign's) period."""

    brand: Brand
    title: str
    subject: str  # the campaign's name, or "All campaigns"
    period: Period
    made_at: datetime
    currency: str
    now: Figures
    before: Figures
    goals: tuple[Goal, ...] = ()
    trend: tuple[Day, ...] = ()
    stages: tuple[Stage, ...] = ()  # of the leads that came in in the period
    all_leads: bool = False  # …or, where none came in, of all before its end
    campaigns: tuple[Group, ...] = ()
    steps: tuple[Group, ...] = ()
    variants: tuple[Group, ...] = ()
    tiers: tuple[Group, ...] = ()
    sources: tuple[Group, ...] = ()
    intents: tuple[IntentCount, ...] = ()
    quotes: tuple[Quote, ...] = ()
    timing: Timing = field(default_factory=lambda: Timing((), None))
    cohorts: tuple[Cohort, ...] = ()
    ahead: Ahead = field(default_factory=Ahead)
    anonymous: bool = False
