"""What strangers may reach: no session, signed tokens. Part of the app, or served alone:
`uvicorn core.public.routes:app`.
"""

from starlette.applications import Starlette
from starlette.routing import Route

from core.public.downloads import download
from core.public.health import health, ready
from core.public.unsubscribe import unsubscribe

ROUTES = [
    Route("/health", health, methods=["GET"]),
    Route("/ready", ready, methods=["GET"]),
    Route("/u/{token}", unsubscribe, methods=["GET", "POST"]),
    Route("/d/{token}", download, methods=["GET"]),
]

app = Starlette(routes=ROUTES)
