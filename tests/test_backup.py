"""A backup is the whole database in one new file, or nothing."""

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from core import backup
from core.config import Settings
from core.errors import Invalid, SetupError
from core.runtime import Runtime
from db.session import transaction
from tests.factories import make_client


@pytest.mark.sqlite
def test_the_copy_holds_what_was_kept_while_the_app_went_on(rt: Runtime, tmp_path: Path) -> None:
    with transaction(rt.sessions) as session:
        make_client(session, name="Acme")

    with transaction(rt.sessions) as session:
        made = backup.make(rt.settings.url(), tmp_path / "copy.db")
        make_client(session, name="Later")

    with closing(sqlite3.connect(made.path)) as copy:
        assert copy.execute("SELECT name FROM clients").fetchall() == [("Acme",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert made.bytes == made.path.stat().st_size


@pytest.mark.postgres
def test_a_dump_of_postgresql_can_be_read_back(rt: Runtime, tmp_path: Path) -> None:
    with transaction(rt.sessions) as session:
        make_client(session, name="Acme")

    made = backup.make(rt.settings.url(), tmp_path / "copy.dump")

    listed = subprocess.run(
        ["pg_restore", "--list", str(made.path)], capture_output=True, text=True, check=True
    )
    assert "TABLE DATA public clients" in listed.stdout


def test_nothing_is_overwritten(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")

    with pytest.raises(Invalid, match="exists already"):
        backup.make(settings.url(), tmp_path / "there")


def test_a_folder_that_is_not_there_is_named(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="does not exist"):
        backup.make(settings.url(), tmp_path / "no" / "copy.db")


def test_without_a_database_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="core migrate"):
        backup.make(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"nonsense" * 1000)

    with pytest.raises(Invalid, match="could not be made"):
        backup.make(f"sqlite:///{tmp_path / 'bad.db'}", tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


def test_without_pg_dump_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SetupError, match="pg_dump is missing"):
        backup.make("postgresql+psycopg://u:p@127.0.0.1:1/x", tmp_path / "copy.dump")


def test_a_server_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    with pytest.raises(Invalid, match="pg_dump failed"):
        backup.make("postgresql+psycopg://u:p@127.0.0.1:1/x", tmp_path / "copy.dump")
