"""The book of health that chains write to, kept in the database.

Calls that went well are held back for a few seconds and written together, so that fast work is not
slowed; a failure or a breaker that moves is written at once. Losing the last seconds to a crash
loses statistics only. What the book cannot write never undoes the call it is about.
"""

import time
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.domain.states import BreakerState
from core.providers.breaker import Breaker
from core.providers.health import Call, Standing
from core.services import health
from core.services.health import Observation, Place
from db.session import Sessions, reading, transaction

HELD_BACK = 5.0  # seconds, and the age at which standings are read anew
AT_MOST = 500  # calls held back

log = logs.get("health")


class DatabaseBook:
    """Implements core.providers.health.Book for one process; threads may share it."""

    def __init__(self, sessions: Sessions, clock: Callable[[], datetime]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._lock = Lock()
        self._pending: list[Observation] = []
        self._standings: dict[Place, Standing] = {}
        self._read_at = float("-inf")
        self._written_at = float("-inf")

    def standing(self, port: str, provider: str, part: str = "") -> Standing:
        """Order, switch and breaker, at most a few seconds old."""
        if time.monotonic() - self._read_at > HELD_BACK:
            self._read()
        return self._standings.get((port, provider, part), Standing())

    def hold(self, port: str, provider: str, part: str, breaker: Breaker) -> None:
        """The breaker moves; the others learn of it with the outcome."""
        with self._lock:
            self._set(port, provider, part, breaker)

    def record(self, call: Call) -> None:
        """Takes one call in."""
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
        """Reads standings anew at the next call (somebody changed the order)."""
        self._read_at = float("-inf")

    def _read(self) -> None:
        with reading(self._sessions) as session:
            rows = health.standings(session)
            found = {
                (row.port, row.provider, row.part): Standing(
                    row.enabled,
                    row.position,
                    Breaker(BreakerState(row.breaker), row.failures_in_row, row.breaker_until),
                )
                for row in rows
            }
        with self._lock:
            waiting = {call.place for call in self._pending}
            kept = {place: s for place, s in self._standings.items() if place in waiting}
            self._standings = found | kept
            self._read_at = time.monotonic()

    def _set(self, port: str, provider: str, part: str, breaker: Breaker) -> None:
        known = self._standings.get((port, provider, part), Standing())
        moved = Standing(known.enabled, known.position, breaker)
        self._standings[port, provider, part] = moved

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
        )
