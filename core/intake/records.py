"""Records of a delimited text, one after another, in constant memory, losing none.

A quote that is never closed would swallow the rest of a file. Such a record is taken apart again,
line by line, as if its quotes were letters.
"""

import codecs
import csv
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO

LONGEST_CELL = 1_000_000  # characters; one cell beyond it is surely a lost quote
SUSPICIOUS = 200  # lines in one record
BLOCK = 500  # lines

csv.field_size_limit(LONGEST_CELL)


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Single bytes of another encoding in the middle of a text are read as Windows would."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("aicmo.windows", _as_windows)


def decoded(start: bytes, encoding: str, *, whole: bool) -> str:
    """The text of a file's beginning; a character cut in two at its end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)("aicmo.windows")
    return decoder.decode(start, final=whole)


def opened(path: Path, encoding: str) -> IO[str]:
    """The file as text; stray bytes never stop it."""
    return path.open("r", encoding=encoding, errors="aicmo.windows", newline="")


def read(
    lines: IO[str] | Iterable[str], delimiter: str, *, blanks: bool = False
) -> Iterator[list[str]]:
    """Every record that is not a blank line; with `blanks` those too, as records without cells."""
    return _Reader(lines, delimiter, blanks).rows()


class _Reader:
    """csv.reader over blocks of lines; where a record goes over lines, those in hand are kept until
    it is known to be sound.
    """

    def __init__(self, lines: Iterable[str], delimiter: str, blanks: bool) -> None:
        self._blanks = blanks
        self._lines = iter(lines)
        self._delimiter = delimiter
        self._held: list[str] = []
        self._block: Iterator[str] = iter(())
        self._left = 0  # lines of the block that nobody has read yet

    def rows(self) -> Iterator[list[str]]:
        while block := list(islice(self._lines, BLOCK)):
            plain = self._plain(block)
            if plain is not None:
                yield from plain[:-1] if self._blanks else filter(None, plain)
                continue
            self._block, self._left = iter(block), len(block)
            while self._left > 0:
                yield from self._slowly()

    def _plain(self, block: list[str]) -> list[list[str]] | None:
        """The records of a block in which each is one line, else None."""
        try:
            found = list(csv.reader([*block, "\n"], delimiter=self._delimiter))
        except csv.Error:
            return None
        # the line added at the end is a record of its own only where no quote is left open
        return found if len(found) == len(block) + 1 and not found[-1] else None

    def _slowly(self) -> Iterator[list[str]]:
        """The records of the block, one after the other; the last may go on beyond it."""
        held = self._held
        reader = csv.reader(self._kept(), delimiter=self._delimiter)
        while self._left > 0:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield from self._apart()
                return  # its reader is of no more use
            if len(held) > 1 and self._unsound():
                yield from self._apart()
            elif row or self._blanks:
                yield row
            held.clear()

    def _kept(self) -> Iterator[str]:
        for line in chain(self._block, self._lines):
            self._left -= 1
            self._held.append(line)
            yield line

    def _unsound(self) -> bool:
        """A record over several lines whose quotes do not pair, or that goes on for ever."""
        quotes = sum(line.count('"') for line in self._held)
        return quotes % 2 == 1 or len(self._held) > SUSPICIOUS

    def _apart(self) -> Iterator[list[str]]:
        held = list(self._held)
        self._held.clear()
        for line in held:
            bare = line.rstrip("\r\n")
            if bare or self._blanks:
                yield bare.split(self._delimiter) if bare else []
