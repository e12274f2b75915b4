"""Imports: what a file would do, a batch queued, its chunks taken, its end recorded.

Every row in counts once: created + updated + duplicates + suppressed + rejected = rows, always.
"""

import re
import shutil
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.domain.states import BatchState, Role
from core.errors import Invalid, Stale
from core.intake import ahead, columns, differences, table
from core.intake.ahead import Order, Read
from core.intake.columns import Mapped
from core.intake.differences import Differences
from core.intake.people import Reader
from core.intake.sniff import Sheet
from core.services import audit, custom_fields, guard, import_plan, import_store, tags
from core.services.import_plan import CHUNK, Preview, plan, preview
from core.services.import_rows import Scale
from core.services.import_weighed import COUNTED, Target, Weighed
from db.models import Campaign, ImportBatch, ImportReject, User, UserClient

__all__ = ["CHUNK", "Preview", "Work", "begin", "fail", "finish", "plan", "preview"]
__all__ += ["rejected_rows", "start", "take"]


@dataclass(frozen=True, slots=True)
class Work:
    """A batch as a run needs it."""

    batch_id: int
    target: Target
    path: Path
    name: str
    source: str
    sheet: Sheet
    columns: tuple[Mapped, ...]
    day_first: bool
    opted_out: bool
    rows: int
    done: int
    owners: Mapping[str, int]

    def scale(self) -> Scale:
        """A scale that remembers the rows that were done."""
        reader = Reader(self.columns, day_first=self.day_first, opted_out=self.opted_out)
        scale = Scale(self.target, reader)
        scale.remember(islice(table.rows(self.path, self.sheet), self.done))
        return scale

    def chunks(self) -> Generator[list[Read]]:
        """The rows that are left, cleaned; to be closed."""
        order = Order(
            self.path, self.sheet, self.columns, self.day_first, self.done, CHUNK, self.opted_out
        )
        return ahead.chunks(order, rows=self.rows)

    def cells(self, row_no: int) -> list[str]:
        """What stood in one row."""
        return next(table.rows(self.path, self.sheet, start=row_no - 1))[1]


def start(
    session: Session,
    viewer: Viewer,
    campaign_id: int,
    file: Path,
    *,
    folder: Path,
    now: datetime,
    filename: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    policy: str = "fill",
    source: str = "upload",
    opted_out: bool = False,
    encoding: str | None = None,
) -> ImportBatch:
    """Queues a file: copied to `folder`, so that the import can go on after a crash or a reboot.

    `opted_out`: nobody in it may be written to; they become suppressions. `encoding`: of a text, as
    a person chose it.
    """
    campaign = guard.owned(session, viewer, Campaign, campaign_id, Act.IMPORT)
    sheet, mapped, sample = plan(file, mapping, encoding)
    _must_have_addresses(mapped)
    name, sha256 = Path(filename or file.name).name[:200], import_plan.sha256_of(file)
    kept = _kept(file, folder, f"{sha256[:16]}-{name}")
    batch = ImportBatch(
        client_id=campaign.client_id,
        campaign_id=campaign_id,
        filename=name,
        path=str(kept),
        sha256=sha256,
        source=source[:80],
        mapping=import_plan.document(sheet, mapped, sample, opted_out=opted_out),
        policy=import_plan.policy_of(policy),
        state=BatchState.QUEUED,
        rows=sum(1 for _ in table.rows(kept, sheet)),
        created_by_id=viewer.user_id,
        created_at=now,
    )
    session.add(batch)
    session.flush()
    custom_fields.recognise(session, viewer, batch.client_id, _own(mapped, sample), now=now)
    told = {"file": name, "campaign": campaign.name, "rows": batch.rows}
    audit.of(session, viewer, "import started", batch, now, after=told)
    return batch


def _own(mapped: Sequence[Mapped], sample: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Heading → some cells, for the columns that become fields of the client's own."""
    first = columns.address(mapped)
    spare = (at for at, one in enumerate(mapped) if one.field == "email" and at != first)
    bare = (at for at, one in enumerate(mapped) if one.field is None)
    own = {mapped[at].heading: at for at in (*bare, *spare)}
    return {name: [row[at] for row in sample if at < len(row)] for name, at in own.items()}


def _must_have_addresses(mapped: Sequence[Mapped]) -> None:
    if not any(column.field == "email" for column in mapped):
        raise Invalid(
            "No column holds e-mail addresses. Name the right column, or add one to the file."
        )


def _kept(file: Path, folder: Path, name: str) -> Path:
    """A copy under a name that no shell or file system minds; whole or not there at all."""
    kept = folder / re.sub(r"[^A-Za-z0-9._-]+", "_", name)[-100:]
    folder.mkdir(parents=True, exist_ok=True)
    if not kept.exists():
        partial = kept.with_suffix(f"{kept.suffix}.part")
        shutil.copyfile(file, partial)
        partial.replace(kept)
    return kept


def begin(session: Session, viewer: Viewer, batch_id: int) -> Work | None:
    """The batch as work, marked as running; None where it is done or failed."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    session.refresh(batch, with_for_update=True)
    if batch.state not in (BatchState.QUEUED, BatchState.RUNNING) or batch.campaign_id is None:
        return None
    batch.state = BatchState.RUNNING
    path = Path(batch.path or "")
    if not path.is_file():
        raise Invalid(f"The file of this import is gone: {path.name}. Put it in again.")
    document = batch.mapping
    sheet = Sheet(**{**document["sheet"], "headings": tuple(document["sheet"]["headings"])})
    mapped = tuple(
        Mapped(heading, document["columns"].get(heading), document["confidence"].get(heading, 0.0))
        for heading in sheet.headings
    )
    return Work(
        batch_id=batch.id,
        target=Target(batch.client_id, batch.campaign_id, batch.policy, batch.id),
        path=path,
        name=batch.filename,
        source=batch.source,
        sheet=sheet,
        columns=mapped,
        day_first=bool(document.get("day_first", True)),
        opted_out=bool(document.get("opted_out", False)),
        rows=batch.rows,
        done=batch.rows_done,
        owners=_owners(session, batch.client_id),
    )


def take(
    session: Session,
    viewer: Viewer,
    work: Work,
    weighed: Weighed,
    *,
    done: int,
    now: datetime,
) -> None:
    """Stores one weighed chunk after the `done` rows before it, and moves the mark with it.

    The mark is what makes a second worker harmless: whoever comes second finds it moved.
    """
    moved = session.execute(
        update(ImportBatch)
        .where(
            ImportBatch.id == work.batch_id,
            ImportBatch.rows_done == done,
            ImportBatch.state == BatchState.RUNNING,
        )
        .values(
            rows_done=done + weighed.rows,
            **{word: getattr(ImportBatch, word) + weighed.counts[word] for word in COUNTED},
        )
        .returning(ImportBatch.id)
    ).scalar_one_or_none()
    if moved is None:
        raise Stale("Somebody else goes on with this import.")
    import_store.store(
        session,
        viewer,
        work.target,
        weighed,
        batch_id=work.batch_id,
        name=work.name,
        source=work.source,
        owners=work.owners,
        now=now,
    )
    if "tags" in weighed.contact_columns:
        _follow_tags(session, viewer, work, weighed, now)
    if weighed.differences.counts:
        _note_differences(session, work.batch_id, weighed.differences)


def _note_differences(session: Session, batch_id: int, found: Differences) -> None:
    """Adds those of a chunk; the row is ours, as its mark was just moved."""
    before = select(ImportBatch.differences).where(ImportBatch.id == batch_id)
    total = differences.read(session.execute(before).scalar_one())
    total.add(found)
    mark = update(ImportBatch).where(ImportBatch.id == batch_id)
    session.execute(mark.values(differences=total.document()))


def _follow_tags(
    session: Session, viewer: Viewer, work: Work, weighed: Weighed, now: datetime
) -> None:
    tagged = {
        one.id: one.values["tags"]
        for one in weighed.contacts.values()
        if one.id is not None and one.changed and one.values.get("tags")
    }
    tags.follow(session, viewer, work.target.client_id, tagged, now=now)


def finish(
    session: Session, viewer: Viewer, batch_id: int, *, rejects_path: Path | None, now: datetime
) -> ImportBatch:
    """The end of a batch that took every row."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    session.refresh(batch, with_for_update=True)
    if batch.state is not BatchState.RUNNING:
        raise Stale("This import was stopped.")
    batch.state, batch.finished_at = BatchState.COMPLETED, now
    batch.rows = batch.rows_done
    batch.rejects_path = str(rejects_path) if rejects_path else None
    counts = {word: getattr(batch, word) for word in COUNTED}
    audit.of(session, viewer, "import finished", batch, now, after=counts)
    session.flush()
    return batch


def fail(session: Session, viewer: Viewer, batch_id: int, sentence: str, *, now: datetime) -> None:
    """Gives a batch up with a sentence; what was taken stays."""
    batch = guard.owned(session, viewer, ImportBatch, batch_id, Act.IMPORT)
    session.refresh(batch, with_for_update=True)
    if batch.state not in (BatchState.QUEUED, BatchState.RUNNING):
        return
    batch.state, batch.error, batch.finished_at = BatchState.FAILED, sentence, now
    audit.of(session, viewer, "import failed", batch, now, after={"error": sentence})


def rejected_rows(session: Session, batch_id: int) -> Iterator[list[str]]:
    """The rejected rows of a batch in their order: cells first, then the reason."""
    found = session.execute(
        select(ImportReject.cells, ImportReject.reason)
        .where(ImportReject.batch_id == batch_id)
        .order_by(ImportReject.row_no)
        .execution_options(yield_per=1000)
    )
    for cells, reason in found:
        yield [*cells, reason]


def _owners(session: Session, client_id: int) -> dict[str, int]:
    """The people who may own leads of a client, by everything an export may call them."""
    found = session.execute(
        select(User.id, User.name, User.username, User.email)
        .outerjoin(UserClient, UserClient.user_id == User.id)
        .where(
            User.disabled_at.is_(None),
            or_(UserClient.client_id == client_id, User.role == Role.ADMIN),
        )
    )
    return {
        name.casefold(): row.id for row in found for name in (row.name, row.username, row.email)
    }
