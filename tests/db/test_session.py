"""The two doors to the database, and the column types."""

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from threading import Event, Timer

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from db import journal
from db.models import Client, Mailbox
from db.session import AT_ONCE, connect, reading, sessions_for, transaction
from db.upsert import insert_ignore, insert_new, upsert
from tests.factories import NOW, make_client, make_mailbox


def test_what_is_done_while_reading_is_never_kept(sessions):
    with reading(sessions) as session:
        make_client(session, slug="ghost")

    with reading(sessions) as session:
        assert session.query(Client).filter_by(slug="ghost").count() == 0


def test_a_transaction_is_kept_whole_or_not_at_all(sessions):
    def half_way() -> None:
        with transaction(sessions) as session:
            make_client(session, slug="half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()

    with reading(sessions) as session:
        assert session.query(Client).filter_by(slug="half").count() == 0


@pytest.mark.sqlite
def test_the_journal_is_carried_over_while_work_goes_on(sessions, tmp_path):
    engine = sessions.kw["bind"]
    lone = tmp_path / "without-its-journal.db"

    with journal.carried(engine, every=0) as carry:
        with transaction(sessions) as session:
            make_client(session, slug="carried")
        carry()
    shutil.copyfile(engine.url.database, lone)

    with closing(sqlite3.connect(lone)) as file:
        assert file.execute("SELECT count(*) FROM clients WHERE slug = 'carried'").fetchone() == (
            1,
        )


@pytest.mark.parametrize("seconds", [AT_ONCE / 4, AT_ONCE * 2])
def test_a_writer_waits_for_another(sessions, seconds):
    begun, over = Event(), Event()

    def write() -> None:
        with transaction(sessions) as session:
            make_client(session, slug="first")
            begun.set()
            over.wait(5)

    with ThreadPoolExecutor() as pool:
        first = pool.submit(write)
        begun.wait(5)
        Timer(seconds, over.set).start()
        with transaction(sessions) as session:
            if session.get_bind().dialect.name == "sqlite":
                assert session.query(Client).filter_by(slug="first").count() == 1
            make_client(session, slug="second")
        first.result()

    with reading(sessions) as session:
        assert session.query(Client).count() == 2


def test_a_naive_moment_is_refused(sessions):
    with pytest.raises(StatementError), transaction(sessions) as session:
        make_client(session, created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the very mistake


def test_a_moment_comes_back_as_the_same_moment_in_utc(sessions):
    east = datetime(2026, 3, 4, 12, 0, tzinfo=timezone(timedelta(hours=2)))

    with transaction(sessions) as session:
        client_id = make_client(session, created_at=east).id
    with reading(sessions) as session:
        kept = session.get_one(Client, client_id).created_at

    assert kept == east
    assert kept.tzinfo == UTC


def test_a_word_outside_the_list_is_refused(sessions):
    with pytest.raises(StatementError), transaction(sessions) as session:
        make_mailbox(session, make_client(session), state="sleepy")


def test_a_secret_is_not_readable_in_the_database(sessions):
    with transaction(sessions) as session:
        mailbox_id = make_mailbox(session, make_client(session), secret="open sesame").id

    with reading(sessions) as session:
        stored = session.execute(text("select secret from mailboxes")).scalar_one()
        shown = session.get_one(Mailbox, mailbox_id).secret

    assert "sesame" not in stored
    assert shown == "open sesame"


def test_a_secret_of_another_key_reads_as_unset(sessions, tmp_path):
    url = f"sqlite:///{tmp_path / 'keys.db'}"
    first = connect(url, secret_keys=["one"])
    Client.metadata.create_all(first)
    with transaction(sessions_for(first)) as session:
        make_mailbox(session, make_client(session), secret="open sesame")
    first.dispose()

    second, rotated = connect(url, secret_keys=["two"]), connect(url, secret_keys=["two", "one"])
    with reading(sessions_for(second)) as session:
        lost = session.query(Mailbox).one().secret
    with reading(sessions_for(rotated)) as session:
        found = session.query(Mailbox).one().secret
    second.dispose()
    rotated.dispose()

    assert (lost, found) == (None, "open sesame")


def test_without_a_secret_key_nothing_is_stored_in_the_clear(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'bare.db'}")
    Client.metadata.create_all(engine)

    with pytest.raises(StatementError), transaction(sessions_for(engine)) as session:
        make_mailbox(session, make_client(session), secret="open sesame")

    engine.dispose()


def row(slug: str, name: str) -> dict[str, object]:
    return {"name": name, "slug": slug, "created_at": NOW, "brand": {}, "settings": {}}


def test_inserting_twice_keeps_one(sessions):
    with transaction(sessions) as session:
        first = insert_ignore(session, Client, [row("a", "A"), row("b", "B")])
        second = insert_ignore(session, Client, [row("a", "A"), row("c", "C")])
        nothing = insert_ignore(session, Client, [])

    assert (first, second, nothing) == (2, 1, 0)


def test_a_new_row_gives_its_id_and_an_old_one_none(sessions):
    with transaction(sessions) as session:
        first = insert_new(session, Client, row("a", "A"))
        second = insert_new(session, Client, row("a", "A"))

    assert first is not None
    assert second is None


def test_an_upsert_changes_only_the_named_columns(sessions):
    with transaction(sessions) as session:
        insert_ignore(session, Client, [row("a", "A")])
        upsert(session, Client, [row("a", "Z") | {"currency": "USD"}], on=["slug"], change=["name"])
        upsert(session, Client, [], on=["slug"], change=["name"])
        client = session.query(Client).filter_by(slug="a").one()

    assert (client.name, client.currency) == ("Z", "EUR")
