"""The word, colour and icon of every state a person may see. No raw enum reaches a page.

    words.label(LeadState.REVIEW)          "To review"
    words.chip(LeadState.REVIEW)           ":orange-badge[:material/rate_review: To review]"
    words.of(LeadState.REVIEW).colour      "orange"

Colours mean: green good, orange watch, red act, gray off, blue under way. Numbers, money and dates
are in `formats`, re-exported here so that one import is enough.
"""

from enum import StrEnum
from typing import Any

from pages.ui.formats import (
    ago,
    counted,
    counts,
    day,
    duration,
    full,
    moment,
    money,
    number,
    percent,
    points,
    size,
    text,
)
from pages.ui.names import NAMES
from pages.ui.vocabulary import WORDS, Word

__all__ = [
    "DASH", "WORDS", "Word", "ago", "chip", "counted", "counts", "day", "duration", "full", "icon",
    "label", "labels", "moment", "money", "number", "of", "percent", "points", "size", "text",
]  # fmt: skip

DASH = "—"


def of(state: StrEnum | str | None) -> Word:
    """The word of a state; a bare text is looked up in NAMES, else made readable."""
    if state is None:
        return Word(DASH)
    found = WORDS.get(type(state), {}).get(str(state))  # type: ignore[arg-type]
    if found is not None:
        return found
    plain = NAMES.get(str(state)) or str(state).replace("_", " ").capitalize()
    return Word(plain)


def label(state: StrEnum | str | None) -> str:
    """The label alone: "To review"."""
    return of(state).label


def icon(state: StrEnum | str | None) -> str:
    """The icon as Streamlit wants it (":material/rate_review:"), or ""."""
    name = of(state).icon
    return f":material/{name}:" if name else ""


def chip(state: StrEnum | str | None, *, also: Any = "") -> str:
    """A coloured badge in markdown; `also` follows the label, as in chip(state, also=3)."""
    word = of(state)
    inside = " ".join(part for part in (icon(state), word.label, str(also)) if part)
    return f":{word.colour}-badge[{inside}]"


def labels(words: type[StrEnum]) -> dict[str, str]:
    """Stored word → label, in the order of the enum: for select boxes and chips."""
    return {str(state): label(state) for state in words}
