"""Whether this process lives, and whether the installation can do its work. For watchers outside:
words and seconds, nothing of the agency.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core import schema
from core.domain.access import SYSTEM
from core.errors import SetupError
from core.public.shared import runtime_of
from core.queries import health as known
from core.runtime import Runtime
from db.session import reading

SILENT = timedelta(minutes=3)  # a scheduler beats every 20 seconds
NO_STORE = {"Cache-Control": "no-store"}

Part = dict[str, Any]


async def health(_request: Request) -> Response:
    """Liveness: this process serves. What lies behind it is told by `ready`: to start a process
    anew mends no database.
    """
    return JSONResponse({"status": "ok"}, headers=NO_STORE)


async def ready(request: Request) -> Response:
    """200 where every part is well, else 503; `?part=` (again and again) asks for some only."""
    wanted = request.query_params.getlist("part") or list(PARTS)
    if unknown := set(wanted) - set(PARTS):
        said = f"There is no part {min(unknown)}. Known are: {', '.join(PARTS)}."
        return JSONResponse({"status": "unknown", "said": said}, 400, NO_STORE)
    parts = await run_in_threadpool(_parts, request, wanted)
    well = all(part["ok"] for part in parts.values())
    told = {"status": "ready" if well else "not ready", "parts": parts}
    return JSONResponse(told, 200 if well else 503, NO_STORE)


def _parts(request: Request, wanted: list[str]) -> dict[str, Part]:
    try:
        rt = runtime_of(request)
    except SetupError:  # an old schema; the process was started on a newer one, or without a check
        return {
            name: _bad("The app is not set up. Its log and `doctor` say why.") for name in wanted
        }
    except SQLAlchemyError:
        return {name: _bad(AWAY) for name in wanted}
    return {name: _asked(partial(PARTS[name], rt)) for name in wanted}


def _asked(ask: Callable[[], Part]) -> Part:
    try:
        return ask()
    except SQLAlchemyError:
        return _bad(AWAY)


def _database(rt: Runtime) -> Part:
    with reading(rt.sessions) as session:
        session.connection().exec_driver_sql("SELECT 1").scalar_one()
    return {"ok": True}


def _schema(rt: Runtime) -> Part:
    at_head = schema.current(rt.engine) == schema.newest()
    return {"ok": True} if at_head else _bad(schema.MEND)


def _scheduler(rt: Runtime) -> Part:
    with reading(rt.sessions) as session:
        age = known.scheduler_age(session, SYSTEM, rt.now())
    if age is None:
        return _bad("No scheduler runs. Start one: python scheduler.py") | {"seconds": None}
    told: Part = {"ok": age <= SILENT, "seconds": round(age.total_seconds())}
    return told if told["ok"] else told | {"said": "The scheduler fell silent. Start it again."}


def _bad(said: str) -> Part:
    return {"ok": False, "said": said}


NOT_SET_UP = "The app is not set up. `python -m core doctor` says why."
AWAY = "The database does not answer."
PARTS: Mapping[str, Callable[[Runtime], Part]] = {
    "database": _database,
    "schema": _schema,
    "scheduler": _scheduler,
}
