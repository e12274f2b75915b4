"""The book of health that chains write to, kept in the database.

Calls that went well are held back for a few seconds and written together, so that fast work is not
slowed; a failure or a breaker that moves is written at once. Losing the last seconds to a crash
loses statistics only. What the book cannot write never undoes the call it is about.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core import logs
from core.domain.states import BreakerState
from core.providers.breaker import Breaker
from core.providers.health import Call, Standing
from core.providers.limits import Limit
from core.revision_watch import RevisionWatch
from core.services import health, rate_limits
from core.services.health import Observation, Place
from core.services.revisions import Kept
from core.telemetry import Telemetry
from db.session import Sessions, reading, transaction

HELD_BACK = 5.0  # seconds
AT_MOST = 500  # calls held back
STALE = 30.0  # seconds after which standings are read anew, whatever the revision says
FEW = 10  # calls taken out of a wide limit at once, to be used within the lease
LEASE = timedelta(seconds=1)
LOOK_EVERY = 1.0  # seconds between two looks at the revision by a mailbox, which sends fast

log = logs.get("health")


class DatabaseBook:
    """Implements core.providers.health.Book for one process; threads may share it.

    What people and other processes change is seen at the next call: a revision says so.
    """

    def __init__(
        self,
        sessions: Sessions,
        clock: Callable[[], datetime],
        watch: RevisionWatch | None = None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._sessions = sessions
        self._telemetry = telemetry or Telemetry()
        self._watch = watch or RevisionWatch(sessions)
        self._leases: dict[tuple[str, str], tuple[int, datetime]] = {}
        self._clock = clock
        self._lock = Lock()
        self._pending: list[Observation] = []
        self._standings: dict[Place, Standing] = {}
        self._revision = -1
        self._looked_at = float("-inf")
        self._read_at = float("-inf")
        self._written_at = float("-inf")

    def look(self, part: str = "") -> None:
        """One number is read; the standings only where it moved."""
        now = time.monotonic()
        if part and now - self._looked_at < LOOK_EVERY:
            return
        number = self._watch.number(Kept.PROVIDERS)
        self._looked_at = now
        if number != self._revision or now - self._read_at > STALE:
            with reading(self._sessions) as session:
                self._read(session)
            self._revision = number

    def standing(self, port: str, provider: str, part: str = "") -> Standing:
        """Order, switch, breaker and limit, as of the last look."""
        if self._read_at == float("-inf"):
            self.look()
        return self._standings.get((port, provider, part), Standing())

    def hold(self, port: str, provider: str, part: str, breaker: Breaker) -> bool:
        """The one try of all processes; one that the database does not give is made all the
        same, so that a database in trouble holds nothing up.
        """
        try:
            with transaction(self._sessions) as session:
                mine = health.hold(
                    session, (port, provider, part), until=breaker.until, now=self._clock()
                )
        except SQLAlchemyError as error:
            log.warning("a breaker's try was not claimed", provider=provider, exc_info=error)
            mine = True
        with self._lock:
            self._set(port, provider, part, breaker)
        return mine

    def take(self, port: str, provider: str, limit: Limit) -> float:
        """From the bucket that all processes share, a few at a time where the limit is wide; a
        database in trouble limits nothing.
        """
        now = self._clock()
        with self._lock:
            left, until = self._leases.get((port, provider), (0, now))
            if left and now < until:
                self._leases[port, provider] = (left - 1, until)
                return 0.0
        few = max(1, min(FEW, limit.at_once // FEW))
        try:
            wait = self._take(port, provider, limit, few, now.timestamp())
        except SQLAlchemyError as error:
            log.warning("a limit was not kept", provider=provider, exc_info=error)
            return 0.0
        if wait == 0.0 and few > 1:
            with self._lock:
                self._leases[port, provider] = (few - 1, now + LEASE)
        return wait

    def _take(self, port: str, provider: str, limit: Limit, few: int, now: float) -> float:
        with transaction(self._sessions) as session:
            return rate_limits.take(
                session,
                port,
                provider,
                apart=limit.apart,
                at_once=limit.at_once,
                now=now,
                calls=few,
            )

    def record(self, call: Call) -> None:
        """Takes one call in, and tells of it: a failure in the log, all to the collector."""
        self._tell(call)
        place = (call.port, call.provider, call.part)
        with self._lock:
            known = self._standings.get(place)
            self._set(*place, call.breaker)
            self._pending.append(self._seen(call))
            waited = time.monotonic() - self._written_at
            urgent = call.ok is False or known is None or known.breaker.state != call.breaker.state
            due = urgent or waited > HELD_BACK or len(self._pending) >= AT_MOST
        if due:
            self.flush()

    def flush(self) -> None:
        """Writes what is held back, in a short transaction of its own."""
        with self._lock:
            seen, self._pending = self._pending, []
            self._written_at = time.monotonic()
        if not seen:
            return
        try:
            with transaction(self._sessions) as session:
                health.record_calls(session, seen)
        except SQLAlchemyError as error:
            log.warning("health was not written", calls=len(seen), exc_info=error)

    def forget(self) -> None:
        """Reads standings anew at the next call, whatever the revision says."""
        self._read_at = self._looked_at = float("-inf")

    def _read(self, session: Session) -> None:
        found = {
            (row.port, row.provider, row.part): Standing(
                row.enabled,
                row.position,
                Breaker(BreakerState(row.breaker), row.failures_in_row, row.breaker_until),
                Limit(row.limit_calls, row.limit_seconds)
                if row.limit_calls and row.limit_seconds
                else None,
            )
            for row in health.standings(session)
        }
        with self._lock:
            for place in {call.place for call in self._pending} & set(self._standings):
                # what is not written yet is newer than what was read
                known = found.get(place, self._standings[place])
                found[place] = replace(known, breaker=self._standings[place].breaker)
            self._standings = found
            self._read_at = time.monotonic()

    def _set(self, port: str, provider: str, part: str, breaker: Breaker) -> None:
        known = self._standings.get((port, provider, part), Standing())
        self._standings[port, provider, part] = replace(known, breaker=breaker)

    def _tell(self, call: Call) -> None:
        self._telemetry.called(
            call.port, call.provider, call.outcome, call.latency_ms / 1000, call.part
        )
        if call.ok is False:
            place = {"port": call.port, "provider": call.provider, "part": call.part}
            log.warning("a provider failed", **place, outcome=call.outcome)

    def _seen(self, call: Call) -> Observation:
        return Observation(
            port=call.port,
            provider=call.provider,
            part=call.part,
            ok=call.ok,
            latency_ms=call.latency_ms,
            at=self._clock(),
            breaker=call.breaker.state,
            breaker_until=call.breaker.until,
            failures=call.breaker.failures,
            error=logs.scrub(call.error),
            advice=call.advice,
            misconfigured=call.misconfigured,
            quota=call.quota,
        )
