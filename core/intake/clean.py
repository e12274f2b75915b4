"""Values as people type them, made comparable. Each function takes a cell and gives the value, or
None where it cannot be read: what was typed is then kept as a custom field, never guessed.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

import phonenumbers

from core.domain import addresses, head_counts
from core.intake import countries
from core.intake.moments import moment

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\ufeff\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_GUARDED = re.compile(r"'(?=[=+\-@])")  # as we write formulas out
_NO_FIGURE = re.compile(r"[\s()./-]")
_E164 = re.compile(r"\+[1-9]\d{7,14}")
_PARTICLES = frozenset(
    ("von", "van", "der", "den", "de", "del", "della", "da", "dos", "di", "la", "le", "zu", "ten")
)
_BEFORE = frozenset(
    ("mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "mme", "m", "sr", "sra", "sir", "ing")
)
_AFTER = frozenset(("jr", "sr", "ii", "iii", "iv", "phd", "mba", "md", "cpa", "msc", "bsc", "esq"))

TRUE = frozenset(
    """1 true t yes y x on ja j oui o si sì sí sim s vrai wahr verdadero verdadeiro vero waar
    unsubscribed opted-out opted_out optout opt-out cleaned removed stop dnc blocked blacklisted
    abgemeldet désinscrit désabonné descadastrado disiscritto afgemeld uitgeschreven baja
    ✓ ✔ checked""".split()  # noqa: SIM905
) | {"opted out", "opt out", "do not email", "do not contact", "do not mail"}
OPTED_OUT = frozenset(  # what a column of states says of people who must not be written to
    """unsubscribed opted-out opted_out optout opt-out dnc do_not_contact suppressed blacklisted
    abgemeldet désinscrit désabonné descadastrado disiscritto afgemeld uitgeschreven""".split()  # noqa: SIM905
) | {"opted out", "do not contact", "do not email", "do not mail", "globally unsubscribed"}
FALSE = frozenset(
    """0 false f no n off nein non nee não nao falso faux falsch onwaar subscribed opted-in active
    - none null n/a na""".split()  # noqa: SIM905
) | {"", "opted in", "opt in"}

_MILLIONS = {
    **dict.fromkeys(("k", "tsd", "t", "mil", "thousand", "mille"), 1_000),
    **dict.fromkeys(("m", "mio", "mm", "mn", "million", "millions", "millionen"), 1_000_000),
    **dict.fromkeys(("b", "bn", "mrd", "md", "billion", "milliarden"), 1_000_000_000),
}
_RANGE = re.compile(r"\d\s*(?:-|–|—|to|bis|à|a|until)\s*[$€£]?\s*\d", re.IGNORECASE)
MOST_MONEY = 10**16  # beyond it lies no revenue, and not much further no database's numbers
_AMOUNT = re.compile(r"(\d[\d.,'’\s\u202f\u00a0]*)\s*([a-z]+)?\.?", re.IGNORECASE)


def text(cell: str) -> str:
    """Trimmed, without control characters, spaces in single file (lines stay lines)."""
    if cell.isascii() and cell.isprintable():
        bare = cell.strip()
        return _GUARDED.sub("", bare, count=1) if bare[:1] == "'" else bare
    bare = _CONTROL.sub("", cell)
    lines = (_SPACES.sub(" ", line).strip() for line in bare.splitlines())
    return _GUARDED.sub("", "\n".join(lines).strip(), count=1)


@lru_cache(maxsize=65536)
def name(cell: str) -> str:
    """A name; one in capitals or without any is written as names are. "" where it is none."""
    bare = text(cell).replace("\n", " ")
    if "@" in bare:
        return ""  # an address is nobody's name
    if (not bare.isupper() and not bare.islower()) or len(bare) < 2:
        return bare
    return " ".join(_capital(word, first=n == 0) for n, word in enumerate(bare.split()))


@lru_cache(maxsize=65536)
def full_name(cell: str) -> tuple[str, str]:
    """(first, last) of a whole name: `Berg, Anna`, `Dr. Anna van der Berg, PhD`."""
    bare = text(cell).replace("\n", " ")
    words = bare.split()
    while words and words[0].strip(".").lower() in _BEFORE and len(words) > 1:
        words = words[1:]
    while len(words) > 2 and words[-1].strip(".,").lower().replace(".", "") in _AFTER:
        words = words[:-1]
    bare = " ".join(words).rstrip(",")
    last, comma, first = bare.partition(",")
    if comma and first.strip():
        return name(first.strip()), name(last.strip())
    words = bare.split()
    if len(words) < 2:
        return name(bare), ""
    cut = next((n for n, w in enumerate(words[1:], 1) if w.lower() in _PARTICLES), len(words) - 1)
    return name(" ".join(words[:cut])), name(" ".join(words[cut:]))


@lru_cache(maxsize=65536)
def phone(cell: str, country: str | None = None) -> str | None:
    """A number in E.164; without + and country it cannot be known."""
    bare = re.sub(r"^p:", "", text(cell))
    figures = _NO_FIGURE.sub("", bare)
    if _E164.fullmatch(figures) and "(0" not in bare:
        return figures  # written out in full: nothing to work out
    given = bare if bare.startswith("+") or not bare.startswith("00") else "+" + bare[2:]
    try:
        number = phonenumbers.parse(given, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if len(written) >= 8 else None  # short codes reach nobody from abroad


def country(cell: str) -> str | None:
    """ISO 3166-1 alpha-2."""
    return countries.iso(cell)


@lru_cache(maxsize=8192)
def employees(cell: str) -> int | None:
    """A head count: `120`, `1,200`, `11-50` (the middle), `10000+`, `1k`."""
    found = _amounts(cell)
    if not found or len(found) > 2:
        return None
    middle = round(sum(found) / len(found))
    return middle if 0 <= middle <= 10_000_000 else None


def employees_listed(cell: str) -> dict[str, Any] | None:
    """`11-50` or `10000+` as a company keeps it beside the number that stands for it."""
    found = head_counts.written(_amounts(cell), cell)
    return {head_counts.LISTED: found} if found else None


@lru_cache(maxsize=8192)
def money(cell: str) -> int | None:
    """Whole units of whatever currency: `$1.2M`, `1,5 Mio. €`, `2.500.000`; a range its middle."""
    found = _amounts(cell)
    if not found or len(found) > 2:
        return None
    middle = round(sum(found) / len(found))
    if middle >= MOST_MONEY:
        return None
    return -middle if cell.strip().startswith("-") else middle


@lru_cache(maxsize=65536)
def site(cell: str) -> str | None:
    """The domain of a web address, without www."""
    bare = re.sub(r"^[a-z]+://", "", text(cell).lower())
    host = re.split(r"[/?#:\s]", bare, maxsplit=1)[0].removeprefix("www.")
    domain = addresses.domain_key(host)
    return domain if domain and not domain.rpartition(".")[2].isdigit() else None


def linkedin(cell: str) -> str | None:
    """A LinkedIn address with its scheme."""
    bare = text(cell)
    if "linkedin.com/" not in bare.lower() or " " in bare:
        return None
    return bare if bare.lower().startswith("http") else f"https://{bare}"


def words(cell: str) -> tuple[str, ...]:
    """Several words in one cell, parted by ; | or commas."""
    bare = text(cell)
    sign = next((sign for sign in (";", "|", "\n") if sign in bare), ",")
    found = (part.strip()[:80] for part in bare.split(sign))
    return tuple(dict.fromkeys(part for part in found if part))


@lru_cache(maxsize=4096)
def truth(cell: str) -> bool | None:
    """Yes or no in seven languages; a date says yes (`Unsubscribed at`)."""
    word = text(cell).lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    return True if moment(cell, day_first=True) else None


def _amounts(cell: str) -> list[float]:
    """The numbers in a cell; in `10-20m` both are millions."""
    found = []
    matches = list(_AMOUNT.finditer(cell))
    for place, match in enumerate(matches):
        bare = (match.group(2) or "").lower() not in _MILLIONS
        alike = bare and place == 0 and len(matches) == 2
        last = matches[-1].group(2)
        number = _number(match, last if alike and _RANGE.search(cell) else match.group(2))
        if number is not None:
            found.append(number)
    return found


def _number(match: re.Match[str], unit: str | None) -> float | None:
    figures = re.sub(r"['’\s\u202f\u00a0]", "", match.group(1)).strip(".,")
    times = _MILLIONS.get((unit or "").lower(), 1)
    if not figures:
        return None
    return float(_point(figures)) * times if len(figures) < 18 else None


def _point(figures: str) -> str:
    """Figures with a point for the decimals: the last sign is one unless three figures follow."""
    last = max(figures.rfind("."), figures.rfind(","))
    if last < 0:
        return figures
    sign, behind = figures[last], len(figures) - last - 1
    other = "," if sign == "." else "."
    if figures.count(sign) > 1 or (behind == 3 and other not in figures):
        return figures.replace(".", "").replace(",", "")
    return figures[:last].replace(other, "").replace(sign, "") + "." + figures[last + 1 :]


def _capital(word: str, *, first: bool) -> str:
    low = word.lower()
    if low in _PARTICLES and not first:
        return low
    parts = re.split(r"([-'’.])", low)
    done = "".join(part[:1].upper() + part[1:] for part in parts)
    if re.match(r"mc[a-z]{2}", low):
        done = "Mc" + done[2:3].upper() + done[3:]
    return unicodedata.normalize("NFC", done)
