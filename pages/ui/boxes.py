"""How a mailbox stands, as a chip: one whose way out is down is never green."""

from core.domain.states import MailboxState
from core.queries.mailboxes import MailboxRow
from pages.ui import tables, words

CANNOT = "Cannot send"


def chip(row: MailboxRow) -> str:
    """Paused beats all, then a way out that is down."""
    if row.state is MailboxState.ACTIVE and row.cannot_send:
        return f":red-badge[:material/error: {CANNOT}]"
    return words.chip(row.state)


def column() -> tables.Column:
    """The state of mailboxes in a table."""
    colours = {words.label(state): words.of(state).colour for state in MailboxState}
    return tables.tags("State", {**colours, CANNOT: "red"}, lambda row: [_label(row)])


def _label(row: MailboxRow) -> str:
    down = row.state is MailboxState.ACTIVE and row.cannot_send
    return CANNOT if down else words.label(row.state)
