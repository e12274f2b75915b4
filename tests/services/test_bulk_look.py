import json

import pytest
from sqlalchemy import BigInteger, event, select

from core.services import bulk, bulk_look
from db.models import Account
from db.session import transaction
from tests.factories import NOW, make_client

_account = bulk.table_of(Account)
ODD = 'name:"o\'brien" & söhne, {a} \\ b'


def filled(session) -> int:
    client = make_client(session)
    keys = (ODD, *(f"company{number}.example" for number in range(300)))
    alike = {"client_id": client.id, "created_at": NOW, "updated_at": NOW}
    bulk.insert(session, Account, [{"key": key} for key in keys], alike)
    return client.id


def asked(session, client_id, *keys):
    columns = (_account.c.id, _account.c.key)
    return bulk_look.each(session, _account.c.key, keys, columns, _account.c.client_id == client_id)


def test_rows_are_found_by_their_keys_whatever_stands_in_them(sessions):
    with transaction(sessions) as session:
        client_id = filled(session)
        wanted = {"company7.example", "company99.example", ODD}

        found = asked(session, client_id, *wanted, "nobody.example", "x" * 400)

        assert {row.key for row in session.execute(select(found))} == wanted
        assert session.execute(select(asked(session, client_id + 1, *wanted))).all() == []


def test_values_of_ours_are_rows_of_their_own_kind(sessions):
    with transaction(sessions) as session:
        numbers = bulk_look.listed(session, [3, 2**40], BigInteger())

        found = session.execute(select(numbers.c.value)).scalars().all()

    assert found == [3, 2**40]


@pytest.mark.postgres
def test_a_table_that_is_thought_to_be_small_is_still_read_by_its_index(sessions):
    sent = []
    with transaction(sessions) as session:
        client_id = filled(session)
        bulk_look.by_index(session)
        query = select(asked(session, client_id, "company7.example"))
        listen = (session.get_bind(), "before_cursor_execute", lambda *seen: sent.append(seen[2:4]))
        event.listen(*listen)
        session.execute(query)
        event.remove(*listen)

        statement, given = sent[0]
        plan = session.connection().exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", given)
        told = json.dumps(plan.scalar_one())

    assert "Index Scan" in told
    assert "Seq Scan" not in told
    assert "Hash Join" not in told
