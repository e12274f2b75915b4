"""A list of what became of earlier leads: which column says the outcome, and since when it counts.

What was recognised is a proposal: a person sees it and may choose otherwise.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from core.domain.lists import FieldKind
from core.errors import Invalid
from core.intake import clean, columns, content, field_kinds, sniff, table
from core.intake.columns import Mapped
from core.intake.sniff import Sheet

LOOKED_AT = 5_000  # rows
MOST_WORDS = 30  # different values of a column that can be an outcome
MOST_ROWS = 50_000

_SAYS = re.compile(
    r"\b(outcome|converted|conversion|won|win|is won|result|deal stage|stage|status|success|bought|"
    r"ergebnis|gewonnen|abschluss|résultat|resultat|gagné|resultado|ganado|esito|uitkomst)\b"
)
_WON = re.compile(
    r"\b(won|win|converted|customer|client|success\w*|bought|signed|gewonnen|kunde|gagnée?|"
    r"ganad[oa]|ganho|vint[oa]|gewonnen)\b"
)
_LOST = re.compile(
    r"\b(lost|lose|not|no|dead|failed|rejected|unqualified|disqualified|churned|verloren|abgesagt|"
    r"perdue?|perdid[oa]|pers[oa]|afgewezen)\b"
)
_BEGAN = re.compile(
    r"\b(created|added|received|entered|lead date|date|erstellt|datum|créée?|fecha)\b"
)
_ENDED = re.compile(
    r"\b(closed?|closing|won|lost|converted|conversion|ended|abschluss\w*|cierre)\b"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The values of the outcome's column: how often each comes, and what it seems to mean."""

    counts: tuple[tuple[str, int], ...]
    won: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What a list seems to say. `words` by heading, of columns that can be the outcome; `rows` are
    those looked at.
    """

    headings: tuple[str, ...]
    words: dict[str, Words]
    dates: tuple[str, ...]
    outcome: str | None
    began: str | None
    ended: str | None
    rows: int
    more: bool


def look(path: Path) -> Look:
    """Reads the beginning of the list; Invalid where no column can be an outcome."""
    sheet = sniff.sniff(path)
    rows = [cells for _, cells in islice(table.rows(path, sheet), LOOKED_AT)]
    every = {
        heading: [row[n].strip() for row in rows if n < len(row) and row[n].strip()]
        for n, heading in enumerate(sheet.headings)
    }
    words = {heading: found for heading, cells in every.items() if (found := _words(cells))}
    if not words:
        raise Invalid(
            "No column of this list can be the outcome. Add one that says, for each lead, whether "
            "it converted: yes or no."
        )
    dates = tuple(heading for heading, cells in every.items() if _dated(cells))
    ended = _named(dates, _ENDED)
    return Look(
        headings=sheet.headings,
        words=words,
        dates=dates,
        outcome=_outcome(words),
        began=_named([name for name in dates if name != ended], _BEGAN),
        ended=ended,
        rows=len(rows),
        more=len(rows) == LOOKED_AT,
    )


def plan(path: Path) -> tuple[Sheet, tuple[Mapped, ...]]:
    """How the list is to be read, and what its columns are."""
    sheet = sniff.sniff(path)
    return sheet, columns.guess(sheet.headings, table.sample(path, sheet))


def rows(path: Path, sheet: Sheet) -> Iterator[list[str]]:
    """The rows, each as wide as the headings; Invalid beyond what is learned from."""
    width = len(sheet.headings)
    for number, cells in table.rows(path, sheet):
        if number > MOST_ROWS:
            raise Invalid(f"The list has more than {MOST_ROWS:,} rows. Keep the newest of them.")
        yield (cells + [""] * width)[:width]


def _words(cells: Sequence[str]) -> Words | None:
    counted = Counter(" ".join(cell.split()) for cell in cells)
    if not 2 <= len(counted) <= MOST_WORDS:
        return None
    lost = tuple(word for word in counted if _means(word, _LOST, False))
    won = tuple(word for word in counted if word not in lost and _means(word, _WON, True))
    return Words(tuple(counted.most_common()), won, lost)


def _means(word: str, pattern: re.Pattern[str], truth: bool) -> bool:
    said = field_kinds.value(FieldKind.YES_NO, word)
    return said is truth if said is not None else bool(pattern.search(word.casefold()))


def _outcome(words: dict[str, Words]) -> str | None:
    """The first whose values say both outcomes, rather one whose heading speaks of it too."""
    both = [heading for heading, found in words.items() if found.won and found.lost]
    return next((heading for heading in both if _SAYS.search(_plain(heading))), None) or (
        both[0] if len(both) == 1 else None
    )


def _dated(cells: Sequence[str]) -> bool:
    some = cells[:200]
    fit = [cell for cell in some if content.looks_like_date(cell)]
    return bool(some) and len(fit) >= 0.9 * len(some)


def _named(headings: Sequence[str], pattern: re.Pattern[str]) -> str | None:
    return next((heading for heading in headings if pattern.search(_plain(heading))), None)


def _plain(heading: str) -> str:
    return clean.text(heading).casefold().replace("_", " ")
