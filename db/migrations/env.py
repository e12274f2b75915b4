"""Alembic's environment: the metadata of db.models, online on the URL given or the app's own."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection
from sqlalchemy.types import TypeDecorator

from core.config import Settings
from db.base import EncryptedText, UtcDateTime, Word
from db.models import Base
from db.session import connect

PLAIN = {
    UtcDateTime: "sa.DateTime(timezone=True)",
    Word: "sa.String(24)",
    EncryptedText: "sa.Text()",
}


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Migrations name SQLAlchemy's own types, so that they do not change when ours do."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return PLAIN.get(type(item), False)
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def run(connection: Connection) -> None:
    """Runs the migrations on an open connection (batch mode where SQLite needs it)."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_item,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    url = context.config.attributes.get("url") or Settings().url()
    engine = connect(url)
    with engine.connect() as opened:
        run(opened)
        opened.commit()
    engine.dispose()
