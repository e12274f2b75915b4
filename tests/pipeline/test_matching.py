"""The matching stage: who is suggested, once, and what is remembered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select, text

from core.domain.access import SYSTEM
from core.domain.matches import MatchKind, MatchState
from core.pipeline import matching
from core.runtime import Runtime
from core.services import match_rows, merges, settings
from db.models import Contact, MatchPair
from db.session import reading, transaction
from tests.conftest import Clock
from tests.factories import make_account, make_campaign, make_client, make_contact, make_lead
from tests.factories_matching import make_alike


def test_one_person_by_two_addresses_is_suggested_once_with_evidence(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        one, other = make_alike(session, make_client(session))

    first, second = matching.run(rt), matching.run(rt)

    (pair,) = pairs(rt)
    assert (first["pairs"], second["pairs"]) == (1, 0)
    assert (pair.low_id, pair.high_id) == (one.id, other.id)
    assert pair.probability > 0.95
    assert any(found["sentence"].startswith("Same family name") for found in pair.evidence)


def test_strangers_and_people_of_other_clients_are_not_suggested(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        account = make_account(session, client)
        make_contact(session, client, account, first_name="Ada", last_name="Nowak")
        make_contact(session, client, account, first_name="Ben", last_name="Nowak")
        same = {"first_name": "Theodora", "last_name": "Quillfeather", "phone": "+493012345678"}
        make_contact(session, client, **same)
        make_contact(session, make_client(session), **same)

    matching.run(rt)

    assert pairs(rt) == []


def test_one_company_by_two_names_is_suggested(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        name = {"name": "Quillfeather Maschinenbau GmbH", "city": "Köln", "country": "DE"}
        make_account(session, client, **name)
        short = {"name": "Quillfeather Maschb. GmbH", "city": "Koeln", "country": "DE"}
        make_account(session, client, domain="quillfeather.example", **short)

    matching.run(rt)

    assert [pair.kind for pair in pairs(rt)] == [MatchKind.ACCOUNT]


def test_only_what_changed_is_looked_at(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        client = make_client(session)
        one, _ = make_alike(session, client)
    clock.advance(hours=1)
    matching.run(rt)
    with transaction(rt.sessions) as session:
        changed = session.get_one(Contact, one.id)
        changed.title, changed.updated_at = "CEO", rt.now()

    again = matching.run(rt)

    assert again["looked"] == 1


def test_what_is_no_longer_likely_goes_and_comes_back(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        one, _ = make_alike(session, make_client(session))
    matching.run(rt)

    states = []
    for name in ("Bartholomew", "Theodora"):
        clock.advance(hours=1)
        with transaction(rt.sessions) as session:
            changed = session.get_one(Contact, one.id)
            changed.first_name, changed.updated_at = name, rt.now()
            changed.last_name = "Quillfeather" if name == "Theodora" else "Ironmonger"
        matching.run(rt)
        states.append([pair.state for pair in pairs(rt)])

    assert states == [[MatchState.GONE], [MatchState.OPEN]]


def test_not_the_same_is_remembered(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        one, _ = make_alike(session, make_client(session))
    matching.run(rt)
    with transaction(rt.sessions) as session:
        merges.not_the_same(session, SYSTEM, pairs(rt)[0].id, now=rt.now())
        session.get_one(Contact, one.id).updated_at = clock.advance(hours=1)

    matching.run(rt)

    assert [pair.state for pair in pairs(rt)] == [MatchState.APART]


def test_sure_pairs_are_merged_only_where_the_client_wants_it(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        wants, waits = make_client(session), make_client(session)
        for client in (wants, waits):
            contacts = make_alike(session, client, linkedin="https://linkedin.com/in/tq")
            contacts[1].linkedin = "https://www.linkedin.com/in/TQ/"
            make_lead(session, make_campaign(session, client), contacts[1], reached_at=rt.now())
        settings.put(
            session, SYSTEM, merges.BY_ITSELF, {"from": 0.99}, client_id=wants.id, now=rt.now()
        )

    first, second = matching.run(rt), matching.run(rt)

    with reading(rt.sessions) as session:
        merged = session.scalars(
            select(Contact.client_id).where(Contact.merged_into_id.is_not(None))
        ).all()
    assert (first["merged"], second["merged"]) == (1, 0)
    assert list(merged) == [wants.id]
    assert {pair.state for pair in pairs(rt)} == {MatchState.MERGED, MatchState.OPEN}


def test_a_run_that_stopped_goes_on_where_it_was(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        make_alike(session, make_client(session))
    clock.advance(hours=1)

    parts = [matching.run(rt, limit=1) for _ in range(3)]

    assert sum(part["looked"] for part in parts) == 3  # two people and their company
    assert len(pairs(rt)) == 1


def test_twins_find_a_pair_once(rt: Runtime) -> None:
    with transaction(rt.sessions) as session:
        for _ in range(3):
            make_alike(session, make_client(session))

    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: matching.run(rt), range(2)))

    assert sum(report["pairs"] for report in reports) == 3
    assert len(pairs(rt)) == 3


def test_changed_rows_and_blocks_are_read_by_an_index(rt: Runtime) -> None:
    with reading(rt.sessions) as session:
        if session.get_bind().dialect.name != "sqlite":
            return
        since = (rt.now() - timedelta(days=1), 5)
        plans = {}
        for kind in MatchKind:
            rows = match_rows.changed(session, kind, after=since, limit=10)
            assert rows == []
            table = "contacts" if kind is MatchKind.CONTACT else "accounts"
            question = (
                f"EXPLAIN QUERY PLAN SELECT id FROM {table} WHERE merged_into_id IS NULL AND "
                "(updated_at, id) > ('2026-01-01', 5) ORDER BY updated_at, id LIMIT 10"
            )
            plans[table] = str(session.execute(text(question)).all())
        blocks = session.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT key FROM match_keys WHERE kind = 'contact' AND "
                "client_id = 1 AND key IN (1, 2) GROUP BY key HAVING count(*) BETWEEN 2 AND 60"
            )
        ).all()

    assert all(f"ix_{table}_updated_at_id" in plan for table, plan in plans.items())
    assert "SEARCH match_keys USING" in str(blocks)


def pairs(rt: Runtime) -> list[MatchPair]:
    """All pairs that are known."""
    with reading(rt.sessions) as session:
        found = list(session.scalars(select(MatchPair).order_by(MatchPair.id)))
        session.expunge_all()
        return found
