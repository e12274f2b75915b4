"""How a target stands, in words: the same on the list of campaigns, on a campaign and on Home."""

from datetime import date

from core.domain.pace import Pace, Standing
from core.queries.figures import Target
from pages.ui import words

FORECAST = (Pace.BEHIND, Pace.ON_COURSE)  # where it matters what the present pace leads to


def sentence(found: Standing) -> str:
    """The numbers: "12 of 20 meetings, 70% of the time gone"."""
    if found.pace is Pace.NONE:
        return ""
    told = [_count(found)]
    if found.gone is not None and found.gone < 1:
        told.append(f"{words.percent(found.gone, digits=0)} of the time gone")
    return ", ".join(told)


def verdict(found: Standing) -> str:
    """The chip and the numbers behind it, as markdown."""
    told = [sentence(found)]
    if found.pace in FORECAST and found.foreseen is not None:
        told.append(f"{words.number(found.foreseen)} at the pace of the last 28 days")
    return f"{words.chip(found.pace)} {', '.join(told)}".rstrip()


def bar(target: Target, today: date) -> tuple[float, str]:
    """How full a target's bar is, and what stands above it."""
    due = f" by {words.day(target.due_on, today)}" if target.due_on else ""
    full = min(1.0, target.actual / target.value)
    return full, f"{_count(target.standing)}{due} {words.chip(target.standing.pace)}"


def _count(found: Standing) -> str:
    return f"{found.actual:,} of {found.value:,} {words.label(found.metric).lower()}"
