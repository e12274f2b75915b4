"""Many rows into PostgreSQL: COPY to a table of the moment, then one INSERT … SELECT from there.

A row at a time costs a round trip in the pipeline and a plan each; COPY knows no ON CONFLICT.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    MetaData,
    Table,
    bindparam,
    select,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

STAGED = "aicmo_staged"


class Written(list[str]):
    """A column of documents that are JSON text already."""


def put(
    connection: Connection,
    table: Table,
    given: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any],
    on: tuple[str, ...] | None,
    change: tuple[str, ...],
) -> int:
    """Inserts rows, `given` as columns, `same` alike in all; gives how many went in.

    `on` None: a row that is there is an error; (): it stays; columns: `change` is overwritten.
    """
    names = tuple(given)
    columns = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
    like = f"SELECT {columns} FROM {table.name} WITH NO DATA"  # noqa: S608 - names of ours
    connection.execute(text(f"CREATE TEMP TABLE {STAGED} ON COMMIT DROP AS {like}"))
    _copy(connection, columns, [_texts(connection, table.c[name], given[name]) for name in names])
    went_in = connection.execute(
        _insert(table, names, same, on, change), execution_options={"preserve_rowcount": True}
    ).rowcount
    connection.execute(text(f"DROP TABLE {STAGED}"))
    return went_in


def _copy(connection: Connection, columns: str, values: Sequence[Sequence[Any]]) -> None:
    dialect, driver = connection.dialect, cast(Any, connection.connection.driver_connection)
    statement = f"COPY {STAGED} ({columns}) FROM STDIN"
    errors: type[Exception] = cast(Any, dialect.dbapi).Error
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in zip(*values, strict=True):
                copy.write_row(row)
    except errors as error:  # the driver's own, dressed as everybody expects it
        lost = dialect.is_disconnect(cast(Any, error), driver, None)
        raise DBAPIError(statement, None, error, connection_invalidated=lost) from error


def _texts(connection: Connection, column: Column[Any], values: Sequence[Any]) -> Sequence[Any]:
    """A column's values as COPY takes them."""
    if isinstance(values, Written):
        return values
    if isinstance(column.type, JSON):
        blank: dict[type, str] = {dict: "{}", list: "[]"}
        return [json.dumps(v) if v or type(v) not in blank else blank[type(v)] for v in values]
    turn = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if turn is None:
        return values
    turned = {value: turn(value) for value in set(values)}
    return list(map(turned.__getitem__, values))


def _insert(
    table: Table,
    names: tuple[str, ...],
    same: Mapping[str, Any],
    on: tuple[str, ...] | None,
    change: tuple[str, ...],
) -> Any:
    staged = Table(STAGED, MetaData(), *(Column(n, table.c[n].type) for n in names))
    alike: list[ColumnElement[Any]] = [
        bindparam(None, same[n], type_=table.c[n].type, unique=True) for n in same
    ]
    made = postgresql.insert(table).from_select([*names, *same], select(*staged.c, *alike))
    if on is None:
        return made
    if not change:
        return made.on_conflict_do_nothing()
    return made.on_conflict_do_update(
        index_elements=list(on), set_={name: made.excluded[name] for name in change}
    )
