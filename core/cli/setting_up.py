"""migrate, doctor, backup: what an operator does to the installation itself."""

import contextlib
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from core import backup, migration
from core.backup import Backup
from core.cli import doctor
from core.cli.frame import Json, note, opened, say, say_json, table
from core.domain.access import SYSTEM
from core.queries.installation import BACKUP
from core.runtime import Runtime
from core.services import library, settings, users
from db.session import transaction


def add_to(app: typer.Typer) -> None:
    """Puts the commands on the command line."""
    app.command("migrate")(migrate)
    app.command("doctor")(examine)
    app.command("backup")(back_up)


def migrate(json: Json = False) -> None:
    """Bring the database to the newest schema; the first time, make the library and an admin."""
    with opened(check_schema=False) as rt:
        before, after = migration.migrate(rt.engine)
        with transaction(rt.sessions) as session:
            library.install(session, rt.now())
            password = users.ensure_admin(session, now=rt.now())
    if password is not None:
        note(f"The first admin: user name admin, password {password} (shown only now).")
    if json:
        say_json({"before": before, "after": after, "changed": before != after})
    elif before == after:
        say(f"The schema is the newest ({after}).")
    else:
        say(f"The schema went from {before or 'nothing'} to {after}.")


def examine(json: Json = False) -> None:
    """Look at the installation: schema, folders, libraries, scheduler, gateways."""
    with opened(check_schema=False) as rt:
        found = doctor.examine(rt)
    bad = [finding for finding in found if finding.state == doctor.BAD]
    if json:
        checks = [{"name": f.name, "state": f.state, "sentence": f.sentence} for f in found]
        say_json({"healthy": not bad, "checks": checks})
    else:
        table(("", "", ""), [(finding.state, finding.name, finding.sentence) for finding in found])
    if bad:
        note(bad[0].sentence)
        raise typer.Exit(1)


def back_up(
    path: Annotated[Path, typer.Argument(help="A new file; the app may go on meanwhile.")],
    json: Json = False,
) -> None:
    """Copy the whole database into one file, while everything goes on."""
    with opened(check_schema=False) as rt:
        made = backup.make(rt.settings.url(), path)
        _remember(rt, made)
    if json:
        say_json({"path": str(made.path), "bytes": made.bytes, "seconds": made.seconds})
    else:
        say(f"{made.path} ({made.bytes:,} bytes). Keep AICMO_SECRET_KEY or secret.key with it.")


def _remember(rt: Runtime, made: Backup) -> None:
    """So that Provider Health can say how old the last copy is; the copy stands without it."""
    known = {"at": rt.now().isoformat(), "bytes": made.bytes}
    with contextlib.suppress(SQLAlchemyError), transaction(rt.sessions) as session:
        settings.put(session, SYSTEM, BACKUP, known, now=rt.now())
