"""Rows of the first sheet of a workbook (XLSX, XLS, ODS), every cell as the text people saw."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import Invalid


def rows(path: Path) -> Iterator[list[str]]:
    """Every row with something in it; Invalid where the workbook cannot be opened."""
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            if not book.sheet_names:
                raise Invalid("The workbook has no sheet.")
            sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid(f"The workbook cannot be opened: {error}. Save it again as XLSX.") from None
    for row in sheet.to_python(skip_empty_area=True):
        cells = [text(cell) for cell in row]
        if any(cells):
            yield cells


def text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)
