"""What strangers may reach: no session, signed tokens. Part of the app, or served alone:
`uvicorn core.public.routes:app`.
"""

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.public.downloads import download
from core.public.shared import runtime_of
from core.public.unsubscribe import unsubscribe
from core.runtime import Runtime
from db.session import reading


async def health(request: Request) -> Response:
    """Whether this process serves and its database answers."""
    rt = await run_in_threadpool(runtime_of, request)
    alive = await run_in_threadpool(_answers, rt)
    return JSONResponse(
        {"status": "ok" if alive else "down"}, 200 if alive else 503, {"Cache-Control": "no-store"}
    )


def _answers(rt: Runtime) -> bool:
    try:
        with reading(rt.sessions) as session:
            return session.connection().exec_driver_sql("SELECT 1").scalar() == 1
    except SQLAlchemyError:
        return False


ROUTES = [
    Route("/health", health, methods=["GET"]),
    Route("/u/{token}", unsubscribe, methods=["GET", "POST"]),
    Route("/d/{token}", download, methods=["GET"]),
]

app = Starlette(routes=ROUTES)
