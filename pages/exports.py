"""Deliverables: make them, look through them, approve, download."""

from core.queries import clients
from db.session import reading
from pages.exports_parts import detail, listing, order
from pages.ui import filters
from pages.ui.page import headline, open_page

rt, viewer = open_page()

if filters.value("deliverable"):
    detail.draw(rt, viewer, filters.whole("deliverable") or 0)
else:
    headline("Exports", "Reports and lists for clients; every one waits for a person's approval")
    with reading(rt.sessions) as session:
        mine = [
            client for client in clients.names(session, viewer) if viewer.focus in (None, client.id)
        ]
    order.draw(rt, viewer, mine)
    listing.draw(rt, viewer)
