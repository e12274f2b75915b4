"""From a stored page's name, or an alarm, to the place where it is mended."""

from core.domain.access import Act, Viewer
from core.queries.health import MAILBOX, AlarmRow

PAGES = (
    *("home", "campaigns", "leads", "review_queue", "mail", "content", "analytics", "exports"),
    *("provider_health", "settings"),
)


def page_of(name: str) -> str:
    """The script of a page named in an alarm ("settings", "settings.py", "Settings#mailboxes"); the
    health page for what is unknown.
    """
    plain = name.lower().strip("/").split("#")[0].split("?")[0].removesuffix(".py")
    plain = plain.strip().replace(" ", "_")
    return f"{plain}.py" if plain in PAGES else "provider_health.py"


def of_alarm(alarm: AlarmRow, viewer: Viewer) -> tuple[str, dict[str, str]]:
    """The page and its parameters where an alarm is mended: a mailbox's server in the settings, a
    paused mailbox where it is resumed.
    """
    kind, box = alarm.key.partition(":")[0], alarm.key.rpartition(MAILBOX)[2]
    if kind == "provider" and MAILBOX in alarm.key and viewer.may(Act.SENDING_SETTINGS):
        return "settings.py", {"part": "mailboxes", "mailbox": box}
    if MAILBOX in alarm.key:
        return "mail.py", {"part": "mailboxes"}
    page = page_of(alarm.page)
    parts = {"webhook": "webhooks", "job": "jobs"}
    return page, {"part": parts[kind]} if kind in parts else {}
