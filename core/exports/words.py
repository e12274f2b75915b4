"""The words of reports and decks: names of stages, metrics, senses; dates and changes."""

import re
from datetime import date
from enum import StrEnum

from core.domain.money import MINUS, number
from core.domain.rates import Rate, percent, points
from core.domain.states import ReplyIntent

# the way of the leads that came in: other words than METRICS, as it is another count
STAGES = {
    "harvested": "Came in",
    "enriched": "of them enriched",
    "scored": "of them scored",
    "qualified": "of them qualified",
    "routed": "of them given a sequence",
    "reached": "of them written to",
    "replied": "of them answered",
    "positive": "of them interested",
    "meetings": "of them met us",
    "won": "of them bought",
}
METRICS = {
    "reached": "Leads reached",
    "replied": "Replies",
    "positive": "Positive replies",
    "meeting": "Meetings",
    "won": "Deals won",
}
INTENTS = {
    ReplyIntent.INTERESTED: "Interested",
    ReplyIntent.MEETING: "Wants to meet",
    ReplyIntent.QUESTION: "Has a question",
    ReplyIntent.NOT_NOW: "Not now",
    ReplyIntent.NOT_INTERESTED: "Not interested",
    ReplyIntent.WRONG_PERSON: "Wrong person",
    ReplyIntent.REFERRAL: "Names a colleague",
    ReplyIntent.LEFT_COMPANY: "Has left",
    ReplyIntent.UNSUBSCRIBE: "No more mail",
    ReplyIntent.UNCLEAR: "Unclear",
}
# states of a lead and its address whose word on the pages is not their own
_STORED = {"review": "To review", "nurtured": "In sequence", "unknown": "Not checked"}
TIERS = {"hot": "Hot", "warm": "Warm", "cool": "Cool", "cold": "Cold", "": "Not scored"}


WHENEVER = "in this period, whenever the lead came in"


def day(value: date) -> str:
    """19 Nov 2026."""
    return f"{value.day} {value:%b %Y}"


def stored(value: StrEnum) -> str:
    """A lead's state, tier or address as the pages say it."""
    return _STORED.get(value, value.capitalize())


def change(now: int, before: int) -> str:
    """The change of a count: "+212", "−4", "no change"."""
    gap = now - before
    if gap == 0:
        return "no change"
    return f"{'+' if gap > 0 else MINUS}{number(abs(gap))}"


def shift(now: Rate, before: Rate) -> str:
    """The change of a rate in percentage points, or "" where one is unknown."""
    gap = points(now, before)
    if gap is None:
        return ""
    if abs(gap) < 0.05:
        return "no change"
    return f"{'+' if gap > 0 else MINUS}{abs(gap):.1f} points"


def of(rate: Rate) -> str:
    """The denominator in words: "80 of 1,284"."""
    return f"{number(rate.numerator)} of {number(rate.denominator)}"


def between(rate: Rate) -> str:
    """The 95% interval: "4.9–7.6%", or "" where there is none."""
    if rate.interval is None:
        return ""
    low, high = rate.interval
    return f"{100 * low:.1f}–{percent(high)}"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 lead", "12 leads"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def hours(value: float | None) -> str:
    """A span told in hours: "40 min", "5 h", "2.5 days"."""
    if value is None:
        return "—"
    if value < 1:
        return f"{round(60 * value)} min"
    return f"{value:.0f} h" if value < 48 else f"{value / 24:.1f} days"


def breakable(text: str, most: int = 90, run: int = 24) -> str:
    """A name for a narrow column: cut, and with places to break (U+200B) in what has no blanks.

    CSS could break anywhere by itself, but measuring that takes the renderer seconds a table.
    """
    short = text if len(text) <= most else text[: most - 1].rstrip() + "…"
    return re.sub(rf"(\S{{{run}}})(?=\S)", "\\1\u200b", short)
