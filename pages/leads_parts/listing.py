"""The table of leads with its filters, and what can be done to several at once."""

from datetime import timedelta

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import LeadState, Tier
from core.queries import campaigns, leads, users
from core.queries.leads import LeadFilter, LeadRow, LeadSort
from core.runtime import Runtime
from core.services import leads as service
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.page import empty

SORTS = {"newest": "Newest first", "score": "Best score first", "updated": "Latest change first"}
SCORES = {"75": "Score 75 and over", "55": "Score 55 and over", "35": "Score 35 and over"}
DAYS = {"1": "Added today", "7": "Added in 7 days", "30": "Added in 30 days"}
BULK_MOVES = {
    LeadState.QUALIFIED: "Qualify",
    LeadState.REJECTED: "Reject",
    LeadState.SCORED: "Reopen",
}
NAMES = ("q", "campaign", "state", "tier", "sort", "score", "days", "source", "owner", "batch")


def draw(rt: Runtime, viewer: Viewer) -> None:
    """Filters, table, pager; a click on a row opens the lead."""
    wanted = _filters(rt, viewer)
    with reading(rt.sessions) as session:
        page = leads.page(session, viewer, wanted, cursor=filters.value(filters.CURSOR) or None)
    if not page.rows and not page.prev and not page.next:
        _nothing(wanted)
        return
    several = viewer.may(Act.EDIT_LEADS) and filters.value("select") == "1"
    if several:
        chosen = tables.table_many(page.rows, _columns(viewer), key="leads.many", alt=_ALT)
        _bulk(rt, viewer, chosen)
    else:
        row = tables.table(page.rows, _columns(viewer), key="leads.table", select=True, alt=_ALT)
        if row is not None:
            filters.put(lead=row.lead_id)
            st.rerun()
    tables.pager(page, "leads")


_ALT = "Table of leads with state, tier, score and reason"


def _filters(rt: Runtime, viewer: Viewer) -> LeadFilter:
    with reading(rt.sessions) as session:
        known = {str(id_): name for id_, name in campaigns.names(session, viewer)}
        places = {name: name for name in leads.sources(session, viewer)}
        people = {str(one.id): one.name for one in users.people(session, viewer)}
    with filters.row():
        text = filters.search("q", "Name, address or domain begins with", width=270)
        campaign = filters.choice("campaign", "Campaign", known, every="All campaigns", width=200)
        state = filters.choice(
            "state", "State", words.labels(LeadState), every="All states", width=140
        )
        tier = filters.choice("tier", "Tier", words.labels(Tier), every="All tiers", width=110)
        sort = filters.choice("sort", "Sort", SORTS, every="Newest first", width=170)
        with st.popover("More", icon=":material/tune:"):
            score = filters.choice("score", "Score", SCORES, every="Any score", width=240)
            days = filters.choice("days", "Added", DAYS, every="Added at any time", width=240)
            source = filters.choice("source", "Source", places, every="All sources", width=240)
            owner = filters.choice(
                "owner", "Owner", {"0": "Nobody", **people}, every="All owners", width=240
            )
    return LeadFilter(
        campaign_id=int(campaign) if campaign else None,
        states=(LeadState(state),) if state else (),
        tiers=(Tier(tier),) if tier else (),
        score_from=int(score) if score else None,
        source=source or None,
        owner_id=int(owner) if owner else None,
        batch_id=filters.whole("batch"),
        since=rt.now() - timedelta(days=int(days)) if days else None,
        text=text,
        sort=LeadSort(sort or "newest"),
    )


def mode() -> None:
    """The button that turns ticking several leads on and off."""
    on = filters.value("select") == "1"
    st.button(
        "Done selecting" if on else "Select",
        icon=":material/checklist:",
        key="leads.select",
        on_click=filters.put,
        kwargs={"select": None if on else 1},
    )


def _columns(viewer: Viewer) -> list[tables.Column]:
    client = [] if viewer.focus else [tables.text("Client", lambda r: r.client, width=120)]
    return [
        tables.text("Name", lambda r: r.name, width=150),
        tables.text("Company", lambda r: r.company, width=140),
        tables.text("Title", lambda r: r.title, width=150),
        tables.chips("State", LeadState, lambda r: r.state, width=110),
        tables.chips("Tier", Tier, lambda r: r.tier, width=75),
        tables.score("Score", lambda r: r.total, width=110),
        tables.text("Why", lambda r: r.reason, width=230),
        tables.text("Campaign", lambda r: r.campaign, width=150),
        *client,
        tables.text("Owner", lambda r: r.owner, width=110),
        tables.number("Fit", lambda r: r.fit, width=60),
        tables.number("Opportunity", lambda r: r.opportunity, width=90),
        tables.number("Engagement", lambda r: r.engagement, width=90),
    ]


def _bulk(rt: Runtime, viewer: Viewer, chosen: list[LeadRow]) -> None:
    if not chosen:
        st.caption("Tick the leads that something is to be done to.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"**{len(chosen)}** chosen", width="content")
        reason = st.text_input(
            "Reason", placeholder="Reason, kept in the history", key="leads.bulk.reason",
            label_visibility="collapsed", width=280,
        )  # fmt: skip
        for to, label in BULK_MOVES.items():
            st.button(
                label,
                icon=words.icon(to),
                key=f"leads.bulk.{to}",
                on_click=_move_all,
                args=(rt, viewer, tuple(row.lead_id for row in chosen), to, reason),
            )


def _move_all(
    rt: Runtime, viewer: Viewer, lead_ids: tuple[int, ...], to: LeadState, reason: str
) -> None:
    moves = [service.LeadMove(id_, to, reason or "Moved by hand") for id_ in lead_ids]
    left = len(moves)
    act(
        rt,
        lambda session: service.move_many(session, viewer, moves, now=rt.now()),
        done=lambda moved: f"{len(moved)} of {left} leads are now {words.label(to).lower()}.",
    )


def _nothing(wanted: LeadFilter) -> None:
    if wanted != LeadFilter(sort=wanted.sort):
        empty("No lead fits these filters.", icon="search_off")
        st.button(
            "Show all leads", key="leads.all", on_click=filters.put,
            kwargs=dict.fromkeys((*NAMES, filters.CURSOR)),
        )  # fmt: skip
        return
    empty("There are no leads yet.", "Import leads", to="leads.py", query={"view": "import"})
