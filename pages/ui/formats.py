"""Numbers, money, shares and moments as people read them. Pages import them through `words`."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.domain.access import Viewer

DASH = "—"
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF ", "SEK": "SEK ", "INR": "₹"}
_MARKDOWN = re.compile(r"([\\`*_\[\]()#<>$:~|!{}^])")
_LINE_START = re.compile(r"(?m)^(\s*\d*)([-+.=])")
_LINKED = re.compile(r"(?<=@)|(?<=\bwww)(?=\.)|(?<=https)(?=\\?:)|(?<=http)(?=\\?:)", re.IGNORECASE)
BREAK = ":gray[]"  # an empty element: it breaks an automatic link and leaves the text as it is
_KILO = 1024


def zone(viewer: Viewer) -> ZoneInfo:
    """The viewer's time zone; UTC where the stored name means nothing."""
    try:
        return ZoneInfo(viewer.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def number(value: float | None, unit: str = "") -> str:
    """1284 → "1,284", 12.34 → "12.3"; a unit follows after a space; nothing known is a dash."""
    if value is None:
        return DASH
    whole = isinstance(value, int) or float(value).is_integer()
    shown = f"{value:,.0f}" if whole else f"{value:,.1f}"
    return f"{shown} {unit}".strip()


def counted(amount: int, thing: str, things: str = "") -> str:
    """A number with its noun: counted(1, "step") is "1 step", counted(9, "step") "9 steps"."""
    return f"{amount:,} {thing if amount == 1 else things or thing + 's'}"


def counts(counted_: Mapping[str, int]) -> str:
    """Counts of a run as words: "120 scored, 3 not interested"."""
    return ", ".join(f"{number(n)} {what.replace('_', ' ')}" for what, n in counted_.items() if n)


def percent(part: float | None, whole: float | None = 1.0, *, digits: int = 1) -> str:
    """A share as text: percent(80, 1284) → "6.2%". No denominator, no rate: a dash."""
    if part is None or not whole:
        return DASH
    return f"{100 * part / whole:.{digits}f}%"


def points(
    part: float | None, whole: float | None, before: float | None, base: float | None
) -> str:
    """The change of a share in percentage points ("+0.8 pt"), or "" where one is unknown."""
    if part is None or before is None or not whole or not base:
        return ""
    change = round(100 * (part / whole - before / base), 1)
    return f"{change:+.1f} pt" if change else ""


def money(minor: int | None, currency: str = "EUR") -> str:
    """Minor units as money: money(123456, "EUR") → "€1,234.56", whole amounts without cents."""
    if minor is None:
        return DASH
    symbol = _SYMBOLS.get(currency, f"{currency} ")
    sign = "−" if minor < 0 else ""
    units, cents = divmod(abs(minor), 100)
    return f"{sign}{symbol}{units:,}" + (f".{cents:02d}" if cents else "")


def moment(at: datetime | None, viewer: Viewer, now: datetime) -> str:
    """A moment in the viewer's zone: "Today 14:10", "Mon 09:00" for the last six
    days, "Mon 23 Nov 09:00" for the next six, else "19 Nov".
    """
    if at is None:
        return DASH
    local, today = at.astimezone(zone(viewer)), now.astimezone(zone(viewer)).date()
    apart = (local.date() - today).days
    near = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get(apart)
    if near:
        return f"{near} {local:%H:%M}"
    if -7 < apart < 0:
        return f"{local:%a %H:%M}"
    if 0 < apart < 7:
        return f"{local:%a} {local.day} {local:%b %H:%M}"
    return day(local.date(), today)


def full(at: datetime | None, viewer: Viewer) -> str:
    """The whole moment for a hover: "Thu 19 November 2026, 14:10 CET"."""
    if at is None:
        return DASH
    local = at.astimezone(zone(viewer))
    return f"{local:%a} {local.day} {local:%B %Y, %H:%M %Z}"


def day(value: date | None, today: date | None = None) -> str:
    """A day: "19 Nov", with its year where that is not the present one."""
    if value is None:
        return DASH
    year = "" if today is not None and value.year == today.year else f" {value.year}"
    return f"{value.day} {value:%b}{year}"


def ago(at: datetime | None, now: datetime) -> str:
    """How long since: "just now", "4 min", "2 h", "3 days"."""
    return DASH if at is None else duration((now - at).total_seconds(), under_a_minute="just now")


def duration(seconds: float | None, *, under_a_minute: str = "") -> str:
    """A span in its largest unit: "0.4 s", "12 s", "4 min", "2 h", "3 days"."""
    if seconds is None:
        return DASH
    span = timedelta(seconds=max(0.0, seconds))
    if span < timedelta(minutes=1):
        return under_a_minute or (f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s")
    if span < timedelta(hours=1):
        return f"{span.seconds // 60} min"
    if span < timedelta(days=1):
        return f"{span.seconds // 3600} h"
    return "1 day" if span.days == 1 else f"{span.days:,} days"


def size(amount: int | None) -> str:
    """Bytes as "812 B", "14.2 kB", "3.1 MB"."""
    if amount is None:
        return DASH
    if amount < _KILO:
        return f"{amount} B"
    value = amount / _KILO
    return f"{value:,.1f} kB" if value < _KILO else f"{value / _KILO:,.1f} MB"


def text(value: object) -> str:
    """Text from outside, made harmless for markdown: shown as it is, no link, no heading, no image.

    An address stays plain text without a link: an empty element stands behind its @, so that what
    is copied is the address alone.
    """
    if value is None or value == "":
        return DASH
    escaped = _LINE_START.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", str(value)))
    return _LINKED.sub(BREAK, escaped).replace("\n", "  \n")
