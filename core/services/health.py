"""Keeps what calls and checks of providers showed: one row a provider, and one an hour.

Written by the runtime's book of health and by checks; what people set lies in provider_order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.orm import Session

from core.domain.states import BreakerState, ProviderState
from core.services import revisions
from core.services.revisions import Kept
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
    quota: str | None = None

    @property
    def place(self) -> Place:
        """Which row it is about."""
        return self.port, self.provider, self.part


def record_calls(session: Session, seen: Sequence[Observation]) -> None:
    """Takes calls into the averages and the hours, in their order."""
    rows = rows_for(session, {call.place for call in seen})
    before = {place: row.breaker for place, row in rows.items()}
    for call in seen:
        _take_in(rows[call.place], call)
    moved = any(row.breaker is not before[place] for place, row in rows.items())
    if moved or any(call.ok is False for call in seen):
        revisions.changed(session, Kept.PROVIDERS)
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
    row.checked_at, row.advice = now, advice[:500] or None
    row.quota = quota or row.quota  # a check that tells nothing leaves what the last call told
    if state is ProviderState.HEALTHY:  # it is there again: the next call need not wait
        if row.failures_in_row or row.breaker is not BreakerState.CLOSED:
            revisions.changed(session, Kept.PROVIDERS)
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


def forget_hours(session: Session, *, before: datetime) -> None:
    """Drops hours that no page shows any more."""
    session.execute(delete(ProviderHour).where(ProviderHour.hour < before))


def hold(session: Session, place: Place, *, until: datetime | None, now: datetime) -> bool:
    """Claims the one try of an open breaker whose wait is over; one of several takers gets it.
    Where it is closed meanwhile, anybody may.
    """
    port, provider, part = place
    mine = (
        *(ProviderHealth.port == port, ProviderHealth.provider == provider),
        ProviderHealth.part == part,
    )
    held = session.execute(
        update(ProviderHealth)
        .where(
            *mine,
            ProviderHealth.breaker != BreakerState.CLOSED,
            ProviderHealth.breaker_until <= now,
        )
        .values(breaker=BreakerState.HALF_OPEN, breaker_until=until)
        .returning(ProviderHealth.id)
        .execution_options(synchronize_session=False)
    ).first()
    revisions.changed(session, Kept.PROVIDERS)
    if held is not None:
        return True
    known = session.scalar(select(ProviderHealth.breaker).where(*mine))
    return known is None or known is BreakerState.CLOSED


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
    row.quota = call.quota or row.quota
    if call.ok is not None:
        row.success = _average(row.success, 1.0 if call.ok else 0.0)
        row.latency_ms = _average(row.latency_ms, call.latency_ms)
    if call.ok is not False and row.last_error_at is not None and call.at < row.last_error_at:
        return  # held back meanwhile: another process knows of a later failure
    row.breaker, row.breaker_until = call.breaker, call.breaker_until
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
