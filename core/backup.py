"""A copy of the whole database in one file, made while it is in use."""

import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from core.errors import Invalid, SetupError


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy."""

    path: Path
    bytes: int
    seconds: float


def make(url: str, path: Path) -> Backup:
    """Copies the database to `path` (which must be new). SQLite by its online backup, PostgreSQL by
    pg_dump in its custom format (pg_restore reads it).

    The file appears whole or not at all.
    """
    started = time.perf_counter()
    path = path.expanduser().resolve()
    if path.exists():
        raise Invalid(f"{path} exists already. Name a new file.")
    if not path.parent.is_dir():
        raise Invalid(f"The folder {path.parent} does not exist.")
    parsed, part = make_url(url), path.with_name(f".{path.name}.part")
    try:
        if parsed.get_backend_name() == "sqlite":
            _copy_sqlite(parsed, part)
        else:
            _dump_postgresql(parsed, part)
        part.replace(path)
    except OSError as error:
        raise Invalid(f"{path} cannot be written ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)
    return Backup(path, path.stat().st_size, round(time.perf_counter() - started, 3))


def _copy_sqlite(url: URL, part: Path) -> None:
    source = Path(url.database or "")
    if not source.is_file():
        raise SetupError(f"There is no database at {source}. Run `python -m core migrate`.")
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(part)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise Invalid(f"The copy could not be made ({error}).") from None


def _dump_postgresql(url: URL, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise SetupError("pg_dump is missing. Install it with: apt-get install postgresql-client")
    plain = url.set(drivername="postgresql", password=None)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    done = subprocess.run(  # noqa: S603  (a fixed program; the address is ours)
        [program, "--format=custom", f"--file={part}", plain.render_as_string()],
        env={**os.environ, **password},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Invalid("pg_dump failed. Is it as new as the server, and may this user read all?")
