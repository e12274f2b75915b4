"""The two doors to the database, and the only place that commits."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

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
        "busy_timeout=30000",
        "temp_store=MEMORY",
        "cache_size=-65536",
        "mmap_size=268435456",
        "wal_autocheckpoint=8000",  # pages: what is written again and again goes to the file once
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    immediate = connection.get_execution_options().get("aicmo_immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _document(stored: str) -> Any:
    """A stored JSON document; most are empty, and need no reading."""
    if stored == "[]":
        return []
    return {} if stored == "{}" else json.loads(stored)


def _fernet_key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
