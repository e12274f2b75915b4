"""Rows of a list weighed against what is known: created, updated, duplicate, suppressed, rejected.

Weighing changes nothing, so that a preview and an import cannot disagree; import_store writes what
was weighed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.intake.ahead import Read, Row
from core.intake.dedupe import Seen
from core.intake.people import Person, Reader
from core.services import import_look, suppressions
from core.services.import_weighed import (
    ACCOUNT_COLUMNS,
    CONTACT_COLUMNS,
    SHOWN,
    Double,
    Known,
    Reject,
    Silenced,
    Target,
    Weighed,
)


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
        self._opted = Seen()
        self._marks = (self._seen, self._companies, self._opted)
        self._of_row: int | None = None  # of the row weighed last

    def remember(self, rows: Iterable[Row]) -> None:
        """Rows that were taken before an interruption: what comes twice still counts as such."""
        for _, cells in rows:
            key = self._reader.email_of(cells)
            if key:
                self._seen.add(key)
        self.keep()

    def keep(self) -> None:
        """The chunk that was weighed first is stored."""
        for one in self._marks:
            one.keep()

    def forget(self) -> None:
        """What was weighed and is not stored will be weighed again."""
        for one in self._marks:
            one.forget()

    def weigh(
        self,
        session: Session,
        read: Sequence[Read],
        *,
        ahead: bool = False,
        before: Weighed | None = None,
    ) -> Weighed:
        """One chunk against the database and the rows before it.

        `ahead`: it will be stored by another transaction. `before` is the chunk that is being
        stored meanwhile: what it makes is taken for made.
        """
        people = [person for _, _, person in read if isinstance(person, Person)]
        wanted = {person.key for person in people}
        found = Weighed(len(read), self._contact_columns, self._account_columns, ahead=ahead)
        import_look.look_up(session, self._target, people, found)
        never = suppressions.reasons_among(session, self._target.client_id, wanted)
        if before is not None:
            companies = {person.company_key for person in people if person.company_key}
            found.follow(before, wanted, companies)
            for one in self._marks:
                one.begin()
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
