"""Clients: name, postal address for the footer, zone, currency, brand of their decks."""

from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import clients
from core.queries.clients import ClientRow
from core.runtime import Runtime
from core.services import clients as service
from db.session import reading
from pages.ui import forms, tables, words
from pages.ui.actions import act
from pages.ui.page import actions, empty

CURRENCIES = ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "INR", "AUD", "CAD")
ADDRESS = {"Given": "green", "Missing": "red"}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The list; a chosen row is changed below it."""
    with reading(rt.sessions) as session:
        rows = clients.all_rows(session, viewer)
    may = viewer.may(Act.EDIT_CLIENTS)
    if may:
        with actions(), st.popover("Add a client", icon=":material/add:", type="primary"):
            _add(rt, viewer)
    if not rows:
        empty("No client yet. A client is a customer of the agency.", icon="apartment")
        return
    chosen = tables.table(
        rows,
        [
            tables.text("Client", lambda row: row.name),
            tables.text("Website", lambda row: row.website),
            tables.tags("Postal address", ADDRESS, lambda row: [_given(row)]),
            tables.text("Time zone", lambda row: row.timezone),
            tables.text("Currency", lambda row: row.currency),
            tables.tags(
                "State", {"Active": "green", "Archived": "gray"}, lambda row: [_state(row)]
            ),
        ],
        key="clients.table",
        select=may,
        alt="Clients",
    )
    if chosen is None:
        more = " · click a row to change it" if may else ""
        st.caption(f"{words.counted(len(rows), 'client')}{more}")
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _change(rt, viewer, chosen)
    with right:
        _brand(rt, viewer, chosen)


def _given(row: ClientRow) -> str:
    return "Given" if row.postal_address else "Missing"


def _state(row: ClientRow) -> str:
    return "Archived" if row.archived else "Active"


def _fields(row: ClientRow | None, viewer: Viewer, key: str) -> dict[str, Any]:
    currency = row.currency if row else "EUR"
    known = CURRENCIES if currency in CURRENCIES else (currency, *CURRENCIES)
    return {
        "name": st.text_input("Name", row.name if row else "", key=f"{key}.name"),
        "website": st.text_input(
            "Website", (row.website if row else "") or "", key=f"{key}.website"
        ),
        "postal_address": st.text_area(
            "Postal address (in the footer of every mail)",
            (row.postal_address if row else "") or "",
            height=80,
            key=f"{key}.address",
        ),
        "timezone": forms.timezone(
            "Time zone", row.timezone if row else viewer.timezone, key=f"{key}.zone"
        ),
        "currency": st.selectbox(
            "Currency", known, index=known.index(currency), key=f"{key}.currency"
        ),
    }


def _add(rt: Runtime, viewer: Viewer) -> None:
    with st.form("clients.add", border=False):
        given = _fields(None, viewer, "clients.add")
        sent = st.form_submit_button("Add", type="primary")
    if sent and act(
        rt,
        lambda session: service.create(session, viewer, now=rt.now(), **given),
        done=lambda client: f"{client.name} is added.",
    ):
        st.rerun()


def _change(rt: Runtime, viewer: Viewer, row: ClientRow) -> None:
    st.header(words.text(row.name), anchor=False)
    with st.form("clients.change"):
        given = _fields(row, viewer, f"clients.{row.id}")
        saved = st.form_submit_button("Save", type="primary")
    if saved and act(
        rt,
        lambda session: service.update(
            session, viewer, row.id, version=row.version, now=rt.now(), **given
        ),
        done="The client is changed.",
    ):
        st.rerun()
    if row.archived:
        st.button("Restore", on_click=_move, args=(rt, viewer, row, False))
    else:
        forms.confirm(
            "Archive", "The client leaves the lists. Nothing of it is lost.", "Archive",
            _move, rt, viewer, row, True, key="clients.archive",
        )  # fmt: skip


def _brand(rt: Runtime, viewer: Viewer, row: ClientRow) -> None:
    st.header("Brand of the decks", anchor=False)
    with st.form("clients.brand"):
        primary = st.color_picker(
            "Main colour", row.brand.get("primary", "#3538CD"), key=f"brand.{row.id}.primary"
        )
        secondary = st.color_picker(
            "Second colour", row.brand.get("secondary", "#0E9384"), key=f"brand.{row.id}.second"
        )
        saved = st.form_submit_button("Save brand")
    if saved and act(
        rt,
        lambda session: service.set_brand(
            session, viewer, row.id, {"primary": primary, "secondary": secondary},
            version=row.version, now=rt.now(),
        ),
        done="The brand is saved.",
    ):  # fmt: skip
        st.rerun()


def _move(rt: Runtime, viewer: Viewer, row: ClientRow, away: bool) -> None:
    move = service.archive if away else service.restore
    act(
        rt,
        lambda session: move(session, viewer, row.id, version=row.version, now=rt.now()),
        done=f"{row.name} is {'archived' if away else 'back'}.",
    )
