"""A clean slate for the demo: only a database that is empty or a demo itself is ever wiped."""

import shutil
from datetime import datetime

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.errors import Invalid
from core.runtime import Runtime
from core.services import settings
from db.models import Base, Client
from db.session import reading, transaction

MARK = "demo"
FOLDERS = ("outbox", "inbox", "deliverables", "imports", "brand", "demo")


def refuse_real_work(session: Session) -> bool:
    """Whether the database holds a demo; Invalid where it holds clients that are none of a demo."""
    mark = settings.value(session, MARK)
    names = set(session.scalars(select(Client.name)))
    real = sorted(names - set(mark["clients"] if mark else ()))
    if real:
        others = f" and {len(real) - 1} more" if len(real) > 1 else ""
        raise Invalid(
            f"This workspace has real clients ({real[0]}{others}), so no demo is built over it. "
            "Name an empty folder in AICMO_DATA_DIR (or another DATABASE_URL) for the demo."
        )
    return mark is not None


def wipe(rt: Runtime, *, clients: tuple[str, ...], now: datetime) -> None:
    """Takes away an earlier demo, rows and files, and marks the database as a demo's before
    anything else, so that one that was killed half-way can be built again.
    """
    with reading(rt.sessions) as session:
        was_demo = refuse_real_work(session)
    if was_demo:
        _empty(rt)
        for name in FOLDERS:
            shutil.rmtree(rt.data_dir / name, ignore_errors=True)
    with transaction(rt.sessions) as session:
        settings.put(session, SYSTEM, MARK, {"clients": list(clients)}, now=now)


def _empty(rt: Runtime) -> None:
    tables = Base.metadata.sorted_tables
    with transaction(rt.sessions) as session:
        if session.get_bind().dialect.name == "postgresql":
            names = ", ".join(table.name for table in tables)
            session.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in reversed(tables):
            session.execute(delete(table))
