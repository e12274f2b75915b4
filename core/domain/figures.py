"""Counted things, as queries give them to pages and exports: each rate with its denominator."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from core.domain.money import Money
from core.domain.rates import Rate
from core.domain.states import ReplyIntent


class Metric(StrEnum):
    """A count that can be opened: the rows behind it are leads (`bounced`: returned mails)."""

    REACHED = "reached"
    REPLIED = "replied"
    POSITIVE = "positive"
    BOUNCED = "bounced"
    MEETINGS = "meetings"
    WON = "won"


class Dimension(StrEnum):
    """What the table of Analytics is split by."""

    CAMPAIGN = "campaign"
    SOURCE = "source"
    TIER = "tier"
    OWNER = "owner"
    INDUSTRY = "industry"
    SEQUENCE = "sequence"
    STEP = "step"
    VARIANT = "variant"
    MAILBOX = "mailbox"


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over days and campaigns. Counts of leads except `sent` and `bounced` (mails)."""

    harvested: int = 0
    enriched: int = 0
    scored: int = 0
    qualified: int = 0
    rejected: int = 0
    routed: int = 0
    sent: int = 0
    reached: int = 0
    bounced: int = 0
    replied: int = 0
    positive: int = 0
    unsubscribed: int = 0
    meetings: int = 0
    won: int = 0
    value_minor: int = 0
    spend_minor: int = 0

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(*(getattr(self, f) + getattr(other, f) for f in COLUMNS))

    @property
    def reply_rate(self) -> Rate:
        """Leads that replied, per lead reached."""
        return Rate(self.replied, self.reached)

    @property
    def positive_rate(self) -> Rate:
        """Leads that replied positively, per lead reached."""
        return Rate(self.positive, self.reached)

    @property
    def meeting_rate(self) -> Rate:
        """Meetings, per lead reached."""
        return Rate(self.meetings, self.reached)

    @property
    def bounce_rate(self) -> Rate:
        """Mails that came back, per mail sent."""
        return Rate(self.bounced, self.sent)

    @property
    def unsubscribe_rate(self) -> Rate:
        """Leads that opted out, per lead reached."""
        return Rate(self.unsubscribed, self.reached)

    @property
    def empty(self) -> bool:
        """Whether nothing happened at all."""
        return not any(getattr(self, name) for name in COLUMNS)


COLUMNS = tuple(f.name for f in fields(Figures))


@dataclass(frozen=True, slots=True)
class Day:
    """The figures of one day, or of the week that begins on it."""

    day: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Goal:
    """A target and how far it is: counted since the campaigns began, not in the period."""

    metric: str  # reached, replied, positive, meeting, won
    target: int
    actual: int
    due_on: date | None = None
    projected: int | None = None  # where the pace of the last 28 days leads by due_on

    @property
    def share(self) -> Rate:
        """How much of it is reached."""
        return Rate(self.actual, self.target)

    @property
    def on_course(self) -> bool | None:
        """Whether it is or will be reached; None where nothing can be said yet."""
        if self.actual >= self.target:
            return True
        return None if self.projected is None else self.projected >= self.target


@dataclass(frozen=True, slots=True)
class Overview:
    """The key figures of a period, of the period before, and the targets."""

    now: Figures
    before: Figures | None
    goals: tuple[Goal, ...]
    currency: str | None  # None: the clients in view use several


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the funnel: how many, of the step before, and of the first one.

    A share is None where the period saw more leads here than there.
    """

    name: str
    count: int
    of_previous: Rate | None
    of_first: Rate | None


@dataclass(frozen=True, slots=True)
class Funnel:
    """How far the leads that came in in a period have got by now. `whole`: none came in, so these
    are all leads that came in before its end.
    """

    stages: tuple[Stage, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a table split by a dimension. What the dimension does not know is None."""

    key: str
    label: str
    reached: int
    replied: int
    positive: int
    meetings: int | None = None
    won: int | None = None
    value: Money | None = None
    spend: Money | None = None
    client: str = ""
    within: str = ""  # what it may be compared within: a wording's template

    @property
    def reply_rate(self) -> Rate:
        """Leads that replied, per lead reached."""
        return Rate(self.replied, self.reached)

    @property
    def positive_rate(self) -> Rate:
        """Leads that replied positively, per lead reached."""
        return Rate(self.positive, self.reached)

    @property
    def interval_low(self) -> float:
        """The lower end of the positive rate: small groups do not win by luck."""
        return self.positive_rate.interval[0] if self.positive_rate.interval else 0.0

    def named(self, label: str) -> "Group":
        """The same line under another label."""
        return replace(self, label=label)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Leads by the week of their first mail: how many replied within 7, 14 and 28 days.

    None: that many days have not passed yet.
    """

    week: date
    reached: int
    within_7: int | None
    within_14: int | None
    within_28: int | None


@dataclass(frozen=True, slots=True)
class Timing:
    """How long people took for their first reply: counts by bucket, and the median in hours."""

    buckets: tuple[tuple[str, int], ...]
    median_hours: float | None


@dataclass(frozen=True, slots=True)
class IntentCount:
    """How many people answered in one sense."""

    intent: ReplyIntent
    count: int


@dataclass(frozen=True, slots=True)
class Quote:
    """What somebody wrote, and who that is. The texts are as they came."""

    text: str
    intent: ReplyIntent
    first_name: str | None
    last_name: str | None
    title: str | None
    company: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Behind:
    """One row behind a number: who, where, when."""

    id: int
    lead_id: int
    name: str
    email: str
    company: str | None
    campaign: str
    what: str
    at: datetime
