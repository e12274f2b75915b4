"""The forms of a webhook. Its address is not shown again, its secret only once."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.states import EndpointKind, OutboundKind
from core.queries import clients
from core.queries.endpoints import EndpointRow
from core.runtime import Runtime
from core.services import endpoints as service
from db.session import reading
from pages.ui import words
from pages.ui.actions import act

AGENCY = 0
FIRST = (OutboundKind.LEAD_REPLIED, OutboundKind.LEAD_CONVERTED)
HINT = "Make and Zapier show it when you make a custom webhook or a catch hook."


def add(rt: Runtime, viewer: Viewer) -> None:
    """A new webhook; then its secret, once."""
    admin = viewer.may(Act.PROVIDERS)
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
    scopes = [AGENCY, *known] if admin else list(known)
    with st.form("webhooks.add", border=False):
        kind = st.selectbox("Where", list(EndpointKind), format_func=words.label)
        name = st.text_input("Name", placeholder="Replies to the sales channel")
        url = st.text_input(
            "Address", placeholder="https://", help=HINT, autocomplete="off", type="password"
        )
        scope = st.selectbox("Of", scopes, format_func=lambda one: known.get(one, "All clients"))
        events = _events(FIRST, "webhooks.add.events")
        allowed = admin and st.checkbox("The host lies in our own network and may be called")
        sent = st.form_submit_button("Add", type="primary")
    if not sent:
        return
    made = act(
        rt,
        lambda session: service.create(
            session, viewer, client_id=scope or None, kind=kind, name=name, url=url,
            events=events, allowed_host=allowed, now=rt.now(),
        ),
        done=lambda made: f"{made[0].name} is told from now on.",
    )  # fmt: skip
    if made:
        _once(made[1])


def change(rt: Runtime, viewer: Viewer, row: EndpointRow) -> None:
    """Name and events; another address is another webhook."""
    with st.form(f"webhook.{row.id}"):
        name = st.text_input("Name", row.name, key=f"webhook.{row.id}.name")
        events = _events(row.events, f"webhook.{row.id}.events")
        saved = st.form_submit_button("Save", type="primary")
    if saved and act(
        rt,
        lambda session: service.change(
            session, viewer, row.id, version=row.version, name=name, events=events, now=rt.now()
        ),
        done="The webhook is changed.",
    ):
        st.rerun()


def new_secret(rt: Runtime, viewer: Viewer, endpoint_id: int) -> None:
    """Asks once more, then shows it once."""
    with st.popover("New secret", icon=":material/key:"):
        st.markdown("The old secret signs nothing from then on.")
        if st.button("Make a new secret", type="primary", key="webhooks.secret"):
            secret = act(
                rt,
                lambda session: service.new_secret(session, viewer, endpoint_id, now=rt.now()),
            )
            if secret:
                _once(secret)


def _events(chosen: Sequence[OutboundKind], key: str) -> list[OutboundKind]:
    return st.multiselect(
        "Told of",
        service.EVENTS,
        list(chosen),
        format_func=words.label,
        help="Providers are the agency's: only webhooks of all clients hear of most of them.",
        key=key,
    )


def _once(secret: str) -> None:
    st.success("Keep this secret where it is verified. It is shown only once.")
    st.code(secret, language=None)
    st.caption("AICMO-Signature: t=<unix>,v1=<hex of HMAC-SHA256(secret, “t.body”)>")
