"""The CRM: which one is kept in step, for whom, whose value stays, and what would change."""

import streamlit as st

from core.domain.access import Viewer
from core.domain.states import JobName
from core.pipeline import crm_desk
from core.pipeline.crm_desk import Choice
from core.queries import crm
from core.queries.crm import CrmStanding
from core.runtime import Runtime
from db.session import reading
from pages.settings_parts import crm_aside, crm_form
from pages.ui import tables, words
from pages.ui.actions import attempt, run_now
from pages.ui.page import actions

DRY = "crm.dry"
COUNTS = {
    "pulled": "read there", "changed": "changed here", "opted_out": "opted out",
    "converted": "conversions", "pushed": "given", "logged": "interactions",
    "set_aside": "set aside", "uncertain": "uncertain",
}  # fmt: skip


def draw(rt: Runtime, viewer: Viewer) -> None:
    """How it stands, what is set, what would change, what was set aside."""
    with reading(rt.sessions) as session:
        plan = crm.standing(session, viewer, "").plan
        used = crm_desk.in_use(rt, plan.crm)
        standing = crm.standing(session, viewer, used)
    choices = {choice.name: choice for choice in crm_desk.choices(rt)}
    with actions():
        dry = st.button("Dry run", icon=":material/visibility:", key="crm.dry_run", type="primary")
        st.button(
            "Sync now", icon=":material/sync:", key="crm.sync", disabled=not plan.on,
            on_click=run_now, args=(rt, viewer, JobName.CRM),
        )  # fmt: skip
    if not plan.on:
        st.caption(
            "Sync now works once the CRM is turned on below. A dry run shows what it would do."
        )
    _state(rt, viewer, standing, used, choices.get(plan.crm))
    if dry:
        _dry_run(rt, viewer)
    crm_aside.draw(rt, viewer, used, standing.aside)
    crm_form.draw(rt, viewer, standing, choices)


def _state(
    rt: Runtime, viewer: Viewer, standing: CrmStanding, used: str, chosen: Choice | None
) -> None:
    """One line on what is in force, one on the last turn; what stands in the way in between."""
    plan, now = standing.plan, rt.now()
    chip = ":green-badge[On]" if plan.on else ":gray-badge[Off]"
    figures = [
        words.counted(standing.contacts.number, "contact"),
        words.counted(standing.interactions.number, "interaction"),
    ]
    st.markdown(f"**{words.label(used)}** {chip} :gray[{' · '.join(figures)} in step]")
    if used != plan.crm:
        st.info(
            f"{words.label(plan.crm)} is chosen, but nothing leaves this machine: set "
            "USE_REAL_CRM_GATEWAY=true and restart. Until then CSV files stand in.",
            icon=":material/info:",
        )
    elif chosen is not None and not chosen.set_up:
        st.warning(
            f"{words.label(plan.crm)} has no key. Enter it under Keys.", icon=":material/key:"
        )
    if standing.last_error:
        st.error(words.text(standing.last_error), icon=":material/error:")
    if standing.last_run_at is None:
        st.caption("It has not been synced yet. A dry run shows what would change.")
        return
    counts = " · ".join(
        f"{words.number(standing.counts[word])} {label}"
        for word, label in COUNTS.items()
        if standing.counts.get(word)
    )
    well = words.moment(standing.last_success_at, viewer, now)
    last = words.moment(standing.last_run_at, viewer, now)
    reading_on = "" if standing.all_seen else " · still reading what is there"
    tail = "" if standing.last_error is None else f" · last good one {well}"
    st.caption(f"Last sync {last} · {counts or 'nothing to do'}{reading_on}{tail}")


def _dry_run(rt: Runtime, viewer: Viewer) -> None:
    with st.spinner("Reading what changed there. Nothing is written."):
        found = attempt(lambda: crm_desk.dry_run(rt, viewer))
    if found is None:
        return
    name = words.label(found.crm)
    comes = words.counted(found.comes, "change")
    goes = words.counted(found.goes, "contact")
    logs = words.counted(found.logs, "interaction")
    more = " There is more than a dry run looks at." if found.partly else ""
    with st.container(border=True, gap="small", key=DRY):
        st.markdown(
            f"**Dry run** :gray[· {words.counted(found.seen, 'record')} read in {name} · nothing "
            "was written]"
        )
        if not (found.rows or found.logs):
            st.markdown(f"Both sides agree: nothing would change.{more}")
            return
        st.markdown(f"{comes} would come here. {goes} and {logs} would go to {name}.{more}")
        if found.rows:
            tables.table(
                found.rows,
                [
                    tables.text("Contact", lambda row: row.email, width=280),
                    tables.text(
                        "Where", lambda row: "Comes here" if row.comes else f"Goes to {name}"
                    ),
                    tables.text("Field", lambda row: crm_form.FIELD.get(row.field)),
                    tables.text("Now", lambda row: row.before),
                    tables.text("Then", lambda row: row.after, width="medium"),
                    tables.text("Why", lambda row: row.why, width="medium"),
                ],
                key="crm.dry_rows",
                alt="What the next sync would change",
            )
