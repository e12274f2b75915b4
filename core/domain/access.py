"""Who is asking, and what a role may do. Checked in core; pages only hide what would be refused."""

from dataclasses import dataclass
from enum import StrEnum

from core.domain.states import Role


class Act(StrEnum):
    """What a person may want to do. One word a permission."""

    READ = "read"
    EDIT_LEADS = "edit_leads"
    IMPORT = "import"
    REVIEW = "review"
    WRITE_MAIL = "write_mail"
    EDIT_CAMPAIGNS = "edit_campaigns"
    RUN_JOBS = "run_jobs"
    SENDING_SETTINGS = "sending_settings"
    SUPPRESS = "suppress"
    EXPORT_LISTS = "export_lists"
    MAKE_DELIVERABLES = "make_deliverables"
    DOWNLOAD_APPROVED = "download_approved"
    EDIT_CLIENTS = "edit_clients"
    PEOPLE = "people"
    KEYS = "keys"
    PROVIDERS = "providers"


_VIEWER = frozenset({Act.READ, Act.DOWNLOAD_APPROVED})
_OPERATOR = _VIEWER | {Act.EDIT_LEADS, Act.IMPORT, Act.REVIEW, Act.WRITE_MAIL, Act.SUPPRESS}
_MANAGER = _OPERATOR | {
    Act.EDIT_CAMPAIGNS,
    Act.RUN_JOBS,
    Act.SENDING_SETTINGS,
    Act.EXPORT_LISTS,
    Act.MAKE_DELIVERABLES,
    Act.EDIT_CLIENTS,
}
_ALL = frozenset(Act)

MAY: dict[Role, frozenset[Act]] = {
    Role.VIEWER: _VIEWER,
    Role.OPERATOR: _OPERATOR,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _ALL,
    Role.SYSTEM: _ALL,
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks. `clients` is None for those who see all (admin, system), else the ids of their
    clients.

    `focus` narrows what queries show to one client (the switcher); it never widens.
    """

    user_id: int | None
    name: str
    role: Role
    clients: frozenset[int] | None = frozenset()
    timezone: str = "UTC"
    focus: int | None = None

    def sees(self, client_id: int) -> bool:
        """Whether rows of this client may be shown at all (focus does not matter here)."""
        return self.clients is None or client_id in self.clients

    def may(self, act: Act) -> bool:
        """Whether the role permits the act, on whatever clients it sees."""
        return act in MAY[self.role]

    def scope(self) -> frozenset[int] | None:
        """The client ids a query must be limited to; None means all."""
        if self.focus is not None:
            return frozenset({self.focus}) if self.sees(self.focus) else frozenset()
        return self.clients


SYSTEM = Viewer(user_id=None, name="AICMO", role=Role.SYSTEM, clients=None)
