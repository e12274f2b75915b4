import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from core.services import bulk
from core.services.bulk_copy import Written
from db.models import Account, Client
from db.session import reading, transaction
from tests.factories import NOW, make_client


def row(number: int, **given) -> dict:
    return {
        "key": f"company{number}.example",
        "domain": None,
        "name": f"Tab\there, a \\ and a new\nline {number}",
        "employees": number,
        "technologies": ["C++", 'say "hi"'] if number % 2 else [],
    } | given


def alike(client: Client) -> dict:
    return {"client_id": client.id, "created_at": NOW, "updated_at": NOW}


@pytest.mark.parametrize("many", [2, 150])
def test_many_rows_arrive_as_they_are_and_what_is_there_stays(sessions, many):
    rows = [row(number) for number in range(many)]
    with transaction(sessions) as session:
        same = alike(make_client(session))

        first = bulk.ignore(session, Account, rows, same)
        again = bulk.ignore(session, Account, [*rows, row(many)], same)

    assert (first, again) == (many, 1)
    with reading(sessions) as session:
        found = session.execute(select(Account).order_by(Account.employees)).scalars().all()
        assert [(one.key, one.name, one.technologies, one.custom) for one in found] == [
            (made["key"], made["name"], made["technologies"], {})
            for made in map(row, range(many + 1))
        ]
        assert {one.created_at for one in found} == {NOW}


@pytest.mark.parametrize("many", [2, 150])
def test_rows_on_their_side_and_written_documents_arrive_as_rows_do(sessions, many):
    numbers = range(many)
    given = bulk.Columns(
        key=[f"company{number}.example" for number in numbers],
        name=[f"Company {number}" for number in numbers],
        employees=list(numbers),
        technologies=Written('["C++", "caf\\u00e9"]' if number else "[]" for number in numbers),
    )
    with transaction(sessions) as session:
        bulk.insert(session, Account, given, alike(make_client(session)))

    with reading(sessions) as session:
        query = select(Account.employees, Account.key, Account.technologies, Account.created_at)
        found = bulk.named(session.execute(query.order_by(Account.employees)))
    assert [one.technologies for one in found] == [[], *[["C++", "café"]] * (many - 1)]
    assert [one.employees for one in found] == list(numbers)
    assert {one.created_at for one in found} == {NOW}


def test_many_rows_are_laid_over_those_that_are_there(sessions):
    rows = [row(number) for number in range(150)]
    with transaction(sessions) as session:
        same = alike(make_client(session))
        bulk.insert(session, Account, rows, same)

        newer = [one | {"employees": 7, "name": "Other"} for one in rows]
        bulk.lay_over(
            session, Account, newer, on=("client_id", "key"), change=("employees",), same=same
        )

    with reading(sessions) as session:
        assert session.execute(select(func.sum(Account.employees))).scalar_one() == 7 * 150
        assert session.execute(select(Account.name).distinct()).scalars().first() != "Other"


@pytest.mark.postgres
@pytest.mark.parametrize("given", [{"employees": "many"}, {"key": None}, {"name": "x" * 301}])
def test_what_the_database_refuses_of_many_rows_is_an_error_as_of_one(sessions, given):
    rows = [row(number) for number in range(149)]

    with pytest.raises(DBAPIError) as raised, transaction(sessions) as session:
        bulk.insert(session, Account, [*rows, row(149, **given)], alike(make_client(session)))

    assert not raised.value.connection_invalidated
