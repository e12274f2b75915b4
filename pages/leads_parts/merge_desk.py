"""The merge desk (?view=same): pair after pair, one key each; merged, parted, and taken back."""

import streamlit as st

from core.domain.access import Act, Viewer
from core.domain.matches import MatchKind
from core.domain.states import JobName
from core.queries import merge_desk
from core.queries.merge_desk import PairShown
from core.runtime import Runtime
from core.services import merges
from db.session import reading
from pages.leads_parts import merge_card, merge_setting
from pages.ui import filters, words
from pages.ui.actions import act, run_now
from pages.ui.page import actions, empty

PARTS = {MatchKind.CONTACT: "People", MatchKind.ACCOUNT: "Companies"}


def entry(rt: Runtime, viewer: Viewer) -> None:
    """The way here from the list of leads, with how many wait."""
    with reading(rt.sessions) as session:
        counts = [merge_desk.waiting(session, viewer, kind) for kind in MatchKind]
    number = sum(count.number for count in counts)
    more = "+" if any(count.more for count in counts) else ""
    st.button(
        f"Same people ({words.number(number)}{more})" if number else "Same people",
        icon=":material/join_inner:", key="leads.same",
        on_click=filters.put, kwargs={"view": "same"},
    )  # fmt: skip


def draw(rt: Runtime, viewer: Viewer) -> None:
    """The pair in turn, and under it what was merged lately."""
    with reading(rt.sessions) as session:
        counts = {kind: merge_desk.waiting(session, viewer, kind) for kind in MatchKind}
    with actions():
        _look_now(rt, viewer)
        merge_setting.draw(rt, viewer)
    options = {kind.value: f"{label} {counts[kind]}" for kind, label in PARTS.items()}
    kind = MatchKind(filters.tabs("kind", options, forgets=("pair", "after")))
    with reading(rt.sessions) as session:
        found = merge_desk.pair(
            session, viewer, kind, pair_id=filters.whole("pair"), after=filters.whole("after")
        )
        done = merge_desk.lately(session, viewer)
    if found is None:
        empty(
            "Nobody is here twice, as far as we can see. New people are compared every hour.",
            "Back to the leads", to="leads.py", icon="check_circle",
        )  # fmt: skip
    else:
        _desk(rt, viewer, found)
    _lately(rt, viewer, done)


def _desk(rt: Runtime, viewer: Viewer, found: PairShown) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with left:
        merge_card.draw(rt, viewer, found)
    with right, st.container(border=True):
        keep, chosen = merge_card.choose(found)
        with st.container(horizontal=True, gap="small"):
            if viewer.may(Act.EDIT_LEADS):
                st.button(
                    "Merge", icon=":material/merge:", type="primary", shortcut="M",
                    key=f"merge.{found.pair_id}.do", on_click=_merge,
                    args=(rt, viewer, found.pair_id, keep, tuple(chosen)),
                )  # fmt: skip
                st.button(
                    "Not the same", icon=":material/call_split:", shortcut="X",
                    key=f"merge.{found.pair_id}.apart", on_click=_apart,
                    args=(rt, viewer, found.pair_id),
                )  # fmt: skip
            st.button(
                "Next", icon=":material/arrow_forward:", type="tertiary", shortcut="N",
                key=f"merge.{found.pair_id}.next", on_click=filters.put,
                kwargs={"after": found.pair_id, "pair": None},
            )  # fmt: skip


def _lately(rt: Runtime, viewer: Viewer, done: tuple[merge_desk.MergeDone, ...]) -> None:
    parted = filters.whole("parted")
    if not done and parted is None:
        return
    st.header("Lately", anchor=False)
    may = viewer.may(Act.EDIT_LEADS)
    if parted is not None and may:
        with _line():
            st.markdown("Two were said not to be the same.", width="content")
            st.button(
                "Ask again", icon=":material/undo:", type="tertiary", key="merge.again",
                on_click=_ask_again, args=(rt, viewer, parted),
            )  # fmt: skip
    for number, one in enumerate(done):
        with _line():
            when = words.moment(one.at, viewer, rt.now())
            st.markdown(
                f"{words.text(one.gone)} went into **{words.text(one.kept)}** "
                f":gray[{words.text(one.by)}, {when}]",
                width="content",
            )
            if may:
                st.button(
                    "Undo", icon=":material/undo:", type="tertiary",
                    key=f"merge.undo.{one.merge_id}", shortcut="U" if number == 0 else None,
                    on_click=_undo, args=(rt, viewer, one.merge_id),
                )  # fmt: skip


def _line() -> st.delta_generator.DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _look_now(rt: Runtime, viewer: Viewer) -> None:
    st.page_link("leads.py", label="Back to the leads", icon=":material/arrow_back:")
    if viewer.may(Act.RUN_JOBS):
        st.button(
            "Look now", icon=":material/search:", key="merge.look",
            on_click=run_now, args=(rt, viewer, JobName.MATCHING),
        )  # fmt: skip


def _merge(rt: Runtime, viewer: Viewer, pair_id: int, keep: int, chosen: tuple[str, ...]) -> None:
    done = act(
        rt,
        lambda s: merges.merge_pair(s, viewer, pair_id, keep=keep, chosen=chosen, now=rt.now()),
        done=lambda merge: "Merged." if merge else "Somebody else decided this pair meanwhile.",
    )
    if done is not None:
        filters.put(pair=None, after=None, parted=None)


def _apart(rt: Runtime, viewer: Viewer, pair_id: int) -> None:
    done = act(
        rt,
        lambda s: merges.not_the_same(s, viewer, pair_id, now=rt.now()),
        done="Remembered: these are two.",
    )
    if done is not None:
        filters.put(pair=None, after=None, parted=pair_id)


def _ask_again(rt: Runtime, viewer: Viewer, pair_id: int) -> None:
    act(rt, lambda s: merges.ask_again(s, viewer, pair_id, now=rt.now()), done="It waits again.")
    filters.put(pair=pair_id, parted=None)


def _undo(rt: Runtime, viewer: Viewer, merge_id: int) -> None:
    done = act(
        rt,
        lambda s: merges.undo(s, viewer, merge_id, now=rt.now()),
        done="Taken back. Sequences that were stopped stay stopped.",
    )
    if done is not None:
        filters.put(pair=done.pair_id, parted=None)
