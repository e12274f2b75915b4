"""The migrations make exactly the tables that the models describe, on every database."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from core import schema
from db.session import connect
from tests.databases import alembic


def test_the_migrations_make_the_tables_of_the_models(database_url: str) -> None:
    with alembic(database_url) as config:
        command.check(config)  # raises where autogenerate would add anything


@pytest.mark.sqlite
def test_the_newest_is_the_head_and_stands_last_among_the_files(database_url: str) -> None:
    with alembic(database_url) as config:
        heads = ScriptDirectory.from_config(config).get_heads()

    assert heads == [schema.newest()]


def test_the_migrations_can_be_undone(empty_database_url: str) -> None:
    with alembic(empty_database_url) as config:
        command.upgrade(config, "head")
        command.downgrade(config, "base")

    engine = connect(empty_database_url)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()
