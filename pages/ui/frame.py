"""The sidebar: brand, client switcher, search, pages with their counts, the person's menu."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import clients, home, search
from core.queries.home import Badges
from core.queries.users import SignedIn
from core.runtime import Runtime
from core.services import sign_in
from db.session import reading
from pages.ui import focus, forms, signin, words
from pages.ui.actions import act


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the sidebar: its script, name and icon, and what a role must be allowed to."""

    file: str
    title: str
    icon: str
    act: Act = Act.READ


GROUPS: Mapping[str, tuple[Entry, ...]] = {
    "Work": (
        Entry("home.py", "Home", "home"),
        Entry("campaigns.py", "Campaigns", "campaign"),
        Entry("leads.py", "Leads", "group"),
        Entry("review_queue.py", "Review Queue", "rate_review", Act.REVIEW),
        Entry("mail.py", "Outbox / Inbox", "mail"),
        Entry("content.py", "Content", "edit_note"),
    ),
    "Results": (
        Entry("analytics.py", "Analytics", "bar_chart"),
        Entry("exports.py", "Exports", "description"),
    ),
    "Admin": (
        Entry("provider_health.py", "Provider Health", "monitor_heart"),
        Entry("settings.py", "Settings", "settings"),
    ),
}


def navigation() -> "st.navigation":
    """Declares all pages, always first, so that a deep link survives the sign-in. Without icons:
    nobody sees them here, and as a tab's icon they would be fetched from a font service.
    """
    pages = {
        group: [
            st.Page(entry.file, title=entry.title, default=entry.file == "home.py")
            for entry in entries
        ]
        for group, entries in GROUPS.items()
    }
    return st.navigation(pages, position="hidden")


def draw(rt: Runtime, who: SignedIn) -> None:
    """The sidebar of a signed-in person."""
    viewer = who.viewer
    with reading(rt.sessions) as session:
        known = clients.names(session, viewer)
        badges = home.badges(session, viewer)
    with st.sidebar:
        st.markdown("#### :primary[:material/hub:] AICMO")
        focus.switcher(known)
        _search(rt, viewer)
        for group, entries in GROUPS.items():
            with st.container(gap="xxsmall"):
                st.caption(group)
                for entry in entries:
                    if not viewer.may(entry.act):
                        continue
                    st.page_link(
                        entry.file,
                        label=entry.title + _badge(entry.file, badges),
                        icon=f":material/{entry.icon}:",
                        width="stretch",
                    )
        _person(rt, who)
        signin.settle(rt)


def _badge(file: str, badges: Badges) -> str:
    if file == "review_queue.py" and badges.review:
        return f" :blue-badge[{badges.review}]"
    if file == "mail.py" and badges.replies:
        return f" :blue-badge[{badges.replies}]"
    if file == "provider_health.py" and badges.alarms:
        return f" :{'red' if badges.act else 'orange'}-badge[{badges.alarms}]"
    return ""


def _search(rt: Runtime, viewer: Viewer) -> None:
    wanted = st.text_input(
        "Search everything",
        key="frame.search",
        placeholder="Search",
        icon=":material/search:",
        label_visibility="collapsed",
    )
    if len(wanted.strip()) < search.SHORTEST:
        return
    with reading(rt.sessions) as session:
        hits = search.everywhere(session, viewer, wanted)
    if not hits:
        st.caption(f"Nothing begins with “{words.text(wanted)}”.")
    with st.container(gap="xxsmall"):
        for hit in hits:
            st.page_link(
                hit.page,
                label=f"{words.text(hit.title)} :gray[{words.text(hit.note)}]",
                icon=f":material/{hit.icon}:",
                query_params={hit.parameter: str(hit.id)},
                width="stretch",
            )


def _person(rt: Runtime, who: SignedIn) -> None:
    viewer = who.viewer
    with st.popover(words.text(viewer.name), icon=":material/account_circle:", width="stretch"):
        st.markdown(f"**{words.text(viewer.name)}**  \n{words.label(viewer.role)}")
        zone = forms.timezone("My time zone", viewer.timezone, key="frame.zone")
        if zone != viewer.timezone:
            st.button(
                "Save time zone", key="frame.zone.save", on_click=_save_zone, args=(rt, who, zone)
            )
        st.button(
            "Sign out", icon=":material/logout:", key="frame.signout", on_click=signin.sign_out,
            width="stretch",
        )  # fmt: skip


def _save_zone(rt: Runtime, who: SignedIn, zone: str) -> None:
    act(
        rt,
        lambda session: sign_in.set_own_timezone(session, who.viewer, zone, now=rt.now()),
        done=f"Dates are now shown in {zone}.",
    )
