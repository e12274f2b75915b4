"""Simulated people press the button of our unsubscribe link: a POST through the real public route,
without a network.
"""

import asyncio
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.types import Message, Scope

from core.public.routes import ROUTES
from core.runtime import Runtime


def press_unsubscribe(rt: Runtime, url: str) -> int:
    """What a mail program does for RFC 8058: one POST to the link. Gives the status."""
    app = Starlette(routes=ROUTES)
    app.state.rt = rt
    return asyncio.run(_post(app, urlsplit(url).path, b"List-Unsubscribe=One-Click"))


async def _post(app: Starlette, path: str, body: bytes) -> int:
    statuses: list[int] = []
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 443),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(int(message["status"]))

    await app(scope, receive, send)
    return statuses[0]
