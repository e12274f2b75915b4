"""Campaigns: the list, the wizard, one campaign."""

from pages.campaigns_parts import detail, listing, wizard
from pages.ui import filters
from pages.ui.page import open_page

rt, viewer = open_page()

chosen = filters.whole("campaign")
if filters.value("new"):
    wizard.basics(rt, viewer)
elif chosen is not None and filters.value("step"):
    wizard.draw(rt, viewer, chosen)
elif chosen is not None or filters.value("campaign"):
    detail.draw(rt, viewer, chosen or 0)
else:
    listing.draw(rt, viewer)
