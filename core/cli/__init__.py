"""The command line, thin: each command calls what pages and jobs call, and prints what came of it.

Exit codes: 0 done, 1 refused or failed (one clear sentence on stderr), 2 used wrongly.
"""

import importlib
import sys
from collections.abc import Sequence

import typer
from sqlalchemy.exc import SQLAlchemyError

from core import logs
from core.errors import AicmoError

log = logs.get("cli")

ROOMS = {  # a command waits for its own room only
    "migrate": "setting_up",
    "doctor": "setting_up",
    "backup": "setting_up",
    "reencrypt": "sealing",
    "import": "importing",
    "search": "searching",
    "run": "running",
    "self-check": "running",
    "export": "exporting",
    "demo": "playing",
    "simulate": "playing",
    "user": "users",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; gives its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _app(given)(args=given, prog_name="python -m core")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except AicmoError as error:
        sys.stderr.write(f"{error.sentence}\n")
    except SQLAlchemyError as error:
        log.error("database failed", exc_info=error)
        sys.stderr.write("The database could not be reached or is busy. Is DATABASE_URL right?\n")
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        sys.stderr.write(f"{error.strerror or type(error).__name__}{where}.\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. What was done stays done.\n")
    except Exception as error:  # the outermost place: nobody else would say it
        log.error("command failed", exc_info=error)
        kind = type(error).__name__
        sys.stderr.write(f"This met an unexpected {kind}. Details are in logs/aicmo.log.\n")
    finally:
        logs.close()
    return 1


def _app(arguments: Sequence[str]) -> typer.Typer:
    """The command asked for, or all of them where none is named."""
    app = typer.Typer(
        help="AICMO from the command line. Every command takes --json for machines.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_always_by_name)
    asked = ROOMS.get(arguments[0]) if arguments else None
    for room in [asked] if asked else dict.fromkeys(ROOMS.values()):
        importlib.import_module(f"core.cli.{room}").add_to(app)
    return app


def _always_by_name() -> None:
    """AICMO from the command line. Every command takes --json for machines."""
