"""Statements made ready once and handed to the driver as they are: for the few that run hundreds of
times a second. What a Core statement costs beyond the driver is looked up anew at each execution;
here it is looked up once a dialect. Types, listeners and errors are as usual.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Turn = Callable[[Any], Any]
Parameters = tuple[Any, ...] | dict[str, Any]


class Ready:
    """A select, update or insert with named parameters, all of which are given at each execution.

    `columns` are those of an insert.
    """

    def __init__(self, statement: Any, *columns: str) -> None:
        self._statement = statement
        self._columns = columns

    def first(self, connection: Connection, given: Mapping[str, Any]) -> Any | None:
        """The first row, by the names of its columns; None where there is none."""
        made = self._made_for(connection.dialect)
        cursor = made.executed(connection, given)
        try:
            row = cursor.fetchone()
            return None if row is None else made.read(cursor, row, connection.dialect)
        finally:
            cursor.close()

    def all(self, connection: Connection, given: Mapping[str, Any]) -> list[Any]:
        """Every row."""
        made = self._made_for(connection.dialect)
        cursor = made.executed(connection, given)
        try:
            return [made.read(cursor, row, connection.dialect) for row in cursor.fetchall()]
        finally:
            cursor.close()

    def run(self, connection: Connection, given: Mapping[str, Any]) -> int:
        """How many rows it changed."""
        cursor = self._made_for(connection.dialect).executed(connection, given)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def _made_for(self, dialect: Dialect) -> "_Made":
        # kept with the dialect, so that it goes with its engine
        known: dict[Ready, _Made] | None = getattr(dialect, "aicmo_ready", None)
        if known is None:
            known = dialect.aicmo_ready = {}  # type: ignore[attr-defined]
        made = known.get(self)
        if made is None:
            made = known[self] = _Made(self._statement, self._columns, dialect)
        return made


class _Made:
    """One statement for one dialect."""

    def __init__(self, statement: Any, columns: tuple[str, ...], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=columns or None)
        self._sql = str(compiled)
        if "POSTCOMPILE" in self._sql or compiled.insert_prefetch or compiled.update_prefetch:
            raise ValueError("Lists of any length and defaults in Python cannot be made ready.")
        self._order: tuple[str, ...] | None = compiled.positiontup and tuple(compiled.positiontup)
        self._fixed: dict[str, Any] = {}
        self._asked: dict[str, Turn | None] = {}
        for bound, name in compiled.bind_names.items():
            turn = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if bound.required:
                self._asked[name] = turn
            else:
                value = bound.effective_value
                self._fixed[name] = turn(value) if turn else value
        self._columns = list(getattr(statement, "selected_columns", ()))
        self._row = _row_of([column.key for column in self._columns])
        self._turns: list[tuple[int, Turn]] | None = None

    def executed(self, connection: Connection, given: Mapping[str, Any]) -> Any:
        """A cursor that has run the statement."""
        values = self._fixed.copy()
        for name, turn in self._asked.items():
            value = given[name]
            values[name] = turn(value) if turn else value
        order = self._order
        parameters: Parameters = values if order is None else tuple([values[one] for one in order])
        cursor = connection.connection.cursor()
        for heard in connection.dispatch.before_cursor_execute:
            heard(connection, cursor, self._sql, parameters, None, False)
        errors = connection.dialect.loaded_dbapi.Error
        try:
            cursor.execute(self._sql, parameters)
        except errors as error:
            cursor.close()
            lost = connection.dialect.is_disconnect(error, connection.connection, None)
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self._sql, None, error, errors, connection_invalidated=lost,
                dialect=connection.dialect,
            ) from error  # fmt: skip
        return cursor

    def read(self, cursor: Any, row: Any, dialect: Dialect) -> Any:
        """A row of the driver with its values as the columns' types give them."""
        turns = self._turns
        if turns is None:
            found = [
                (at, column.type.dialect_impl(dialect).result_processor(dialect, told[1]))
                for at, (column, told) in enumerate(
                    zip(self._columns, cursor.description, strict=True)
                )
            ]
            turns = self._turns = [(at, turn) for at, turn in found if turn is not None]
        values = list(row)
        for at, turn in turns:
            values[at] = turn(values[at])
        return self._row._make(values)


def _row_of(names: list[str]) -> Any:
    return namedtuple("Row", names)
