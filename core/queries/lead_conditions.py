"""Each part of a filter as a condition on leads that no index is to be chosen for.

The walk's head (core.queries.lead_streams) chooses the index; what is left over is tried row by
row. SQLite would else now and then walk another index than the one that bounds the work.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Numeric, String, and_, case, cast, exists, func, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from core.domain.lists import FieldKind
from core.queries import lead_companies
from core.queries.lead_filters import AXES, Asked, LeadFilter, Op
from db.models import Contact, ContactTag, CustomField, Lead, LeadListMember

Condition = ColumnElement[bool]
TRUE = ("true", "1", "yes", "y", "ja", "oui", "sí", "si", "sim", "x", "✓")
FALSE = ("false", "0", "no", "n", "nein", "non", "não", "nee")


class aside(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function it is
    """A column that SQLite is not to choose an index by (its unary plus)."""

    inherit_cache = True
    name = "aside"

    def __init__(self, column: Any) -> None:
        super().__init__(column)
        self.type = column.type


@compiles(aside)
def _plain(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    return compiler.process(element.clauses, **given)


@compiles(aside, "sqlite")
def _plus(element: Any, compiler: SQLCompiler, **given: Any) -> str:
    return "+" + compiler.process(element.clauses, **given)


def conditions(session: Session, wanted: LeadFilter) -> dict[str, Condition]:
    """The filter's parts by name, each as a condition; the text is served by a head alone."""
    asked: list[tuple[str, Any, Callable[[Any], Condition]]] = [
        ("campaign", wanted.campaign_id, aside(Lead.campaign_id).__eq__),
        ("state", wanted.states or None, aside(Lead.state).in_),
        ("tier", wanted.tiers or None, aside(Lead.tier).in_),
        ("source", wanted.source, aside(Lead.source).__eq__),
        ("owner", wanted.owner_id, _owned),
        ("batch", wanted.batch_id, aside(Lead.batch_id).__eq__),
        ("list", wanted.list_id, _on_list),
        ("picked", wanted.picked or None, aside(Lead.id).in_),
        ("country", wanted.countries or None, lead_companies.of_country),
        ("company", wanted.company.strip() or None, lead_companies.of_company),
    ]
    found = {name: condition(given) for name, given, condition in asked if given is not None}
    spans: Mapping[str, tuple[Any, Any, Any]] = {
        "score": (Lead.score_key, wanted.score_from, wanted.score_to),
        **{
            axis: (getattr(Lead, axis), getattr(wanted, f"{axis}_from"), _to(wanted, axis))
            for axis in AXES
        },
    }
    for name, (column, low, high) in spans.items():
        found |= _span(name, aside(column), low, _after(high))
    found |= _span("created", aside(Lead.created_at), wanted.since, wanted.until)
    found |= _span("touched", aside(Lead.updated_at), wanted.touched_since, wanted.touched_until)
    ends = wanted.employees_from, wanted.employees_to
    if ends != (None, None):
        found["employees"] = lead_companies.of_size(*ends)
    for tag_id in wanted.tags:
        found[f"tag:{tag_id}"] = _tagged(tag_id)
    for place, one in enumerate(wanted.custom):
        found[f"custom:{place}"] = _custom(session, one)
    return found


def within(column: Any, low: Any, high: Any) -> list[Condition]:
    """From low on, and below high; None leaves an end open."""
    ends = [] if low is None else [column >= low]
    return ends + ([] if high is None else [column < high])


def _after(high: int | None) -> int | None:
    return None if high is None else high + 1


def _to(wanted: LeadFilter, axis: str) -> int | None:
    high: int | None = getattr(wanted, f"{axis}_to")
    return high


def _span(name: str, column: Any, low: Any, high: Any) -> dict[str, Condition]:
    ends = within(column, low, high)
    return {name: and_(*ends)} if ends else {}


def _owned(owner_id: int) -> Condition:
    return aside(Lead.owner_id) == owner_id if owner_id else aside(Lead.owner_id).is_(None)


def _on_list(list_id: int) -> Condition:
    return exists().where(LeadListMember.list_id == list_id, LeadListMember.lead_id == Lead.id)


def _tagged(tag_id: int) -> Condition:
    return exists().where(ContactTag.tag_id == tag_id, ContactTag.contact_id == Lead.contact_id)


def _custom(session: Session, asked: Asked) -> Condition:
    """A condition on a value in the contact's document; nothing fits an unknown field."""
    field = session.get(CustomField, asked.field_id)
    if field is None:
        return Lead.id.is_(None)
    dialect = session.get_bind().dialect.name
    value = _value(field.key, dialect)
    fits = _fits(field.kind, asked, value, dialect)
    return exists(
        select(1)
        .where(Contact.id == Lead.contact_id, aside(Contact.client_id) == field.client_id, fits)
        .correlate(Lead)
    )


def _value(key: str, dialect: str) -> Any:
    """The value as text. The key is a parameter: headings hold whatever people typed."""
    if dialect == "postgresql":
        return func.jsonb_extract_path_text(Contact.custom, key)
    each = func.json_each(Contact.custom).table_valued("key", "value")
    return select(cast(each.c.value, String)).where(each.c.key == key).scalar_subquery()


def _fits(kind: FieldKind, asked: Asked, value: Any, dialect: str) -> Condition:
    filled = func.coalesce(value, "") != ""
    if asked.op is Op.ANY:
        return filled
    if asked.op is Op.NONE:
        return func.coalesce(value, "") == ""
    if asked.op in (Op.FROM, Op.TO):
        return _beyond(kind, asked, value, dialect)
    low = func.lower(value)
    if asked.op is Op.HAS:
        return or_(*(low.contains(one, autoescape=True) for one in _lowered(asked.value)))
    if kind is FieldKind.YES_NO:
        said: Condition = low.in_(TRUE if asked.value.casefold() in TRUE else FALSE)
        return said
    return or_(value == asked.value, low.in_(_lowered(asked.value)))


def _lowered(text: str) -> tuple[str, ...]:
    """As the database's lower() may leave a text: SQLite's knows A to Z only."""
    plain = "".join(char.lower() if char.isascii() else char for char in text)
    return tuple(dict.fromkeys((plain, text.lower())))


def _beyond(kind: FieldKind, asked: Asked, value: Any, dialect: str) -> Condition:
    low = asked.op is Op.FROM
    if kind is not FieldKind.NUMBER:  # dates are kept as 2026-03-02: they compare as text
        day = func.substr(value, 1, len(asked.value))
        return day >= asked.value if low else and_(day <= asked.value, value != "")
    try:
        edge = float(asked.value)
    except ValueError:
        return Lead.id.is_(None)
    number = case((_numeric(value, dialect), cast(value, Numeric(asdecimal=False))))
    return number >= edge if low else number <= edge


def _numeric(value: Any, dialect: str) -> Condition:
    if dialect == "postgresql":
        plain: Condition = value.op("~")(r"^-?\d{1,15}(\.\d+)?$")
        return plain
    figures: Condition = and_(value.op("GLOB")("*[0-9]*"), value.op("NOT GLOB")("*[^0-9.-]*"))
    return figures


def leftover(found: Mapping[str, Condition], served: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions that the head of the walk does not serve."""
    return tuple(condition for name, condition in found.items() if name not in served)
