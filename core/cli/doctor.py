"""What could be wrong with the installation itself, and how to mend it."""

import importlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from core import schema
from core.domain.access import SYSTEM
from core.errors import SetupError
from core.queries import health
from core.runtime import Runtime
from db.session import reading

GOOD, MIND, BAD = "ok", "warning", "error"
SILENT = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: ok, warning or error, and a sentence that says how to mend it."""

    name: str
    state: str
    sentence: str


def examine(rt: Runtime) -> list[Finding]:
    """Everything, whatever is found on the way."""
    return list(_all(rt))


def _all(rt: Runtime) -> Iterator[Finding]:
    yield _folder(rt)
    yield _key(rt)
    database = _database(rt)
    yield database
    if database.state == GOOD:
        yield _scheduler(rt)
    yield _pdf()
    yield _gateway("e-mail", rt.settings.use_real_email_gateway, "USE_REAL_EMAIL_GATEWAY")
    yield _gateway("social", rt.settings.use_real_social_gateways, "USE_REAL_SOCIAL_GATEWAYS")
    yield _gateway("CRM", rt.settings.use_real_crm_gateway, "USE_REAL_CRM_GATEWAY")


def _folder(rt: Runtime) -> Finding:
    folder = rt.settings.data_dir
    if not os.access(folder, os.W_OK):
        return Finding("data directory", BAD, f"{folder} cannot be written. Set AICMO_DATA_DIR.")
    return Finding("data directory", GOOD, f"{folder} can be written.")


def _key(rt: Runtime) -> Finding:
    if rt.settings.secret_key is not None:
        return Finding("secret key", GOOD, "AICMO_SECRET_KEY is set.")
    path = rt.settings.data_dir / "secret.key"
    if path.is_file() and path.stat().st_mode & 0o077:
        return Finding("secret key", BAD, f"Others can read {path}. Run: chmod 600 {path}")
    return Finding("secret key", GOOD, f"It is kept in {path}.")


def _database(rt: Runtime) -> Finding:
    try:
        schema.check(rt.engine)
    except SetupError as error:
        return Finding("database", BAD, error.sentence)
    except SQLAlchemyError:
        return Finding("database", BAD, "The database cannot be reached. Check DATABASE_URL.")
    return Finding("database", GOOD, f"{rt.engine.dialect.name}, schema {schema.newest()}.")


def _scheduler(rt: Runtime) -> Finding:
    with reading(rt.sessions) as session:
        age = health.scheduler_age(session, SYSTEM, rt.now())
    if age is None or age > SILENT:
        return Finding("scheduler", MIND, "No scheduler is running. Start: python scheduler.py")
    return Finding("scheduler", GOOD, f"Alive {int(age.total_seconds())} seconds ago.")


def _pdf() -> Finding:
    try:
        importlib.import_module("weasyprint")
    except (ImportError, OSError):
        return Finding(
            "PDF",
            BAD,
            "WeasyPrint needs Pango. Run: apt-get install libpango-1.0-0 libpangoft2-1.0-0 "
            "libharfbuzz-subset0",
        )
    return Finding("PDF", GOOD, "WeasyPrint and its libraries are there.")


def _gateway(what: str, on: bool, name: str) -> Finding:
    if on:
        return Finding(f"{what} gateway", MIND, f"On: {what} really goes out ({name}=true).")
    return Finding(f"{what} gateway", GOOD, f"Off: nothing leaves the machine ({name}=false).")
