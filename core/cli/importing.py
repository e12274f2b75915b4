"""import: a list of people into a campaign, which is made where it does not exist."""

import json as json_
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from core.cli import approving, workspace
from core.cli.frame import Json, counts_line, note, opened, progress, say, say_json
from core.cli.workspace import Place
from core.domain.access import SYSTEM
from core.domain.states import BatchState
from core.errors import Invalid
from core.intake import sniff
from core.pipeline import harvest
from core.runtime import Runtime
from core.services import imports, mappings
from core.services.import_plan import policy_of, says_opted_out
from db.models import Campaign, ImportBatch
from db.session import reading, transaction

COUNTS = ("rows", "created", "updated", "duplicates", "suppressed", "rejected")
Mapping = dict[str, str | None]
SAVED: Mapping = {"": None}  # no file has such a heading


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put in, and how."""

    file: Path
    mapping: Mapping | None
    policy: str
    opted_out: bool
    encoding: str | None


def add_to(app: typer.Typer) -> None:
    """Puts the command on the command line."""
    app.command("import")(import_)


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV or XLSX.", exists=True, dir_okay=False)],
    campaign: Annotated[str, typer.Option(help="Made where it does not exist.")],
    mapping: Annotated[
        str | None,
        typer.Option(help="{heading: field or null} as JSON or a JSON file, or the word: saved."),
    ] = None,
    policy: Annotated[
        str, typer.Option(help="For people who are known: fill (gaps), overwrite, skip.")
    ] = "fill",
    opted_out: Annotated[
        bool | None,
        typer.Option(
            "--opted-out/--leads", help="Whether the list is of people who must not be written to."
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="Of the text, where the one found is wrong: cp1250, …")
    ] = None,
    client: Annotated[str | None, typer.Option(help="By default the first.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count only, write nothing.")] = False,
    auto_approve: Annotated[
        bool, typer.Option("--auto-approve", help="The campaign approves by itself.")
    ] = False,
    json: Json = False,
) -> None:
    """Put a list of people into a campaign."""
    started = time.perf_counter()
    nobody = _opted_out(file, opted_out)
    wanted = Wanted(file, _mapping(mapping), policy_of(policy), nobody, encoding)
    with opened() as rt:
        if dry_run:
            found = _preview(rt, campaign, client, wanted)
        else:
            found = _import(rt, campaign, client, wanted, auto_approve, quiet=json)
    found["seconds"] = round(time.perf_counter() - started, 3)
    if json:
        say_json(found)
    else:
        _say(found)


def _say(found: dict[str, Any]) -> None:
    say(counts_line({word: found[word] for word in COUNTS}))
    if found["rejects_file"]:
        say(f"Rejected rows with their reasons: {found['rejects_file']}")


def _opted_out(file: Path, said: bool | None) -> bool:
    if said is not None:
        return said
    found = says_opted_out(file.name)
    if found:
        note("By its name nobody in this list may be written to. If they may, say --leads.")
    return found


def _preview(rt: Runtime, campaign: str, client: str | None, wanted: Wanted) -> dict[str, Any]:
    """What the import would do. Whatever it needs is made in a session that is rolled back."""
    with reading(rt.sessions) as session:
        place = workspace.prepared(session, rt, campaign, client)
        seen = imports.preview(
            session, SYSTEM, place.campaign_id, wanted.file,
            mapping=_of_source(session, place, wanted), policy=wanted.policy,
            opted_out=wanted.opted_out, encoding=wanted.encoding, now=rt.now(),
        )  # fmt: skip
        session.rollback()
    if seen.warning:
        note(seen.warning)
    return {
        "batch": None,
        "mapping": dict(seen.mapping),
        "confidence": dict(seen.confidence),
        **{word: getattr(seen, word) for word in COUNTS},
        "rejects_file": None,
    }


def _import(
    rt: Runtime,
    campaign: str,
    client: str | None,
    wanted: Wanted,
    auto_approve: bool,
    *,
    quiet: bool,
) -> dict[str, Any]:
    with transaction(rt.sessions) as session:
        place = workspace.prepared(session, rt, campaign, client)
        batch_id = _queued(session, rt, place, wanted)
    for sentence in place.said:
        note(sentence)
    with progress(f"Importing {wanted.file.name}", quiet=quiet) as advance:
        harvest.run_batch(rt, batch_id, progress=advance)
    if place.made:
        _start(rt, place)
    if auto_approve:
        approving.turn_on(rt, place.campaign_id)
    with reading(rt.sessions) as session:
        batch = session.get_one(ImportBatch, batch_id)
        if batch.state is BatchState.FAILED:
            raise Invalid(batch.error or f"{wanted.file.name} could not be imported.")
        return {
            "batch": batch.id,
            "mapping": dict(batch.mapping.get("columns", {})),
            "confidence": dict(batch.mapping.get("confidence", {})),
            **{word: getattr(batch, word) for word in COUNTS},
            "rejects_file": batch.rejects_path,
        }


def _queued(session: Session, rt: Runtime, place: Place, wanted: Wanted) -> int:
    batch = imports.start(
        session,
        SYSTEM,
        place.campaign_id,
        wanted.file,
        folder=rt.data_dir / "imports",
        mapping=_of_source(session, place, wanted),
        policy=wanted.policy,
        opted_out=wanted.opted_out,
        encoding=wanted.encoding,
        source="command line",
        now=rt.now(),
    )
    return batch.id


def _of_source(session: Session, place: Place, wanted: Wanted) -> Mapping | None:
    """The mapping that was given; where that is the saved one, the client's for these headings."""
    if wanted.mapping is not None and wanted.mapping != SAVED:
        return wanted.mapping
    client_id = session.get_one(Campaign, place.campaign_id).client_id
    sheet = sniff.sniff(wanted.file, wanted.encoding)
    found = mappings.fitting(session, client_id, sheet)
    if wanted.mapping is None:
        if found is not None:
            note("The client has a saved mapping for these headings: --mapping saved uses it.")
        return None
    if found is None:
        raise Invalid("The client has no saved mapping for these headings. Save one on the page.")
    return found


def _start(rt: Runtime, place: Place) -> None:
    with transaction(rt.sessions) as session:
        waits = workspace.started(session, rt, place.campaign_id)
    if waits:
        note(waits)


def _mapping(given: str | None) -> Mapping | None:
    """The mapping from JSON text or a JSON file; Invalid where it is neither."""
    if given is None or given == "saved":
        return SAVED if given else None
    try:
        text = given if given.lstrip().startswith("{") else Path(given).read_text("utf-8")
        found = json_.loads(text)
    except (OSError, ValueError):
        raise Invalid(f"The mapping {given} is neither JSON nor a JSON file.") from None
    if not isinstance(found, dict) or any(
        not isinstance(field, str | None) for field in found.values()
    ):
        raise Invalid("A mapping says {heading: field} or {heading: null}.")
    return found
