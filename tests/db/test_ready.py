"""Statements handed to the driver as they are: they give what the usual way gives."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, event, insert, select, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.sql import text

from core.domain.states import MailboxState
from db.models import Client, Mailbox, MailboxDay
from db.ready import Ready
from db.session import reading, transaction
from tests.factories import make_client, make_mailbox

BOX, DAY = Mailbox.__table__, MailboxDay.__table__
ALL = select(BOX).where(BOX.c.state == bindparam("state")).order_by(BOX.c.id)
DUE = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_rows_come_as_the_usual_way_gives_them(sessions):
    with transaction(sessions) as session:
        for window in ({}, {"days": [1]}):
            client = make_client(session)
            make_mailbox(session, client, window=window, next_send_at=DUE, secret="open sesame")

    with reading(sessions) as session:
        usual = session.connection().execute(ALL, {"state": MailboxState.ACTIVE}).all()
        ready = Ready(ALL).all(session.connection(), {"state": MailboxState.ACTIVE, "more": 1})
        first = Ready(ALL).first(session.connection(), {"state": MailboxState.ACTIVE})
        none = Ready(ALL).first(session.connection(), {"state": MailboxState.PAUSED})

    assert [tuple(row) for row in usual] == [tuple(row) for row in ready]
    assert (first.state, first.next_send_at, first.secret) == ("active", DUE, "open sesame")
    assert none is None


def test_a_change_tells_how_many_rows_it_met(sessions):
    pause = Ready(
        update(BOX)
        .where(BOX.c.id == bindparam("box"))
        .values(state=MailboxState.PAUSED, secret="s")
    )
    with transaction(sessions) as session:
        box = make_mailbox(session, make_client(session))
        found = [pause.run(session.connection(), {"box": number}) for number in (box.id, 999)]
        session.refresh(box)

    assert found == [1, 0]
    assert (box.state, box.secret) == (MailboxState.PAUSED, "s")


def test_what_the_types_and_the_database_refuse_is_refused_as_usual(sessions):
    names = ("mailbox_id", "day", "domain", "sent", "bounced", "complained")
    one = Ready(insert(DAY), *names)
    with transaction(sessions) as session:
        box_id = make_mailbox(session, make_client(session)).id
        given = dict.fromkeys(names, 0) | {"mailbox_id": box_id, "day": date(2026, 3, 2)}
        one.run(session.connection(), given | {"domain": ""})

    with pytest.raises(IntegrityError), transaction(sessions) as session:
        one.run(session.connection(), given | {"domain": ""})
    with pytest.raises(ValueError, match="sleepy"), reading(sessions) as session:
        Ready(ALL).all(session.connection(), {"state": "sleepy"})
    with pytest.raises((OperationalError, ProgrammingError)), reading(sessions) as session:
        Ready(text("SELECT 1 FROM nowhere")).run(session.connection(), {})


@pytest.mark.postgres
def test_a_lost_connection_is_known_for_one(sessions):
    end = text("SELECT pg_terminate_backend(:pid)")

    with reading(sessions) as session:
        pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        with reading(sessions) as other:
            other.execute(end, {"pid": pid})
        with pytest.raises(OperationalError) as lost:
            Ready(ALL).all(session.connection(), {"state": MailboxState.ACTIVE})

    assert lost.value.connection_invalidated


def test_listeners_hear_of_it(sessions):
    heard: list[str] = []
    with reading(sessions) as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", lambda *told: heard.append(told[2]))
        Ready(ALL).first(session.connection(), {"state": MailboxState.ACTIVE})

    assert sum("FROM mailboxes" in statement for statement in heard) == 1


def test_what_is_known_only_at_execution_cannot_be_made_ready(sessions):
    of_some = select(BOX.c.id).where(BOX.c.id.in_([1, 2]))
    with reading(sessions) as session:
        connection = session.connection()

        for ready in (Ready(of_some), Ready(insert(Client.__table__), "name", "slug")):
            with pytest.raises(ValueError, match="cannot be made ready"):
                ready.run(connection, {})
