"""Which column is which field: by its heading, by what is in it, and by the company it keeps.

Nothing is mapped when unsure: an unmapped column is kept as a custom field, a wrong one does harm.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.keys import digest
from core.errors import Invalid
from core.intake import content
from core.intake.headings import FIELDS, field_of, plain

__all__ = ["FIELDS", "LEFT_OUT", "Mapped", "address", "applied", "fingerprint", "guess"]
__all__ += ["spare_addresses", "spelt"]

LEFT_OUT = "leave_out"  # in the place of a field: nothing of the column is kept
SURE = 0.6  # below it a column stays custom
_UNNAMED = 1_000  # place of a column whose heading says nothing of addresses
ENOUGH = 3  # filled cells before content says anything against a heading


@dataclass(frozen=True, slots=True)
class Mapped:
    """One column's field with the confidence in it; None is a custom field."""

    heading: str
    field: str | None
    confidence: float
    order: int = 0  # place in the field's order of preference


def guess(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Mapped, ...]:
    """The mapping of every column, each field given at most once."""
    cells = [_column(rows, place) for place in range(len(headings))]
    found = [_alone(heading, column) for heading, column in zip(headings, cells, strict=True)]
    found = _in_company(headings, found)
    return _once(found)


def applied(
    headings: Sequence[str], guessed: Sequence[Mapped], wanted: Mapping[str, str | None]
) -> tuple[Mapped, ...]:
    """The guess with a person's corrections over it; Invalid where they cannot be meant."""
    unknown = [heading for heading in wanted if heading not in headings]
    if unknown:
        raise Invalid(f"The file has no column called '{unknown[0]}'.")
    known = (*FIELDS, LEFT_OUT)
    strange = [field for field in wanted.values() if field is not None and field not in known]
    if strange:
        raise Invalid(f"There is no field called '{strange[0]}'. Known are: {', '.join(known)}.")
    given = [field for field in wanted.values() if field not in (None, LEFT_OUT)]
    once = (field for field in given if field != "email")  # of several the better one counts
    twice = next((field for field in once if given.count(field) > 1), None)
    if twice:
        raise Invalid(f"Two columns cannot both be '{twice}': leave one of them a custom field.")
    result = []
    for column in guessed:
        if column.heading in wanted:
            field = wanted[column.heading]
            same = field == column.field
            result.append(column if same else Mapped(column.heading, field, 1.0))
        elif column.field in given:
            result.append(replace(column, field=None))
        else:
            result.append(column)
    return tuple(result)


def address(columns: Sequence[Mapped]) -> int | None:
    """The place of the column of addresses; of several that a person named, the better one."""
    named = [place for place, column in enumerate(columns) if column.field == "email"]
    return min(named, key=lambda place: (_preference(columns[place]), place), default=None)


def spare_addresses(columns: Sequence[Mapped]) -> tuple[int, ...]:
    """Places of further columns of addresses: each counts where those before it have none."""
    first = address(columns)
    found = []
    for place, column in enumerate(columns):
        order = _preference(column)
        if column.field == "email" or (column.field is None and order < _UNNAMED):
            found.append((column.field is None, order, place))
    return tuple(place for *_, place in sorted(found) if place != first)


def _preference(column: Mapped) -> int:
    """How early a column of addresses counts, by its heading."""
    named = field_of(re.sub(r" \(\d+\)$", "", column.heading))
    return named[1] if named is not None and named[0] == "email" else _UNNAMED


def fingerprint(headings: Sequence[str]) -> str:
    """What the exports of one source have in common: their headings, in whatever order."""
    return digest("\n".join(sorted(map(_alike, headings))).encode())


def spelt(headings: Sequence[str], saved: Mapping[str, str | None]) -> dict[str, str | None]:
    """A saved mapping under the headings of a file, which may differ in capitals and spaces."""
    fields = {_alike(heading): field for heading, field in saved.items()}
    return {heading: fields.get(_alike(heading)) for heading in headings}


def _alike(heading: str) -> str:
    return " ".join(heading.casefold().split())


def _column(rows: Sequence[Sequence[str]], place: int) -> list[str]:
    found = (row[place].strip() for row in rows if place < len(row))
    return [cell for cell in found if cell]


def _alone(heading: str, cells: Sequence[str]) -> Mapped:
    """What a column is by itself."""
    named = field_of(heading)
    if named is not None:
        field, order, confidence = named
        share = _share(field, cells)
        if share is None:
            return Mapped(heading, field, confidence, order)
        if share >= 0.5:
            return Mapped(heading, field, min(0.99, confidence + 0.04), order)
        if share < 0.2 and len(cells) >= ENOUGH:
            return _by_content(heading, cells) or Mapped(heading, None, 0.0)
        return Mapped(heading, field, confidence - 0.2, order)
    if plain(heading) and not plain(heading).startswith("column "):
        only_address = _by_content(heading, cells, ("email",))
        return only_address or Mapped(heading, None, 0.0)
    return _by_content(heading, cells) or Mapped(heading, None, 0.0)


_LOOKS: Mapping[str, Callable[[str], bool]] = {
    "email": content.looks_like_address,
    "linkedin": content.looks_like_linkedin,
    "phone": content.looks_like_phone,
    "website": content.looks_like_site,
    "country": content.looks_like_country,
}


def _share(field: str, cells: Sequence[str]) -> float | None:
    """How many of the cells look like the field; None where that cannot be told."""
    if field not in ("email", "linkedin") or not cells:
        return None
    looks = _LOOKS[field]
    if field == "linkedin":  # people paste company pages and bare names too
        return sum("linkedin" in cell.lower() or looks(cell) for cell in cells) / len(cells)
    return sum("@" in cell for cell in cells) / len(cells)


def _by_content(
    heading: str, cells: Sequence[str], fields: Sequence[str] = tuple(_LOOKS)
) -> Mapped | None:
    """A column without a (true) heading, known by its cells."""
    for field in fields:
        looks = _LOOKS[field]
        if not cells:
            return None
        share = sum(map(looks, cells)) / len(cells)
        least = 0.6 if field in ("email", "linkedin") else 0.85
        if share >= least and (field == "email" or len(cells) >= ENOUGH):
            return Mapped(heading, field, round(0.5 + 0.4 * share, 2), 50)
    return None


def _in_company(headings: Sequence[str], found: Sequence[Mapped]) -> list[Mapped]:
    """What the other headings say: whose export it is, and which words mean something else there.

    Order: (heading to look at, another heading that must be there, the field it then is).
    """
    names = {plain(heading) for heading in headings}
    result = list(found)
    for place, column in enumerate(found):
        name = plain(column.heading)
        for heading, companions, field in _CONTEXT:
            if name == heading and names & companions:
                result[place] = Mapped(column.heading, field, 0.9 if field else 0.0)
    return result


_MAILCHIMP = frozenset({"member rating", "optin time", "leid", "euid"})
_META = frozenset({"adset id", "ad id", "form id", "adset name"})
_ROMANCE = frozenset({"ciudad", "cidade", "direccion", "codigo postal", "municipio"})
_OUTLOOK = frozenset({"job title", "suffix", "middle name"})
_CONTEXT: tuple[tuple[str, frozenset[str], str | None], ...] = (
    ("title", _OUTLOOK, None),  # Outlook: a salutation
    ("titel", frozenset({"position", "vorname"}), None),
    ("cc", _MAILCHIMP, "country"),
    ("confirm time", frozenset({"optin time"}), None),
    ("estado", _ROMANCE, "state"),
    ("url", frozenset({"connected on"}), "linkedin"),
    ("id", _META, None),
    ("nom", frozenset({"prenom"}), "last_name"),
    ("nombre", frozenset({"apellido", "apellidos"}), "first_name"),
    ("nome", frozenset({"cognome", "sobrenome", "apelido"}), "first_name"),
    ("name", frozenset({"vorname"}), "last_name"),
    ("naam", frozenset({"voornaam"}), "last_name"),
)


def _once(found: Sequence[Mapped]) -> tuple[Mapped, ...]:
    """Of several columns of one field the best stays; below SURE nothing does."""
    best: dict[str, Mapped] = {}
    for column in found:
        if column.field is None or column.confidence < SURE:
            continue
        rival = best.get(column.field)
        if rival is None or (column.order, -column.confidence) < (rival.order, -rival.confidence):
            best[column.field] = column
    return tuple(
        column
        if column.field and best.get(column.field) is column
        else Mapped(column.heading, None, 0.0)
        for column in found
    )
