"""SQLite's journal, carried over into the database's file by a thread while a long work goes on.

Else whoever commits does it now and then, and waits for the disk: an eighth of a long import.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

from sqlalchemy import Engine

EVERY = 1.0  # seconds: a page that is written again and again meanwhile is carried over once


@contextmanager
def carried(engine: Engine, *, every: float = EVERY) -> Iterator[Callable[[], None]]:
    """Gives what is to be called after each commit; it never waits. What cannot be carried over
    so, is by whoever commits, as everywhere else.
    """
    if engine.dialect.name != "sqlite":
        yield lambda: None
        return
    with ThreadPoolExecutor(1, "journal") as thread:
        yield _Carrying(engine, thread, every)


class _Carrying:
    def __init__(self, engine: Engine, thread: ThreadPoolExecutor, every: float) -> None:
        self._engine, self._thread, self._every = engine, thread, every
        self._begun = time.monotonic()
        self._going: Future[None] | None = None

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self._begun >= self._every and (self._going is None or self._going.done()):
            self._begun, self._going = now, self._thread.submit(_carry, self._engine)


def _carry(engine: Engine) -> None:
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
