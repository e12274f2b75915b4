"""Runs a stage in child processes: killed in the middle, or two of them at once.

    python -m tests.journeys.killed

Reads one JSON line a request, and answers each with one:

    {"stage": …, "now": …, "how": "3,7,12", "environment": {…}, "errors": path}
        one child a number, one after the other; each dies (SIGKILL: no handler, no cleanup) right
        before its n-th statement or commit
    {…, "how": "x2", …}
        two children that begin at the same moment
    ["killed", "left 0", …]
        how each child ended

What a request needs is imported and mapped once, and children are forked: a test does not wait for
Python to find its libraries. They work on the database and the data directory of the request's
environment, and write their errors to the file it names.
"""

import gc
import importlib
import json
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from core import runtime
from core.config import Settings
from tests.journeys.ledger import adapters

Rest = int | None  # the statement at which a child dies, or the pipe for which it waits


def turn(stage: str, now: datetime, *, dies_at: Rest = None, waits_for: Rest = None) -> None:
    """One turn of the stage in this process."""
    settings = Settings()
    rt = runtime.build(settings, clock=lambda: now, adapters=adapters(settings.data_dir))
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(rt.engine, "before_cursor_execute", count)
    event.listen(rt.engine, "commit", count)
    if waits_for is not None:
        os.read(waits_for, 1)  # returns when the parent closes its end
    importlib.import_module(f"core.pipeline.{stage}").run(rt)
    rt.close()


def child(
    stage: str,
    now: datetime,
    *,
    dies_at: Rest = None,
    waits_for: Rest = None,
    closes: Rest = None,
) -> int:
    """The process id of a child that does one turn; it closes a pipe's end that is not its own."""
    if pid := os.fork():
        return pid
    signal.alarm(90)  # a child that waits for ever ends, and not as one that was killed
    code = 1
    try:
        if closes is not None:
            os.close(closes)
        turn(stage, now, dies_at=dies_at, waits_for=waits_for)
        code = 0
    finally:
        os._exit(code)


def end_of(pid: int) -> str:
    """How a child ended: `killed`, `left` with its exit code, or another signal's name."""
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        signalled = os.WTERMSIG(status)
        return "killed" if signalled == signal.SIGKILL else signal.Signals(signalled).name
    return f"left {os.WEXITSTATUS(status)}"


def twins(stage: str, now: datetime, count: int) -> list[str]:
    """Children that begin together: all wait for one pipe, which the parent closes."""
    waits_for, begins = os.pipe()
    pids = []
    for _ in range(count):
        pids.append(child(stage, now, waits_for=waits_for, closes=begins))
    os.close(begins)
    return [end_of(pid) for pid in pids]


def turns(stage: str, now: str, how: str) -> list[str]:
    """The children of one request, and how they ended."""
    importlib.import_module(f"core.pipeline.{stage}")
    moment = datetime.fromisoformat(now)
    if how.startswith("x"):
        return twins(stage, moment, int(how[1:]))
    return [end_of(child(stage, moment, dies_at=int(point))) for point in how.split(",")]


def main() -> None:
    """Answers requests until there are none."""
    configure_mappers()  # each child would do it anew
    gc.collect()
    gc.freeze()  # … and copy every page of memory the collector looks at
    for line in sys.stdin:
        request = json.loads(line)
        os.environ.update(request["environment"])
        errors = os.open(request["errors"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(errors, sys.stderr.fileno())
        os.close(errors)
        print(json.dumps(turns(request["stage"], request["now"], request["how"])), flush=True)


if __name__ == "__main__":
    main()
