"""The one gate of services: what a viewer may touch. A foreign row and a missing one read the
same.
"""

from typing import TypeVar

from sqlalchemy.orm import Session

from core.domain.access import Act, Viewer
from core.errors import NotAllowed, NotFound
from db.models import Base

Row = TypeVar("Row", bound=Base)

WORDS: dict[Act, str] = {
    Act.READ: "see this",
    Act.EDIT_LEADS: "change leads",
    Act.IMPORT: "import leads",
    Act.REVIEW: "decide in the review queue",
    Act.WRITE_MAIL: "write mail",
    Act.EDIT_CAMPAIGNS: "change campaigns",
    Act.RUN_JOBS: "start jobs",
    Act.SENDING_SETTINGS: "change sending settings",
    Act.SUPPRESS: "suppress addresses",
    Act.EXPORT_LISTS: "export whole lists",
    Act.MAKE_DELIVERABLES: "make deliverables",
    Act.DOWNLOAD_APPROVED: "download deliverables",
    Act.EDIT_CLIENTS: "change clients",
    Act.PEOPLE: "manage people's access",
    Act.KEYS: "change keys",
    Act.PROVIDERS: "change providers",
}


def allow(viewer: Viewer, act: Act, client_id: int | None = None) -> None:
    """Passes, or raises NotFound for a client the viewer does not see, NotAllowed for a role
    too low.
    """
    if client_id is not None and not viewer.sees(client_id):
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    if not viewer.may(act):
        raise NotAllowed(
            f"Your role ({viewer.role}) may not {WORDS[act]}. Ask an admin if you need it."
        )


def owned(
    session: Session, viewer: Viewer, model: type[Row], row_id: int, act: Act = Act.READ
) -> Row:
    """The row of a client the viewer sees, with the act permitted; else NotFound or NotAllowed."""
    row = session.get(model, row_id)
    client_id = getattr(row, "client_id", None)
    if row is None or (client_id is not None and not viewer.sees(client_id)):
        raise NotFound("This does not exist, or it belongs to a client you do not work for.")
    allow(viewer, act)
    return row
