"""The unsubscribe link (RFC 8058): a GET shows a button and changes nothing, a POST leaves."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from core.errors import AicmoError
from core.public import pages, tokens
from core.public.shared import runtime_of
from core.runtime import Runtime
from core.services import unsubscribing
from db.session import reading, transaction


async def unsubscribe(request: Request) -> Response:
    """Scanners follow links: only a POST counts, by the button or by a mail program."""
    rt = await run_in_threadpool(runtime_of, request)
    answer = _leave if request.method == "POST" else _show
    return await run_in_threadpool(answer, rt, request.path_params["token"])


def _show(rt: Runtime, token: str) -> Response:
    try:
        leaving = tokens.read_unsubscribe(rt.settings.secrets, token)
        with reading(rt.sessions) as session:
            name = unsubscribing.client_name(session, leaving.client_id, leaving.lead_id)
    except AicmoError as error:
        return pages.sentence("This link does not work", error.sentence, status=404)
    words = f"You will get no more mails from {name}."
    return pages.sentence("Unsubscribe?", words, button="Unsubscribe")


def _leave(rt: Runtime, token: str) -> Response:
    try:
        leaving = tokens.read_unsubscribe(rt.settings.secrets, token)
        with transaction(rt.sessions) as session:
            name = unsubscribing.client_name(session, leaving.client_id, leaving.lead_id)
            unsubscribing.unsubscribe(session, leaving.client_id, leaving.lead_id, now=rt.now())
    except AicmoError as error:
        return pages.sentence("This link does not work", error.sentence, status=404)
    return pages.sentence("You are unsubscribed", f"You will get no more mails from {name}.")
