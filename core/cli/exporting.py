"""export: a client's report or lead list as a file."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from core.cli.frame import Json, campaign_id_of, opened, say, say_json
from core.domain.access import SYSTEM
from core.domain.states import DeliverableKind
from core.pipeline import outputs
from db.session import reading


class Format(StrEnum):
    """What a file may be; a report is pdf or pptx, a lead list csv or xlsx."""

    PDF = "pdf"
    PPTX = "pptx"
    CSV = "csv"
    XLSX = "xlsx"


def add_to(app: typer.Typer) -> None:
    """Puts the command on the command line."""
    app.command("export")(export)


def export(
    kind: Annotated[DeliverableKind, typer.Argument(help="What to make.")],
    campaign: Annotated[str, typer.Option(help="The campaign it is about.")],
    format_: Annotated[Format, typer.Option("--format", help="pdf or pptx; csv or xlsx.")],
    out: Annotated[Path | None, typer.Option(help="Put a copy here.")] = None,
    client: Annotated[str | None, typer.Option(help="Whose campaign it is.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Without names.")] = False,
    json: Json = False,
) -> None:
    """Make a deliverable."""
    with opened() as rt:
        with reading(rt.sessions) as session:
            campaign_id = campaign_id_of(session, campaign, client)
        made = outputs.make(
            rt,
            SYSTEM,
            kind=kind,
            format=format_.value,
            campaign_id=campaign_id,
            now=rt.now(),
            anonymous=anonymous,
            out=out,
        )
    path = out or made.path
    if json:
        say_json(
            {
                "path": str(path),
                "kind": kind.value,
                "format": format_.value,
                "bytes": made.bytes,
                "sha256": made.sha256,
                "seconds": round(made.seconds, 3),
            }
        )
    else:
        say(f"{path} ({made.bytes:,} bytes)")
