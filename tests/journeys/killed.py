"""Runs one stage again and again in children that are killed in the middle, each a little later.

    python -m tests.journeys.killed STAGE NOW FIRST,SECOND,…

The parent imports once and forks; a child counts the statements it gives to the database and kills
itself (SIGKILL: no handler, no cleanup) right before the n-th. Prints one JSON line: how each child
ended.
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


def child(stage: str, now: datetime, point: int) -> None:
    """One turn of the stage in this process, which does not survive its `point`-th statement."""
    rt = runtime.build(Settings(), clock=lambda: now)
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen >= point:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(rt.engine, "before_cursor_execute", count)
    event.listen(rt.engine, "commit", count)
    importlib.import_module(f"core.pipeline.{stage}").run(rt)


def main(stage: str, now: str, points: str) -> None:
    """A child a point, one after the other, on the same database."""
    importlib.import_module(f"core.pipeline.{stage}")
    ends: list[str] = []
    for point in map(int, points.split(",")):
        pid = os.fork()
        if pid == 0:
            child(stage, datetime.fromisoformat(now), point)
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        ends.append("killed" if os.WIFSIGNALED(status) else f"left {os.WEXITSTATUS(status)}")
    print(json.dumps(ends))


if __name__ == "__main__":
    main(*sys.argv[1:])
