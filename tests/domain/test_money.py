"""Money: minor units, typed amounts, shares."""

import pytest

from core.domain.money import CurrencyMismatch, Money, number, parsed, shown


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (123_456, "EUR", "€1,234.56"),
        (120_000, "USD", "$1,200"),
        (-5, "GBP", "−£0.05"),
        (1_500, "JPY", "¥1,500"),
        (1_234_500, "KWD", "KWD 1,234.500"),
        (100, "SEK", "SEK 1"),
    ],
)
def test_money_is_shown_in_its_currency(minor: int, currency: str, text: str) -> None:
    assert shown(minor, currency) == text
    assert str(Money(minor, currency)) == text


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.56", "EUR", 123_456),
        ("1.234,56", "EUR", 123_456),
        ("1 234", "EUR", 123_400),
        ("€1200", "EUR", 120_000),
        ("1,234", "EUR", 123_400),
        ("1,23", "EUR", 123),
        ("1.234.567", "EUR", 123_456_700),
        ("1,234,567.5", "EUR", 123_456_750),
        ("1'234.50", "CHF", 123_450),
        ("-3", "EUR", -300),
        ("1500", "JPY", 1_500),
        ("1.2345", "KWD", None),
        ("", "EUR", None),
        ("12 apples", "EUR", None),
        ("1,2,3.4.5", "EUR", None),
        ("1.5", "JPY", None),
    ],
)
def test_typed_amounts_are_understood_or_refused(
    text: str, currency: str, minor: int | None
) -> None:
    if minor is None:
        with pytest.raises(ValueError, match=r"."):
            parsed(text, currency)
    else:
        assert parsed(text, currency) == minor


def test_amounts_of_different_currencies_are_never_added() -> None:
    assert Money(100, "EUR") + Money(50, "EUR") == Money(150, "EUR")
    with pytest.raises(CurrencyMismatch):
        Money(100, "EUR") + Money(50, "USD")


def test_a_share_of_nothing_is_nothing() -> None:
    assert Money(1_000, "EUR").each(3) == Money(333, "EUR")
    assert Money(1_000, "EUR").each(0) is None


def test_numbers_have_separators_and_one_decimal_at_most() -> None:
    assert (number(1284), number(12.34), number(5.0)) == ("1,284", "12.3", "5")
