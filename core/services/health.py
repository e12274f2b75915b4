"""Keeps what calls and checks of providers showed: one row a provider, and one an hour.

Written by the runtime's book of health, not by people; turning off and ordering are people's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, tuple_, update
from sqlalchemy.orm import Session

from core.domain import keys
from core.domain.access import Act, Viewer
from core.domain.states import BreakerState, ProviderState
from core.errors import NotFound
from core.services import audit, guard
from db.models import ProviderHealth, ProviderHour
from db.upsert import insert_ignore

ALPHA = 0.1  # weight of the newest call in the moving averages
DEGRADED = 0.9  # below this success rate a provider is degraded
DOWN_AFTER = 5  # failures in a row

Place = tuple[str, str, str]  # port, provider, part


@dataclass(frozen=True, slots=True)
class Observation:
    """One call. `ok` None: the provider answered, and said no; that is not its fault."""

    port: str
    provider: str
    part: str
    ok: bool | None
    latency_ms: float
    at: datetime
    breaker: BreakerState
    breaker_until: datetime | None
    failures: int
    error: str = ""
    advice: str = ""
    misconfigured: bool = False

    @property
    def place(self) -> Place:
        """Which row it is about."""
        return self.port, self.provider, self.part


def record_calls(session: Session, seen: Sequence[Observation]) -> None:
    """Takes calls into the averages and the hours, in their order."""
    rows = rows_for(session, {call.place for call in seen})
    for call in seen:
        _take_in(rows[call.place], call)
    _count_hours(session, [call for call in seen if call.ok is not None])


def record_check(
    session: Session,
    place: Place,
    state: ProviderState,
    *,
    reason: str,
    advice: str,
    quota: str | None,
    now: datetime,
) -> tuple[ProviderState, ProviderState]:
    """What a check without side effects said; gives the states before and after."""
    row = rows_for(session, {place})[place]
    before = row.state
    row.configured = state is not ProviderState.UNCONFIGURED
    row.checked_at, row.quota, row.advice = now, quota, advice[:500] or None
    if state is ProviderState.HEALTHY:  # it is there again: the next call need not wait
        row.failures_in_row, row.breaker, row.breaker_until = 0, BreakerState.CLOSED, None
        row.state = _state(row, broken=False)
    else:
        row.state = state
        row.last_error, row.last_error_at = reason[:500], now
    return before, row.state


def forget_others(session: Session, checked: Iterable[Place]) -> int:
    """Drops the rows of mailboxes' former providers: of a part only what was checked stays."""
    kept = set(checked)
    parts = {part for _, _, part in kept}
    rows = session.scalars(select(ProviderHealth).where(ProviderHealth.part.in_(parts - {""})))
    gone = [row for row in rows if (row.port, row.provider, row.part) not in kept]
    for row in gone:
        session.delete(row)
    return len(gone)


def turn(
    session: Session, viewer: Viewer, row_id: int, *, enabled: bool, now: datetime
) -> ProviderHealth:
    """Turns a provider on or off; takes effect within seconds, without a restart."""
    row = _known(session, viewer, row_id)
    before = row.enabled
    row.enabled, row.version = enabled, row.version + 1
    audit.record(
        session,
        viewer,
        "provider turned on" if enabled else "provider turned off",
        keys.subject("provider_health", row.id),
        now=now,
        before={"enabled": before},
        after={"enabled": enabled},
    )
    return row


def place_at(
    session: Session, viewer: Viewer, row_id: int, position: int, *, now: datetime
) -> ProviderHealth:
    """Sets a provider's place in its chain (0 is asked first)."""
    row = _known(session, viewer, row_id)
    before = row.position
    row.position, row.version = position, row.version + 1
    audit.record(
        session,
        viewer,
        "provider moved",
        keys.subject("provider_health", row.id),
        now=now,
        before={"position": before},
        after={"position": position},
    )
    return row


def standings(session: Session) -> Sequence[ProviderHealth]:
    """Every row, for the chains' order and breakers."""
    return session.scalars(select(ProviderHealth)).all()


def rows_for(session: Session, places: Iterable[Place]) -> dict[Place, ProviderHealth]:
    """The rows of these providers, made where missing, locked until the transaction ends."""
    wanted = sorted(places)
    new = [{"port": port, "provider": name, "part": part} for port, name, part in wanted]
    insert_ignore(session, ProviderHealth, new)
    columns = tuple_(ProviderHealth.port, ProviderHealth.provider, ProviderHealth.part)
    found = session.scalars(
        select(ProviderHealth)
        .where(columns.in_(wanted))
        .order_by(ProviderHealth.id)
        .with_for_update()
    )
    return {(row.port, row.provider, row.part): row for row in found}


def _take_in(row: ProviderHealth, call: Observation) -> None:
    row.calls += 1
    row.breaker, row.breaker_until = call.breaker, call.breaker_until
    if call.ok is not None:
        row.success = _average(row.success, 1.0 if call.ok else 0.0)
        row.latency_ms = _average(row.latency_ms, call.latency_ms)
    if call.ok is False:
        row.failures_in_row += 1
        row.last_error, row.last_error_at = call.error[:500], call.at
        row.advice = call.advice[:500] or row.advice
    else:
        row.failures_in_row, row.advice = 0, None
        row.last_success_at = call.at
        row.configured = True
    row.state = _state(row, broken=call.misconfigured)


def _state(row: ProviderHealth, *, broken: bool) -> ProviderState:
    if not row.configured:
        return ProviderState.UNCONFIGURED
    if broken or row.breaker is not BreakerState.CLOSED or row.failures_in_row >= DOWN_AFTER:
        return ProviderState.DOWN
    if row.failures_in_row or (row.success is not None and row.success < DEGRADED):
        return ProviderState.DEGRADED
    return ProviderState.HEALTHY


def _average(old: float | None, new: float) -> float:
    return new if old is None else old + ALPHA * (new - old)


def _count_hours(session: Session, seen: Sequence[Observation]) -> None:
    sums: dict[tuple[str, str, datetime], list[float]] = defaultdict(lambda: [0, 0, 0.0])
    for call in seen:
        hour = call.at.replace(minute=0, second=0, microsecond=0)
        into = sums[call.port, call.provider, hour]
        into[0 if call.ok else 1] += 1
        into[2] += call.latency_ms
    ordered = sorted(sums)
    new = [{"port": port, "provider": name, "hour": hour} for port, name, hour in ordered]
    insert_ignore(session, ProviderHour, new)
    for port, name, hour in ordered:
        ok, failed, latency = sums[port, name, hour]
        session.execute(
            update(ProviderHour)
            .where(
                ProviderHour.port == port, ProviderHour.provider == name, ProviderHour.hour == hour
            )
            .values(
                ok=ProviderHour.ok + int(ok),
                failed=ProviderHour.failed + int(failed),
                latency_ms_sum=ProviderHour.latency_ms_sum + latency,
            )
            .execution_options(synchronize_session=False)
        )


def _known(session: Session, viewer: Viewer, row_id: int) -> ProviderHealth:
    guard.allow(viewer, Act.PROVIDERS)
    row = session.get(ProviderHealth, row_id)
    if row is None:
        raise NotFound("This provider is not known yet. Check it once, then try again.")
    return row
