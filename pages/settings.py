"""People, clients and their brand, mailboxes, suppressions, webhooks, the CRM, the audit trail."""

from core.domain.access import Act
from pages.settings_parts import (
    api_keys,
    audit,
    clients,
    crm,
    mailboxes,
    people,
    suppressions,
    webhooks,
)
from pages.ui import filters
from pages.ui.page import open_page

PARTS = {
    "people": ("People", people.draw, Act.PEOPLE),
    "clients": ("Clients", clients.draw, Act.READ),
    "mailboxes": ("Mailboxes", mailboxes.draw, Act.READ),
    "suppressions": ("Suppressions", suppressions.draw, Act.READ),
    "webhooks": ("Webhooks", webhooks.draw, Act.EDIT_CLIENTS),
    "crm": ("CRM", crm.draw, Act.PROVIDERS),
    "keys": ("Keys", api_keys.draw, Act.KEYS),
    "audit": ("Audit", audit.draw, Act.EDIT_CLIENTS),
}

rt, viewer = open_page("Settings")
allowed = {name: label for name, (label, _, act) in PARTS.items() if viewer.may(act)}
part = filters.tabs("part", allowed)
PARTS[part][1](rt, viewer)
