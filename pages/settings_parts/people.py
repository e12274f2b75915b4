"""People who sign in: their roles, clients and access."""

from collections.abc import Sequence

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import Role
from core.queries import clients, users
from core.queries.users import Person
from core.runtime import Runtime
from core.services import users as service
from db.session import reading
from pages.ui import forms, handed, tables, words
from pages.ui.actions import act
from pages.ui.page import actions

ROLE_WORDS = {
    Role.ADMIN: "everything, on all clients",
    Role.MANAGER: "own clients: everything but people and keys",
    Role.OPERATOR: "own clients: leads, review, mail",
    Role.VIEWER: "own clients: looks, downloads approved reports",
}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The list; a chosen row is changed below it."""
    now = rt.now()
    with reading(rt.sessions) as session:
        people = users.people(session, viewer)
        known = {client.id: client.name for client in clients.names(session, viewer)}
    with actions(), st.popover("Add a person", icon=":material/person_add:", type="primary"):
        _add(rt, viewer, known)
    if given := handed.taken():
        _once(given)
    chosen = tables.table(
        people,
        [
            tables.text("Name", lambda row: row.name),
            tables.text("Signs in as", lambda row: row.username),
            tables.chips("Role", Role, lambda row: row.role),
            tables.text("Clients", _clients, width="large"),
            tables.text("Last sign-in", lambda row: words.moment(row.last_sign_in_at, viewer, now)),
            tables.tags(
                "Access",
                {"Active": "green", "Locked": "orange", "Ended": "gray"},
                lambda row: [_access(row, row.locked_until is not None and row.locked_until > now)],
            ),
        ],
        key="people.table",
        select=True,
        alt="People with their roles and clients",
    )
    if chosen is None:
        st.caption(f"{words.counted(len(people), 'person', 'people')} · click a row to change it")
    else:
        _change(rt, viewer, chosen, known)


def _clients(row: Person) -> str:
    return "All clients" if row.clients is None else ", ".join(row.clients)


def _access(row: Person, locked: bool) -> str:
    return "Ended" if row.disabled else "Locked" if locked else "Active"


def _role(label: str, value: Role, key: str) -> Role:
    return st.selectbox(
        label,
        service.ROLES,
        index=service.ROLES.index(value),
        format_func=lambda role: f"{words.label(role)}: {ROLE_WORDS[role]}",
        key=key,
    )


def _add(rt: Runtime, viewer: Viewer, known: dict[int, str]) -> None:
    with st.form("people.add", border=False):
        name = st.text_input("Name", placeholder="Ann Example")
        username = st.text_input("Signs in as", placeholder="ann")
        email = st.text_input("E-mail", placeholder="ann@agency.com")
        role = _role("Role", Role.OPERATOR, "people.add.role")
        theirs = st.multiselect("Clients", list(known), format_func=lambda one: known[one])
        zone = forms.timezone("Time zone", viewer.timezone, key="people.add.zone")
        sent = st.form_submit_button("Add", type="primary")
    if not sent or not _sees_something(role, theirs):
        return
    made = act(
        rt,
        lambda session: service.add(
            session, viewer, username=username, name=name, email=email, role=role,
            client_ids=theirs, timezone=zone, now=rt.now(),
        ),
        done=lambda made: f"{made[0].name} is added.",
    )  # fmt: skip
    if made:
        handed.keep(made[1])


def _change(rt: Runtime, viewer: Viewer, person: Person, known: dict[int, str]) -> None:
    st.header(words.text(person.name), anchor=False)
    with st.form("people.change"):
        name = st.text_input("Name", person.name, key=f"people.{person.id}.name")
        role = _role("Role", person.role, f"people.{person.id}.role")
        theirs = st.multiselect(
            "Clients", list(known), [one for one in person.client_ids if one in known],
            format_func=lambda one: known[one], key=f"people.{person.id}.clients",
            disabled=person.role is Role.ADMIN,
        )  # fmt: skip
        zone = forms.timezone("Time zone", person.timezone, key=f"people.{person.id}.zone")
        saved = st.form_submit_button("Save", type="primary")
    if saved and _sees_something(role, theirs) and act(
        rt,
        lambda session: service.change(
            session, viewer, person.id, version=person.version, now=rt.now(), name=name,
            role=role, timezone=zone, client_ids=theirs,
        ),
        done="The person is changed.",
    ):  # fmt: skip
        st.rerun()
    with st.container(horizontal=True):
        if st.button("New password", icon=":material/key:"):
            given = act(
                rt,
                lambda session: service.reset_password(session, viewer, person.id, now=rt.now()),
            )
            if given:
                _once(given)
        if person.disabled or person.locked_until is not None:
            st.button("Give access again", on_click=_enable, args=(rt, viewer, person.id))
        if not person.disabled:
            forms.confirm(
                "End access",
                f"{words.text(person.name)} is signed out everywhere at once.",
                "End access",
                _disable, rt, viewer, person.id,
                key="people.disable",
            )  # fmt: skip


def _sees_something(role: Role, client_ids: Sequence[int]) -> bool:
    """Warns where somebody would have no client."""
    if role is Role.ADMIN or client_ids:
        return True
    st.warning("Choose at least one client: without one the person sees nothing.")
    return False


def _once(password: str) -> None:
    st.success("Hand this password over. It is shown only once and must be changed at sign-in.")
    st.code(password, language=None)


def _enable(rt: Runtime, viewer: Viewer, user_id: int) -> None:
    act(
        rt,
        lambda session: service.enable(session, viewer, user_id, now=rt.now()),
        done=lambda user: f"{user.name} may sign in again.",
    )


def _disable(rt: Runtime, viewer: Viewer, user_id: int) -> None:
    act(
        rt,
        lambda session: service.disable(session, viewer, user_id, now=rt.now()),
        done=lambda user: f"{user.name} is out.",
    )
