"""The forms of a mailbox. Passwords are taken in and never shown."""

from typing import Any

import streamlit as st

from core.domain.access import Viewer
from core.providers.registry import ADAPTERS, LOCAL
from core.queries import clients
from core.queries.mailbox_setup import MailboxSetup
from core.runtime import Runtime
from core.services import mailboxes as service
from db.session import reading
from pages.ui import words
from pages.ui.actions import act

SECURITY = {"starttls": "STARTTLS", "tls": "TLS from the start", "none": "None"}


def add(rt: Runtime, viewer: Viewer) -> None:
    """A new mailbox: who it is; the server is set afterwards."""
    with reading(rt.sessions) as session:
        known = {client.id: client.name for client in clients.names(session, viewer)}
    with st.form("mailboxes.add", border=False):
        client_id = st.selectbox("Client", list(known), format_func=lambda one: known[one])
        address = st.text_input("Address", placeholder="ann@client.com")
        name = st.text_input("Name that recipients see", placeholder="Ann Example")
        provider = _provider("Sends through", "email", "folder", "mailboxes.add.provider")
        inbox = _provider("Reads replies from", "inbox", "folder", "mailboxes.add.inbox")
        sent = st.form_submit_button("Connect", type="primary")
    if sent and act(
        rt,
        lambda session: service.create(
            session, viewer, client_id or 0, address=address, name=name, now=rt.now(),
            provider=provider, inbox_provider=inbox,
        ),
        done=lambda box: f"{box.address} is connected.",
    ):  # fmt: skip
        st.rerun()


def change(rt: Runtime, viewer: Viewer, setup: MailboxSetup) -> None:
    """All settings of a mailbox but its address."""
    key = f"mailbox.{setup.id}"
    with st.form(key):
        left, right = st.columns(2, gap="medium")
        with left:
            given: dict[str, Any] = {
                "name": st.text_input("Name that recipients see", setup.name, key=f"{key}.name"),
                "signature": st.text_area(
                    "Signature", setup.signature, height=100, key=f"{key}.signature"
                ),
            }
            given |= _limits(setup, key)
        with right:
            given |= {
                "provider": _provider("Sends through", "email", setup.provider, f"{key}.provider"),
                "settings": setup.settings
                | _server("Sending", setup.settings, f"{key}.smtp")
                | _fallback(setup.settings, f"{key}.fallback"),
                "inbox_provider": _provider(
                    "Reads replies from", "inbox", setup.inbox_provider, f"{key}.inbox"
                ),
                "imap": setup.imap | _server("Inbox", setup.imap, f"{key}.imap"),
            }
            given |= _passwords(setup, key)
        saved = st.form_submit_button("Save mailbox", type="primary")
    if saved and act(
        rt,
        lambda session: service.edit(
            session, viewer, setup.id, version=setup.version, now=rt.now(), **given
        ),
        done="The mailbox is saved.",
    ):
        st.rerun()


def _limits(setup: MailboxSetup, key: str) -> dict[str, int]:
    labels = {
        "daily_cap": "Mails a day at most",
        "ramp_start": "Mails on the first day",
        "ramp_step": "More each day after",
        "min_gap_seconds": "Seconds between two mails at least",
        "domain_cap": "Mails a day to one company at most",
    }
    return {
        name: st.number_input(label, 0, 86_400, getattr(setup, name), key=f"{key}.{name}")
        for name, label in labels.items()
    }


def _provider(label: str, port: str, value: str, key: str) -> str:
    known = list(ADAPTERS[port])
    index = known.index(value) if value in known else 0
    return st.selectbox(label, known, index=index, format_func=words.label, key=key)


def _server(label: str, present: dict[str, Any], key: str) -> dict[str, Any]:
    given: dict[str, Any] = {}
    with st.expander(f"{label} server"):
        given["host"] = st.text_input("Host", present.get("host", ""), key=f"{key}.host")
        given["port"] = st.number_input("Port", 1, 65_535, present.get("port"), key=f"{key}.port")
        security = present.get("security", "tls")
        given["security"] = st.selectbox(
            "Security", list(SECURITY), index=list(SECURITY).index(security),
            format_func=lambda word: SECURITY[word], key=f"{key}.security",
        )  # fmt: skip
        given["username"] = st.text_input(
            "User name", present.get("username", ""), key=f"{key}.user"
        )
    if not given["host"]:
        return {}
    return {name: value for name, value in given.items() if value not in ("", None)}


def _fallback(present: dict[str, Any], key: str) -> dict[str, Any]:
    """Further ways out for the same mailbox; those with a server of their own stay as they are."""
    known = [name for name in ADAPTERS["email"] if name != LOCAL["email"]]
    set_ = present.get("fallback") or ()
    kept = [one for one in set_ if not isinstance(one, str)]
    chosen = st.multiselect(
        "If that cannot be reached, sends through",
        known,
        default=[name for name in known if name in set_],
        format_func=lambda name: f"{words.label(name)} of the environment",
        help="Only where surely nothing went out; never where that is uncertain.",
        key=key,
    )
    return {"fallback": [*kept, *chosen]}


def _passwords(setup: MailboxSetup, key: str) -> dict[str, str]:
    fields = {
        "secret": ("Password for sending", setup.has_secret),
        "imap_secret": ("Password of the inbox", setup.has_imap_secret),
    }
    given = {
        name: st.text_input(
            label, type="password", key=f"{key}.{name}", autocomplete="off",
            placeholder="set; type to change it" if there else "not set",
        )
        for name, (label, there) in fields.items()
    }  # fmt: skip
    return {name: value for name, value in given.items() if value}
