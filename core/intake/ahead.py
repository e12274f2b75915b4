"""The rows of a list read and cleaned chunk by chunk; those of a long list by a process of its own,
which is a chunk ahead of whoever stores them.

`python -m core.intake.ahead` is that process: an order on its input, chunks on its output. Where
it cannot be started or dies, the rows are read here: slower, and the same.
"""

import gc
import os
import pickle
import subprocess
import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, TypeVar

from core.errors import AicmoError, Invalid
from core.intake import table
from core.intake.columns import Mapped
from core.intake.people import Person, Reader
from core.intake.sniff import Sheet

LONG = 20_000  # rows; below it starting a process takes longer than it saves
ROOT = Path(__file__).parents[2]

Row = tuple[int, list[str]]
Read = tuple[int, list[str] | None, Person | str]  # number, cells if it cannot be taken, person/why
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be read, after the first `start` rows, in chunks of `size`."""

    path: Path
    sheet: Sheet
    columns: tuple[Mapped, ...]
    day_first: bool
    start: int
    size: int
    opted_out: bool = False


def chunks(order: Order, *, rows: int) -> Generator[list[Read]]:
    """The chunks of a list of `rows` rows. Close it: a process may hang on it."""
    if rows - order.start < LONG:
        yield from here(order)
        return
    given = order.start
    for chunk in _there(order):
        yield chunk
        given += len(chunk)
    if given < rows:
        yield from here(replace(order, start=given))


def here(order: Order) -> Iterator[list[Read]]:
    """The chunks, read by this process."""
    reader = Reader(order.columns, day_first=order.day_first, opted_out=order.opted_out)
    for chunk in batched(table.rows(order.path, order.sheet, start=order.start), order.size):
        yield read(reader, chunk)


def read(reader: Reader, rows: Iterable[Row]) -> list[Read]:
    """Rows with what they say; the cells only of those that cannot be taken."""
    found: list[Read] = []
    for number, cells in rows:
        person = reader.read(cells)
        found.append((number, None if isinstance(person, Person) else cells, person))
    return found


def batched(found: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Things in lists of `size`."""
    rest = iter(found)
    while chunk := list(islice(rest, size)):
        yield chunk


def _there(order: Order) -> Iterator[list[Read]]:
    """The chunks, as far as the other process gets."""
    paths = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    try:
        other = subprocess.Popen(
            [sys.executable, "-m", "core.intake.ahead"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return
    with other:
        try:
            yield from _told(order, other)
        finally:
            other.kill()


def _told(order: Order, other: subprocess.Popen[bytes]) -> Iterator[list[Read]]:
    if other.stdin is None or other.stdout is None:  # pragma: no cover - both are pipes
        return
    with suppress(BrokenPipeError), other.stdin:
        pickle.dump(order, other.stdin)
    with suppress(EOFError, pickle.UnpicklingError):  # it died: the rest is read here
        while chunk := pickle.load(other.stdout):  # noqa: S301 - from a process of ours
            if isinstance(chunk, str):
                raise Invalid(chunk)
            yield chunk


def _serve(orders: IO[bytes], answers: IO[bytes]) -> None:
    order = pickle.load(orders)  # noqa: S301 - from the process that started this one
    try:
        for chunk in here(order):
            pickle.dump(chunk, answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()
        pickle.dump(None, answers)
    except AicmoError as error:
        pickle.dump(error.sentence, answers)
    answers.flush()


if __name__ == "__main__":
    gc.disable()  # rows hold no circles, and looking for some took half of the time
    with suppress(BrokenPipeError):  # nobody wants the rest
        _serve(sys.stdin.buffer, sys.stdout.buffer)
