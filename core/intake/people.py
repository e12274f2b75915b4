"""One row of a list as a person: what goes to the contact, to the company, and what is kept aside.

A row is either a Person or the sentence that says why it cannot be taken.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from core.domain import addresses
from core.domain.head_counts import LISTED
from core.intake import clean, companies, emails, industries, moments
from core.intake.columns import LEFT_OUT, Mapped, address, spare_addresses

LONGEST_CELL = 5_000
LONGEST_NOTES = 20_000
REMEMBERED = 10_000  # cells of a column

# field → (column of the contact, its longest value, how it is read)
_CONTACT: Mapping[str, tuple[int, Callable[[str], Any]]] = {
    "first_name": (120, clean.name),
    "last_name": (120, clean.name),
    "title": (200, clean.text),
    "seniority": (40, clean.text),
    "department": (80, clean.text),
    "linkedin": (300, clean.linkedin),
    "city": (120, clean.text),
    "state": (120, clean.text),
    "country": (2, clean.country),
    "notes": (LONGEST_NOTES, clean.text),
}
_COMPANY: Mapping[str, tuple[int, Callable[[str], Any]]] = {
    "company": (300, clean.text),
    "website": (255, clean.site),
    "industry": (120, industries.standard),
    "employees": (0, clean.employees),
    LISTED: (0, clean.employees_listed),
    "revenue": (0, clean.money),
    "technologies": (0, lambda cell: list(clean.words(cell))),
}
_NAMES = {"company": "name", "website": "domain", LISTED: "custom"}


@dataclass(slots=True)
class Person:
    """A row that can be taken. `contact`, `company` and `custom` hold only what the row says."""

    key: str
    domain: str
    kinds: tuple[bool, bool, bool]  # role account, free mail, disposable
    contact: dict[str, Any] = field(default_factory=dict)
    company: dict[str, Any] = field(default_factory=dict)
    custom: dict[str, Any] = field(default_factory=dict)
    company_key: str | None = None  # what its company is known by
    opt_out: bool = False
    source: str | None = None
    owner: str | None = None

    def __reduce__(self) -> tuple[type["Person"], tuple[Any, ...]]:
        """Short, as a million of them go from one process to another."""
        return Person, (
            *(self.key, self.domain, self.kinds, self.contact, self.company, self.custom),
            *(self.company_key, self.opt_out, self.source, self.owner),
        )


class _Column(dict[str, tuple[Any, str | None]]):
    """The cells of a column that were read before: cell → (value, what is kept as custom)."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.name = _NAMES.get(what, what)
        self.of_contact = what in _CONTACT
        self._way = _CONTACT.get(what) or _COMPANY.get(what)

    def __missing__(self, cell: str) -> tuple[Any, str | None]:
        value = cell.strip()
        if not value:
            return None, None
        if self._way is None:
            found: tuple[Any, str | None] = None, clean.text(value)
        else:
            most, read = self._way
            found = _placed(value, read(value), most)
            if self.name == "custom":
                found = found[0], None  # a plain number needs no words beside it
        if len(self) >= REMEMBERED:
            self.clear()
        if len(cell) <= 200:
            self[cell] = found
        return found


class Reader:
    """Reads rows under one mapping."""

    def __init__(
        self,
        columns: Sequence[Mapped],
        *,
        day_first: bool = True,
        country: str | None = None,
        opted_out: bool = False,
    ) -> None:
        """`opted_out`: the list is of people who must not be written to."""
        self._headings = [column.heading for column in columns]
        self._fields = [column.field or "" for column in columns]
        self._email = address(columns)
        self._spare = spare_addresses(columns) if self._email is not None else ()
        self._day_first = day_first
        self._country = country
        self._opted_out = opted_out
        self._plan = [
            (place, heading, what, _Column(what))
            for place, (heading, what) in enumerate(zip(self._headings, self._fields, strict=True))
            if place != self._email and what != LEFT_OUT
        ]
        self._plan += [
            (place, heading, LISTED, _Column(LISTED))
            for place, heading, what, _ in self._plan
            if what == "employees"
        ]
        self._plan.sort(key=lambda column: column[2] == "phone")  # its country is known by then

    @property
    def has_address(self) -> bool:
        """Whether any column is the address."""
        return self._email is not None

    @property
    def given(self) -> frozenset[str]:
        """The columns of contact and company that a row can fill, beside `custom`."""
        names = {_NAMES.get(what, what) for what in self._fields}
        return frozenset(names | {"first_name", "last_name"} if "full_name" in names else names)

    def read(self, cells: Sequence[str]) -> Person | str:
        """A Person, or why not."""
        wrong = self._unsound(cells)
        if wrong:
            return wrong
        key, why, cell = self._address(cells)
        if key is None:
            return why
        domain = key.rpartition("@")[2]
        _, free, disposable = found = kinds(key)
        person = Person(key, domain, found)
        if cell and len(cell.strip()) != len(key):
            person.custom[self._headings[self._email or 0]] = clean.text(cell)
        self._fill(person, cells)
        if self._opted_out:
            person.opt_out = True
        if "full_name" in person.contact:
            _split_name(person)
        own = None if free or disposable else domain
        company = person.company
        person.company_key = companies.key(company.get("domain"), own, company.get("name"))
        return person

    def _fill(self, person: Person, cells: Sequence[str]) -> None:
        """Every cell to its place; what cannot be read as its field is kept under its heading."""
        many = len(cells)
        for place, heading, what, column in self._plan:
            if place >= many or not (cell := cells[place]):
                continue
            if what in _OTHERS:
                if value := cell.strip():
                    _OTHERS[what](self, person, heading, value)
                continue
            value, kept = column[cell]
            if value is not None:
                where = person.contact if column.of_contact else person.company
                where[column.name] = value
            if kept is not None:
                person.custom[heading] = kept

    def email_of(self, cells: Sequence[str]) -> str | None:
        """The key alone, for rows that were taken before."""
        return None if self._unsound(cells) else self._address(cells)[0]

    def _address(self, cells: Sequence[str]) -> tuple[str | None, str, str]:
        """(key, "", cell of the first column) of a row, or (None, why there is none, cell): another
        column of addresses counts where the first has none.
        """
        place = self._email
        cell = cells[place] if place is not None and place < len(cells) else ""
        key, why = emails.read(cell)
        if key is not None or not self._spare:
            return key, why, cell
        others = (emails.read(cells[one])[0] for one in self._spare if one < len(cells))
        return next(filter(None, others), None), why, cell

    def _unsound(self, cells: Sequence[str]) -> str | None:
        if not any(cells):
            return "The row is empty."
        if len(cells) > len(self._headings) and any(cells[len(self._headings) :]):
            return (
                f"The row has {len(cells)} cells where the headings have {len(self._headings)}: "
                "a quote or a separator is missing or too many."
            )
        if max(map(len, cells)) > LONGEST_CELL:
            return self._too_long(cells)
        return None

    def _too_long(self, cells: Sequence[str]) -> str | None:
        for heading, what, cell in zip(self._headings, self._fields, cells, strict=False):
            most = LONGEST_NOTES if what == "notes" else LONGEST_CELL
            if len(cell) > most:
                return (
                    f"The cell under '{heading[:60]}' has {len(cell):,} characters; "
                    f"at most {most:,} can be taken."
                )
        return None

    def _full_name(self, person: Person, heading: str, value: str) -> None:
        where = person.custom if "@" in value else person.contact
        where[heading if "@" in value else "full_name"] = value

    def _phone(self, person: Person, heading: str, value: str) -> None:
        number = clean.phone(value, person.contact.get("country") or self._country)
        person.contact["phone"] = (number or clean.text(value))[:40]
        if number is None and len(value) > 40:
            person.custom[heading] = clean.text(value)

    def _tags(self, person: Person, heading: str, value: str) -> None:
        person.contact["tags"] = list(clean.words(value))

    def _opt_out(self, person: Person, heading: str, value: str) -> None:
        said = clean.truth(value)
        person.opt_out = person.opt_out or bool(said)
        if said is None:
            person.custom[heading] = clean.text(value)

    def _consent(self, person: Person, heading: str, value: str) -> None:
        at = moments.moment(value, day_first=self._day_first)
        if at is None:
            person.custom[heading] = clean.text(value)
        else:
            person.contact["consent_at"] = at

    def _status(self, person: Person, heading: str, value: str) -> None:
        person.custom[heading] = word = clean.text(value)
        person.opt_out = person.opt_out or word.lower() in clean.OPTED_OUT

    def _source(self, person: Person, heading: str, value: str) -> None:
        person.source = clean.text(value)[:80]

    def _owner(self, person: Person, heading: str, value: str) -> None:
        person.owner = clean.text(value)
        person.custom[heading] = person.owner

    def _created(self, person: Person, heading: str, value: str) -> None:
        at = moments.moment(value, day_first=self._day_first)
        person.custom[heading] = at.isoformat() if at else clean.text(value)


_OTHERS: Mapping[str, Callable[[Reader, Person, str, str], None]] = {
    "full_name": Reader._full_name,
    "phone": Reader._phone,
    "tags": Reader._tags,
    "opt_out": Reader._opt_out,
    "consent_at": Reader._consent,
    "status": Reader._status,
    "source": Reader._source,
    "owner": Reader._owner,
    "created_at": Reader._created,
}


def _placed(given: str, value: Any, most: int) -> tuple[Any, str | None]:
    """What a column takes of a value, and what is kept aside of the cell."""
    if value in (None, "", []):
        return None, clean.text(given)
    if most and len(value) > most:
        return value[:most], clean.text(given)
    return value, None


@lru_cache(maxsize=65536)
def kinds(key: str) -> tuple[bool, bool, bool]:
    """(role account, free mail, disposable) of a normalised address."""
    free, disposable = _domain_kinds(key.rpartition("@")[2])
    return addresses.is_role(key), free, disposable


@lru_cache(maxsize=65536)
def _domain_kinds(domain: str) -> tuple[bool, bool]:
    return addresses.is_free(domain), emails.is_disposable(domain)


def _split_name(person: Person) -> None:
    """A whole name fills what the row does not say in parts."""
    first, last = clean.full_name(person.contact.pop("full_name"))
    if first:
        person.contact.setdefault("first_name", first[:120])
    if last:
        person.contact.setdefault("last_name", last[:120])
