"""Whether mail goes out by itself, and out of this machine at all: said alike on every page."""

from datetime import timedelta

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries.health import LATE
from core.runtime import Runtime
from pages.ui import words

ASK = "Ask whoever runs the server to start `python scheduler.py`."
ONCE = "once the scheduler runs"


def runs(age: timedelta | None) -> bool:
    """Whether the scheduler is alive, by how long ago it was last seen."""
    return age is not None and age <= LATE


def scheduler(age: timedelta | None) -> None:
    """Loud where none runs: nothing happens by itself then."""
    if runs(age):
        return
    seen = "" if age is None else f" It was last alive {words.duration(age.total_seconds())} ago."
    st.error(
        f"**The scheduler is not running.**{seen} Nothing is sent and no reply is read by itself. "
        f"{ASK}",
        icon=":material/timer_off:",
    )


def gateway(rt: Runtime, viewer: Viewer) -> None:
    """One line while the real e-mail gateway is off; nothing once it is on."""
    if rt.settings.use_real_email_gateway:
        return
    who = "To turn it on," if viewer.may(Act.PROVIDERS) else "To turn it on, an admin has to"
    st.caption(
        ":material/folder: **No real mail leaves this machine**, and that is meant: mail goes to a "
        "folder while USE_REAL_EMAIL_GATEWAY is off. "
        f"{who} set **USE_REAL_EMAIL_GATEWAY=true** in .env and start app and scheduler again."
    )
