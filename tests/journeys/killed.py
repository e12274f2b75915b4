"""Runs a stage in child processes: killed in the middle, or two of them at once.

    python -m tests.journeys.killed STAGE NOW 3,7,12   one child a number, one after the other; each
                                                       dies (SIGKILL: no handler, no cleanup) right
                                                       before its n-th statement or commit
    python -m tests.journeys.killed STAGE NOW x2       two children that begin at the same moment

The parent imports once and forks. Prints one JSON line: how each child ended. Works on the database
and the data directory of the environment.
"""

import importlib
import json
import os
import signal
import sys
from datetime import datetime

from sqlalchemy import event

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
    code = 1
    try:
        if closes is not None:
            os.close(closes)
        turn(stage, now, dies_at=dies_at, waits_for=waits_for)
        code = 0
    finally:
        os._exit(code)


def end_of(pid: int) -> str:
    """How a child ended: `killed`, or `left` with its exit code."""
    _, status = os.waitpid(pid, 0)
    return "killed" if os.WIFSIGNALED(status) else f"left {os.WEXITSTATUS(status)}"


def twins(stage: str, now: datetime, count: int) -> list[str]:
    """Children that begin together: all wait for one pipe, which the parent closes."""
    waits_for, begins = os.pipe()
    pids = []
    for _ in range(count):
        pids.append(child(stage, now, waits_for=waits_for, closes=begins))
    os.close(begins)
    return [end_of(pid) for pid in pids]


def main(stage: str, now: str, how: str) -> None:
    """The children, and a line on their ends."""
    importlib.import_module(f"core.pipeline.{stage}")
    moment = datetime.fromisoformat(now)
    if how.startswith("x"):
        ends = twins(stage, moment, int(how[1:]))
    else:
        ends = [end_of(child(stage, moment, dies_at=int(point))) for point in how.split(",")]
    print(json.dumps(ends))


if __name__ == "__main__":
    main(*sys.argv[1:])
