"""Keys of providers: entered here or in the environment, which then wins; never shown again."""

from datetime import datetime

import streamlit as st

from core.domain.access import Viewer
from core.pipeline import provider_keys
from core.pipeline.provider_keys import Slot
from core.queries import api_keys
from core.queries.api_keys import KeyRow
from core.runtime import Runtime
from core.services import api_keys as service
from db.session import reading
from pages.ui import forms, words
from pages.ui.actions import act, attempt
from pages.ui.page import flash

USE = {
    "llm": "language models",
    "automation": "alarms are written into its channel",
    "enrichment": "facts and verdicts: with a key it is told names and addresses of leads",
}


def draw(rt: Runtime, viewer: Viewer) -> None:
    """One card a key: which one is in force, and a field for a new one."""
    now = rt.now()
    with reading(rt.sessions) as session:
        stored = api_keys.keys(session, viewer)
    st.caption(
        "Encrypted with AICMO_SECRET_KEY, tried at the provider before they are stored, in force "
        "at once, never shown again. A key in the environment wins over one entered here."
    )
    for slot in provider_keys.slots(rt):
        _card(rt, viewer, slot, stored.get(slot.name), now)


def _card(rt: Runtime, viewer: Viewer, slot: Slot, row: KeyRow | None, now: datetime) -> None:
    key = f"key.{slot.name}"
    with st.container(border=True, gap="small"):
        use = USE.get(slot.port, words.label(slot.port))
        chip, sentence = _in_force(slot, row, viewer, now)
        st.markdown(f"**{words.label(slot.provider)}** :gray[{use}] {chip}")
        st.markdown(f":gray[{sentence}]")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.text_input(
                f"New key of {words.label(slot.provider)}", type="password", key=key,
                autocomplete="off", placeholder="Paste the key", label_visibility="collapsed",
                width=320,
            )  # fmt: skip
            version = row.version if row else 0
            st.button(
                "Try and store", key=f"{key}.save", type="primary",
                on_click=_save, args=(rt, viewer, slot, version, False),
            )  # fmt: skip
            with st.popover("More", icon=":material/more_horiz:"):
                st.caption("If the provider is away, or you know better:")
                st.button(
                    "Store without a good answer", key=f"{key}.anyway",
                    on_click=_save, args=(rt, viewer, slot, version, True),
                )  # fmt: skip
            if row is not None:
                forms.confirm(
                    "Remove", "The provider is not asked any more, unless the environment has a "
                    "key.", "Remove the key", _remove, rt, viewer, slot, row.version,
                    key=f"{key}.remove",
                )  # fmt: skip


def _in_force(slot: Slot, row: KeyRow | None, viewer: Viewer, now: datetime) -> tuple[str, str]:
    """A chip and a sentence: which key is used, who set it, what to do."""
    entered = ""
    if row is not None:
        entered = f"set on {words.moment(row.set_at, viewer, now)} by {words.text(row.set_by)}"
    if slot.in_environment:
        also = f" The one entered here ({entered}) waits behind it." if row else ""
        return (
            ":green-badge[In force: the environment]",
            f"{slot.variable} is set in the environment.{also}",
        )
    if row is None:
        return ":gray-badge[Not set]", f"Enter one here, or set {slot.variable}."
    if not row.readable:
        return (
            ":red-badge[Cannot be read]",
            f"It was {entered}, with another AICMO_SECRET_KEY. Enter it again, or put the former "
            "secret into AICMO_SECRET_KEYS_OLD.",
        )
    return ":green-badge[In force: entered here]", f"{entered.capitalize()}."


def _save(rt: Runtime, viewer: Viewer, slot: Slot, version: int, anyway: bool) -> None:
    given = forms.taken(f"key.{slot.name}")
    verdict = attempt(
        lambda: provider_keys.save(rt, viewer, slot.name, given, version=version, anyway=anyway)
    )
    if verdict is not None:
        good = verdict.state in provider_keys.GOOD
        told = verdict.reason if good else f"Stored, but: {verdict.reason} {verdict.advice}"
        flash("done" if good else "watch", told)


def _remove(rt: Runtime, viewer: Viewer, slot: Slot, version: int) -> None:
    act(
        rt,
        lambda session: service.remove(session, viewer, slot.name, version=version, now=rt.now()),
        done=f"The key of {words.label(slot.provider)} is removed.",
    )
