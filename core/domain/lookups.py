"""Looking people up: what a question to a provider can come to, and when it is worth its money.

The waterfall asks the cheapest first, and a dearer one only for what is still missing.
"""

from collections.abc import Collection, Mapping, Set
from datetime import timedelta
from enum import StrEnum

GOOD = 0.7  # a value this sure ends the search for its field
ASK_AGAIN = timedelta(days=90)  # an answer, also an empty one, is good for so long
ASK_SOON = timedelta(days=1)  # where a provider that should have answered was away
# what is worth money: scores and texts read it. A phone number alone is not looked up.
WORTH = frozenset(
    {
        *("contact.first_name", "contact.last_name", "contact.title", "contact.seniority"),
        *("contact.department", "contact.country"),
        *("account.name", "account.industry", "account.employees", "account.revenue"),
        *("account.country", "account.technologies"),
    }
)


class LookupOutcome(StrEnum):
    """How one question about one subject ended. While it is `asked`, its cost is the most that it
    may come to. What was surely never asked leaves no row.
    """

    ASKED = "asked"
    FOUND = "found"
    MISSED = "missed"  # the provider knows nobody of that kind
    REJECTED = "rejected"  # the provider cannot be asked this
    UNCERTAIN = "uncertain"  # no answer came back: it may be billed all the same


class SearchState(StrEnum):
    """How far a search for people is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


def missing(known: Mapping[str, float], answers: Set[str]) -> frozenset[str]:
    """What a provider may answer, is worth money, and is not known well enough yet.

    `known`: by `contact.title`, `account.industry` … how sure (0..1) the present value is.
    """
    return frozenset(name for name in answers & WORTH if known.get(name, 0.0) < GOOD)


def affordable(
    wanted: Collection[int], price: int, spent: Mapping[int, int], *, a_lead: int, today: int
) -> list[int]:
    """Of the subjects in `wanted` those that can be asked at this price, in their order: within
    the ceiling of a lead (`spent` so far, by subject) and what is left of the day's money.
    """
    kept: list[int] = []
    for ref in wanted:
        if spent.get(ref, 0) + price > a_lead:
            continue
        if price * (len(kept) + 1) > today:
            break
        kept.append(ref)
    return kept


def shared(cost: int, parts: int) -> list[int]:
    """A cost laid on so many facts; the sum is exact."""
    each, rest = divmod(cost, parts)
    return [each + (1 if n < rest else 0) for n in range(parts)]
