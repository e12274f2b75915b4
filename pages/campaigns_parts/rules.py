"""Rules of a campaign: where qualified leads go, who need not wait for a person, and the log."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.domain.access import Act, Viewer
from core.queries import sequences, users
from core.queries.campaigns import CampaignDetail
from core.runtime import Runtime
from core.services import campaigns as service
from core.services.routing_facts import FIELDS, WAITS_FOR
from db.session import reading
from pages.campaigns_parts import approved, rule_form, rule_trial
from pages.ui import filters, words
from pages.ui.actions import act
from pages.ui.again import again

Rules = list[dict[str, Any]]
OPEN = "rule"  # the URL's word for the rule in the form: "routes-2", "approvals-new"


def draw(rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
    """Routing, then approval with its log."""
    with reading(rt.sessions) as session:
        available = sequences.available(session, viewer, client_id=found.row.client_id)
        people = dict(users.colleagues(session, viewer, found.row.client_id))
    paths = {row.id: row.name for row in available}
    desk = _Desk(rt, viewer, found)
    st.header("Routing", anchor=False)
    st.caption(
        "The first rule that matches decides. Without one a lead goes through the sequence of its "
        "tier, and the client's team take turns as its owner."
    )
    desk.section(
        "routes", FIELDS, "Add a routing rule",
        gives=lambda rule: _goes(rule, paths, people),
        more=lambda rule, key: _targets(rule, paths, people, key),
    )  # fmt: skip
    st.header("Approval", anchor=False)
    st.caption(
        "Who would wait for a person and meets one of these rules is qualified at once. Nobody "
        "whom the rules turn away is let in."
    )
    if found.settings.get("auto_approve_leads"):
        st.info("Everything passes: Settings says that no lead waits for a person.")
    desk.section(
        "approvals", FIELDS | WAITS_FOR, "Add an approval rule", gives=lambda _: "qualified",
        more=lambda _rule, _key: {},
    )  # fmt: skip
    approved.draw(rt, viewer, found.row.id)


class _Desk:
    """The two lists of rules: told, moved, changed, taken away; each change is kept at once."""

    def __init__(self, rt: Runtime, viewer: Viewer, found: CampaignDetail) -> None:
        self.rt, self.viewer, self.found = rt, viewer, found
        self.may = viewer.may(Act.EDIT_CAMPAIGNS)

    def section(
        self,
        part: str,
        fields: dict[str, str],
        label: str,
        *,
        gives: Callable[[dict[str, Any]], str],
        more: Callable[[dict[str, Any], str], dict[str, Any]],
    ) -> None:
        """The rules in their order, and the form of the one that is open."""
        rules: Rules = [dict(rule) for rule in self.found.rules.get(part, ())]
        wanted = filters.value(OPEN)
        for place, rule in enumerate(rules):
            with st.container(border=True):
                if wanted == f"{part}-{place}":
                    self._form(part, rules, place, fields, more)
                else:
                    self._line(part, rules, place, rule_form.told(rule, fields), gives(rule))
        if wanted == f"{part}-new":
            with st.container(border=True):
                self._form(part, rules, len(rules), fields, more)
        elif self.may:
            st.button(
                label, icon=":material/add:", key=f"rules.{part}.add", on_click=filters.put,
                kwargs={OPEN: f"{part}-new"},
            )  # fmt: skip

    def _line(self, part: str, rules: Rules, place: int, asks: str, gives: str) -> None:
        name = rules[place].get("name") or f"Rule {place + 1}"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words.text(name)}** · {asks} → {words.text(gives)}")
            st.space("stretch")
            if not self.may:
                return
            buttons = [("Change", "edit", filters.put, (), {OPEN: f"{part}-{place}"})]
            if place:
                earlier = [*rules[: place - 1], rules[place], rules[place - 1], *rules[place + 1 :]]
                buttons.append(("Earlier", "arrow_upward", self._keep, (part, earlier), {}))
            without = [*rules[:place], *rules[place + 1 :]]
            buttons.append(("Remove", "delete", self._keep, (part, without), {}))
            for label, icon, do, args, named in buttons:
                st.button(
                    label, icon=f":material/{icon}:", type="tertiary", on_click=do, args=args,
                    kwargs=named, key=f"rules.{part}.{place}.{label}",
                )  # fmt: skip

    def _form(
        self,
        part: str,
        rules: Rules,
        place: int,
        fields: dict[str, str],
        more: Callable[[dict[str, Any], str], dict[str, Any]],
    ) -> None:
        rule = rules[place] if place < len(rules) else {}
        key = f"rules.{part}.{place}.{self.found.version}"
        left, right = st.columns([7, 4], gap="medium") if part == "approvals" else (st, None)
        with left.container():
            name = st.text_input("Name", rule.get("name", ""), key=f"{key}.name", max_chars=100)
            every, asked = rule_form.conditions(rule, fields, key)
            given = {"name": name.strip(), "every": every, "conditions": asked, **more(rule, key)}
            with st.container(horizontal=True):
                saved = st.button("Save the rule", type="primary", key=f"{key}.save")
                st.button(
                    "Never mind", type="tertiary", key=f"{key}.not", on_click=filters.put,
                    kwargs={OPEN: None},
                )  # fmt: skip
        if right is not None:
            with right.container():
                rule_trial.draw(self.rt, self.viewer, self.found.row.id, given)
        if saved and self._keep(part, [*rules[:place], given, *rules[place + 1 :]]):
            filters.put(**{OPEN: None})
            again(True, "The rule is saved. It holds from the next run on.")

    def _keep(self, part: str, rules: Rules) -> bool:
        done = act(
            self.rt,
            lambda session: service.set_rules(
                session, self.viewer, self.found.row.id, version=self.found.version,
                now=self.rt.now(), **{part: rules},
            ),
        )  # fmt: skip
        return done is not None


def _targets(
    rule: dict[str, Any], paths: dict[int, str], people: dict[int, str], key: str
) -> dict[str, Any]:
    """Where a routing rule sends a lead: a sequence, an owner, or both."""
    with st.container(horizontal=True):
        sequence = _choice("Sequence", "By tier", paths, rule.get("sequence_id"), f"{key}.sequence")
        owner = _choice("Owner", "Whose turn it is", people, rule.get("owner_id"), f"{key}.owner")
    return {"sequence_id": sequence, "owner_id": owner}


def _choice(label: str, none: str, known: dict[int, str], at: int | None, key: str) -> int | None:
    options: Sequence[int | None] = [None, *known]
    return st.selectbox(
        label, options, index=list(options).index(at) if at in known else 0, width=260, key=key,
        format_func=lambda one: none if one is None else known[one],
    )  # fmt: skip


def _goes(rule: dict[str, Any], paths: dict[int, str], people: dict[int, str]) -> str:
    sequence, owner = rule.get("sequence_id"), rule.get("owner_id")
    path = paths.get(sequence, "a sequence that is gone") if sequence else "sequence of its tier"
    return path + (f", to {people.get(owner, 'somebody who left')}" if owner else "")
