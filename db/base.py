"""What all tables share: the declarative base, names of constraints, and the column types of the
house.
"""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
BigId = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    """The declarative base of every table."""

    metadata = MetaData(naming_convention=NAMES)


def index_of_known(table: str, column: str, *further: str) -> Index:
    """An index by client and column that leaves out the rows where it is empty: it stays small."""
    known = text(f"{column} IS NOT NULL")
    name = "_".join(("ix", table, "client_id", column, *further))
    columns = ("client_id", column, *further, "id")
    return Index(name, *columns, sqlite_where=known, postgresql_where=known)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment. Naive values are refused: SQLite would silently drop the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: aware only, turned to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime was given; AICMO stores aware UTC moments only.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: always aware UTC (SQLite gives it back naive)."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """SQLite's text is read at once: lists of thousands of rows have several moments each."""
        return _moment if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _moment(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(f"{stored}+00:00")


class Word(TypeDecorator[StrEnum]):
    """A StrEnum stored as its text; an unknown word in the database is an error, not a guess."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._known = _Known(words)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Checks the word on its way in."""
        return None if value is None else str((self._known.get(value) or self.words(value)).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """Gives the enum member back."""
        if value is None:
            return None
        return self._known.get(value) or self.words(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """The same without a call of ours for each value."""
        return self._known.__getitem__


class _Known(dict[str | None, StrEnum | None]):
    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__({word.value: word for word in words})
        self[None] = None
        self._words = words

    def __missing__(self, value: Any) -> StrEnum:
        return self._words(value)


class EncryptedText(TypeDecorator[str]):
    """Text encrypted at rest (Fernet). The cipher hangs on the engine's dialect
    (db.session.connect).
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Encrypts; without a cipher nothing is stored rather than stored in the clear."""
        return None if value is None else _cipher(dialect).encrypt(value.encode()).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Decrypts; a value of another key reads as None, so that a person can set it anew."""
        if value is None:
            return None
        try:
            return _cipher(dialect).decrypt(value.encode()).decode()
        except InvalidToken:
            return None


def renewed(raw: str, dialect: Dialect) -> str | None:
    """What stands encrypted in a column, encrypted with the newest key; None where it already is.
    InvalidToken where none of the keys reads it.
    """
    cipher, newest = _cipher(dialect), getattr(dialect, "aicmo_newest", None)
    try:
        if isinstance(newest, Fernet):
            newest.decrypt(raw.encode())
            return None
    except InvalidToken:
        pass
    return cipher.rotate(raw.encode()).decode()


def _cipher(dialect: Dialect) -> MultiFernet:
    cipher = getattr(dialect, "aicmo_cipher", None)
    if not isinstance(cipher, MultiFernet):
        raise RuntimeError("No secret key is set for this database connection (AICMO_SECRET_KEY).")
    return cipher
