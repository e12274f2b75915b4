"""Whether the database has the newest schema, and bringing it there."""

from functools import lru_cache

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from core.config import ROOT
from core.errors import SetupError

MEND = "Run `python -m core migrate`."


def check(engine: Engine) -> None:
    """Passes on the newest schema, else a SetupError with the command that mends it."""
    found = current(engine)
    if found is None:
        raise SetupError(f"The database is empty. {MEND}")
    if found != newest():
        raise SetupError(f"The database schema is old. {MEND}")


def current(engine: Engine) -> str | None:
    """The revision the database stands at; None where it has no tables of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> tuple[str | None, str]:
    """Brings the database to the newest schema; gives the revisions before and after.

    Safe to run twice: Alembic keeps the revision in the same transaction.
    """
    before = current(engine)
    config = _config()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return before, newest()


@lru_cache(maxsize=1)
def newest() -> str:
    """The revision the code is made for."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    return Config(toml_file=ROOT / "pyproject.toml")
