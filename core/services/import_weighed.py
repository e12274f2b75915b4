"""What a chunk of rows comes to: people and companies as they stand and as they will stand."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.intake.dedupe import laid_over
from core.intake.differences import Differences

CONTACT_COLUMNS = (
    *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
    *("city", "state", "country", "tags", "notes", "custom", "consent_at"),
)
COUNTED = ("created", "updated", "duplicates", "suppressed", "rejected")
SHOWN = 100  # doubles of a chunk, and as many that are suppressed
ACCOUNT_COLUMNS = ("name", "domain", "industry", "employees", "custom", "revenue", "technologies")


class Overtaken(Exception):
    """Somebody was quicker than a chunk that was weighed ahead: it must be weighed anew."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the rows go, and what wins where they differ from what is known."""

    client_id: int
    campaign_id: int
    policy: str  # fill, overwrite, skip
    batch_id: int | None = None  # of an import, not of a preview


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not taken, whole, with the reason."""

    row_no: int
    reason: str
    cells: list[str]


@dataclass(slots=True)
class Double:
    """A row that adds nothing, and of what it is a double: a row of the file (0: one before, not
    looked for yet), or None: a lead of the campaign.
    """

    row_no: int
    key: str
    of_row: int | None


@dataclass(slots=True)
class Silenced:
    """A row of somebody who must not be written to, and why."""

    row_no: int
    key: str
    why: str


@dataclass(slots=True, eq=False)
class Known:
    """A contact or company as it stands and as it will stand. Without id it is new."""

    key: str
    values: dict[str, Any]
    id: int | None = None
    account_id: int | None = None  # contacts only
    account_key: str | None = None  # contacts only: the company that the rows name
    has_lead: bool = False  # contacts only: in this campaign
    changed: bool = False
    before: dict[str, Any] | None = None  # of what this import changes, where it is not its own
    made_here: bool = True  # by this import
    source: str | None = None
    owner: str | None = None
    kinds: tuple[bool, bool, bool] = (False, False, False)  # new contacts only: role, free, …
    seen_at: datetime | None = None  # weighed ahead only: when it had been changed last
    follows: "Known | None" = None  # itself in the chunk that was being stored meanwhile

    def take(self, given: Mapping[str, Any], policy: str, stays: Differences) -> bool:
        """Lays a row over; whether anything changed. What stays though it differs is noted."""
        if not self.values and given and policy != "skip":
            self.values = dict(given)  # nothing is known yet
            self.changed = True
            return True
        if given.items() <= self.values.items():
            return False
        changes = laid_over(self.values, given, policy)
        if policy == "fill":
            stays.note(self.key, self.values, given, changes)
        if changes and not self.made_here:
            was = {name: self.values.get(name) for name in changes}
            self.before = {**was, **(self.before or {})}
        self.values.update(changes)
        self.changed = self.changed or bool(changes)
        return bool(changes)

    def as_stored(self) -> "Known":
        """What the chunk after will find."""
        found = Known(self.key, dict(self.values), account_key=self.account_key)
        found.has_lead, found.made_here, found.follows = self.has_lead, self.made_here, self
        return found

    def settle(self, now: datetime) -> None:
        """What it follows is stored, at `now`."""
        first, self.follows = self.follows, None
        if first is None:
            return
        written = first.changed or first.seen_at is None
        self.id, self.account_id = first.id, first.account_id
        self.seen_at = now if written else first.seen_at


@dataclass(slots=True)
class Weighed:
    """What a chunk of rows comes to. The columns are those that rows of this list can fill."""

    rows: int = 0
    contact_columns: tuple[str, ...] = CONTACT_COLUMNS
    account_columns: tuple[str, ...] = ACCOUNT_COLUMNS
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    shares: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("role", "free", "disposable", "invalid"), 0)
    )
    rejects: list[Reject] = field(default_factory=list)
    doubles: list[Double] = field(default_factory=list)  # the first SHOWN
    silenced: list[Silenced] = field(default_factory=list)  # the first SHOWN
    contacts: dict[str, Known] = field(default_factory=dict)
    accounts: dict[str, Known] = field(default_factory=dict)
    new_leads: list[str] = field(default_factory=list)  # keys of contacts
    opted_out: list[str] = field(default_factory=list)  # keys
    differences: Differences = field(default_factory=Differences)
    # weighed before its transaction began: what turns out to be otherwise then is Overtaken
    ahead: bool = False
    # called when what is left is mostly work of the database's server
    sent: Callable[[], None] | None = None

    def follow(self, before: "Weighed", contacts: Set[str], accounts: Set[str]) -> None:
        """Takes for made what the chunk before makes of these, which may not be there yet."""
        for key in contacts & before.contacts.keys():
            one = before.contacts[key]
            if one.id is not None or one.has_lead:  # else nothing is made of it
                self.contacts[key] = one.as_stored()
        for name in accounts & before.accounts.keys():
            self.accounts[name] = before.accounts[name].as_stored()

    def settle(self, now: datetime) -> None:
        """The chunk before is stored, at `now`: what it made has its ids."""
        for found in (self.contacts, self.accounts):
            for one in found.values():
                if one.follows is not None:
                    one.settle(now)
