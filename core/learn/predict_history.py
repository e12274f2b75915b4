"""What a forecast is learned from, and whether it is enough."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

FEWEST = 100  # rows
FEWEST_OF_EACH = 20


@dataclass(frozen=True, slots=True)
class History:
    """What became of leads: columns by name, and for each row its outcome (True: converted), the
    day from which it counts and the day of its outcome, where they are known. `group`: the company
    of each row, None where there is none; left empty, every row stands for itself.
    """

    columns: Mapping[str, Sequence[Any]]
    outcome: Sequence[bool]
    at: Sequence[datetime | None]
    ended: Sequence[datetime | None]
    group: Sequence[Hashable] = ()


def shortfall(rows: int, won: int) -> str | None:
    """What is missing to learn from so many leads, of which `won` converted; None where nothing
    is.
    """
    if rows >= FEWEST and min(won, rows - won) >= FEWEST_OF_EACH:
        return None
    wanted = {
        "that converted": FEWEST_OF_EACH - won,
        "that did not": FEWEST_OF_EACH - (rows - won),
        "in all": FEWEST - rows,
    }
    missing = ", ".join(f"{n:,} {of}" for of, n in wanted.items() if n > 0)
    return (
        f"There are {rows:,} leads with an outcome, {won:,} of them converted. At least {FEWEST} "
        f"are needed, with {FEWEST_OF_EACH} of each outcome. Missing: {missing}."
    )
