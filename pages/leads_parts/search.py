"""Look for new people at a provider: whom, how many, what it may cost, and how searches did."""

from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.lookups import SearchState
from core.queries import campaigns, lookups
from core.runtime import Runtime
from core.services import searches
from db.session import reading, transaction
from pages.ui import actions, filters, forms, importing, tables, words
from pages.ui.again import again
from pages.ui.page import empty, refused

SENIORITIES = (
    *("founder", "owner", "c_level", "vp", "head", "director", "manager", "senior", "entry"),
)
SIZES = ("1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000")
MICROS = 1_000_000


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The form, then the searches so far."""
    if not viewer.may(Act.IMPORT):
        refused("Your role may not import leads. Ask an admin if you need it.")
    sources = {source.provider: source for source in rt.providers.sources(searches.PORT)}
    with reading(rt.sessions) as session:
        known = dict(campaigns.names(session, viewer))
        before = lookups.searches(session, viewer)
    if not known:
        empty("People go into a campaign. There is none yet.", "Make one", to="campaigns.py")
    elif not sources:
        empty(
            "No provider of people is set up. Enter its key in Settings → Keys: it must be a "
            "master key where the provider makes a difference.",
            "Enter a key" if viewer.may(Act.KEYS) else "",
            to="settings.py",
            query={"part": "keys"},
            icon="person_search",
        )
    else:
        _form(rt, viewer, known, sources)
    if before:
        _history(before, viewer, rt)


def _form(rt: Runtime, viewer: Viewer, known: dict[int, str], sources: dict[str, Any]) -> None:
    st.subheader("Look for people", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        campaign_id = _campaign(known)
        provider = _provider(list(sources))
        wanted = _who()
    with right:
        wanted |= _where()
        most = st.number_input("People, at most", 1, searches.MOST, 100, key="search.most")
    price = sources[provider].adapter.price_micros / MICROS
    st.caption(
        f"{words.label(provider)} is told what you ask for. Looking is free; each address costs "
        f"{price:.3f}, so at most {price * most:.2f}, within the client's money for the day. "
        "LinkedIn, and other sites whose terms forbid it, are never read out: that is deliberate."
    )
    # not a callback: that would be given what stood in the fields when they were last drawn
    if st.button("Search", type="primary", icon=":material/person_search:", key="search.start"):
        _start(rt, viewer, campaign_id, provider, wanted, int(most))


def _campaign(known: dict[int, str]) -> int:
    ids, given = list(known), filters.whole("campaign")
    return st.selectbox(
        "Into the campaign", ids, index=ids.index(given) if given in ids else 0,
        format_func=lambda i: known.get(i, ""), key="search.campaign",
    )  # fmt: skip


def _provider(names: list[str]) -> str:
    if len(names) == 1:
        return names[0]
    return st.selectbox("Provider", names, format_func=words.label, key="search.provider")


def _who() -> dict[str, Any]:
    titles = st.text_area(
        "Titles", key="search.titles", placeholder="VP Marketing\nHead of Growth", height=96,
        help="One a line; any of them fits.",
    )  # fmt: skip
    seniorities = st.multiselect(
        "Seniority", SENIORITIES, format_func=words.label, key="search.seniorities"
    )
    keywords = st.text_input("Keywords", key="search.keywords")
    return {"titles": forms.lines(titles), "seniorities": seniorities, "keywords": keywords}


def _where() -> dict[str, Any]:
    boxes = {
        "places": "Where they are",
        "company_places": "Where their company is",
        "domains": "Companies, by domain",
    }
    found: dict[str, Any] = {
        name: forms.lines(st.text_area(label, key=f"search.{name}", height=68, help="One a line."))
        for name, label in boxes.items()
    }
    return found | {"sizes": st.multiselect("Employees", SIZES, key="search.sizes")}


def _start(
    rt: Runtime,
    viewer: Viewer,
    campaign_id: int,
    provider: str,
    wanted: dict[str, Any],
    most: int,
) -> None:
    def order() -> int:
        with transaction(rt.sessions) as session:
            return searches.order(
                session, viewer, campaign_id,
                provider=provider, wanted=wanted, most=most, now=rt.now(),
            ).id  # fmt: skip

    if actions.attempt(order) is not None:
        importing.harvest_now(rt, campaign_id)
        again(sentence="The search has begun. You can leave this page; its finds become leads.")


def _history(before: Any, viewer: Viewer, rt: Runtime) -> None:
    now = rt.now()
    st.header("Searches so far", anchor=False)
    chosen = tables.table(
        before,
        [
            tables.text("When", lambda row: words.moment(row.at, viewer, now)),
            tables.text("Campaign", lambda row: row.campaign),
            tables.text("Provider", lambda row: words.label(row.provider)),
            tables.chips("State", SearchState, lambda row: row.state),
            tables.number("At most", lambda row: row.most),
            tables.number("Looked at", lambda row: row.seen),
            tables.text("Note", lambda row: row.note, width="large"),
            tables.text("By", lambda row: row.by),
        ],
        key="search.history",
        select=True,
    )
    if chosen is not None and chosen.batch_id is not None:
        filters.put(view="import", batch=chosen.batch_id)
        st.rerun()
