"""Databases for tests: migrated once a worker, cloned for each test, SQLite and PostgreSQL."""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import LiteralString
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy.engine import make_url

from db.session import connect

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def alembic(url: str) -> Iterator[Config]:
    """Alembic's settings on an open connection; nothing stays open, or no clone could be made."""
    engine = connect(url)
    config = Config(toml_file=ROOT / "pyproject.toml")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


def migrate(url: str) -> None:
    """Brings an empty database to the newest schema."""
    with alembic(url) as config:
        command.upgrade(config, "head")


class SQLite:
    """Clones of one migrated file."""

    def __init__(self, home: Path) -> None:
        self._template = home / "template.db"

    @contextmanager
    def clone(self, home: Path) -> Iterator[str]:
        """A migrated database in a file of its own."""
        if not self._template.exists():
            being_made = self._template.with_suffix(".new")
            migrate(f"sqlite:///{being_made}")
            with closing(sqlite3.connect(being_made)) as made:  # the journal's share comes along
                made.execute("VACUUM INTO ?", [str(self._template)])
            with closing(sqlite3.connect(self._template)) as made:  # stays in the file
                made.execute("PRAGMA journal_mode=WAL")
        shutil.copyfile(self._template, home / "aicmo.db")
        yield f"sqlite:///{home / 'aicmo.db'}"

    @contextmanager
    def empty(self, home: Path) -> Iterator[str]:
        """A database without a table."""
        yield f"sqlite:///{home / 'empty.db'}"


# Other people in the database are sent out, its rows go, and its counters begin anew.
EMPTY = """
DO $$ DECLARE found name; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;
    FOR found IN SELECT relname FROM pg_class WHERE relkind = 'r'
        AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', found);
    END LOOP;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', found);
    END LOOP;
END $$
"""
# What a test may have left beside rows: another schema, statistics for the planner, large tables.
TRACES = """
SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
    (SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND attnum > 0),
    (SELECT count(*) FROM pg_statistic JOIN pg_class ON pg_class.oid = starelid
        WHERE relnamespace = 'public'::regnamespace),
    (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND pg_relation_size(oid) > 32 * 8192)
"""


class PostgreSQL:
    """Clones of one migrated database on the server at `url` (its maintenance database).

    To make a clone takes a few hundred files, so one is lent to test after test and emptied in
    between; a test that left more than rows behind costs it its place.
    """

    def __init__(self, url: str, worker: str) -> None:
        self._url = make_url(url)
        self._prefix = f"aicmo_{worker}_{uuid4().hex[:8]}"  # two runs may share a server
        self._numbers = itertools.count(1)
        self._template: str | None = None
        self._clone: str | None = None
        self._inside: psycopg.Connection | None = None  # to the clone: it stays, and is warm
        self._fresh: tuple[object, ...] | None = None
        self._admin = psycopg.connect(self._plain(self._url.database), autocommit=True)

    @contextmanager
    def clone(self, _home: Path) -> Iterator[str]:
        """A migrated database without a row, for as long as the test runs."""
        self._template = self._template or self._migrated()
        if self._clone is None:
            self._clone = self._create(self._template)
            self._inside = psycopg.connect(self._plain(self._clone), autocommit=True)
            self._fresh = self._traces()
        try:
            yield self._address(self._clone)
        finally:
            if self._traces(EMPTY) != self._fresh:
                self._give_up()

    @contextmanager
    def empty(self, _home: Path) -> Iterator[str]:
        """A database without a table, dropped afterwards."""
        yield from self._lent("template0")

    def close(self) -> None:
        """Drops what it made and leaves the server."""
        self._give_up()
        if self._template is not None:
            self._drop(self._template)
        self._admin.close()

    def _give_up(self) -> None:
        if self._inside is not None:
            self._inside.close()
        if self._clone is not None:
            self._drop(self._clone)
        self._clone = self._inside = None

    def _traces(self, *first: LiteralString) -> tuple[object, ...] | None:
        """What TRACES says of the clone, after other statements; None where it can't be asked."""
        try:
            for statement in first:
                self._inside.execute(statement)
            return self._inside.execute(TRACES).fetchone()
        except psycopg.Error:
            return None

    def _migrated(self) -> str:
        name = self._create("template0")
        try:
            migrate(self._address(name))
        except BaseException:
            self._drop(name)
            raise
        return name

    def _lent(self, template: str) -> Iterator[str]:
        name = self._create(template)
        try:
            yield self._address(name)
        finally:
            self._drop(name)

    def _create(self, template: str) -> str:
        name = f"{self._prefix}_{next(self._numbers)}"
        fast = " STRATEGY file_copy" if self._admin.info.server_version >= 150000 else ""
        self._admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{fast}')
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _plain(self, name: str | None) -> str:
        where = self._url.set(drivername="postgresql", database=name)
        return where.render_as_string(hide_password=False)

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)
