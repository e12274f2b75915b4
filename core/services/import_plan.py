"""How a file is to be read, and what an import of it would do. Nothing here writes."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import BatchState
from core.errors import Invalid
from core.intake import ahead, columns, moments, sniff, table
from core.intake.ahead import Row
from core.intake.columns import Mapped
from core.intake.differences import Differences
from core.intake.people import Reader
from core.intake.sniff import Sheet
from core.services import guard
from core.services.import_overwritten import Overwritten
from core.services.import_rows import Scale
from core.services.import_weighed import COUNTED, Double, Reject, Silenced, Target, Weighed
from db.models import Campaign, ImportBatch

CHUNK = 5_000
POLICIES = ("fill", "overwrite", "skip")
WORRYING = 0.25
SHOWN = 100
LETTERS = 40  # characters
_WORDS = re.compile(r"[^\W\d_]+")
_OPT_OUTS = re.compile(
    r"\b(unsubscribe[ds]?|opt(ed)? ?outs?|do not (e ?mail|contact|mail)|suppressions?|suppressed"
    r"|abgemeldete?|abmeldungen|désabonnés?|désinscrits?|descadastrados|disiscritti)\b"
)
NOT_IN = (BatchState.FAILED, BatchState.UNDOING, BatchState.UNDONE)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import of the file would do; nothing is written. Single rows are numbered as a
    spreadsheet numbers them.
    """

    headings: tuple[str, ...]
    mapping: dict[str, str | None]
    confidence: dict[str, float]
    samples: dict[str, tuple[str, ...]]
    rows: int
    created: int
    updated: int
    duplicates: int
    suppressed: int
    rejected: int
    rejects: tuple[Reject, ...]  # the first 100
    doubles: tuple[Double, ...]  # the first 100
    silenced: tuple[Silenced, ...]  # the first 100
    shares: dict[str, int]  # role, free, disposable, invalid
    warning: str | None
    again: datetime | None  # when the same file was put in before
    differences: Differences  # what stays though the file says otherwise
    overwritten: Overwritten  # companies
    letters: tuple[str, ...]  # cells that show whether the encoding is the right one
    sheet: Sheet


def plan(
    file: Path,
    mapping: Mapping[str, str | None] | None = None,
    encoding: str | None = None,
) -> tuple[Sheet, tuple[Mapped, ...], list[list[str]]]:
    """How a file is to be read: its sheet, its columns (`mapping` over the guess), a sample."""
    sheet = sniff.sniff(file, encoding)
    sample = table.sample(file, sheet)
    found = columns.guess(sheet.headings, sample)
    return sheet, columns.applied(sheet.headings, found, mapping or {}), sample


def preview(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    file: Path,
    *,
    now: datetime,
    mapping: Mapping[str, str | None] | None = None,
    policy: str = "fill",
    opted_out: bool = False,
    encoding: str | None = None,
    most: int | None = None,
) -> Preview:
    """What the import would do, row for row (or for the first `most` rows)."""
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.IMPORT)
    sheet, mapped, sample = plan(file, mapping, encoding)
    target = Target(campaign.client_id, campaign_id, policy_of(policy))
    reader = Reader(mapped, day_first=days_first(mapped, sample), opted_out=opted_out)
    rows = islice(table.rows(file, sheet), most)
    overwritten = Overwritten()
    total = _weighed(session, target, reader, rows, overwritten)
    _point_out(total, reader, file, sheet)
    return Preview(
        headings=sheet.headings,
        mapping={column.heading: column.field for column in mapped},
        confidence={column.heading: column.confidence for column in mapped},
        samples={name: _samples(sample, place) for place, name in enumerate(sheet.headings)},
        rows=total.rows,
        rejects=tuple(total.rejects),
        doubles=tuple(total.doubles),
        silenced=tuple(total.silenced),
        shares=total.shares,
        warning=_warning(mapped, total),
        again=before(session, campaign_id, file),
        differences=total.differences,
        overwritten=overwritten,
        letters=_letters(sample),
        sheet=sheet,
        **{word: total.counts[word] for word in COUNTED},
    )


def _weighed(
    session: Session,
    target: Target,
    reader: Reader,
    rows: Iterable[Row],
    overwritten: Overwritten,
) -> Weighed:
    total = Weighed()
    if not reader.has_address:
        total.rows = sum(1 for _ in rows)
        return total
    scale = Scale(target, reader)
    for chunk in ahead.batched(rows, CHUNK):
        weighed = scale.weigh(session, ahead.read(reader, chunk))
        _add_up(total, weighed)
        if target.policy == "overwrite":
            overwritten.look(weighed)
        scale.keep()
    return total


def document(
    sheet: Sheet,
    mapped: Sequence[Mapped],
    sample: Sequence[Sequence[str]],
    *,
    opted_out: bool = False,
) -> dict[str, Any]:
    """The plan as a batch keeps it, so that a run never has to guess again."""
    return {
        "sheet": {**asdict(sheet), "headings": list(sheet.headings)},
        "columns": {column.heading: column.field for column in mapped},
        "confidence": {column.heading: column.confidence for column in mapped},
        "day_first": days_first(mapped, sample),
        "opted_out": opted_out,
    }


def says_opted_out(filename: str) -> bool:
    """Whether a list's name says that it is of people who must not be written to."""
    words = " ".join(_WORDS.findall(filename.casefold().rpartition(".")[0] or filename))
    return _OPT_OUTS.search(words) is not None


def policy_of(word: str) -> str:
    """A known policy, else Invalid."""
    if word not in POLICIES:
        raise Invalid(f"There is no policy '{word}'. Known are: {', '.join(POLICIES)}.")
    return word


def sha256_of(file: Path) -> str:
    """The fingerprint of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def before(session: Session, campaign_id: int, file: Path) -> datetime | None:
    """When the same bytes were queued for the campaign, and are in it still; or None."""
    return session.execute(
        select(ImportBatch.created_at)
        .where(
            ImportBatch.campaign_id == campaign_id,
            ImportBatch.sha256 == sha256_of(file),
            ImportBatch.state.not_in(NOT_IN),
        )
        .order_by(ImportBatch.id)
        .limit(1)
    ).scalar_one_or_none()


def days_first(mapped: Sequence[Mapped], sample: Sequence[Sequence[str]]) -> bool:
    """How the file writes its dates, from all columns of dates together."""
    dates = ("created_at", "consent_at", "opt_out")
    places = [n for n, column in enumerate(mapped) if column.field in dates]
    return moments.days_first([row[n] for row in sample for n in places if n < len(row)])


def _samples(sample: Sequence[Sequence[str]], place: int) -> tuple[str, ...]:
    found = (row[place].strip()[:120] for row in sample if place < len(row))
    return tuple(islice((cell for cell in found if cell), 3))


def _letters(sample: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Short cells with letters that encodings write differently."""
    cells = (cell.strip() for row in sample for cell in row if not cell.isascii())
    told = dict.fromkeys(cell for cell in cells if len(cell) <= LETTERS and "@" not in cell)
    return tuple(islice(told, 4))


def _add_up(total: Weighed, one: Weighed) -> None:
    total.rows += one.rows
    for counts, more in ((total.counts, one.counts), (total.shares, one.shares)):
        for word, number in more.items():
            counts[word] += number
    total.differences.add(one.differences)
    total.rejects += one.rejects[: max(0, SHOWN - len(total.rejects))]
    total.doubles += one.doubles[: max(0, SHOWN - len(total.doubles))]
    total.silenced += one.silenced[: max(0, SHOWN - len(total.silenced))]


def _name_earlier_rows(doubles: list[Double], reader: Reader, rows: Iterable[Row]) -> None:
    """Of what the doubles within the file are doubles: read again, as far as the last of them."""
    asked = {one.key: one for one in reversed(doubles) if one.of_row == 0}
    if not asked:
        return
    for number, cells in rows:
        if not asked:
            return
        found = asked.pop(reader.email_of(cells) or "", None)
        for one in doubles if found else ():
            if one.of_row == 0 and found and one.key == found.key:
                one.of_row = number


def _point_out(total: Weighed, reader: Reader, file: Path, sheet: Sheet) -> None:
    """Single rows by their places in the file, where a person looks for them."""
    _name_earlier_rows(total.doubles, reader, table.rows(file, sheet))
    numbers = {bad.row_no for bad in total.rejects} | {one.row_no for one in total.silenced}
    numbers |= {one.row_no for one in total.doubles}
    numbers |= {one.of_row for one in total.doubles if one.of_row}
    place = table.places(file, sheet, numbers)
    total.rejects = [replace(bad, row_no=place[bad.row_no]) for bad in total.rejects]
    for silenced in total.silenced:
        silenced.row_no = place[silenced.row_no]
    for one in total.doubles:
        one.row_no = place[one.row_no]
        one.of_row = place[one.of_row] if one.of_row else one.of_row


def _warning(mapped: Sequence[Mapped], total: Weighed) -> str | None:
    """What a person should know before saying yes."""
    if not any(column.field == "email" for column in mapped):
        return "No column holds e-mail addresses: name the right column before you go on."
    bad = total.shares["invalid"] + total.shares["disposable"]
    if total.rows and bad / total.rows > WORRYING:
        share = round(100 * bad / total.rows)
        return f"{share}% of the rows have an unusable or throw-away address. Is this list good?"
    return None
