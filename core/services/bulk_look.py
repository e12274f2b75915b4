"""Many keys looked up by one statement that is as quick in a large table as in a small one.

PostgreSQL plans for tables as they were when it last looked; an import makes them large meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, FromClause, String, bindparam, cast, func, select, text, true
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from core.services import bulk

_BY_INDEX = text("SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)")


def by_index(session: Session) -> None:
    """PostgreSQL, until the transaction ends: a plan that is kept from when a table was small must
    not read it whole for each value once it is large. (Where that cannot be helped, it seems so
    dear that compiling it seems to pay: it does not.)
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_BY_INDEX)


def listed(session: Session, values: Sequence[Any], kind: TypeEngine[Any]) -> FromClause:
    """Texts or numbers as rows of one column, `value`, by one parameter."""
    dialect = session.get_bind().dialect
    given = bindparam(None, list(values), type_=JSON(), unique=True)
    if dialect.name == "sqlite":
        return select(func.json_each(given).table_valued("value").c.value).subquery()
    value: Any = func.json_array_elements_text(given).table_valued("value").c.value
    collation = getattr(kind.dialect_impl(dialect), "collation", None)
    if collation:
        value = value.collate(collation)
    elif not isinstance(kind, String):
        value = cast(value, kind)
    return select(value.label("value")).subquery()


def each(
    session: Session, column: Any, values: Sequence[Any], columns: Sequence[Any], *where: Any
) -> FromClause:
    """`columns` of the rows whose `column` is one of the different values, found one by one.

    PostgreSQL would join by reading whole what it takes for a small table: OFFSET forbids it.
    """
    if session.get_bind().dialect.name == "sqlite":
        return select(*columns).where(bulk.among(session, column, values), *where).subquery()
    asked = listed(session, values, column.type)
    one = select(*columns).where(column == asked.c.value, *where).offset(0).lateral()
    return select(*one.c).select_from(asked.join(one, true())).subquery()
