"""What all commands share: the runtime, ways to speak, ways to find things by name."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core import logs
from core.errors import Invalid, NotFound
from core.runtime import Runtime, build
from db.models import Campaign, Client

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Advance = Callable[[int, int], None]  # done, of how many

CLI = "command line"


@contextmanager
def opened(*, check_schema: bool = True) -> Iterator[Runtime]:
    """The runtime, with logs in the data directory only: stderr is for sentences."""
    rt = build(check_schema=check_schema)
    logs.configure(rt.data_dir, to_stderr=False)
    try:
        yield rt
    finally:
        rt.close()


def say_json(found: Any) -> None:
    """One line of JSON on stdout."""
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")


def say(sentence: str) -> None:
    """A line for people on stdout."""
    sys.stdout.write(sentence + "\n")


def note(sentence: str) -> None:
    """A line for people on stderr, beside whatever machines read."""
    sys.stderr.write(sentence + "\n")


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table for people on stdout."""
    drawn = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(highlight=False).print(drawn)


@contextmanager
def progress(what: str, *, quiet: bool) -> Iterator[Advance]:
    """A bar on stderr, where somebody looks."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda done, total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def client_named(session: Session, name: str | None) -> Client | None:
    """The client of that name or slug; without a name the first. NotFound for a wrong name."""
    if name is None:
        return session.scalars(select(Client).order_by(Client.id).limit(1)).one_or_none()
    found = session.scalars(
        select(Client).where(or_(func.lower(Client.name) == name.lower(), Client.slug == name))
    ).one_or_none()
    if found is None:
        raise NotFound(f"There is no client called {name}.")
    return found


def campaign_named(session: Session, name: str, client: str | None = None) -> Campaign | None:
    """The campaign of that name, in the client named or in any; Invalid where several have it."""
    wanted = select(Campaign).where(func.lower(Campaign.name) == name.strip().lower())
    if client is not None:
        owner = client_named(session, client)
        wanted = wanted.where(Campaign.client_id == (owner.id if owner else 0))
    found = session.scalars(wanted.order_by(Campaign.id).limit(2)).all()
    if len(found) > 1:
        raise Invalid(f"Several clients have a campaign called {name}. Say which with --client.")
    return found[0] if found else None


def campaign_id_of(session: Session, name: str | None, client: str | None = None) -> int | None:
    """The id of the campaign of that name; None without a name; NotFound for a wrong one."""
    if name is None:
        return None
    found = campaign_named(session, name, client)
    if found is None:
        raise NotFound(f"There is no campaign called {name}.")
    return found.id


def counts_line(counts: Mapping[str, Any]) -> str:
    """Counts for people: `sent 3 · held 1`."""
    return " · ".join(f"{word.replace('_', ' ')} {n}" for word, n in counts.items()) or "nothing"
