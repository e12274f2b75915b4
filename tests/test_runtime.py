"""The runtime composes what the settings say, and nothing that reaches outside by itself."""

from datetime import UTC
from pathlib import Path

import pytest
from pydantic import SecretStr

from core import migration, runtime, schema
from core.config import Settings
from core.errors import SetupError
from core.gateways import inbox_of, mail_of
from core.providers.email.port import MailAccount
from core.providers.inbox.port import InboxAccount
from core.runtime import Runtime


def mail_account(**given: object) -> MailAccount:
    values = {
        "mailbox_id": 1,
        "address": "a@x.example",
        "provider": "smtp",
        "host": None,
        "port": None,
        "security": "tls",
        "username": None,
        "password": None,
        "outbox": Path("out"),
    }
    return MailAccount(**values | given)


def inbox_account(**given: object) -> InboxAccount:
    values = {
        "mailbox_id": 1,
        "address": "a@x.example",
        "provider": "imap",
        "host": None,
        "port": None,
        "security": "tls",
        "username": None,
        "password": None,
        "folder": "INBOX",
        "inbox_dir": Path("in"),
    }
    return InboxAccount(**values | given)


def changed(settings: Settings, **given: object) -> Settings:
    return settings.model_copy(update=given)


def test_the_clock_is_aware_utc(rt: Runtime) -> None:
    assert rt.now().tzinfo is UTC
    assert rt.data_dir.is_dir()


def test_an_empty_database_is_refused_with_the_command_that_mends_it(
    settings: Settings, empty_database_url: str
) -> None:
    empty = changed(settings, database_url=empty_database_url)

    with pytest.raises(SetupError, match="python -m core migrate"):
        runtime.build(empty)


def test_a_migrated_database_is_taken_and_migrating_twice_does_nothing(
    settings: Settings, empty_database_url: str
) -> None:
    empty = changed(settings, database_url=empty_database_url)
    rt = runtime.build(empty, check_schema=False)

    first, second = migration.migrate(rt.engine), migration.migrate(rt.engine)

    assert first[0] is None
    assert second == (schema.newest(), schema.newest())
    schema.check(rt.engine)
    rt.close()


def test_an_old_schema_is_refused(rt: Runtime) -> None:
    with rt.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")

    with pytest.raises(SetupError, match="schema is old"):
        schema.check(rt.engine)


def test_as_long_as_the_gateway_is_off_every_mailbox_is_a_folder(settings: Settings) -> None:
    account = mail_account(host="mail.example", password=SecretStr("x"))

    assert mail_of(account, settings).provider == "folder"
    assert inbox_of(inbox_account(host="mail.example"), settings).provider == "folder"


def test_a_mailbox_without_a_server_borrows_that_of_the_environment(settings: Settings) -> None:
    on = changed(
        settings,
        use_real_email_gateway=True,
        smtp_host="smtp.example",
        smtp_username="u",
        imap_host="imap.example",
        imap_folder="Replies",
    )

    mail, inbox = mail_of(mail_account(), on), inbox_of(inbox_account(), on)

    assert (mail.provider, mail.host, mail.username) == ("smtp", "smtp.example", "u")
    assert (inbox.provider, inbox.host, inbox.folder) == ("imap", "imap.example", "Replies")


def test_a_mailbox_with_a_server_of_its_own_keeps_it(settings: Settings) -> None:
    on = changed(settings, use_real_email_gateway=True, smtp_host="other", imap_host="other")

    assert mail_of(mail_account(host="own"), on).host == "own"
    assert inbox_of(inbox_account(host="own"), on).host == "own"
