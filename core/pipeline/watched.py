"""Lists laid in the watched folder of a campaign, `<data folder>/inbox-lists/<client>/<campaign>/`.

Safe to run twice, beside itself, or to be killed: the same bytes are queued once, so a crash before
the file is moved does no harm.
"""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from core.domain.access import SYSTEM
from core.domain.states import CampaignState
from core.errors import AicmoError, Invalid
from core.intake import sniff
from core.pipeline.report import Report
from core.runtime import Runtime
from core.services import campaign_settings, import_plan, imports, mappings
from db.models import Campaign, Client
from db.session import reading, transaction

FOLDER = "inbox-lists"
LISTS = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods")
RESTS = timedelta(seconds=10)  # a file that was written to since then may still grow
DONE, FAILED = "done", "failed"


class _Grows(AicmoError):
    """The file is being written to: the next run looks again."""


def run(rt: Runtime, *, campaign_id: int | None = None) -> Report:
    """Queues every finished list of campaigns that watch their folder; it is moved to `done`, or
    with the reason to `failed`. Counts: queued, refused.
    """
    report = Report()
    for one, client_id, folder in _folders(rt, campaign_id):
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(folder.iterdir()):
            if _is_list(file) and _rests(rt, file):
                report += _queue(rt, one, client_id, file)
    return report


def _folders(rt: Runtime, campaign_id: int | None) -> Iterator[tuple[int, int, Path]]:
    query = select(Campaign.id, Campaign.client_id, Campaign.settings, Client.slug).join(
        Client, Client.id == Campaign.client_id
    )
    if campaign_id is None:
        query = query.where(Campaign.state == CampaignState.ACTIVE)
    else:
        query = query.where(Campaign.id == campaign_id)
    with reading(rt.sessions) as session:
        found = session.execute(query).all()
    for row in found:
        if campaign_settings.read(row.settings).watch_folder:
            yield row.id, row.client_id, folder_of(rt.data_dir, row.slug, row.id)


def folder_of(data_dir: Path, slug: str, campaign_id: int) -> Path:
    """The folder of one campaign."""
    return data_dir / FOLDER / slug / str(campaign_id)


def _is_list(file: Path) -> bool:
    hidden = file.name.startswith((".", "~"))
    return file.is_file() and not hidden and file.suffix.lower() in LISTS


def _rests(rt: Runtime, file: Path) -> bool:
    """Whether nobody has written to it for a while, by whichever clock is ahead."""
    with suppress(FileNotFoundError):
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return abs(rt.now() - written) >= RESTS
    return False


def _queue(rt: Runtime, campaign_id: int, client_id: int, file: Path) -> Report:
    try:
        queued = _start(rt, campaign_id, client_id, file)
    except _Grows:
        return Report()
    except Invalid as error:
        moved = _move(file, FAILED)
        moved.with_suffix(f"{moved.suffix}.reason.txt").write_text(error.sentence + "\n", "utf-8")
        return Report.of(f"{file.name}: {error.sentence}", refused=1)
    except FileNotFoundError:
        return Report()  # a twin was quicker
    _move(file, DONE)
    return Report.of(queued=1) if queued else Report()


def _start(rt: Runtime, campaign_id: int, client_id: int, file: Path) -> bool:
    """Queues the list under the mapping that its source was given before; False where the same
    bytes are in already.
    """
    sheet = sniff.sniff(file)
    with transaction(rt.sessions) as session:
        if import_plan.before(session, campaign_id, file) is not None:
            return False
        batch = imports.start(
            session, SYSTEM, campaign_id, file, folder=rt.data_dir / "imports",
            mapping=mappings.fitting(session, client_id, sheet), source="watched folder",
            opted_out=import_plan.says_opted_out(file.name), now=rt.now(),
        )  # fmt: skip
        kept = Path(batch.path or "")
        if import_plan.sha256_of(kept) != batch.sha256:
            kept.unlink()
            raise _Grows("The file grew while it was read.")
    return True


def _move(file: Path, to: str) -> Path:
    folder = file.parent / to
    folder.mkdir(exist_ok=True)
    place, number = folder / file.name, 2
    while place.exists():
        place, number = folder / f"{file.stem} ({number}){file.suffix}", number + 1
    with suppress(FileNotFoundError):  # a twin was quicker
        shutil.move(file, place)
    return place
