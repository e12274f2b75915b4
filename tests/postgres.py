"""A PostgreSQL server that lives as long as one command: `python tests/postgres.py -- pytest -n 2`.

Makes a cluster in a temporary directory, reachable by a unix socket only, tells the command
where it is
in AICMO_TEST_DATABASE_URL, and removes everything afterwards, whatever happened. Where
PostgreSQL is not
installed it says so and runs the command all the same, on SQLite alone.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

URL = "AICMO_TEST_DATABASE_URL"
PLACES = "/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin"
# A cluster that is thrown away need not survive a power cut.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",  # what a test finds must not depend on when it came by
    "max_connections": "200",
    "shared_buffers": "64MB",
}


def main(command: list[str]) -> int:
    """Run the command beside a server; give back the command's exit code."""
    for ending in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(ending, lambda number, _frame: sys.exit(128 + number))
    if os.environ.get(URL):
        return subprocess.call(command)
    programs = find_programs()
    if programs is None:
        print("PostgreSQL is not installed here: running on SQLite alone.", flush=True)
        return subprocess.call(command)
    with server(programs) as url:
        return subprocess.call(command, env={**os.environ, URL: url})


def find_programs() -> Path | None:
    """The directory that holds initdb and postgres, the newest version first."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    candidates = [Path(directory) for place in PLACES for directory in Path("/").glob(place[1:])]
    candidates = [directory for directory in candidates if (directory / "initdb").exists()]
    return max(candidates, key=_version, default=None)


@contextlib.contextmanager
def server(programs: Path) -> Iterator[str]:
    """A running server; yields the SQLAlchemy address of its maintenance database."""
    home = Path(tempfile.mkdtemp(prefix="aicmo-pg-", dir="/tmp"))  # a socket's path must stay short
    log = home / "log"
    who = _unprivileged()
    if who:
        os.chown(home, *who.values())
    running = None
    try:
        init = ["-D", home / "data", "-U", "aicmo", "-A", "trust", "-E", "UTF8", "--locale=C"]
        with log.open("wb") as out:
            _call([programs / "initdb", *init, "--no-sync"], home, who, out).wait(120)
            options = [word for item in OPTIONS.items() for word in ("-c", "=".join(item))]
            start = [programs / "postgres", "-D", home / "data", "-k", home, *options]
            running = _call(start, home, who, out)
        _wait(programs / "pg_isready", home, running, log)
        yield f"postgresql+psycopg://aicmo@/postgres?host={home}"
    finally:
        if running:
            _stop(running)
        shutil.rmtree(home, ignore_errors=True)


def _unprivileged() -> dict[str, int]:
    """PostgreSQL refuses to run as root: then it is given another user."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid}
    sys.exit("PostgreSQL cannot run as root, and there is no user 'postgres' or 'nobody' here.")


def _call(
    words: list[str | Path], home: Path, who: dict[str, int], out: IO[bytes]
) -> subprocess.Popen[bytes]:
    extra = {"extra_groups": []} if who else {}
    env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": str(home)}
    # its own session: Ctrl-C reaches the tests first, and the server goes after them
    return subprocess.Popen(
        words, cwd=home, env=env, stdout=out, stderr=out, start_new_session=True, **who, **extra
    )


def _wait(pg_isready: Path, home: Path, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and running.poll() is None:
        if subprocess.call([pg_isready, "-q", "-h", home, "-U", "aicmo"]) == 0:
            return
        time.sleep(0.05)
    sys.exit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _stop(running: subprocess.Popen[bytes]) -> None:
    running.send_signal(signal.SIGINT)  # "fast": ends its connections, then itself
    try:
        running.wait(20)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def _version(directory: Path) -> tuple[int, ...]:
    return tuple(
        int(word) for word in directory.parent.name.replace("@", "-").split("-") if word.isdigit()
    )


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--"]:
        words = words[1:]
    if not words:
        sys.exit("usage: python tests/postgres.py -- COMMAND [ARGUMENT…]")
    sys.exit(main(words))
