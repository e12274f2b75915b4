"""Work on many leads that people began: a chunk after the other, a list written as a file.

Safe to run twice, beside itself, or to be killed: a job is claimed, a chunk moves its mark in the
transaction that does it, and a file is moved to its place when it is whole.
"""

from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.domain.lists import BulkAct
from core.errors import AicmoError
from core.exports import sheets, words
from core.pipeline.report import Report
from core.queries import lead_columns, leads, marks
from core.queries.lead_columns import LeadColumn
from core.runtime import Runtime
from core.services import bulk_work
from core.services.bulk_work import Taken
from db.session import reading, transaction

FOLDER = "exports"


def run(rt: Runtime, *, campaign_id: int | None = None, limit: int | None = None) -> Report:
    """Takes up every job that nobody works on. They are nobody's campaign's: `campaign_id` changes
    nothing; `limit` is a number of jobs.
    """
    with reading(rt.sessions) as session:
        ids = bulk_work.waiting(session, now=rt.now(), limit=limit or 20)
    report = Report()
    for job_id in ids:
        if rt.stopping():
            break
        report += run_one(rt, job_id)
    return report


def run_one(rt: Runtime, job_id: int) -> Report:
    """Does what is left of a job, unless somebody else does; what is refused ends it with a
    sentence.
    """
    try:
        with transaction(rt.sessions) as session:
            taken = bulk_work.take(session, job_id, now=rt.now())
        if taken is None:
            return Report()
        if taken.act is BulkAct.EXPORT:
            return _export(rt, taken)
        return _chunks(rt, taken)
    except AicmoError as error:
        with transaction(rt.sessions) as session:
            bulk_work.fail(session, job_id, error.sentence, now=rt.now())
        return Report.of(error.sentence, failed=1)


def _chunks(rt: Runtime, taken: Taken) -> Report:
    more = True
    while more:
        with transaction(rt.sessions) as session:
            if rt.stopping():
                bulk_work.release(session, taken.id)
                return Report()
            more = bulk_work.step(session, taken, now=rt.now())
    return Report.of(jobs=1)


def _export(rt: Runtime, taken: Taken) -> Report:
    """Writes the list anew from its beginning: half a file is of no use to anybody."""
    with reading(rt.sessions) as session:
        fields = marks.fields(session, taken.viewer, hidden=True)
    columns = lead_columns.exported(taken.params["columns"], fields)
    kind = taken.params["format"]
    path = rt.data_dir / FOLDER / f"leads-{rt.now():%Y-%m-%d}-{taken.id}.{kind}"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    write = sheets.write_csv if kind == "csv" else sheets.write_xlsx
    try:
        with part.open("wb") as out:
            rows = write(out, [column.heading for column in columns], _pages(rt, taken, columns))
        part.replace(path)
    finally:
        with suppress(FileNotFoundError):
            part.unlink()
    with transaction(rt.sessions) as session:
        kept = str(path.relative_to(rt.data_dir))
        ended = bulk_work.exported(session, taken, rows=rows, path=kept, now=rt.now())
    if not ended:
        path.unlink()
    return Report.of(jobs=1, rows=rows)


def _pages(
    rt: Runtime, taken: Taken, columns: tuple[LeadColumn, ...]
) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of the list, a chunk in a session of its own; none any more where it was stopped."""
    cursor: str | None = None
    done = 0
    while True:
        with reading(rt.sessions) as session:
            ids, cursor = bulk_work.ids_of(session, taken, cursor)
            rows = leads.rows(session, taken.viewer, ids)
        yield [tuple(_cell(column.value(row)) for column in columns) for row in rows]
        done += len(rows)
        with transaction(rt.sessions) as session:
            goes_on = bulk_work.exported(session, taken, rows=done, now=rt.now())
        if cursor is None or not goes_on:
            return


def _cell(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return words.stored(value)
    if isinstance(value, tuple | list):
        return "; ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value


def file_of(data_dir: Path, kept: str) -> Path | None:
    """The file of an export; None where it is gone."""
    place = (data_dir / kept).resolve()
    inside = place.is_relative_to((data_dir / FOLDER).resolve())
    return place if inside and place.is_file() else None
