"""Who is never written to, and why."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import SuppressionKind, SuppressionReason
from core.queries import clients, suppressions
from core.queries.suppressions import SuppressionRow
from core.runtime import Runtime
from core.services import suppressions as service
from db.session import reading
from pages.ui import filters, tables, words
from pages.ui.actions import act
from pages.ui.page import actions, empty

AGENCY = 0


def draw(rt: Runtime, viewer: Viewer) -> None:
    """A search and the list; a suppression is added here, and lifted one by one with a reason."""
    now = rt.now()
    if viewer.may(Act.SUPPRESS):
        with actions(), st.popover("Suppress", icon=":material/do_not_disturb_on:", type="primary"):
            _add(rt, viewer)
    wanted = filters.search("q", "Address or domain")
    with reading(rt.sessions) as session:
        page = suppressions.page(session, viewer, words=wanted, cursor=filters.value("cursor"))
    if not page.rows:
        empty("Nobody is suppressed here.", icon="do_not_disturb_on")
        return
    chosen = tables.table(
        page.rows,
        [
            tables.text("Address or domain", lambda row: row.value, width="large"),
            tables.chips("Kind", SuppressionKind, lambda row: row.kind),
            tables.chips("Reason", SuppressionReason, lambda row: row.reason),
            tables.text("For", lambda row: row.client or "The whole agency"),
            tables.text("Source", lambda row: row.source),
            tables.text("Since", lambda row: words.moment(row.at, viewer, now)),
        ],
        key="suppressions.table",
        select=viewer.may(Act.SENDING_SETTINGS),
        alt="Suppressed addresses and domains",
    )
    tables.pager(page, "suppressions")
    if chosen is not None:
        _lift(rt, viewer, chosen)


def _lift(rt: Runtime, viewer: Viewer, chosen: SuppressionRow) -> None:
    with st.form("suppressions.lift"):
        st.markdown(
            f"Write to **{words.text(chosen.value)}** again? Only with a good reason: "
            "whoever opted out must ask for it."
        )
        reason = st.text_input("Reason")
        sure = st.form_submit_button("Lift the suppression")
    if sure and act(
        rt,
        lambda session: service.lift(
            session, viewer, chosen.id, reason=reason, now=rt.now()
        ),
        done=f"{chosen.value} may be written to again.",
    ):  # fmt: skip
        st.rerun()


def _add(rt: Runtime, viewer: Viewer) -> None:
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
    scopes = [*known, AGENCY] if viewer.clients is None else list(known)
    with st.form("suppressions.add", border=False):
        value = st.text_input("Address or domain", placeholder="ann@company.com or company.com")
        scope = st.selectbox(
            "For", scopes, format_func=lambda one: known.get(one, "The whole agency")
        )
        sent = st.form_submit_button("Suppress", type="primary")
    if not sent:
        return
    kind = SuppressionKind.ADDRESS if "@" in value else SuppressionKind.DOMAIN
    if act(
        rt,
        lambda session: service.suppress(
            session, viewer, value, kind=kind, client_id=scope or None,
            reason=SuppressionReason.MANUAL, source=f"by {viewer.name}", now=rt.now(),
        ),
        done=f"{value.strip()} is never written to.",
    ):  # fmt: skip
        st.rerun()
