"""Dates as people and exports write them, in seven languages."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

_MONTHS = (
    "jan januar januari janvier janv enero ene janeiro gennaio gen january janner",
    "feb februar februari fevrier fevr fev febrero fevereiro febbraio february",
    "mar marz maerz mrz maart mrt mars marzo marco march",
    "apr april avril avr abril abr aprile",
    "may mai mei mayo maio maggio mag",
    "jun juni juin junio junho giugno giu june",
    "jul juli juillet juil julio julho luglio lug july",
    "aug august augustus aout agosto ago",
    "sep sept september septembre septiembre setembro set settembre",
    "oct okt october oktober octobre octubre outubro out ottobre ott",
    "nov november novembre noviembre novembro",
    "dec dez december dezember decembre diciembre dic dezembro dicembre",
)
_MONTH = {word: n for n, words in enumerate(_MONTHS, 1) for word in words.split()}
_TIME = re.compile(
    r"[T ,]*\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([ap]\.?m\b\.?)?", re.IGNORECASE
)
_PARTS = re.compile(r"(\d{1,4})[./ -]+(\d{1,2})[./ -]+(\d{1,4})")
_WORDY = re.compile(r"[^\W\d_]+|\d+")


@lru_cache(maxsize=65536)
def moment(cell: str, *, day_first: bool = True) -> datetime | None:
    """A date, or a date and time; without a zone it is taken as UTC."""
    bare = cell.strip()
    if not 6 <= len(bare) <= 60 or not any(char.isdigit() for char in bare):
        return _excel(bare)
    found: datetime | None
    if bare.isascii() and bare.isdigit():
        found = _stamp(int(bare), len(bare))
    else:
        found = _iso(bare) or _other_form(bare, day_first=day_first)
    if found is None or not 1900 <= found.year <= 2200:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def days_first(cells: Sequence[str]) -> bool:
    """Whether a column of dates like 3/4/2025 puts the day first; American where one says so."""
    parts = (re.match(r"(\d{1,2})[/-](\d{1,2})[/-]\d{2,4}", cell.strip()) for cell in cells)
    return not any(int(part.group(2)) > 12 for part in parts if part)


def _iso(bare: str) -> datetime | None:
    try:
        return datetime.fromisoformat(bare)
    except ValueError:
        return None


def _other_form(bare: str, *, day_first: bool) -> datetime | None:
    said = _TIME.search(bare)
    clock = _clock(said) if said else time()
    rest = bare[: said.start()] if said and said.start() else bare
    day = _in_figures(rest, day_first=day_first) or _in_words(rest)
    return None if day is None or clock is None else datetime.combine(day, clock)


def _clock(said: re.Match[str]) -> time | None:
    hour, minute, second = int(said.group(1)), int(said.group(2)), int(said.group(3) or 0)
    half = (said.group(4) or "").lower()
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _in_figures(text: str, *, day_first: bool) -> date | None:
    found = _PARTS.fullmatch(text.strip().strip(",.").strip())
    if found is None:
        return None
    first, second, third = (int(part) for part in found.groups())
    if len(found.group(1)) == 4:
        return _day(first, second, third)
    if len(found.group(1)) > 2 or len(found.group(3)) not in (2, 4):
        return None
    points = "." in text  # with points the day is always first
    day, month = (first, second) if day_first or points else (second, first)
    return _day(_full(third, len(found.group(3))), month, day)


def _in_words(text: str) -> date | None:
    """`12. März 2025`, `March 12th, 2025`, `5 de marzo de 2025`, `Thu, 13 Mar 25`."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    words = _WORDY.findall("".join(char for char in plain if not unicodedata.combining(char)))
    months = [_MONTH[word] for word in words if word in _MONTH]
    numbers = [word for word in words if word.isdecimal() and word.isascii()]
    if len(months) != 1 or len(numbers) != 2 or len(words) > 8:
        return None
    day, year = sorted(numbers, key=len) if 4 in map(len, numbers) else numbers
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    return _day(_full(int(year), len(year)), months[0], int(day))


def _stamp(number: int, figures: int) -> datetime | None:
    """Excel's day, 20250304, or seconds or milliseconds since 1970."""
    if figures == 8:
        day = _day(number // 10_000, number // 100 % 100, number % 100)
        return None if day is None else datetime.combine(day, time())
    if figures in (10, 13):
        return datetime.fromtimestamp(number if figures == 10 else number / 1000, UTC)
    return None


def _excel(bare: str) -> datetime | None:
    """A bare number of five figures: Excel counts its days from 1899-12-30."""
    if len(bare) != 5 or not (bare.isascii() and bare.isdigit()) or not 20000 < int(bare) < 80000:
        return None
    day = date(1899, 12, 30) + timedelta(days=int(bare))
    return datetime.combine(day, time(), UTC)


def _full(year: int, figures: int) -> int:
    """A year of two figures is of the last sixty-nine or the next thirty-one years."""
    return year if figures == 4 else 2000 + year if year < 69 else 1900 + year


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
