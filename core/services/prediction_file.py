"""A list of earlier leads with their outcomes, read as the columns that leads have."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain import titles
from core.errors import Invalid
from core.intake import clean, industries, moments, outcomes, people
from core.intake.columns import Mapped
from core.learn.predict_history import History
from db.models import CustomField

_Read = Callable[[str], Any]

# a field of a list: the column that leads have for it, and how its cells are read
FIELDS: Mapping[str, tuple[str, _Read]] = {
    "seniority": ("Seniority", clean.text),
    "title": ("Seniority", titles.seniority_of),
    "department": ("Department", clean.text),
    "country": ("Country", clean.country),
    "industry": ("Industry", industries.standard),
    "employees": ("Employees", clean.employees),
    "revenue": ("Revenue", clean.money),
    "technologies": ("Technologies", lambda cell: list(clean.words(cell))),
    "source": ("Source", clean.text),
}
_TOLD_OTHERWISE = ("tags", "opt_out", "consent_at", "created_at")
_NAMES_SOMEBODY = "It names one person or company, and says nothing of the next."
_NO_LEAD_HAS = "Leads of this client have no such field, so that it could never be asked of them."


def read(
    session: Session, client_id: int, path: Path, asked: Mapping[str, Any]
) -> tuple[History, dict[str, str]]:
    """The outcomes of a list, and the columns to leave out, each with its reason. `asked`: outcome
    (a heading), won and lost (its values), began and ended (headings, or None), without.
    """
    sheet, mapped = outcomes.plan(path)
    places = {heading: place for place, heading in enumerate(sheet.headings)}
    outcome = places.get(str(asked.get("outcome")))
    if outcome is None:
        raise Invalid("Say which column is the outcome.")
    began, ended = (places.get(str(asked.get(name))) for name in ("began", "ended"))
    rows, results = _decided(outcomes.rows(path, sheet), outcome, asked)
    taken = {outcome, began, ended}
    kept = [(n, column) for n, column in enumerate(mapped) if n not in taken]
    own = _own_fields(session, client_id)
    columns, without = _columns(rows, kept, own, set(asked.get("without") or ()))
    days = _days(rows, began, ended)
    return History(columns, results, *days, _companies(rows, mapped)), without


def _decided(
    given: Any, outcome: int, asked: Mapping[str, Any]
) -> tuple[list[list[str]], list[bool]]:
    """The rows whose outcome is known, and what it is."""
    won, lost = set(asked.get("won") or ()), set(asked.get("lost") or ())
    if not won or not lost or won & lost:
        raise Invalid("Say which values mean converted and which mean not, none of them both.")
    rows, results = [], []
    for cells in given:
        said = " ".join(cells[outcome].split())
        if said in won or said in lost:
            rows.append(cells)
            results.append(said in won)
    return rows, results


def _columns(
    rows: Sequence[Sequence[str]],
    kept: Sequence[tuple[int, Mapped]],
    own: Mapping[str, str],
    unwanted: set[str],
) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """The columns under the names that leads have for them; the first of each name counts."""
    columns: dict[str, list[Any]] = {}
    without: dict[str, str] = {}
    for place, column in kept:
        name, read_one, why = _meaning(column.heading, column.field, own)
        if name in columns:
            continue
        columns[name] = [read_one(row[place]) if row[place].strip() else None for row in rows]
        if column.heading in unwanted:
            why = "A person left it out."
        if why:
            without[name] = why
    return columns, without


def _own_fields(session: Session, client_id: int) -> dict[str, str]:
    """The client's own fields: the name or key in small letters, and the key."""
    rows = session.execute(
        select(CustomField.key, CustomField.name).where(CustomField.client_id == client_id)
    )
    return {word.casefold(): key for key, name in rows for word in (name, key)}


def _meaning(heading: str, field: str | None, own: Mapping[str, str]) -> tuple[str, _Read, str]:
    """The column that leads have for it, how it is read, and why it is left out ("" where not)."""
    if field == "email":
        return "Free mail", _free_mail, ""
    if field is not None and field in FIELDS:
        return *FIELDS[field], ""
    if field is not None and field not in _TOLD_OTHERWISE:
        return heading, str, _NAMES_SOMEBODY
    key = own.get(heading.casefold())
    return (key, str, "") if key else (heading, str, _NO_LEAD_HAS)


def _free_mail(cell: str) -> bool | None:
    key = cell.strip().lower()
    return people.kinds(key)[1] if "@" in key else None


def _companies(rows: Sequence[Sequence[str]], mapped: Sequence[Mapped]) -> list[str | None]:
    """The company of each row: by its site, the domain of the address, or its name."""
    places = {column.field: place for place, column in enumerate(mapped) if column.field}

    def cell(row: Sequence[str], field: str) -> str:
        return row[places[field]].strip().casefold() if field in places else ""

    found = []
    for row in rows:
        address = cell(row, "email")
        own = address.rpartition("@")[2] if address and not _free_mail(address) else ""
        found.append(cell(row, "website") or own or cell(row, "company") or None)
    return found


def _days(
    rows: Sequence[Sequence[str]], *places: int | None
) -> tuple[list[datetime | None], list[datetime | None]]:
    """When each row began and ended; 3/4/2025 is read as the whole list writes its dates."""
    known = [place for place in places if place is not None]
    first = moments.days_first([row[place] for row in rows[:1000] for place in known])
    began, ended = (
        [None if place is None else moments.moment(row[place], day_first=first) for row in rows]
        for place in places
    )
    return began, ended
