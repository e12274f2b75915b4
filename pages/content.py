"""What we write: sequences and their wordings with a live preview, and the brief of each client."""

from pages.content_parts import brief, library
from pages.ui import filters
from pages.ui.page import open_page

PARTS = {"templates": ("Sequences and texts", library.draw), "brief": ("Briefs", brief.draw)}

rt, viewer = open_page("Content")
part = filters.tabs("part", {name: label for name, (label, _) in PARTS.items()})
PARTS[part][1](rt, viewer)
