"""The migrations make exactly the tables that the models describe, on every database."""

from alembic import command
from sqlalchemy import inspect

from db.session import connect
from tests.databases import alembic


def test_the_migrations_make_the_tables_of_the_models(database_url: str) -> None:
    with alembic(database_url) as config:
        command.check(config)  # raises where autogenerate would add anything


def test_the_migrations_can_be_undone(empty_database_url: str) -> None:
    with alembic(empty_database_url) as config:
        command.upgrade(config, "head")
        command.downgrade(config, "base")

    engine = connect(empty_database_url)
    left = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert left == set()
