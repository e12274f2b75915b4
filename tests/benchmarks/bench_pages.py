"""What the pages ask the database, at size: the slowest of twenty askings of each question.

`make bench`, or `python -m tests.benchmarks.bench_pages [LEADS [DATABASE_URL or FOLDER]]`: 100,000
leads with five times as many lines of history and provider's events, unless said. In a folder the
workspace is kept, and asked again the next time. Under each list of leads stands the plan of its
walk.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy.orm import Session

from core.domain.access import Viewer
from core.domain.periods import Period
from core.domain.states import LeadState, MessageState, ReviewKind, Role, Tier
from core.pipeline import rollups
from core.queries import (
    analytics,
    answers,
    breakdowns,
    campaigns,
    figures,
    home,
    inbox,
    lead_detail,
    leads,
    mailboxes,
    outbox,
    review,
    search,
)
from core.queries.lead_filters import LeadFilter, LeadSort
from core.runtime import Runtime
from db.session import Sessions, reading, transaction
from tests.benchmarks.figures import timed, workspace
from tests.benchmarks.large_workspace import fill
from tests.factories import NOW
from tests.queries.plans import plans

LEADS = 100_000
AIM = 200.0  # ms at the 95th percentile
TIMES = 20
Ask = Callable[[Session], object]


def lists(viewer: Viewer, ids: Mapping[str, int]) -> dict[str, Ask]:
    """The commonest lists of leads."""
    s, mine = LeadState, ids["campaign"]
    asked = {
        "newest": LeadFilter(),
        "by score": LeadFilter(sort=LeadSort.SCORE),
        "by name": LeadFilter(sort=LeadSort.NAME),
        "untouched for longest": LeadFilter(sort=LeadSort.IDLE),
        "a campaign, by score": LeadFilter(campaign_id=mine, sort=LeadSort.SCORE),
        "a campaign's in review": LeadFilter(campaign_id=mine, states=(s.REVIEW,)),
        "who replied, latest first": LeadFilter(states=(s.REPLIED,), sort=LeadSort.UPDATED),
        "hot, by score": LeadFilter(tiers=(Tier.HOT,), sort=LeadSort.SCORE),
        "qualified and hot": LeadFilter(states=(s.QUALIFIED,), tiers=(Tier.HOT,)),
        "somebody's, by score": LeadFilter(owner_id=ids["user"], sort=LeadSort.SCORE),
        "from one list, by score": LeadFilter(source="webinar", sort=LeadSort.SCORE),
        "of last week": LeadFilter(since=NOW - timedelta(days=7)),
        "a score from 90 to 95": LeadFilter(score_from=90, score_to=95),
        "a tag, by score": LeadFilter(tags=(ids["tag"],), sort=LeadSort.SCORE),
        "a list by hand": LeadFilter(list_id=ids["list"]),
        "a country, by score": LeadFilter(countries=("DE",), sort=LeadSort.SCORE),
        "a country of nobody": LeadFilter(countries=("FR",)),
        "a company": LeadFilter(company="company4711"),
        "large companies, by score": LeadFilter(employees_from=880, sort=LeadSort.SCORE),
        "a name": LeadFilter(text="berg"),
        "a name that nobody has": LeadFilter(text="zyxomma"),
        "an address": LeadFilter(text="p4711@company"),
    }
    return {f"leads: {name}": _page(viewer, wanted) for name, wanted in asked.items()}


def _page(viewer: Viewer, wanted: LeadFilter) -> Ask:
    return lambda session: leads.page(session, viewer, wanted)


def further(sessions: Sessions, viewer: Viewer) -> dict[str, Ask]:
    """Pages that lie behind the first."""
    found: dict[str, Ask] = {}
    for sort in (LeadSort.NEWEST, LeadSort.SCORE):
        wanted = LeadFilter(sort=sort)
        with reading(sessions) as session:
            cursor = leads.page(session, viewer, wanted).next
        found[f"leads: the next page, {sort}"] = _next(viewer, wanted, cursor)
    return found


def _next(viewer: Viewer, wanted: LeadFilter, cursor: str | None) -> Ask:
    return lambda session: leads.page(session, viewer, wanted, cursor=cursor)


def others(viewer: Viewer, ids: Mapping[str, int]) -> dict[str, Ask]:
    """What the other pages ask; the words name page and question."""
    month = Period((NOW - timedelta(days=28)).date(), NOW.date())
    campaign, now = ids["campaign"], NOW
    given: dict[str, Callable[..., object]] = {
        "home: badges": home.badges,
        "home: what waits": home.waiting_by_kind,
        "campaigns: the table": lambda s, v: campaigns.page(s, v, now=now),
        "campaigns: one": lambda s, v: campaigns.one(s, v, campaign, now=now),
        "leads: sources": leads.sources,
        "leads: one lead": lambda s, v: lead_detail.detail(s, v, 50, now=now),
        "review: the queue": lambda s, v: review.queue(s, v, now=now),
        "review: waiting leads": lambda s, v: review.waiting(s, v, kind=ReviewKind.LEAD, now=now),
        "outbox: counts": outbox.counts,
        "outbox: sent": lambda s, v: outbox.page(s, v, state=MessageState.SENT, now=now),
        "outbox: approved": lambda s, v: outbox.page(s, v, state=MessageState.APPROVED, now=now),
        "inbox: counts": lambda s, v: inbox.counts(s, v, now=now),
        "inbox: needs us": lambda s, v: inbox.page(s, v, scope=inbox.Scope.NEEDS_US, now=now),
        "inbox: all": lambda s, v: inbox.page(s, v, scope=inbox.Scope.ALL, now=now),
        "mailboxes": lambda s, v: mailboxes.mailboxes(s, v, now=now),
        "home: what goes today": lambda s, v: mailboxes.goes_today(s, v, now=now),
        "home: key figures": lambda s, v: figures.key_figures(s, v, today=now.date()),
        "analytics: overview": lambda s, v: analytics.overview(s, v, period=month),
        "analytics: funnel": lambda s, v: analytics.funnel(s, v, period=month),
        "analytics: trend": lambda s, v: analytics.trend(s, v, period=month),
        "analytics: replies by intent": lambda s, v: answers.by_intent(s, v, period=month),
        "analytics: time to reply": lambda s, v: answers.timing(s, v, period=month),
        "analytics: weeks": lambda s, v: answers.cohorts(s, v, period=month),
        "search: a name": lambda s, v: search.everywhere(s, v, "berg"),
        **{
            f"analytics: split by {one}": _split(one, month) for one in breakdowns.Dimension
        },
    }  # fmt: skip
    return {name: _of(question, viewer) for name, question in given.items()}


def _split(dimension: Any, period: Period) -> Callable[..., object]:
    return lambda s, v: breakdowns.by(s, v, dimension, period=period)


def _of(question: Callable[..., object], viewer: Viewer) -> Ask:
    return lambda session: question(session, viewer)


def measure(sessions: Sessions, questions: Mapping[str, Ask], *, plan: bool) -> list[str]:
    """Prints each question's times; gives the names of those that miss the aim."""
    slow = []
    for name, ask in questions.items():
        _taken(sessions, ask)  # warm: the second and all later askings are what people feel
        both = [_taken(sessions, ask) for _ in range(TIMES)]
        taken, busy = sorted(one for one, _ in both), statistics.median(one for _, one in both)
        tail = taken[round(TIMES * 0.95) - 1]
        mark = "" if tail <= AIM else "  NOT kept"
        middle = statistics.median(taken)
        print(f"{name:<40}{middle:>9.1f} ms {tail:>9.1f} ms {busy:>9.1f} ms{mark}", flush=True)
        if tail > AIM:
            slow.append(name)
        if plan and sessions.kw["bind"].dialect.name == "sqlite":
            with reading(sessions) as session:
                for line in _walk(plans(session, lambda ask=ask, s=session: ask(s))):
                    print(f"      {line}")
    return slow


def _taken(sessions: Sessions, ask: Ask) -> tuple[float, float]:
    """Milliseconds by the clock, and of them those in which the processor was busy."""
    started, worked = time.perf_counter(), time.process_time()
    with reading(sessions) as session:
        ask(session)
    return (time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000


def _walk(found: list[tuple[str, str]]) -> list[str]:
    """The plan of the first statement that walks leads in order."""
    walks = [
        statement for statement, _ in found if "ORDER BY" in statement and "leads" in statement
    ]
    return [line for statement, line in found if walks and statement == walks[0]]


def built(rt: Runtime, count: int) -> dict[str, int]:
    """The workspace's ids; it is made where it is not there yet."""
    kept = rt.data_dir / "ids.json"
    if not kept.exists():
        with timed("build", count), transaction(rt.sessions) as session:
            ids = fill(session, count)
        with timed("rollups", count):
            rollups.run(rt)
        engine = rt.sessions.kw["bind"]
        if engine.dialect.name == "sqlite":  # as after the nights in which it grew
            with engine.connect() as connection:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        kept.write_text(json.dumps(ids))
    found: dict[str, int] = json.loads(kept.read_text())
    return found


def main(count: int = LEADS, where: str = "") -> None:
    """Builds the workspace, asks everything, says what misses the aim."""
    url = where if "://" in where else None
    with ExitStack() as stack:
        folder = where if where and not url else stack.enter_context(TemporaryDirectory())
        Path(folder).mkdir(parents=True, exist_ok=True)
        rt = stack.enter_context(workspace(Path(folder), url))
        ids = built(rt, count)
        viewer = Viewer(ids["user"], "Sam", Role.MANAGER, frozenset({ids["client"]}))
        print(f"{'':<40}{'median':>12} {'95th':>12} {'busy':>12}")
        slow = measure(rt.sessions, lists(viewer, ids), plan=True)
        slow += measure(rt.sessions, further(rt.sessions, viewer), plan=False)
        slow += measure(rt.sessions, others(viewer, ids), plan=False)
    print(f"pages at {count:,} leads: " + (f"NOT kept by {', '.join(slow)}" if slow else "kept"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else LEADS, *sys.argv[2:3])
