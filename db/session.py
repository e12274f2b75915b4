"""The two doors to the database, and the only place that commits."""

import base64
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

PATIENCE = 30_000  # ms that a writer of SQLite waits for the others
AT_ONCE, BREATH = 0.02, 0.0002  # seconds: how long it looks again at once, and how often

Sessions = sessionmaker[Session]


def connect(url: str, *, secret_keys: Sequence[str] = (), echo: bool = False) -> Engine:
    """An engine for `url`. SQLite gets WAL, foreign keys, a busy timeout of 30 s and synchronous
    NORMAL.

    `secret_keys`: any texts; the first encrypts, all decrypt (rotation).
    """
    parsed = make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    options: dict[str, Any] = {"echo": echo, "pool_pre_ping": not sqlite}
    if sqlite:
        options["connect_args"] = {"timeout": 30, "check_same_thread": False}
        options["json_deserializer"] = _document
    engine = create_engine(parsed, **options)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    if secret_keys:
        keys = [Fernet(_fernet_key(key)) for key in secret_keys]
        # read by EncryptedText
        engine.dialect.aicmo_cipher = MultiFernet(keys)  # type: ignore[attr-defined]
        engine.dialect.aicmo_newest = keys[0]  # type: ignore[attr-defined]
    return engine


def sessions_for(engine: Engine) -> Sessions:
    """The session factory of an engine; rows stay readable after the commit."""
    return sessionmaker(engine, expire_on_commit=False, autoflush=True)


@contextmanager
def reading(sessions: Sessions) -> Iterator[Session]:
    """A session that only reads: whatever happens in it is rolled back."""
    session = sessions()
    try:
        yield session
    finally:
        session.rollback()
        session.close()


@contextmanager
def transaction(sessions: Sessions) -> Iterator[Session]:
    """A session whose work is kept whole or not at all."""
    session = sessions()
    session.info["writes"] = True
    if session.get_bind().dialect.name == "sqlite":
        session.connection(execution_options={"aicmo_immediate": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # pysqlite must not open transactions by itself: _begin_sqlite does, so that a writer takes its
    # lock at
    # the start and waits for it, instead of failing with "database is locked" in the middle.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={PATIENCE}",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "mmap_size=268435456",
        "wal_autocheckpoint=32000",  # pages; what goes on for long sees to it before (db.journal)
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    if connection.get_execution_options().get("aicmo_immediate", False):
        driver = connection.connection.driver_connection
        if not _begun_at_once(driver):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("BEGIN")


def _begun_at_once(driver: Any) -> bool:
    """Whether the write lock was got within a moment. SQLite's own wait sleeps 1 ms, then 2, 5, 10
    … which is long beside a transaction of half a millisecond: two dispatchers would mostly sleep.
    """
    until = time.monotonic() + AT_ONCE
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
                return True
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    return False
            time.sleep(BREATH)
    finally:
        driver.execute(f"PRAGMA busy_timeout={PATIENCE}")


def _document(stored: str) -> Any:
    """A stored JSON document; most are empty, and need no reading."""
    if stored == "[]":
        return []
    return {} if stored == "{}" else json.loads(stored)


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
