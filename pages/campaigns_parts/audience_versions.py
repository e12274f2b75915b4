"""The versions of an audience: what changed when, one in full, and the way back to it."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import audiences
from core.queries.audiences import Version
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from db.session import reading
from pages.campaigns_parts import audience_words
from pages.ui import filters, words
from pages.ui.page import drawing_part

SHOWN, USED = "look", "version"  # the URL's words for the version shown, and for that in the fields


def used(found: CampaignDetail, known: tuple[Version, ...]) -> Version | None:
    """The older version that the fields are to show."""
    number = filters.whole(USED)
    return next((one for one in known if one.number == number < found.rules_version), None)


def of(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> tuple[Version, ...]:
    """The campaign's versions, the latest first."""
    with reading(rt.sessions) as session:
        return audiences.versions(session, viewer, found.row.id)


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail, known: tuple[Version, ...]) -> None:
    """A line a version; the one that is asked for stands in a dialog."""
    st.header("Versions", anchor=False)
    for one in known:
        with st.container(horizontal=True, vertical_alignment="center"):
            saved = " · as saved" if one.number == found.rules_version else ""
            st.markdown(
                f"**Version {one.number}**{saved} :gray[{_when(rt, viewer, one)}]  \n"
                f"{words.text(audience_words.line(one))}"
            )
            st.space("stretch")
            st.button(
                "Show", type="tertiary", icon=":material/visibility:", on_click=filters.put,
                kwargs={SHOWN: one.number}, key=f"audience.version.{one.number}.show",
            )  # fmt: skip
    wanted = next((one for one in known if one.number == filters.whole(SHOWN)), None)
    if wanted is not None:
        title = f"Version {wanted.number} of the audience"
        st.dialog(title, on_dismiss=_leave)(_one)(rt, viewer, found, wanted)


def _one(rt: Runtime, viewer: Viewer, found: CampaignDetail, one: Version) -> None:
    with drawing_part():
        st.caption(_when(rt, viewer, one) or "As the campaign began.")
        asked = audience_words.whole(one.icp)
        st.markdown(
            "\n".join(f"- **{words.text(what)}**: {words.text(which)}" for what, which in asked)
            or "It asks for nothing in particular: everybody fits."
        )
        if one.changes:
            st.markdown("**Changed with it**")
            told = [f"- {words.text(audience_words.change(change))}" for change in one.changes]
            st.markdown("\n".join(told))
        if one.number == found.rules_version:
            st.caption("This is the audience as it is saved.")
        elif viewer.may(Act.EDIT_CAMPAIGNS):
            st.caption("Nothing is saved yet: the fields show it, and what it would do.")
            if st.button("Use this version again", type="primary", key="audience.version.use"):
                filters.put(**{USED: one.number, SHOWN: None})
                st.rerun()


def _leave() -> None:
    filters.put(**{SHOWN: None})


def _when(rt: Runtime, viewer: Viewer, one: Version) -> str:
    if one.at is None:
        return ""
    return f"{words.moment(one.at, viewer, rt.now())}, {words.text(one.who)}"
