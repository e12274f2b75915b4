"""The ids of rows that are made many at once: known before, and never given twice."""

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.base import Base
from db.models import Setting
from db.upsert import upsert


def next_ids(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """`count` ids that nobody else will get, so that rows of several tables can be made at once.

    SQLite: the writer is alone (BEGIN IMMEDIATE), so the ids after the highest are free, but for
    those that were `given_up`. PostgreSQL: taken from the table's own sequence.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        first = max(highest(session, model), _given_up(session, model)) + 1
        return range(first, first + count)
    sequence = "(SELECT CAST(pg_get_serial_sequence(:name, 'id') AS regclass))"  # asked for once
    found = connection.execute(
        text(f"SELECT nextval({sequence}) FROM generate_series(1, :count)"),  # noqa: S608
        {"name": model.__tablename__, "count": count},
    )
    return found.scalars().all()


def highest(session: Session, model: type[Base]) -> int:
    """The highest id that stands in the table; 0 where it is empty."""
    asked = text(f"SELECT max(id) FROM {model.__tablename__}")  # noqa: S608
    return int(session.connection().execute(asked).scalar() or 0)


def give_up(session: Session, model: type[Base], ids: Sequence[int]) -> None:
    """Nobody will get these ids again, though their rows go: history still names them. PostgreSQL
    never gives a number twice.
    """
    if ids and session.get_bind().dialect.name == "sqlite":
        last = max(*ids, _given_up(session, model))
        row = {"scope": "agency", "name": _mark_of(model), "value": last}
        upsert(session, Setting, [row], on=["scope", "name"], change=["value"])


def _given_up(session: Session, model: type[Base]) -> int:
    found = session.execute(
        select(Setting.value).where(Setting.scope == "agency", Setting.name == _mark_of(model))
    ).scalar_one_or_none()
    return int(found or 0)


def _mark_of(model: type[Base]) -> str:
    return f"ids.{model.__tablename__}"
