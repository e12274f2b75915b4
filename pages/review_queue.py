"""What waits for a person's word: one card at a time, or a list."""

import streamlit as st

from core.domain.access import Act
from core.domain.states import ReviewKind
from core.queries import review
from db.session import reading
from pages.review_parts import card, listing
from pages.ui import filters, words
from pages.ui.page import actions, empty, open_page

rt, viewer = open_page("Review Queue", act=Act.REVIEW)
now = rt.now()
with reading(rt.sessions) as session:
    queue = review.queue(session, viewer, now=now)
    item_id = filters.whole("item")
    named = review.kind_of(session, viewer, item_id) if item_id else None
if named is not None and not filters.value("kind"):
    filters.put(kind=named)  # a link to one item opens the tab that it belongs to

shown = {
    str(kind): f"{words.label(kind)} {count}"
    for kind, count in queue.counts.items()
    if count or filters.value("kind") == kind
}
card.undo_line(rt, viewer)
if not queue.total:
    empty("Nothing waits for review.", "Import leads", to="leads.py", query={"view": "import"})
else:
    with actions():
        filters.tabs("as", {"cards": "One at a time", "list": "List"}, label="How it is shown")
    with st.container(
        horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"
    ):
        kind = ReviewKind(
            filters.tabs("kind", shown, label="What is decided", forgets=("item", "after", "ask"))
        )
        waited = words.ago(queue.oldest, now)
        st.caption(
            f"{words.number(queue.total)} to decide · oldest waits {waited}", width="content"
        )
    if filters.value("as") == "list":
        listing.draw(rt, viewer, kind)
    else:
        card.draw(rt, viewer, kind)
