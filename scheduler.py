"""The clock: runs the jobs whose slot has come, beside the app and beside other schedulers.

    python scheduler.py           until it is told to end (SIGTERM, Ctrl-C)
    python scheduler.py --once    one turn

Safe to run twice or to be killed: everything it knows stands in the database. Asked to end, it lets
the item in hand be finished, and leaves within five seconds in any case.
"""

import argparse
import os
import signal
import socket
import sys
from datetime import datetime
from threading import Event, Thread, Timer

import schedule
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.domain.states import JobState
from core.errors import SetupError
from core.pipeline import runner
from core.pipeline.jobs import JOBS
from core.queries.health import SCHEDULER
from core.runtime import Runtime, build
from core.services import heartbeats
from db.session import transaction

LOOK = 5  # seconds between two looks at the slots
BEAT = 20.0  # seconds between two heartbeats
PATIENCE = 4.0  # seconds that the item in hand may still take

log = logs.get("scheduler")


def main() -> int:
    """Builds the runtime and runs; 1 with one sentence where the app is not set up."""
    parser = argparse.ArgumentParser(description="Runs AICMO's jobs when their time has come.")
    parser.add_argument("--once", action="store_true", help="one turn, then end")
    once = parser.parse_args().once
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _leave(stop))
    try:
        rt = build(stopping=stop.is_set)
    except SetupError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    logs.configure(rt.data_dir, to_stderr=True)
    try:
        return _once(rt) if once else _run(rt, stop)
    finally:
        rt.close()
        logs.close()


def _once(rt: Runtime) -> int:
    results = runner.run_due(rt, by=_name())
    return int(any(result.state is JobState.FAILED for result in results))


def _run(rt: Runtime, stop: Event) -> int:
    name, started = _name(), rt.now()
    beats = Thread(target=_beat, args=(rt, name, started, stop), daemon=True, name="heartbeat")
    beats.start()
    log.info("scheduler started", scheduler=name)
    runner.run_again(rt, by=name)
    clock = schedule.Scheduler()
    for job in JOBS:
        clock.every(LOOK).seconds.do(runner.run_slot, rt, job, by=name)
    clock.every(LOOK).seconds.do(runner.run_again, rt, by=name)
    clock.run_all()
    while not stop.is_set():
        clock.run_pending()
        stop.wait(1)
    beats.join()
    with transaction(rt.sessions) as session:
        heartbeats.gone(session, name)
    log.info("scheduler ended", scheduler=name)
    return 0


def _beat(rt: Runtime, name: str, started: datetime, stop: Event) -> None:
    while True:
        try:
            with transaction(rt.sessions) as session:
                heartbeats.beat(
                    session, name=name, kind=SCHEDULER, started_at=started, now=rt.now()
                )
        except SQLAlchemyError as error:  # the next beat may get through
            log.warning("heartbeat was not written", exc_info=error)
        if stop.wait(BEAT):
            return


def _leave(stop: Event) -> None:
    """Asks the work to end, and ends it. A run that is cut off is taken over by the next."""
    if not stop.is_set():
        stop.set()
        last = Timer(PATIENCE, os._exit, args=(0,))
        last.daemon = True
        last.start()


def _name() -> str:
    return f"{SCHEDULER}:{socket.gethostname()}:{os.getpid()}"[:120]


if __name__ == "__main__":
    sys.exit(main())
