"""Leads and their history do not check again what their campaign and their lead vouch for.

Revision: 0018
After: 0017
"""

from contextlib import suppress

from alembic import op
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# what a row says twice: its lead, or its campaign, belongs to the client already
GONE = (
    ("leads", "client_id", "clients"),
    ("leads", "batch_id", "import_batches"),
    ("lead_events", "client_id", "clients"),
)


def upgrade() -> None:
    """Brings the schema forward."""
    for table, column, other in GONE:
        if op.get_bind().dialect.name == "postgresql":
            op.drop_constraint(f"fk_{table}_{column}_{other}", table, type_="foreignkey")
        else:
            _rewrite(table, _said(table, column, other), "")


def downgrade() -> None:
    """Takes the schema back."""
    for table, column, other in GONE:
        name = f"fk_{table}_{column}_{other}"
        if op.get_bind().dialect.name == "postgresql":
            op.create_foreign_key(name, table, other, [column], ["id"])
        else:
            key = f"CONSTRAINT pk_{table} PRIMARY KEY (id)"
            _rewrite(table, key, key + _said(table, column, other))


def _said(table: str, column: str, other: str) -> str:
    name = f"fk_{table}_{column}_{other}"
    return f", \n\tCONSTRAINT {name} FOREIGN KEY({column}) REFERENCES {other} (id)"


def _rewrite(table: str, old: str, new: str) -> None:
    """SQLite would have a table of a million rows made anew, and what points at it goes with it.
    A constraint is but a word in its schema: https://www.sqlite.org/lang_altertable.html, section 7.
    Where SQLite is built to forbid that, the key stays, which only costs time.
    """
    bind = op.get_bind()
    version = bind.execute(text("PRAGMA schema_version")).scalar_one()
    statement = "UPDATE sqlite_master SET sql = replace(sql, :old, :new) WHERE name = :name"
    bind.execute(text("PRAGMA writable_schema = ON"))
    with suppress(OperationalError):
        bind.execute(text(statement), {"old": old, "new": new, "name": table})
        bind.execute(text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(text("PRAGMA writable_schema = OFF"))
