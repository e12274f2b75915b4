"""Rows of a list weighed against what is known: created, updated, duplicate, suppressed, rejected.

Weighing changes nothing, so that a preview and an import cannot disagree; import_store writes what
was weighed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.intake.ahead import Read, Row
from core.intake.dedupe import Seen, laid_over
from core.intake.differences import Differences
from core.intake.people import Person, Reader
from core.services import bulk, bulk_look, suppressions
from db.models import Account, Contact, Lead

CONTACT_COLUMNS = (
    *("first_name", "last_name", "title", "seniority", "department", "phone", "linkedin"),
    *("city", "state", "country", "tags", "notes", "custom", "consent_at"),
)
COUNTED = ("created", "updated", "duplicates", "suppressed", "rejected")
SHOWN = 100  # doubles of a chunk, and as many that are suppressed
ACCOUNT_COLUMNS = ("name", "domain", "industry", "employees", "custom", "revenue", "technologies")

_contact, _account, _lead = map(bulk.table_of, (Contact, Account, Lead))
# a merged address stands for the contact that was kept
KEPT = func.coalesce(_contact.c.merged_into_id, _contact.c.id)


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


class Scale:
    """Weighs the rows of one file, one chunk after the other."""

    def __init__(self, target: Target, reader: Reader) -> None:
        self._target = target
        self._reader = reader
        self._contact_columns = tuple(n for n in CONTACT_COLUMNS if n in reader.given | {"custom"})
        # a company's own fields: the range of employees that a list gave
        given = reader.given | {"domain"} | ({"custom"} if "employees" in reader.given else set())
        self._account_columns = tuple(name for name in ACCOUNT_COLUMNS if name in given)
        self._seen = Seen()
        self._companies = Seen()
        self._opted: set[str] = set()
        self._of_row: int | None = None  # of the row weighed last

    def remember(self, rows: Iterable[Row]) -> None:
        """Rows that were taken before an interruption: what comes twice still counts as such."""
        for _, cells in rows:
            key = self._reader.email_of(cells)
            if key:
                self._seen.add(key)
        self.keep()

    def keep(self) -> None:
        """The last chunk is stored."""
        self._seen.keep()
        self._companies.keep()

    def forget(self) -> None:
        """The last chunk was not stored and will be weighed again."""
        self._seen.forget()
        self._companies.forget()

    def weigh(self, session: Session, read: Sequence[Read]) -> Weighed:
        """One chunk against the database and the rows before it."""
        people = [person for _, _, person in read if isinstance(person, Person)]
        found = Weighed(len(read), self._contact_columns, self._account_columns)
        bulk_look.by_index(session)
        self._look_up(session, people, found)
        never = suppressions.reasons_among(
            session, self._target.client_id, {person.key for person in people}
        )
        for number, cells, person in read:
            if isinstance(person, str):
                found.rejects.append(Reject(number, person[:300], cells or []))
                found.counts["rejected"] += 1
                found.shares["invalid"] += 1
            else:
                word = self._weigh_one(person, found, never)
                found.counts[word] += 1
                if word == "duplicates" and len(found.doubles) < SHOWN:
                    found.doubles.append(Double(number, person.key, self._of_row))
                elif word == "suppressed" and len(found.silenced) < SHOWN:
                    why = never.get(person.key) or "opted out by this list"
                    found.silenced.append(Silenced(number, person.key, why))
        return found

    def _weigh_one(self, person: Person, found: Weighed, never: Mapping[str, str]) -> str:
        """The word under which a row counts."""
        role, free, disposable = person.kinds
        if role or free or disposable:
            for name, yes in (("role", role), ("free", free), ("disposable", disposable)):
                found.shares[name] += yes
        if person.opt_out:
            found.opted_out.append(person.key)
            self._opted.add(person.key)
        if person.opt_out or person.key in never or person.key in self._opted:
            self._seen.add(person.key)
            return "suppressed"
        known = found.contacts.get(person.key)
        if known is None:
            known = found.contacts[person.key] = Known(person.key, {}, kinds=person.kinds)
        first = self._seen.add(person.key)
        self._of_row = None if first else 0
        changed = self._lay_over(person, known, found, self._target.policy if first else "fill")
        if not first:
            return "duplicates"
        if not known.has_lead:
            known.has_lead = True
            known.source, known.owner = person.source, person.owner
            found.new_leads.append(person.key)
            return "created"
        return "updated" if changed else "duplicates"

    def _lay_over(self, person: Person, known: Known, found: Weighed, policy: str) -> bool:
        if known.id is None and policy == "skip":
            policy = "fill"  # there is nothing yet that could be left alone
        if policy == "skip":
            return False
        given = person.contact
        if person.custom:
            given = {**given, "custom": person.custom}
        changed = known.take(given, policy, found.differences)
        key = person.company_key
        if key is None:
            return changed
        if known.account_id is None and known.account_key is None:
            known.account_key = key
            changed = known.changed = True
        return self._lay_over_company(key, person.company, found, policy) or changed

    def _lay_over_company(
        self, key: str, given: Mapping[str, Any], found: Weighed, policy: str
    ) -> bool:
        account = found.accounts.get(key)
        if account is None:
            named = key.startswith("name:")
            account = found.accounts[key] = Known(key, {} if named else {"domain": key})
        first = self._companies.add(key)
        if not first or (account.id is None and policy == "skip"):
            policy = "fill"
        return account.take(given, policy, found.differences)

    def _look_up(self, session: Session, people: Sequence[Person], found: Weighed) -> None:
        """What is known of the people and companies of a chunk: three questions for all."""
        wanted = {person.key for person in people}
        client_id, campaign_id = self._target.client_id, self._target.campaign_id
        names = self._contact_columns
        columns = [_contact.c[name] for name in ("id", "email_key", "account_id", "batch_id")]
        theirs = (
            select(_lead.c.id)
            .where(_lead.c.contact_id == KEPT, _lead.c.campaign_id == campaign_id)
            .correlate(_contact)
            .scalar_subquery()
        )
        known_ones = bulk_look.each(
            session,
            _contact.c.email_key,
            list(wanted),
            [*columns, theirs.label("lead_id"), *(_contact.c[name] for name in names)],
            _contact.c.client_id == client_id,
        )
        rows = session.connection().execute(select(known_ones))
        for contact_id, key, account_id, batch_id, lead_id, *values in rows.all():
            known = Known(key, dict(zip(names, values, strict=True)), contact_id, account_id)
            known.has_lead = lead_id is not None
            known.made_here = self._made_here(batch_id)
            found.contacts[key] = known
        self._look_up_companies(session, people, found)

    def _look_up_companies(
        self, session: Session, people: Sequence[Person], found: Weighed
    ) -> None:
        asked = {person.company_key for person in people}
        wanted, names = [key for key in asked if key], self._account_columns
        known_ones = bulk_look.each(
            session,
            _account.c.key,
            wanted,
            [_account.c[name] for name in ("id", "key", "batch_id", *names)],
            _account.c.client_id == self._target.client_id,
        )
        rows = session.connection().execute(select(known_ones))
        for account_id, key, batch_id, *values in rows.all():
            known = Known(key, dict(zip(names, values, strict=True)), account_id)
            known.made_here = self._made_here(batch_id)
            found.accounts[key] = known

    def _made_here(self, batch_id: int | None) -> bool:
        return batch_id is not None and batch_id == self._target.batch_id
