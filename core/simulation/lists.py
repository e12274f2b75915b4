"""Lists of simulated people as files, the way agencies are given them: other people's headings,
doubled rows, broken addresses, shared mailboxes, people who had opted out.
"""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core.simulation.people import Person

Column = Callable[[Person], str]
Row = list[str]

COLUMNS: Mapping[str, Column] = {
    "email": lambda p: p.address,
    "first": lambda p: p.first,
    "last": lambda p: p.last,
    "name": lambda p: p.name,
    "title": lambda p: p.title,
    "seniority": lambda p: p.seniority,
    "department": lambda p: p.department,
    "company": lambda p: p.company.name,
    "website": lambda p: f"https://www.{p.company.domain}",
    "phone": lambda p: p.phone,
    "industry": lambda p: p.company.trade.industry,
    "employees": lambda p: str(p.company.employees),
    "revenue": lambda p: str(p.company.revenue),
    "city": lambda p: p.company.city,
    "country": lambda p: p.company.country.name,
    "technologies": lambda p: ", ".join(p.company.technologies),
    "opt_out": lambda p: "FALSE",
    "notes": lambda p: "",
}
NOTES = (
    "Asked for a quote at the stand",
    "Budget approved for next quarter",
    "Contract with the present supplier ends in spring",
    "Is hiring two people for the team",
    "New head of department since summer",
    "Wants a demo, prefers mornings",
    "Met at the breakfast, friendly",
)

# headings as the tools write them, over what they mean; "" is a column of no use to us
STYLES: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "apollo": (
        ",",
        (
            *(("First Name", "first"), ("Last Name", "last"), ("Title", "title")),
            *(("Company", "company"), ("Email", "email"), ("Seniority", "seniority")),
            *(("Departments", "department"), ("Work Direct Phone", "phone")),
            *(("# Employees", "employees"), ("Industry", "industry"), ("Website", "website")),
            *(("City", "city"), ("Country", "country"), ("Technologies", "technologies")),
            *(("Annual Revenue", "revenue"), ("Do not email", "opt_out")),
        ),
    ),
    "hubspot": (
        ",",
        (
            *(("Record ID", ""), ("First Name", "first"), ("Last Name", "last")),
            *(("Email", "email"), ("Phone Number", "phone"), ("Job Title", "title")),
            *(("Company Name", "company"), ("Website URL", "website"), ("Industry", "industry")),
            *(("Number of Employees", "employees"), ("City", "city")),
            *(("Country/Region", "country"), ("Unsubscribed from all email", "opt_out")),
            ("Notes", "notes"),
        ),
    ),
    "fair": (
        ";",
        (
            *(("Full name", "name"), ("E-mail", "email"), ("Position", "title")),
            *(("Organisation", "company"), ("Branch", "industry"), ("Staff", "employees")),
            *(("Town", "city"), ("Country", "country"), ("Email opt out", "opt_out")),
            ("Remarks", "notes"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Dirt:
    """How many rows of each fault a list has."""

    doubled: int = 0
    broken: int = 0
    empty: int = 0
    shared: int = 0
    opted_out: int = 0

    @classmethod
    def usual(cls, people: int) -> "Dirt":
        """What a list of so many people usually has."""
        share = max(1, people // 100)
        return cls(doubled=share * 2, broken=share, empty=share, shared=share * 2, opted_out=share)

    @property
    def rows(self) -> int:
        """How many rows the faults add (an opt-out is marked on a person's own row)."""
        return self.doubled + self.broken + self.empty + self.shared


def file_of(
    people: Sequence[Person], *, style: str, dirt: Dirt | None = None, rng: random.Random
) -> bytes:
    """The list as a file in one of STYLES; UTF-8 with a byte-order mark where it is from a fair."""
    separator, headings = STYLES[style]
    dirt = dirt or Dirt()
    rows = [_row(person, headings, rng) for person in people]
    _opt_out(rows, headings, dirt.opted_out, rng)
    rows += _faulty(rows, headings, dirt, rng)
    head, *rest = rows
    rng.shuffle(rest)
    sheet = io.StringIO()
    writer = csv.writer(sheet, delimiter=separator)
    writer.writerow([heading for heading, _ in headings])
    writer.writerows([head, *rest])
    return sheet.getvalue().encode("utf-8-sig" if style == "fair" else "utf-8")


def _row(person: Person, headings: Sequence[tuple[str, str]], rng: random.Random) -> Row:
    cells = [COLUMNS[what](person) if what else str(rng.randrange(10**9)) for _, what in headings]
    for place, (_, what) in enumerate(headings):
        if what in ("phone", "employees", "industry", "city") and rng.random() < 0.12:
            cells[place] = ""  # lists have holes
        if what == "notes" and rng.random() < 0.15:
            cells[place] = rng.choice(NOTES)
    return cells


def _opt_out(
    rows: list[Row], headings: Sequence[tuple[str, str]], count: int, rng: random.Random
) -> None:
    place = _place(headings, "opt_out")
    for number in rng.sample(range(1, len(rows)), k=min(count, len(rows) - 1)):
        rows[number][place] = "TRUE"


def _faulty(
    rows: Sequence[Row], headings: Sequence[tuple[str, str]], dirt: Dirt, rng: random.Random
) -> list[Row]:
    place = _place(headings, "email")

    def altered(change: Callable[[str], str]) -> Row:
        row = list(rng.choice(rows))
        row[place] = change(row[place])
        return row

    def shared(address: str) -> str:
        return f"{rng.choice(('info', 'sales', 'office', 'hello'))}@{address.partition('@')[2]}"

    def broken(address: str) -> str:
        faults = (
            address.replace("@", " at "),
            address.replace("@", "@@"),
            f"{address.partition('@')[0]}@",
            "n/a",
        )
        return rng.choice(faults)

    return [
        *(altered(str.upper) for _ in range(dirt.doubled)),
        *(altered(broken) for _ in range(dirt.broken)),
        *(altered(lambda _: "") for _ in range(dirt.empty)),
        *(altered(shared) for _ in range(dirt.shared)),
    ]


def _place(headings: Sequence[tuple[str, str]], what: str) -> int:
    return next(place for place, (_, meant) in enumerate(headings) if meant == what)
