"""The columns that a list of leads may show or export: name, heading, what a row says in it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.lists import FieldKind
from core.queries.leads import LeadRow
from core.queries.marks import Field

CUSTOM = "custom-"  # and the field's id


@dataclass(frozen=True, slots=True)
class LeadColumn:
    """One column. `look` says how a table draws it: text, state, tier, status, score, number,
    percent, count (a number or a range), moment, tags, link or yes_no.
    """

    name: str
    heading: str
    value: Callable[[LeadRow], Any]
    look: str = "text"
    width: int = 140


def _of(name: str, heading: str, look: str = "text", width: int = 140) -> LeadColumn:
    return LeadColumn(name, heading, lambda row: getattr(row, name), look, width)


_ALL = (
    _of("name", "Name", width=145),
    _of("company", "Company"),
    _of("title", "Title", width=150),
    _of("state", "State", "state", 105),
    _of("tier", "Tier", "tier", 75),
    _of("total", "Score", "score", 95),
    _of("reason", "Why", width=230),
    _of("tags", "Tags", "tags", 160),
    _of("campaign", "Campaign", width=150),
    _of("client", "Client", width=120),
    _of("owner", "Owner", width=110),
    _of("fit", "Fit", "number", 60),
    _of("opportunity", "Opportunity", "number", 90),
    _of("engagement", "Engagement", "number", 90),
    _of("email", "E-mail", width=200),
    _of("phone", "Phone", width=120),
    _of("city", "City", width=110),
    _of("country", "Country", width=70),
    _of("website", "Domain"),
    _of("industry", "Industry"),
    _of("employees", "Employees", "count", 100),
    _of("email_status", "Address", "status", 110),
    _of("confidence", "Known (%)", "number", 80),
    _of("predicted", "Prediction", "percent", 90),
    _of("linkedin", "LinkedIn", "link", 90),
    _of("department", "Department"),
    _of("seniority", "Seniority", width=100),
    _of("lists", "Lists", "tags", 160),
    _of("source", "Source", width=110),
    _of("created_at", "Added", "moment", 110),
    _of("updated_at", "Latest change", "moment", 120),
)
COLUMNS: Mapping[str, LeadColumn] = {column.name: column for column in _ALL}
# a phone shows the first three without scrolling sideways
DEFAULT = (
    *("name", "state", "total", "tier", "company", "title", "reason", "tags", "campaign"),
    *("client", "owner", "fit", "opportunity", "engagement"),
)
# a list that leaves the house begins with whom to write to
EXPORTED = (
    *("email", "name", "company", "title", "state", "tier", "total", "reason", "campaign"),
    *("owner", "fit", "opportunity", "engagement", "tags"),
)
# and always says who that is
_WHO = ("name", "email", "company", "title", "phone", "country")
_LOOKS = {FieldKind.NUMBER: "text", FieldKind.YES_NO: "yes_no", FieldKind.URL: "link"}


def known(fields: Sequence[Field]) -> dict[str, LeadColumn]:
    """Every column by name: those of all leads, then the custom ones; where several clients have a
    field of one name, each says whose it is.
    """
    times = Counter(field.name.casefold() for field in fields)
    own = {}
    for field in fields:
        alone = times[field.name.casefold()] == 1
        heading = field.name if alone else f"{field.name} ({field.client})"
        own[f"{CUSTOM}{field.id}"] = _custom(heading, [field])
    return {**COLUMNS, **own}


def exported(names: Sequence[str], fields: Sequence[Field]) -> tuple[LeadColumn, ...]:
    """The columns of a file: those of these names, then whom it is about and the own fields; what
    several clients call alike is one column.
    """
    alike: dict[str, list[Field]] = {}
    for field in fields:
        alike.setdefault(field.name.casefold(), []).append(field)
    of = dict(COLUMNS)
    for group in alike.values():
        of |= dict.fromkeys((f"{CUSTOM}{one.id}" for one in group), _custom(group[0].name, group))
    own = [f"{CUSTOM}{field.id}" for field in fields if not field.hidden]
    found = chosen([*(names or EXPORTED), *_WHO, *own], of)
    return tuple({column.name: column for column in found}.values())


def chosen(names: Sequence[str], of: Mapping[str, LeadColumn]) -> tuple[LeadColumn, ...]:
    """The columns of these names, each once; the usual ones where none is known."""
    found = tuple(of[name] for name in dict.fromkeys(names) if name in of)
    return found or tuple(COLUMNS[name] for name in DEFAULT)


def _custom(heading: str, fields: Sequence[Field]) -> LeadColumn:
    """A column of the one field, or of those that several clients call alike."""

    def value(row: LeadRow) -> Any:
        keys = (field.key for field in fields if field.client_id == row.client_id)
        return next((row.custom[key] for key in keys if row.custom.get(key) is not None), None)

    first = fields[0]
    return LeadColumn(f"{CUSTOM}{first.id}", heading, value, _LOOKS.get(first.kind, "text"))
