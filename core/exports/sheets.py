"""Lead lists as CSV and XLSX, written page by page, so that their length costs no memory.

A cell that a spreadsheet would run as a formula is made harmless by an apostrophe in front
(OWASP, "CSV injection"): = + - @ tab and carriage return at its beginning.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, BinaryIO

import xlsxwriter

Cell = str | int | float | date | datetime | None
Rows = Sequence[Sequence[Cell]]
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_ROWS = 1_048_575  # a sheet holds 1,048,576 with its heading
MOST_CHARACTERS = 32_767  # Excel's limit for a cell
_WIDEST, _NARROWEST = 48, 10


def harmless(value: Cell) -> Cell:
    """The cell as it may stand in a spreadsheet; numbers, dates and ordinary text are unchanged."""
    if not isinstance(value, str):
        return value
    text = value.replace("\x00", "")
    # leading blanks do not protect: some programs trim them first
    return "'" + text if text.lstrip(" \u00a0\ufeff").startswith(RISKY) else text


def write_csv(out: BinaryIO, heading: Sequence[str], pages: Iterable[Rows]) -> int:
    """UTF-8 with a byte order mark (Excel needs it), commas, CRLF; gives the number of rows."""
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(name) for name in heading])
    count = 0
    for rows in pages:
        writer.writerows([_plain(harmless(cell)) for cell in row] for row in rows)
        count += len(rows)
    text.flush()
    text.detach()
    return count


def write_xlsx(
    out: BinaryIO, heading: Sequence[str], pages: Iterable[Rows], *, title: str = "Leads"
) -> int:
    """A workbook with a frozen heading and a filter; a new sheet where one is full.

    No cell is ever a formula or a link: text is written as text.
    """
    options: dict[str, Any] = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True, "bottom": 1})
    count, sheet, row_no = 0, None, 0
    for row in _each(pages):
        if sheet is None or row_no > MOST_ROWS:
            sheet, row_no = _sheet(book, heading, bold, title), 1
        for column, value in enumerate(row):
            _put(sheet, row_no, column, value)
        row_no, count = row_no + 1, count + 1
    if sheet is None:
        _sheet(book, heading, bold, title)
    book.close()
    return count


def _sheet(book: Any, heading: Sequence[str], bold: Any, title: str) -> Any:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
    for column, name in enumerate(heading):
        sheet.set_column(column, column, min(_WIDEST, max(_NARROWEST, 2 * len(name))))
        sheet.write_string(0, column, str(harmless(name)), bold)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, MOST_ROWS, max(0, len(heading) - 1))
    return sheet


def _put(sheet: Any, row_no: int, column: int, value: Cell) -> None:

    if isinstance(value, str):
        sheet.write_string(row_no, column, str(harmless(value))[:MOST_CHARACTERS])
    elif isinstance(value, datetime):
        sheet.write_datetime(row_no, column, value.astimezone(UTC).replace(tzinfo=None))
    elif value is not None:
        sheet.write(row_no, column, value)


def _each(pages: Iterable[Rows]) -> Iterator[Sequence[Cell]]:
    for rows in pages:
        yield from rows


def _plain(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return value
