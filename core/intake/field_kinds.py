"""What a column that is no standard field holds: recognised by its cells, text when unsure; and
values of a kind read as they are kept.
"""

import re
from collections.abc import Sequence
from typing import Any

from core.domain.lists import FieldKind
from core.intake import clean, moments

FEWEST = 3  # filled cells from which a kind is recognised
MOST_CHOICES = 12
LONGEST_CHOICE = 40
_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[,'\u202f\u00a0 ]\d{3})+(?:\.\d+)?|[-+]?\d{1,15}(?:\.\d+)?")
_GROUPS = re.compile(r"[,'\u202f\u00a0 ]")
_CODE = re.compile(r"0\d")  # a leading nought: a code, not a number
_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


def recognised(cells: Sequence[str]) -> tuple[FieldKind, tuple[str, ...]]:
    """The kind of a column, and its choices where it has some; every filled cell must fit."""
    filled = [text for cell in cells if (text := clean.text(cell))]
    if len(filled) < FEWEST:
        return FieldKind.TEXT, ()
    if all(_truth(cell) is not None for cell in filled) and len(set(map(str.lower, filled))) > 1:
        return FieldKind.YES_NO, ()
    for kind in (FieldKind.URL, FieldKind.NUMBER, FieldKind.DATE):
        if all(value(kind, cell) is not None for cell in filled):
            return kind, ()
    different = tuple(sorted(set(filled)))
    few = len(different) <= MOST_CHOICES and len(filled) >= 4 * len(different)
    if few and all(len(one) <= LONGEST_CHOICE for one in different):
        return FieldKind.CHOICE, different
    return FieldKind.TEXT, ()


def value(kind: FieldKind, text: str) -> Any:
    """The text as a value of that kind; None where it cannot be read so."""
    bare = clean.text(text)
    if kind is FieldKind.NUMBER:
        return _number(bare)
    if kind is FieldKind.DATE:
        moment = None if bare.isdigit() else moments.moment(bare)
        return None if moment is None else moment.date().isoformat()
    if kind is FieldKind.YES_NO:
        return _truth(bare)
    if kind is FieldKind.URL:
        return bare if _URL.fullmatch(bare) else None
    return bare or None


def _truth(cell: str) -> bool | None:
    """Yes or no said in a word; a date or a dash says neither here."""
    low = cell.lower()
    if low in ("", "-", "none", "null", "n/a", "na"):
        return None
    return True if low in clean.TRUE else (False if low in clean.FALSE else None)


def _number(bare: str) -> int | float | None:
    if not _NUMBER.fullmatch(bare) or _CODE.match(bare.lstrip("+-")):
        return None
    plain = _GROUPS.sub("", bare)
    return float(plain) if "." in plain else int(plain)
