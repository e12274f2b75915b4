"""Many rows by one statement, as the driver's executemany: no mapper, no compiling a row.

A statement is compiled once, and values are turned into the database's own form column by column,
each distinct value once.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import JSON, Dialect, Result, Select, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler

from core.services import bulk_copy, numbering
from core.services.bulk_copy import Written
from core.services.numbering import give_up as give_up
from core.services.numbering import next_ids as next_ids
from db.base import Base

Rows = Sequence[Mapping[str, Any]]


class Columns(dict[str, Sequence[Any]]):
    """Rows that lie on their side: a column's values under its name. Of thousands of rows that
    costs less than a mapping each. What is JSON text already is given as bulk_copy.Written.
    """


Turn = Callable[[Any], Any]
MANY = 100  # rows; below it COPY's table of the moment costs more than it saves
_NOTHING: Mapping[str, Any] = {}


def table_of(model: type[Base]) -> Table:
    """The plain table of a model."""
    return cast(Table, model.__table__)


def insert(
    session: Session, model: type[Base], rows: Rows | Columns, same: Mapping[str, Any] = _NOTHING
) -> None:
    """Inserts rows that all have the same keys; `same` are columns alike in all of them."""
    _put(session, model, rows, same, None)


def ignore(
    session: Session, model: type[Base], rows: Rows | Columns, same: Mapping[str, Any] = _NOTHING
) -> int:
    """Inserts what breaks no unique constraint; gives how many rows that were."""
    return _put(session, model, rows, same, ())


def lay_over(
    session: Session,
    model: type[Base],
    rows: Rows | Columns,
    *,
    on: Sequence[str],
    change: Sequence[str],
    same: Mapping[str, Any] = _NOTHING,
) -> None:
    """Inserts, or overwrites the columns `change` where the columns `on` are equal."""
    _put(session, model, rows, same, tuple(on), tuple(change))


def ignore_from(
    session: Session,
    model: type[Base],
    names: Sequence[str],
    found: Select[Any],
    same: Mapping[str, Any],
    *,
    sure: bool = False,
) -> Sequence[int]:
    """Inserts what a query finds, as the columns `names`, with `same` in each row; the ids of
    those that broke no unique constraint (`sure`: where one does, that is an error; so it costs
    less). `found` must have a WHERE (SQLite's grammar).

    SQLite: a range, as the writer is alone and the ids after the highest are given in turn; but
    for the first rows after some were given up, which are numbered behind those.
    """
    table, alone = table_of(model), _dialect(session) == "sqlite"
    alike = [bindparam(None, same[n], type_=table.c[n].type, unique=True) for n in same]
    columns, found = [*names, *same], found.add_columns(*alike)
    first = numbering.highest(session, model) + 1 if alone else 0
    free = next_ids(session, model, 1)[0] if alone else 0
    if free > first:
        columns, found = [*columns, "id"], found.add_columns(func.row_number().over() + (free - 1))
    made = inserting(_dialect(session), model).from_select(columns, found)
    made, connection = made if sure else made.on_conflict_do_nothing(), session.connection()
    if alone and free == first:
        return range(first, first + connection.execute(made).rowcount)
    return list(connection.execute(made.returning(table.c.id)).scalars().all())


def _put(
    session: Session,
    model: type[Base],
    rows: Rows | Columns,
    same: Mapping[str, Any],
    on: tuple[str, ...] | None,
    change: tuple[str, ...] = (),
) -> int:
    """SQLite: one row after the other. PostgreSQL: many at once, by way of COPY."""
    columns = _lying(rows)
    count = _count(columns)
    if _dialect(session) == "postgresql" and count >= MANY:
        return bulk_copy.put(session.connection(), table_of(model), columns, same, on, change)
    return run(session, _insert(model, _dialect(session), on, change), columns, same)


def run(
    session: Session, statement: Any, rows: Rows | Columns, same: Mapping[str, Any] = _NOTHING
) -> int:
    """Runs a statement with each of the rows as its parameters; `same` are those alike in all.
    Gives how many rows it touched.

    The statement must be one that is kept (compiling it is what costs), without lists in it.
    """
    given = _lying(rows)
    if not _count(given):
        return 0
    connection = session.connection()
    prepared = _prepared(statement, connection.dialect, (*given, *same))
    columns = {name: prepared.column(name, values) for name, values in given.items()}
    alike = prepared.literal | {name: prepared.value(name, same[name]) for name in same}
    places = [columns[name] if name in columns else repeat(alike[name]) for name in prepared.order]
    if prepared.by_place:
        by_place = list(zip(*places, strict=False))
        return connection.exec_driver_sql(prepared.sql, by_place).rowcount
    order = prepared.order
    by_name = [dict(zip(order, row, strict=True)) for row in zip(*places, strict=False)]
    return connection.exec_driver_sql(prepared.sql, by_name).rowcount


def _lying(rows: Rows | Columns) -> Columns:
    if isinstance(rows, Columns):
        return rows
    return Columns({name: list(map(itemgetter(name), rows)) for name in (rows[0] if rows else ())})


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values()), ()))


def named(found: Result[Any]) -> list[Any]:
    """Rows as named tuples: a stage reads each a dozen times, and a column of theirs costs a tenth
    of what a Row's costs.
    """
    kind = _kind(tuple(found.keys()))
    return [tuple.__new__(kind, row[:]) for row in found.all()]


@lru_cache(maxsize=50)
def _kind(names: tuple[str, ...]) -> Any:
    return namedtuple("Found", names)


def among(session: Session, column: Any, values: Sequence[Any]) -> Any:
    """`column IN (values)` as one parameter, however many they are: the statement stays the same.

    On SQLite the values must be texts or numbers. On PostgreSQL they are rows, not `= ANY`: a plan
    that was kept from when the table was small would hold each row against each value.
    """
    dialect = session.get_bind().dialect
    if dialect.name == "sqlite":
        given = bindparam(None, list(values), type_=JSON(), unique=True)
        return column.in_(select(func.json_each(given).table_valued("value").c.value))
    kind = column.type
    one = func.unnest(bindparam(None, list(values), type_=postgresql.ARRAY(kind), unique=True))
    collation = getattr(kind.dialect_impl(dialect), "collation", None)
    return column.in_(select(one.collate(collation) if collation else one))


def inserting(dialect: str, model: type[Base]) -> Any:
    """The dialect's INSERT, which knows ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table_of(model))


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A compiled statement: its text, its parameters in their order, and how values are turned."""

    sql: str
    order: tuple[str, ...]
    by_place: bool
    turns: Mapping[str, Turn]
    documents: frozenset[str]  # parameters that are JSON
    literal: dict[str, Any]  # parameters that the statement itself knows, turned

    def value(self, name: str, value: Any) -> Any:
        """One value in the database's form."""
        turn = self.turns.get(name)
        return value if turn is None else turn(value)

    def column(self, name: str, values: Sequence[Any]) -> Sequence[Any]:
        """A parameter's values in the database's form."""
        turn = self.turns.get(name)
        if turn is None or isinstance(values, Written):
            return values
        if name in self.documents:  # 1, 1.0 and true are equal, but not as documents
            blank: dict[type, Any] = {dict: turn({}), list: turn([])}
            return [turn(v) if v or type(v) not in blank else blank[type(v)] for v in values]
        turned = {value: turn(value) for value in set(values)}
        return list(map(turned.__getitem__, values))


@lru_cache(maxsize=300)
def _prepared(statement: Any, dialect: Dialect, names: tuple[str, ...]) -> _Prepared:
    compiled: SQLCompiler = statement.compile(
        dialect=dialect, column_keys=list(names), for_executemany=True
    )
    turns = {}
    for bind, name in compiled.bind_names.items():
        turn = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if turn is not None:
            turns[name] = turn
    given = compiled.params | _defaults(compiled)
    literal = {name: value for name, value in given.items() if name not in names}
    order = compiled.positiontup if compiled.positional else compiled.bind_names.values()
    return _Prepared(
        sql=compiled.string,
        order=tuple(order or ()),
        by_place=compiled.positional,
        turns=turns,
        documents=frozenset(
            n for bind, n in compiled.bind_names.items() if isinstance(bind.type, JSON)
        ),
        literal={n: turns[n](value) if n in turns else value for n, value in literal.items()},
    )


def _defaults(compiled: SQLCompiler) -> dict[str, Any]:
    """What Python fills in for columns of a new row that nobody names."""
    found: dict[str, Any] = {}
    for column in compiled.insert_prefetch:
        default: Any = column.default
        found[column.key] = default.arg(None) if default.is_callable else default.arg
    return found


@lru_cache(maxsize=300)
def _insert(
    model: type[Base], dialect: str, on: tuple[str, ...] | None, change: tuple[str, ...] = ()
) -> Any:
    """INSERT; with `on`, that lets a row be that is there, or (`change`) overwrites it."""
    made = inserting(dialect, model)
    if on is None:
        return made
    if not change:
        return made.on_conflict_do_nothing()
    return made.on_conflict_do_update(
        index_elements=list(on), set_={name: made.excluded[name] for name in change}
    )


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
