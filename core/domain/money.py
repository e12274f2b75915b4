"""Money in minor units (cents) of one currency, and numbers, as people read them."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF ", "INR": "₹", "JPY": "¥"}
# ISO 4217: how many digits the minor unit has, where that is not two
DIGITS = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "TND": 3, "JOD": 3}
MINUS = "−"
_AMOUNT = re.compile(r"[+-]?\d[\d ',.\u00a0\u202f]*")


class CurrencyMismatch(ValueError):
    """Amounts of different currencies cannot be added."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: Money(123456, "EUR") is €1,234.56."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added.")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return shown(self.minor, self.currency)

    def each(self, count: int) -> "Money | None":
        """The amount for one of `count` (cost per lead…), rounded half to even; None for none."""
        if count <= 0:
            return None
        share = (Decimal(self.minor) / count).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        return Money(int(share), self.currency)


def digits(currency: str) -> int:
    """How many digits the minor unit of a currency has."""
    return DIGITS.get(currency, 2)


def shown(minor: int, currency: str) -> str:
    """shown(123456, "EUR") → "€1,234.56"; whole amounts without cents: "€1,200"."""
    places = digits(currency)
    symbol = SYMBOLS.get(currency, f"{currency} ")
    whole, part = divmod(abs(minor), 10**places)
    cents = f".{part:0{places}d}" if part else ""
    return f"{MINUS if minor < 0 else ''}{symbol}{whole:,}{cents}"


def parsed(text: str, currency: str) -> int:
    """Minor units of a typed amount: "1,234.56", "1.234,56", "1 234" and "1200" are understood.

    A single separator before three digits groups thousands. ValueError says what is wrong.
    """
    bare = text.strip().removeprefix(SYMBOLS.get(currency, currency).strip()).strip()
    if not _AMOUNT.fullmatch(bare):
        raise ValueError("This is no amount. It looks like 1,234.56.")
    try:
        amount = Decimal(_plain(re.sub(r"[ '\u00a0\u202f]", "", bare)))
    except InvalidOperation:
        raise ValueError("This is no amount. It looks like 1,234.56.") from None
    minor = amount.scaleb(digits(currency))
    if minor != minor.to_integral_value():
        raise ValueError(f"{currency} has {digits(currency)} digits after the point.")
    return int(minor)


def number(value: float) -> str:
    """1284 → "1,284"; 12.34 → "12.3"."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _plain(text: str) -> str:
    """Digits with a point at most: which of point and comma divides is told by the last one."""
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return text
    mark = text[last]
    other = "," if mark == "." else "."
    grouping = text.count(mark) > 1 or (other not in text and len(text) - last - 1 == 3)
    if grouping:
        return text.replace(mark, "").replace(other, ".")
    return text.replace(other, "").replace(mark, ".")
