"""Databases for tests: migrated once a worker, cloned for each test, SQLite and PostgreSQL."""

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
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
        shutil.copyfile(self._template, home / "aicmo.db")
        yield f"sqlite:///{home / 'aicmo.db'}"

    @contextmanager
    def empty(self, home: Path) -> Iterator[str]:
        """A database without a table."""
        yield f"sqlite:///{home / 'empty.db'}"


class PostgreSQL:
    """Clones of one migrated database on the server at `url` (its maintenance database)."""

    def __init__(self, url: str, worker: str) -> None:
        self._url = make_url(url)
        self._prefix = f"aicmo_{worker}_{uuid4().hex[:8]}"  # two runs may share a server
        self._numbers = itertools.count(1)
        self._template: str | None = None
        plain = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._admin = psycopg.connect(plain, autocommit=True)

    @contextmanager
    def clone(self, _home: Path) -> Iterator[str]:
        """A migrated database of its own, dropped afterwards."""
        self._template = self._template or self._migrated()
        yield from self._lent(self._template)

    @contextmanager
    def empty(self, _home: Path) -> Iterator[str]:
        """A database without a table, dropped afterwards."""
        yield from self._lent("template0")

    def close(self) -> None:
        """Drops the template and leaves the server."""
        if self._template is not None:
            self._drop(self._template)
        self._admin.close()

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

    def _address(self, name: str) -> str:
        return self._url.set(database=name).render_as_string(hide_password=False)
