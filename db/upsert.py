"""INSERT … ON CONFLICT, the same on SQLite and PostgreSQL: the words of every exactly-once
promise.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Table, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from db.base import Base

Stored = TypeVar("Stored", bound=Base)


def insert_ignore(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Inserts what breaks no unique constraint; gives how many rows went in.

    Every row must have the same keys; column defaults in Python apply.
    """
    if not rows:
        return 0
    if len(rows) == 1:  # by far the commonest, and several rows are compiled anew each time
        session.flush()
        alone = _insert_one(model, session.get_bind().dialect.name)
        return len(session.connection().execute(alone, dict(rows[0])).all())
    statement = _insert(session, model).values([dict(row) for row in rows])
    keys = inspect(model).primary_key
    # not rowcount: what a driver counts here differs
    return len(session.execute(statement.on_conflict_do_nothing().returning(*keys)).all())


def insert_new(session: Session, model: type[Base], row: Mapping[str, Any]) -> int | None:
    """Inserts one row and gives its id, or None where a unique constraint says it is already
    there.
    """
    statement = _insert_one(model, session.get_bind().dialect.name)
    session.flush()
    found = session.connection().execute(statement, dict(row)).scalar_one_or_none()
    return None if found is None else int(found)


def as_stored(session: Session, row: Stored) -> Stored:
    """A row just inserted as the session's own, without reading it back. All that was inserted
    must be set on it.
    """
    make_transient_to_detached(row)
    session.add(row)
    return row


def upsert(
    session: Session,
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    on: Sequence[str],
    change: Sequence[str],
) -> None:
    """Inserts, or where the columns `on` are equal overwrites the columns `change` with the new
    values.
    """
    if not rows:
        return
    statement = _insert(session, model).values([dict(row) for row in rows])
    session.execute(
        statement.on_conflict_do_update(
            index_elements=list(on), set_={name: statement.excluded[name] for name in change}
        )
    )


@lru_cache(maxsize=200)
def _insert_one(model: type[Base], dialect: str) -> Any:
    """Built once a table: the rows are its parameters."""
    statement = _insert_into(model, dialect)
    return statement.on_conflict_do_nothing().returning(*inspect(model).primary_key)


def _insert(session: Session, model: type[Base]) -> Any:
    return _insert_into(model, session.get_bind().dialect.name)


def _insert_into(model: type[Base], dialect: str) -> Any:
    table = model.__table__
    if not isinstance(table, Table):  # pragma: no cover - every model of ours is a plain table
        raise TypeError(f"{model.__name__} is not a table")
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
