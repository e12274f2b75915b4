"""The chunks of one list, taken in their order, each in a transaction of its own.

On PostgreSQL a long list's next chunk is weighed while the server stores the one before: by a
thread of its own, as the server and this process would else wait for each other in turn. SQLite
stores in this process, so there would be nothing to gain.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Event

from sqlalchemy.exc import DBAPIError

from core.domain.access import SYSTEM
from core.errors import AicmoError
from core.intake.ahead import Read
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import bulk_look, imports
from core.services.import_weighed import Overtaken, Reject, Weighed
from core.services.imports import CHUNK, Work
from db import journal
from db.session import reading, transaction

Progress = Callable[[int, int], None]
Chunks = Iterable[list[Read]]


class Taking:
    """One chunk after the other. `report` tells of what is stored."""

    def __init__(self, rt: Runtime, work: Work, progress: Progress | None = None) -> None:
        self.report = Report()
        self._rt, self._work, self._progress = rt, work, progress
        self._scale = work.scale()
        self._done = work.done

    def take(self, chunks: Chunks) -> bool:
        """Whether it took them all, and was not told to stop."""
        with journal.carried(self._rt.engine) as carry:
            for rows in chunks:
                self._take(rows)
                carry()
                if self._told_to_stop():
                    return False
        return True

    def _take(self, rows: list[Read]) -> None:
        """Weighs and stores in one transaction. What the database refuses is halved until the one
        bad row is alone: that one is rejected.
        """
        now = self._rt.now()
        try:
            with transaction(self._rt.sessions) as session:
                weighed = self._scale.weigh(session, rows)
                imports.take(session, SYSTEM, self._work, weighed, done=self._done, now=now)
        except DBAPIError as error:
            self._scale.forget()
            if _is_not_the_rows(error):
                raise
            if len(rows) == 1:
                self._set_aside(rows[0])
                return
            half = len(rows) // 2
            self._take(rows[:half])
            self._take(rows[half:])
            return
        self._stored(weighed)

    def _set_aside(self, row: Read) -> None:
        weighed = Weighed(rows=1)
        cells = row[1] or self._work.cells(row[0])
        weighed.rejects = [Reject(row[0], "The database cannot hold this row.", cells)]
        weighed.counts["rejected"] = 1
        self._store(weighed, self._done, self._rt.now())
        self._stored(weighed)

    def _store(self, weighed: Weighed, done: int, now: datetime) -> None:
        with transaction(self._rt.sessions) as session:
            bulk_look.by_index(session)
            imports.take(session, SYSTEM, self._work, weighed, done=done, now=now)

    def _stored(self, weighed: Weighed) -> None:
        self._scale.keep()
        self._done += weighed.rows
        self.report += Report(weighed.counts)

    def _told_to_stop(self) -> bool:
        if self._progress is not None:
            self._progress(self._done, self._work.rows)
        return self._rt.stopping()


@dataclass(slots=True)
class _Flight:
    """A chunk that is being stored, as of `at`. `sent`: what is left of it is the server's work;
    until then two threads would only keep each other from running Python.
    """

    rows: list[Read]
    weighed: Weighed
    at: datetime
    stored: Future[None]
    sent: Event


class Overlapping(Taking):
    """Weighs a chunk while the one before is stored. Whatever goes wrong there, what was weighed
    meanwhile is dropped, the chunk is taken anew as any other, and the next one weighed anew.
    """

    def take(self, chunks: Chunks) -> bool:
        """Whether it took them all, and was not told to stop."""
        rest, flight = iter(chunks), None
        with ThreadPoolExecutor(1, "import") as writer:
            while True:
                if flight is not None:
                    flight.sent.wait()
                rows, error = _next(rest)
                weighed = self._ahead(rows, flight)
                if flight is not None:
                    landed = self._landed(flight)
                    if self._told_to_stop():
                        return False
                    weighed = self._settled(weighed, flight) if landed else self._ahead(rows, None)
                if error is not None:
                    raise error
                if not rows:
                    return True
                flight = self._fly(writer, rows, weighed)
                if flight is None and self._told_to_stop():
                    return False

    def _ahead(self, rows: list[Read], flight: _Flight | None) -> Weighed | None:
        """The chunk after the one that is being stored; None where it cannot be weighed so."""
        if not rows:
            return None
        before = None if flight is None else flight.weighed
        try:
            with reading(self._rt.sessions) as session:
                return self._scale.weigh(session, rows, ahead=True, before=before)
        except DBAPIError:
            return None

    def _settled(self, weighed: Weighed | None, flight: _Flight) -> Weighed | None:
        if weighed is not None:
            weighed.settle(flight.at)
        return weighed

    def _fly(
        self, writer: ThreadPoolExecutor, rows: list[Read], weighed: Weighed | None
    ) -> _Flight | None:
        """Begins to store a chunk; None where it was taken at once."""
        if weighed is None:
            self._take(rows)
            return None
        now, sent = self._rt.now(), Event()
        weighed.sent = sent.set
        stored = writer.submit(self._store, weighed, self._done, now)
        stored.add_done_callback(lambda _: sent.set())
        return _Flight(rows, weighed, now, stored, sent)

    def _landed(self, flight: _Flight) -> bool:
        """Waits until it is stored; False where it had to be taken anew."""
        try:
            flight.stored.result()
        except (DBAPIError, Overtaken) as error:
            self._scale.forget()
            if isinstance(error, DBAPIError) and _is_not_the_rows(error):
                raise
            self._take(flight.rows)
            return False
        self._stored(flight.weighed)
        return True


def taking(rt: Runtime, work: Work, progress: Progress | None = None) -> Taking:
    """The quicker way for this list on this database."""
    on_a_server = rt.engine.dialect.name == "postgresql"
    if on_a_server and work.rows - work.done > CHUNK:
        return Overlapping(rt, work, progress)
    return Taking(rt, work, progress)


def _next(chunks: Iterator[list[Read]]) -> tuple[list[Read], AicmoError | None]:
    """The next chunk, empty after the last one; or why the list cannot be read on: that is told
    when what was read before is stored.
    """
    try:
        return next(chunks, []), None
    except AicmoError as error:
        return [], error


def _is_not_the_rows(error: DBAPIError) -> bool:
    """Whether it is the database that fails, so that other rows would fare no better."""
    return error.connection_invalidated or "locked" in str(error.orig)
