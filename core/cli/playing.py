"""demo and simulate: worlds that answer."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from core import migration
from core.cli.frame import Json, counts_line, note, opened, say, say_json, table
from core.services import library
from core.simulation import demo as demo_world
from core.simulation import rehearsal
from core.simulation.summary import Summary
from db.session import transaction


def add_to(app: typer.Typer) -> None:
    """Puts the commands on the command line."""
    app.command("demo")(demo)
    app.command("simulate")(simulate)


def demo(
    seed: Annotated[int, typer.Option(help="Another number makes other people.")] = demo_world.SEED,
    json: Json = False,
) -> None:
    """Fill the workspace with two clients and three months of history."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with opened(check_schema=False) as rt:
        migration.migrate(rt.engine)
        with transaction(rt.sessions) as session:
            library.install(session, rt.now())
        with Progress(*columns, console=console, transient=True) as bar:
            task = bar.add_task("Making the demo", total=None)
            made = demo_world.build(
                rt,
                seed=seed,
                progress=lambda done, total, what: bar.update(
                    task, completed=done, total=total, description=what
                ),
            )
    _people(made, to_stderr=json)
    if json:
        say_json(made.as_json())
    else:
        _tell(made)


def simulate(
    leads: Annotated[int, typer.Option(min=1, help="How many people there are.")] = 500,
    days: Annotated[int, typer.Option(min=1, help="How long it goes on.")] = 14,
    seed: Annotated[int, typer.Option(help="Another number makes another world.")] = 1,
    json: Json = False,
) -> None:
    """Play a world in bad weather on a database of its own, and check every promise."""
    with opened(check_schema=False) as rt:
        made = rehearsal.simulate(rt, leads=leads, days=days, seed=seed)
    if json:
        say_json(made.with_invariants())
    else:
        _tell(made)
    if made.broken:
        note(made.broken[0])
        raise typer.Exit(1)


def _people(made: Summary, *, to_stderr: bool) -> None:
    rows = [(person.username, person.password, person.role, person.sees) for person in made.people]
    if rows and not to_stderr:
        table(("user name", "password", "role", "sees"), rows)
    elif rows:
        note("\n".join(f"{name} / {password} ({role})" for name, password, role, _ in rows))


def _tell(made: Summary) -> None:
    say(f"Leads: {counts_line(made.leads)}")
    say(f"Messages: {counts_line(made.messages)}")
    say(f"Replies: {counts_line(made.replies)}")
    for path in made.deliverables:
        say(f"File: {path}")
    say(f"{made.seconds:.1f} s")
