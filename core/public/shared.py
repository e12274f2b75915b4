"""The runtime behind strangers' routes: given by the app, else built once at the first request."""

from functools import lru_cache

from starlette.requests import Request

from core.runtime import Runtime, build


def runtime_of(request: Request) -> Runtime:
    """`app.state.rt` where somebody set it (tests do), else this process's own."""
    given = getattr(request.app.state, "rt", None)
    return given if isinstance(given, Runtime) else _own()


@lru_cache(maxsize=1)
def _own() -> Runtime:
    return build()
