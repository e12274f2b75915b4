"""What kind of file somebody gave us: table or workbook, encoding, delimiter, where it begins.

Reads the beginning only. Nothing here trusts the file's name.
"""

import codecs
import csv
import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import Invalid
from core.intake import encodings, records, workbook
from core.intake.content import looks_like_address, looks_like_value

LARGEST = 1_000_000_000  # bytes
UNPACKED = 500_000_000  # bytes of a workbook when unpacked
MOST_COLUMNS = 500
SAMPLE = 512 * 1024
LOOKED_AT = 60  # records at the beginning
_ASCII = frozenset(map(chr, range(128)))
DELIMITERS = (",", ";", "\t", "|")

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x7fELF": "a program",
    b"MZ": "a program",
    b"SQLite format 3": "a database",
    b"{\\rtf": "a Word document",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """How to read the file. `skip` are the records before the first row of values."""

    kind: str  # "csv" or "workbook"
    headings: tuple[str, ...]
    skip: int
    encoding: str = "utf-8"
    delimiter: str = ","
    titled: bool = True  # whether the file itself has headings


def sniff(path: Path, encoding: str | None = None) -> Sheet:
    """Looks at the beginning of a file; Invalid with one sentence where it is no list. A text is
    read in the `encoding` that a person chose, else in the one found.
    """
    size = path.stat().st_size
    if size == 0:
        raise Invalid("The file is empty.")
    if size > LARGEST:
        raise Invalid(f"The file is larger than {LARGEST // 1_000_000:,} MB. Split it in parts.")
    with path.open("rb") as file:
        start = file.read(SAMPLE)
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _of_workbook(path, start)
    found = encoding_of(start)
    encoding = found if encoding is None else encodings.chosen(encoding)
    text = records.decoded(start, encoding, whole=len(start) == size)
    if not text.strip("\x00 \r\n\t\ufeff"):
        raise Invalid("The file has no rows.")
    delimiter, skip = delimiter_of(text)
    first = records.read(io.StringIO(text, newline=""), delimiter)
    rows = [row for row, _ in zip(first, range(skip + LOOKED_AT), strict=False)][skip:]
    return _laid_out("csv", rows, skip, encoding, delimiter)


def encoding_of(start: bytes) -> str:
    """The encoding by its mark, else UTF-8 where it is that, else the likeliest."""
    for magic, what in _OTHER_FILES.items():
        if start.startswith(magic):
            raise Invalid(f"This is {what}, not a list. Save it as CSV or XLSX.")
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    if (wide := _wide(start)) is not None:
        return wide
    if _binary(start):
        raise Invalid("This is not a table: it holds binary content. Save it as CSV or XLSX.")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return _guessed(start)
    return "utf-8"


def delimiter_of(text: str) -> tuple[str, int]:
    """The delimiter under which most rows have the same number of columns, and how many records
    the file spends on saying so (Excel's `sep=;`).
    """
    line = text[:40].lstrip("\ufeff").splitlines()[0].strip().lower().strip('"')
    if line.startswith("sep=") and len(line) == 5:
        return line[4], 1
    scores = {delimiter: _regularity(text, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: scores[d])
    return (best, 0) if scores[best] > 0 else (",", 0)


def _of_workbook(path: Path, start: bytes) -> Sheet:
    if start.startswith(b"PK"):
        _check_archive(path)
    rows = []
    for row in workbook.rows(path):
        rows.append(row)
        if len(rows) >= LOOKED_AT:
            break
    if not any(any(row) for row in rows):
        raise Invalid("The first sheet of the workbook is empty.")
    return _laid_out("workbook", rows, 0, "", "")


def _check_archive(path: Path) -> None:
    """Refuses what would unpack to far more than it is, or is no workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile:
        raise Invalid("The workbook is damaged and cannot be opened. Save it again.") from None
    names = {member.filename for member in members}
    if not names & {"[Content_Types].xml", "content.xml"}:
        raise Invalid("This is a ZIP archive, not a workbook. Put in the file inside it.")
    if sum(member.file_size for member in members) > UNPACKED:
        raise Invalid("The workbook unpacks to more than 500 MB. Save the list as CSV instead.")


def _laid_out(
    kind: str, rows: Sequence[list[str]], skip: int, encoding: str, delimiter: str
) -> Sheet:
    """Finds the heading row: the first of full width, below whatever preamble there is."""
    width = _usual_width(rows)
    if width > MOST_COLUMNS:
        raise Invalid(f"The file has {width:,} columns; at most {MOST_COLUMNS} can be taken in.")
    full = (n for n, row in enumerate(rows) if sum(map(bool, map(str.strip, row))) * 2 > width)
    top = next(full, 0)
    first = [cell.strip() for cell in rows[top]]
    width = max(width, _filled_width(first))  # rows may lack their last cells
    first = first[:width]
    titled = not any(looks_like_address(cell) for cell in first) and not _all_values(first)
    names = first if titled else [""] * len(first)
    names += [""] * (width - len(names))
    return Sheet(
        kind=kind,
        headings=told_apart(names),
        skip=skip + top + (1 if titled else 0),
        encoding=encoding,
        delimiter=delimiter,
        titled=titled,
    )


def told_apart(names: Sequence[str]) -> tuple[str, ...]:
    """Headings without doubles: `Email`, `Email (2)`; an empty one is named by its place."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    result = []
    for place, given in enumerate(names, start=1):
        name = " ".join(given.replace("\x00", "").split())[:200] or f"Column {place}"
        seen[name] += 1
        unique, number = name, seen[name]
        while unique in taken or (number > 1 and unique == name):
            unique = f"{name} ({max(number, 2)})"
            number = max(number, 2) + 1
        taken.add(unique)
        result.append(unique)
    return tuple(result)


def _usual_width(rows: Sequence[list[str]]) -> int:
    """The width that most rows have; the wider one where two are as common."""
    widths = Counter(_filled_width(row) for row in rows if any(cell.strip() for cell in row))
    if not widths:
        raise Invalid("The file has no rows.")
    full = {width: n for width, n in widths.items() if width > 1} or widths
    return max(full, key=lambda width: (full[width], width))


def _filled_width(row: Sequence[str]) -> int:
    """The width without empty cells at the end."""
    return next((n for n in range(len(row), 0, -1) if row[n - 1].strip()), 0)


def _all_values(cells: Sequence[str]) -> bool:
    """Whether a row holds values rather than names: numbers, dates, URLs."""
    filled = [cell for cell in cells if cell]
    return bool(filled) and sum(map(looks_like_value, filled)) * 2 > len(filled)


def _regularity(text: str, delimiter: str) -> float:
    """How well the delimiter explains the first records: share of the commonest width × columns."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(reader, range(LOOKED_AT), strict=False):
            if any(row):
                widths[len(row)] += 1
    except csv.Error:
        pass
    wide = {width: n for width, n in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, n = max(wide.items(), key=lambda item: (item[1], item[0]))
    return n / sum(widths.values()) * (1 + min(width, 50) / 100)


def _wide(start: bytes) -> str | None:
    """UTF-16 without a mark: every other byte is NUL."""
    head = start[:2000]
    if len(head) < 8:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.05:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.05:
        return "utf-16-be"
    return None


def _binary(start: bytes) -> bool:
    """Control characters that no text has; single NULs are forgiven (broken exports have them)."""
    head = start[:4096]
    odd = sum(1 for byte in head if byte < 9 or 13 < byte < 32)
    return odd > max(8, len(head) * 0.1)


def _guessed(start: bytes) -> str:
    """The likeliest old encoding. Of two that are mixed the one in which most is written: stray
    bytes are read as Windows would.
    """
    text = start.decode("utf-8", "replace")
    strange = text.count("\ufffd")
    if sum(map(text.count, set(text) - _ASCII)) >= 2 * strange:
        return "utf-8"
    return encodings.likeliest(start)
