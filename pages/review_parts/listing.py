"""The queue as a list: filters, ticks, and one word on several or on all that match."""

from core.domain.access import Viewer
from core.domain.states import ReviewKind
from core.queries import campaigns, review
from core.queries.review_streams import Wanted
from core.runtime import Runtime
from db.session import reading
from pages.review_parts import many
from pages.ui import filters, tables, words
from pages.ui.page import empty

SCORES = {"75-100": "75 and more", "50-74": "50 to 74", "25-49": "25 to 49", "0-24": "Below 25"}


def draw(rt: Runtime, viewer: Viewer, kind: ReviewKind) -> None:
    """The filters, the table with tick boxes, and the buttons for what is ticked or chosen."""
    now = rt.now()
    with reading(rt.sessions) as session:
        known = {str(id_): name for id_, name in campaigns.names(session, viewer)}
    wanted = _filters(known)
    with reading(rt.sessions) as session:
        page = review.waiting(
            session, viewer, kind=kind, wanted=wanted, now=now,
            cursor=filters.value(filters.CURSOR) or None,
        )  # fmt: skip
        matching = review.matching(session, viewer, kind=kind, wanted=wanted, now=now)
    if not page.rows:
        empty("Nothing of this kind waits here.", icon="check_circle")
        return
    chosen = tables.table_many(
        page.rows,
        [
            tables.text("Who", lambda r: r.title, width=170),
            tables.text("What", lambda r: r.detail, width=240),
            tables.score("Score", lambda r: r.total, width=110),
            tables.text("Why it waits", lambda r: r.why, width=320),
            tables.text("Campaign", lambda r: r.campaign, width=170),
            tables.text("Client", lambda r: r.client, width=130),
            tables.text("Waits", lambda r: words.ago(r.since, now), width=80),
        ],
        key=f"review.list.{kind}",
        alt="Table of what waits for a decision",
    )
    ticked = tuple((row.item_id, row.version) for row in chosen)
    many.draw(rt, viewer, kind, ticked, matching)
    tables.pager(page, "waiting")


def _filters(known: dict[str, str]) -> Wanted:
    with filters.row():
        text = filters.search("q", "Name, address or reason")
        filters.choice("campaign", "Campaign", known, every="All campaigns", width=240)
        band = filters.choice("score", "Score", SCORES, every="Any score", width=150)
    least, _, most = band.partition("-")
    return Wanted(
        campaign_id=filters.whole("campaign"),
        least=int(least) if band else None,
        most=int(most) if band else None,
        words=text,
    )
