"""The daily rollups: what happened by campaign and day, and leads by state on each campaign.

Safe to run twice, beside itself, or to be killed: days are counted anew and written whole, and how
far a turn came is kept in the transaction that writes its last days.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import daily_counts, entry_counts, rollups
from core.services.daily_counts import Days
from db.session import reading, transaction

RECENT = timedelta(days=2)  # days before today that are counted at every turn
DAILY = timedelta(days=35)  # …and at the first turn of a day, for what was settled late
FIRST = date(2000, 1, 1)
AT_MOST = 40  # stretches of old days; more are counted in one go
LATE = timedelta(minutes=10)  # leads changed shortly before the last turn are looked at again
MARGIN = 1000  # ids looked at again, for rows that were committed late


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Counts recent days and every older day that was touched since the last turn. For one
    campaign: all its days. `limit` has no meaning here.
    """
    today = rt.now().date()
    with reading(rt.sessions) as session:
        before = rollups.marks(session)
        after: dict[str, Any] = {"day": today.isoformat(), "at": rt.now().isoformat()}
        after |= rollups.newest_ids(session)
        stretches = [Days(FIRST, today + timedelta(days=1), campaign_id)]
        if campaign_id is None and before:
            known = {name: int(before.get(name, 0)) - MARGIN for name in ("messages", "events")}
            old = rollups.touched(session, known)
            stretches = list(_stretches(_since(before.get("day"), today), today, old))
    rows = 0
    for days in stretches:
        with reading(rt.sessions) as session:
            found = daily_counts.counted(session, days)
        with transaction(rt.sessions) as session:
            rows += rollups.write(session, days, found)
    _entries(rt, today, before, campaign_id)
    changed = _campaigns(rt, campaign_id)
    if campaign_id is None:
        with transaction(rt.sessions) as session:
            rollups.mark(session, after)
    return Report.of(days=rows, campaigns=changed)


def _entries(rt: Runtime, today: date, before: Mapping[str, Any], campaign_id: int | None) -> None:
    """How far leads came, by the day they came in: days whose leads changed since the last turn;
    all days at the first turn of a day, and for one campaign.
    """
    since = before.get("at") if before.get("day") == today.isoformat() else None
    stretches = [Days(FIRST, today + timedelta(days=1), campaign_id)]
    if campaign_id is None and since:
        with reading(rt.sessions) as session:
            touched = entry_counts.touched(session, datetime.fromisoformat(since) - LATE)
        stretches = list(_joined(touched))
    for days in stretches:
        with reading(rt.sessions) as session:
            rows = entry_counts.counted(session, days)
        with transaction(rt.sessions) as session:
            entry_counts.write(session, days, rows)


def _campaigns(rt: Runtime, campaign_id: int | None) -> int:
    with reading(rt.sessions) as session:
        found = rollups.lead_counts(session, campaign_id)
    with transaction(rt.sessions) as session:
        return rollups.write_lead_counts(session, found, campaign_id)


def _since(last: str | None, today: date) -> date:
    """From which day on everything is counted: the recent days, or since the last turn."""
    counted = date.fromisoformat(last) if last else FIRST
    recent = today - (RECENT if counted == today else DAILY)
    return min(recent, counted - RECENT)


def _stretches(since: date, today: date, touched: Iterable[date]) -> Iterator[Days]:
    """Old days joined to stretches, and then everything from `since` on."""
    yield from _joined(day for day in touched if day < since)
    yield Days(since, today + timedelta(days=1))


def _joined(days: Iterable[date]) -> list[Days]:
    """Days joined to stretches; where those are many, to one."""
    old = sorted(days)
    joined: list[Days] = []
    for day in old:
        if joined and day - joined[-1].last <= timedelta(days=1):
            joined[-1] = Days(joined[-1].first, day)
        else:
            joined.append(Days(day, day))
    if len(joined) > AT_MOST:
        joined = [Days(old[0], old[-1])]
    return joined
