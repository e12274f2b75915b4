"""Brings a database to the newest schema. Apart from core.schema: only who migrates waits for
Alembic to load.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from core import schema
from core.config import ROOT


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Brings the database to the newest schema; gives the revisions before and after.

    Safe to run twice: Alembic keeps the revision in the same transaction.
    """
    before = schema.current(engine)
    config = Config(toml_file=ROOT / "pyproject.toml")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, schema.newest()
