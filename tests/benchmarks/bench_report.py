"""How long a client report takes as PDF (aim: 2 s) and as deck (1 s), and how long a lead list is.

`make bench`, or `python -m tests.benchmarks.bench_report [ROWS]`.
"""

import io
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from core.exports import deck, report, sheets
from core.queries.deliverables import HEADING
from tests.factories_outputs import report_rows

TIMES = 5
PAGE = 2_000


def several(what: str, make: Callable[[], bytes]) -> None:
    """The first time (cold) and the median of the next ones, by the clock and by the processor."""
    took, busy = [], []
    size = 0
    for _ in range(TIMES + 1):
        started, worked = time.perf_counter(), time.process_time()
        size = len(make())
        took.append(time.perf_counter() - started)
        busy.append(time.process_time() - worked)
    warm, worked = statistics.median(took[1:]), statistics.median(busy[1:])
    print(
        f"{what:<24}cold {took[0]:6.2f} s   warm {warm:6.2f} s {worked:6.2f} s busy"
        f" {size / 1024:8,.0f} kB",
        flush=True,
    )


def pages(rows: int) -> Iterator[list[tuple[object, ...]]]:
    """Pages of made-up leads."""
    for first in range(0, rows, PAGE):
        yield [
            (f"anna{n}@company{n}.example", "Anna", f"Berg {n}", "=VP", *["text"] * 11, n % 100)
            for n in range(first, min(first + PAGE, rows))
        ]


def lists(rows: int) -> None:
    """A lead list of so many rows, both formats."""
    for name, write in (("CSV", sheets.write_csv), ("XLSX", sheets.write_xlsx)):
        out = io.BytesIO()
        started = time.perf_counter()
        count = write(out, HEADING, pages(rows))  # type: ignore[operator]
        took = time.perf_counter() - started
        print(f"{name:<24}{count:>9,} rows {took:6.2f} s {count / took:>10,.0f} rows/s", flush=True)


def main() -> None:
    """Prints the figures."""
    rows = report_rows()
    several("Client report, PDF", lambda: report.pdf(rows))
    several("Client report, PPTX", lambda: deck.pptx(rows))
    lists(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)


if __name__ == "__main__":
    main()
