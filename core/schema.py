"""Whether the database has the newest schema. `core.migration` brings it there."""

from functools import lru_cache

from sqlalchemy import Engine, column, inspect, select, table

from core.config import ROOT
from core.errors import SetupError

MEND = "Run `python -m core migrate`."
VERSIONS = ROOT / "db" / "migrations" / "versions"
_kept = table("alembic_version", column("version_num"))


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
        if not inspect(connection).has_table(_kept.name):
            return None
        found: str | None = connection.scalar(select(_kept.c.version_num))
        return found


@lru_cache(maxsize=1)
def newest() -> str:
    """The revision the code is made for: migrations stand in one line, numbered, the number before
    the name of the file.
    """
    return max(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
