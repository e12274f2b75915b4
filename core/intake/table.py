"""A list as rows of values with their numbers, whatever kind of file it came in."""

import csv
import io
from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from core.errors import Invalid
from core.intake import records, workbook
from core.intake.sniff import Sheet

MOST_ROWS = 1_000_000


def rows(path: Path, sheet: Sheet, *, start: int = 0) -> Iterator[tuple[int, list[str]]]:
    """(number from 1, cells) of every row of values after the first `start` of them."""
    if sheet.kind == "workbook":
        yield from _numbered(workbook.rows(path), sheet.skip, start)
        return
    with closing(records.opened(path, sheet.encoding)) as file:
        yield from _numbered(records.read(file, sheet.delimiter), sheet.skip, start)


def sample(path: Path, sheet: Sheet, size: int = 200) -> list[list[str]]:
    """The first rows of values."""
    return [cells for _, cells in islice(rows(path, sheet), size)]


def _numbered(found: Iterator[list[str]], skip: int, start: int) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(islice(found, skip + start, None), start=start + 1):
        if number > MOST_ROWS:
            raise Invalid(f"The file has more than {MOST_ROWS:,} rows. Split it in parts.")
        yield number, cells


def places(path: Path, sheet: Sheet, numbers: Collection[int]) -> dict[int, int]:
    """Numbers of rows → where a spreadsheet shows them: the headings and blank lines count."""
    if not numbers:
        return {}
    last, wanted = max(numbers), frozenset(numbers)
    with closing(_places(path, sheet)) as found:
        numbered = islice(enumerate(found, start=1 - sheet.skip), sheet.skip + last)
        return {number: place for number, place in numbered if number in wanted}


def _places(path: Path, sheet: Sheet) -> Generator[int]:
    """Where each record stands that is not blank."""
    if sheet.kind == "workbook":
        yield from workbook.places(path)
        return
    with closing(records.opened(path, sheet.encoding)) as file:
        every = enumerate(records.read(file, sheet.delimiter, blanks=True), start=1)
        yield from (place for place, cells in every if cells)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(headings: tuple[str, ...], found: Iterator[list[str]]) -> Iterator[str]:
    """Lines of a CSV file with harmless cells, the headings first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(map(harmless, headings))
    yield buffer.getvalue()
    for row in found:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow(map(harmless, row))
        yield buffer.getvalue()
