"""Rows of the first sheet of a workbook (XLSX, XLS, ODS), every cell as the text people saw.

It is opened by a process of its own, whose memory and time are bounded: a small file can say that
it has a billion cells. `python -m core.intake.workbook` is that process.
"""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import Invalid

ROOT = Path(__file__).parents[2]
MEMORY = 2 << 30  # bytes
SECONDS = 300  # of a processor
AT_ONCE = 2_000  # rows
ROWS, PLACES = "rows", "places"


def rows(path: Path) -> Iterator[list[str]]:
    """Every row with something in it; Invalid where the workbook cannot be opened."""
    return _asked(path, ROWS)


def places(path: Path) -> Iterator[int]:
    """The number that a spreadsheet shows beside each of these rows."""
    return _asked(path, PLACES)


def _asked(path: Path, what: str) -> Iterator[Any]:
    with subprocess.Popen(
        [sys.executable, "-m", "core.intake.workbook"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as other:
        try:
            if other.stdin is not None and other.stdout is not None:
                with suppress(BrokenPipeError), other.stdin:
                    pickle.dump((path.resolve(), what), other.stdin)
                yield from _told(other.stdout)
        finally:
            other.kill()


def _told(answers: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            chunk = pickle.load(answers)  # noqa: S301 - from a process of ours
        except (EOFError, pickle.UnpicklingError):
            raise Invalid(
                "The workbook is far larger inside than a list may be. Save the list as CSV, or "
                "copy its rows into a new workbook."
            ) from None
        if chunk is None:
            return
        if isinstance(chunk, str):
            raise Invalid(chunk)
        yield from chunk


def opened(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows with their places, read by this process."""
    try:
        with path.open("rb") as file:
            book = CalamineWorkbook.from_filelike(file)
            if not book.sheet_names:
                raise Invalid("The workbook has no sheet.")
            sheet = book.get_sheet_by_index(0)
    except (CalamineError, OSError, ValueError) as error:
        raise Invalid(f"The workbook cannot be opened: {error}. Save it again as XLSX.") from None
    for place, row in enumerate(sheet.iter_rows(), start=1):
        cells = [text(cell) for cell in row]
        if any(cells):
            yield place, cells


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


def _serve(path: Path, what: str, answers: IO[bytes]) -> None:
    """The rows or their places, pickled, and None at the end; a sentence where there is none."""
    chunk: list[Any] = []
    try:
        for place, cells in opened(path):
            chunk.append(cells if what == ROWS else place)
            if len(chunk) >= AT_ONCE:
                pickle.dump(chunk, answers, protocol=pickle.HIGHEST_PROTOCOL)
                answers.flush()
                chunk = []
        pickle.dump(chunk, answers, protocol=pickle.HIGHEST_PROTOCOL)
        pickle.dump(None, answers)
    except Invalid as error:
        pickle.dump(error.sentence, answers)
    answers.flush()


def _bound() -> None:
    """Lets the system end this process before it takes the machine."""
    with suppress(ImportError, ValueError, OSError):  # no such bounds on this system
        import resource  # noqa: PLC0415 - not everywhere

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bound()
    with suppress(BrokenPipeError):  # nobody wants the rest
        asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our process
        _serve(asked[0], asked[1], sys.stdout.buffer)
