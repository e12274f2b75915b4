"""The preflight list as people see it."""

import streamlit as st

from core.domain.access import Viewer
from core.queries import preflight
from core.queries.preflight import BLOCKER, OK, Check
from core.runtime import Runtime
from db.session import reading
from pages.ui import words

MARKS = {
    OK: ":green[:material/check_circle:]",
    preflight.WARNING: ":orange[:material/warning:]",
    BLOCKER: ":red[:material/error:]",
}


def draw(rt: Runtime, viewer: Viewer, campaign_id: int) -> bool:
    """Each item with its mark and where it is mended; gives whether nothing blocks."""
    with reading(rt.sessions) as session:
        checks = preflight.checks(
            session,
            viewer,
            campaign_id,
            now=rt.now(),
            public_url=rt.settings.public_url,
            real_email=rt.settings.use_real_email_gateway,
        )
    blockers = sum(check.level == BLOCKER for check in checks)
    with st.container(border=True, gap="xsmall"):
        for check in checks:
            _item(check, campaign_id)
    if blockers:
        st.caption(f"{blockers} {'item blocks' if blockers == 1 else 'items block'} the start.")
    return not blockers


def _item(check: Check, campaign_id: int) -> None:
    sentence = f"{MARKS[check.level]} **{check.name}** {words.text(check.sentence)}"
    if not check.page or check.level == OK:
        st.markdown(sentence)
        return
    told, mend = st.columns([4, 1], vertical_alignment="center", gap="xsmall")
    told.markdown(sentence)
    query = {"part": check.part} if check.part else {}
    if check.page in ("campaigns.py", "leads.py"):
        query["campaign"] = str(campaign_id)
    mend.page_link(check.page, label="Mend", query_params=query or None)
