"""Columns of a history: what each holds, recognised by its values, and the values read so.

A history is rows of whatever a list or the database says: texts, numbers, yes and no, dates, lists
of words. Nothing is learned from a column whose kind is not understood.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from core.domain.lists import FieldKind
from core.intake import clean, content, field_kinds, moments

MOSTLY = 0.95  # of the filled cells must be of a kind
LOOKED_AT = 400  # cells, before all are read
FEWEST_ALIKE = 5  # rows of a value, to be one that comes again
DAY = 86_400.0


class Kind(StrEnum):
    """What a column holds. The last three are never learned from."""

    NUMBER = "number"
    DATE = "date"  # learned from as days before the row's own day
    CHOICE = "choice"
    WORDS = "words"  # several a row
    TEXT = "text"
    NUMBERING = "numbering"  # ids
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Column:
    """One column, read: `values` hold float, datetime, str, frozenset of str, or None; `spelt` says
    how a word was written.
    """

    name: str
    kind: Kind
    values: list[Any]
    spelt: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> list[bool]:
        """Which rows say anything."""
        return [value is not None for value in self.values]


def read(name: str, given: Sequence[Any]) -> Column:
    """The column with its kind."""
    bare = [_bare(value) for value in given]
    known = [value for value in bare if value is not None]
    if not known:
        return Column(name, Kind.EMPTY, bare)
    if any(isinstance(value, frozenset) for value in known):
        return Column(name, Kind.WORDS, [as_words(value) for value in bare], _spelt(known))
    if _mostly(known, as_date):
        return Column(name, Kind.DATE, [as_date(value) for value in bare])
    if _mostly(known, as_number):
        values = [as_number(value) for value in bare]
        return Column(name, Kind.NUMBERING if _numbering(name, values) else Kind.NUMBER, values)
    texts = [as_choice(value) for value in bare]
    return Column(name, _kind_of_texts(texts), texts, _spelt(known))


def as_number(value: Any) -> float | None:
    """A number, or a text that is one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return _number(value) if isinstance(value, str) else None


def as_date(value: Any) -> datetime | None:
    """A moment, aware; of texts only those that are written as dates are."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return _date(value) if isinstance(value, str) else None


def as_choice(value: Any) -> str | None:
    """A value to be compared: in small letters, yes and no as words."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).casefold().split())[:80] or None


def as_words(value: Any) -> frozenset[str] | None:
    """Several values in one cell."""
    if value is None:
        return None
    parts = value if isinstance(value, frozenset) else frozenset({value})
    return frozenset(word for one in parts if (word := as_choice(one))) or None


def value_of(kind: Kind, value: Any, at: datetime | None) -> Any:
    """A value as the model reads it; a date as days before the row's own day."""
    bare = _bare(value)
    if kind is Kind.NUMBER:
        return as_number(bare)
    if kind is Kind.DATE:
        return days_before(as_date(bare), at)
    return as_words(bare) if kind is Kind.WORDS else as_choice(_joined(bare))


def days_before(day: datetime | None, at: datetime | None) -> float | None:
    """How long before the row's own day; None where either is not known."""
    return None if day is None or at is None else (at - day).total_seconds() / DAY


def _bare(value: Any) -> Any:
    """None for whatever says nothing; texts trimmed."""
    if isinstance(value, str):
        return value.replace("\x00", "").strip() or None
    if isinstance(value, list | tuple | set | frozenset):
        return frozenset(str(one) for one in value if one not in (None, "")) or None
    if isinstance(value, float) and value - value != 0.0:
        return None  # neither infinity nor NaN is a number here
    return value


def _spelt(known: Sequence[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for value in known:
        for one in value if isinstance(value, frozenset) else (value,):
            if isinstance(one, str) and (word := as_choice(one)) is not None:
                found.setdefault(word, " ".join(one.split())[:80])
    return found


def _joined(value: Any) -> Any:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else value


@lru_cache(maxsize=20_000)
def _number(text: str) -> float | None:
    found = field_kinds.value(FieldKind.NUMBER, text)
    return None if found is None else float(found)


@lru_cache(maxsize=20_000)
def _date(text: str) -> datetime | None:
    if not content.looks_like_date(text):
        return None
    found = moments.moment(text)
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _mostly(known: Sequence[Any], read_one: Any) -> bool:
    step = max(1, len(known) // LOOKED_AT)
    looked = known[::step]
    return sum(read_one(value) is not None for value in looked) >= MOSTLY * len(looked)


def _numbering(name: str, values: Sequence[float | None]) -> bool:
    """Whole numbers that hardly come twice: they count rows, or their name says so."""
    known = [value for value in values if value is not None]
    if len(known) < 20 or len(set(known)) < MOSTLY * len(known):
        return False
    if not all(value.is_integer() for value in known):
        return False
    dense = max(known) - min(known) < 20 * len(known)
    words = clean.text(name).casefold().replace("_", " ").replace("-", " ").split()
    return dense or bool(_IDS & set(words))


_IDS = {"id", "ids", "no", "nr", "number", "key", "uuid", "guid", "nummer", "row", "index"}


def _kind_of_texts(texts: Sequence[str | None]) -> Kind:
    known = Counter(text for text in texts if text is not None)
    total = known.total()
    again = sum(count for count in known.values() if count >= FEWEST_ALIKE)
    if again >= 0.3 * total or (len(known) <= 12 and total > len(known)):
        return Kind.CHOICE
    ended = sum(count for text, count in known.items() if text[-1:].isdigit())
    short = sum(len(text) for text in known) <= 40 * len(known)
    single = len(known) >= MOSTLY * total
    return Kind.NUMBERING if single and short and ended >= MOSTLY * total else Kind.TEXT
