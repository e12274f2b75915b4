"""Many rows by one statement, as the driver's executemany: no mapper, no compiling a row."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.base import Base

Rows = Sequence[Mapping[str, Any]]


def table_of(model: type[Base]) -> Table:
    """The plain table of a model."""
    return cast(Table, model.__table__)


def insert(session: Session, model: type[Base], rows: Rows) -> None:
    """Inserts rows that all have the same keys."""
    if rows:
        session.connection().execute(table_of(model).insert(), [dict(row) for row in rows])


def lay_over(
    session: Session, model: type[Base], rows: Rows, *, on: Sequence[str], change: Sequence[str]
) -> None:
    """Inserts, or overwrites the columns `change` where the columns `on` are equal."""
    if not rows:
        return
    made = inserting(session, model)
    statement = made.on_conflict_do_update(
        index_elements=list(on), set_={name: made.excluded[name] for name in change}
    )
    session.connection().execute(statement, [dict(row) for row in rows])


def ignore(session: Session, model: type[Base], rows: Rows) -> None:
    """Inserts what breaks no unique constraint."""
    if rows:
        statement = inserting(session, model).on_conflict_do_nothing()
        session.connection().execute(statement, [dict(row) for row in rows])


def next_ids(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """`count` ids that nobody else will get, so that rows of several tables can be made at once.

    SQLite: the writer is alone (BEGIN IMMEDIATE), so the ids after the highest are free.
    PostgreSQL: taken from the table's own sequence.
    """
    name = model.__tablename__
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        highest = connection.execute(text(f"SELECT max(id) FROM {name}")).scalar()  # noqa: S608
        first = int(highest or 0) + 1
        return range(first, first + count)
    found = connection.execute(
        text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)"),
        {"name": name, "count": count},
    )
    return [int(row[0]) for row in found]


def inserting(session: Session, model: type[Base]) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT."""
    dialect = session.get_bind().dialect.name
    return (postgresql if dialect == "postgresql" else sqlite).insert(table_of(model))
