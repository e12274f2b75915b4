"""Hit rate and cost by provider: every figure from the ledger, nobody else's."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.domain.access import SYSTEM
from core.queries import lookups
from db.models import Client, Lookup
from db.session import Sessions, reading, transaction
from tests.factories import NOW, make_client, viewer_of
from tests.queries.plans import plans

TODAY = NOW.date()
WEEK = {"since": TODAY - timedelta(days=6), "until": TODAY}


def asked(session: Session, client: Client, number: int, **given: Any) -> None:
    values = {
        "port": "enrichment", "provider": "apollo", "day": TODAY, "outcome": "found",
        "cost_micros": 30_000, "at": NOW,
    }  # fmt: skip
    session.add(Lookup(client_id=client.id, subject=f"contact:{number}", **values | given))
    session.flush()


def test_hit_rate_and_cost_are_of_what_ended(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        asked(session, client, 1)
        asked(session, client, 2, outcome="missed", cost_micros=0)
        asked(session, client, 3, outcome="uncertain")
        asked(session, client, 4, outcome="asked")
        asked(session, client, 5, day=TODAY - timedelta(days=7))
        asked(session, client, 6, port="verification", provider="hunter", cost_micros=20_000)

    with reading(sessions) as session:
        apollo, hunter = lookups.by_provider(session, viewer_of(client), **WEEK)

    assert (apollo.asked, apollo.found, apollo.uncertain, apollo.under_way) == (3, 1, 1, 1)
    assert apollo.hit_rate == pytest.approx(1 / 3)
    assert (apollo.cost_micros, apollo.cost_per_find) == (90_000, 90_000)
    assert (hunter.port, hunter.hit_rate) == ("verification", 1.0)


def test_nothing_asked_is_no_rate(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        asked(session, client, 1, outcome="asked")

    with reading(sessions) as session:
        (row,) = lookups.by_provider(session, viewer_of(client), **WEEK)

    assert (row.hit_rate, row.cost_per_find) == (None, None)


def test_who_paid_is_told_by_client_and_to_those_who_work_for_it(sessions: Sessions) -> None:
    with transaction(sessions) as session:
        ours, theirs = make_client(session, name="Ours"), make_client(session, name="Theirs")
        asked(session, ours, 1)
        asked(session, theirs, 2, cost_micros=90_000)

    with reading(sessions) as session:
        all_ = lookups.by_client(session, SYSTEM, **WEEK)
        mine = lookups.by_client(session, viewer_of(ours), **WEEK)

    assert [(row.client, row.cost_micros) for row in all_] == [("Theirs", 90_000), ("Ours", 30_000)]
    assert [row.client for row in mine] == ["Ours"]


@pytest.mark.sqlite
@pytest.mark.parametrize("query", [lookups.by_provider, lookups.by_client])
def test_a_period_is_read_by_the_index_alone(sessions: Sessions, query: Any) -> None:
    with transaction(sessions) as session:
        client = make_client(session)
        for number in range(50):
            asked(session, client, number)

    with reading(sessions) as session:
        for viewer in (SYSTEM, viewer_of(client)):
            found = [line for _, line in plans(session, lambda v=viewer: query(session, v, **WEEK))]
            assert any("COVERING INDEX ix_lookups_client_id_day" in line for line in found), found
            assert not [line for line in found if line.startswith("SCAN lookups")]
