"""Making a deliverable: ordered in one transaction, built outside any, put up in another.

Killed in between, the row stays `making` and is marked as interrupted an hour later; the next
attempt is a new edition, and no half-written file is ever seen.
"""

import re
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from core.domain.access import Viewer
from core.domain.periods import Period
from core.domain.report_rows import INDIGO, TEAL, Brand, ReportRows
from core.domain.states import DeliverableKind
from core.errors import AicmoError, Invalid
from core.exports import deck, report, sheets, store
from core.exports.store import Stored
from core.queries import clients, report_snapshot
from core.queries import deliverables as rows_of
from core.runtime import Runtime
from core.services import deliverables
from core.services.deliverables import Order
from db.session import reading, transaction

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_SVG_HEAD, _DOTTED = b"<svg", (b"\x89PNG", b"\xff\xd8\xff")
LARGEST_LOGO = 2_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file."""

    deliverable_id: int
    path: Path
    kind: DeliverableKind
    file_format: str
    bytes: int
    sha256: str
    seconds: float


def make(
    rt: Runtime,
    viewer: Viewer,
    kind: DeliverableKind,
    format: str,  # noqa: A002 - the word of the command line
    *,
    now: datetime,
    campaign_id: int | None = None,
    client_id: int | None = None,
    period: Period | None = None,
    anonymous: bool = False,
    out: Path | None = None,
) -> Made:
    """Orders and completes a deliverable; `out` gets a copy. Without a period: all time."""
    made = complete(
        rt,
        viewer,
        order(
            rt, viewer, kind, format, now=now, campaign_id=campaign_id, client_id=client_id,
            period=period, anonymous=anonymous,
        ),
    )  # fmt: skip
    if out is not None:
        _copy(made.path, out)
    return made


def order(
    rt: Runtime,
    viewer: Viewer,
    kind: DeliverableKind,
    file_format: str,
    *,
    now: datetime,
    campaign_id: int | None = None,
    client_id: int | None = None,
    period: Period | None = None,
    anonymous: bool = False,
) -> Order:
    """Checks permission and notes what is to be made: quick, so that a page can say no at once."""
    with transaction(rt.sessions) as session:
        if period is None:
            period = rows_of.whole_time(
                session, viewer, today=now.date(), campaign_id=campaign_id, client_id=client_id
            )
        return deliverables.plan(
            session, viewer, kind, file_format, period=period, now=now, campaign_id=campaign_id,
            client_id=client_id, anonymous=anonymous,
        )  # fmt: skip


def complete(rt: Runtime, viewer: Viewer, ordered: Order) -> Made:
    """Builds the file and puts it up for review; whatever goes wrong is noted with the order."""
    started = time.perf_counter()
    reason = deliverables.INTERRUPTED
    try:
        stored, snapshot = _BUILD[ordered.kind](rt, viewer, ordered)
        with transaction(rt.sessions) as session:
            deliverables.finish(
                session, viewer, ordered.id, path=stored.path, size=stored.bytes,
                sha256=stored.sha256, snapshot=snapshot, now=rt.now(),
            )  # fmt: skip
        reason = ""
    except AicmoError as error:
        reason = error.sentence
        raise
    finally:
        if reason:
            with transaction(rt.sessions) as session:
                deliverables.fail(session, viewer, ordered.id, reason, now=rt.now())
    return Made(
        ordered.id, store.locate(rt.data_dir, stored.path), ordered.kind, ordered.file_format,
        stored.bytes, stored.sha256, time.perf_counter() - started,
    )  # fmt: skip


def _build_report(rt: Runtime, viewer: Viewer, ordered: Order) -> tuple[Stored, Mapping[str, Any]]:
    rows = _rows(rt, viewer, ordered)
    raw = report.pdf(rows) if ordered.file_format == "pdf" else deck.pptx(rows)
    stored = _saved(rt, ordered, lambda out: _written(out, raw))
    return stored, _numbers(rows)


def _build_list(rt: Runtime, viewer: Viewer, ordered: Order) -> tuple[Stored, Mapping[str, Any]]:
    count = 0

    def write(out: BinaryIO) -> None:
        nonlocal count
        writer = sheets.write_csv if ordered.file_format == "csv" else sheets.write_xlsx
        count = writer(out, rows_of.HEADING, _pages(rt, viewer, ordered))

    stored = _saved(rt, ordered, write)
    return stored, {"rows": count}


_BUILD = {DeliverableKind.REPORT: _build_report, DeliverableKind.LEAD_LIST: _build_list}


def _rows(rt: Runtime, viewer: Viewer, ordered: Order) -> ReportRows:
    with reading(rt.sessions) as session:
        client = clients.one(session, viewer, ordered.client_id)
        if client is None:
            raise Invalid("The client is gone.")
        return report_snapshot.of(
            session, viewer, client_id=client.id, campaign_id=ordered.campaign_id,
            period=ordered.period, brand=brand_of(rt.data_dir, client.name, client.brand),
            title=ordered.title, now=rt.now(), anonymous=ordered.anonymous,
        )  # fmt: skip


def _pages(rt: Runtime, viewer: Viewer, ordered: Order) -> Iterator[list[tuple[Any, ...]]]:
    """Pages of rows, each read in a session of its own."""
    after = 0
    while True:
        with reading(rt.sessions) as session:
            found = rows_of.leads(
                session, viewer, client_id=ordered.client_id, campaign_id=ordered.campaign_id,
                after=after,
            )  # fmt: skip
        if not found:
            return
        after = found[-1][0]
        yield [cells for _, cells in found]


def brand_of(data_dir: Path, name: str, look: Mapping[str, Any]) -> Brand:
    """A client's look; what cannot be used (a colour, a logo) falls back to plain."""
    colours = {
        part: str(look.get(part) or "") if _COLOUR.fullmatch(str(look.get(part) or "")) else plain
        for part, plain in (("primary", INDIGO), ("secondary", TEAL))
    }
    logo = _picture(data_dir, str(look.get("logo") or ""))
    dotted = logo
    if logo is not None and not logo.startswith(_DOTTED):  # a drawn logo: its dotted twin, if any
        dotted = _picture(data_dir, str(Path(str(look["logo"])).with_suffix(".png")))
    return Brand(name, colours["primary"], colours["secondary"], logo, dotted)


def _picture(data_dir: Path, path: str) -> bytes | None:
    """A picture below the data directory; None for anything that is no picture of ours."""
    place = (data_dir / path).resolve()
    if not path or not place.is_relative_to(data_dir.resolve()) or not place.is_file():
        return None
    if place.stat().st_size > LARGEST_LOGO:
        return None
    raw = place.read_bytes()
    return raw if raw.startswith(_DOTTED) or _SVG_HEAD in raw[:1000] else None


def _saved(rt: Runtime, ordered: Order, write: Any) -> Stored:
    name = store.file_name(ordered.title, ordered.edition, ordered.file_format)
    return store.save(rt.data_dir, ordered.slug, ordered.id, name, write)


def _written(out: BinaryIO, raw: bytes) -> None:
    out.write(raw)


def _numbers(rows: ReportRows) -> dict[str, Any]:
    """What the deliverable's row keeps, so that a number can be looked up later."""
    now = rows.now
    return {
        "figures": {name: getattr(now, name) for name in now.__slots__},
        "period": [rows.period.first.isoformat(), rows.period.last.isoformat()],
        "currency": rows.currency,
    }


def _copy(made: Path, out: Path) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, out)
    except OSError as error:
        raise Invalid(f"The copy could not be written to {out}: {error.strerror}.") from error
