"""A list as rows of values with their numbers, whatever kind of file it came in."""

import csv
import io
from collections.abc import Collection, Iterator
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
    if sheet.kind == "workbook" or not numbers:
        return {number: number + sheet.skip for number in numbers}
    found, number, last = {}, -sheet.skip, max(numbers)
    with closing(records.opened(path, sheet.encoding)) as file:
        for place, cells in enumerate(records.read(file, sheet.delimiter, blanks=True), start=1):
            number += bool(cells)
            if cells and number in numbers:
                found[number] = place
            if number >= last:
                break
    return found


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
