"""Keeping a CRM in step: which fields, and whose value stays where the two sides differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.domain.crm_states import CrmRule, CrmStage, CrmWho

FIELDS = ("first_name", "last_name", "title", "phone", "linkedin", "city", "country", "company")
# a company is shared by its people: a CRM's text about one of them renames nobody's company
KEPT_HERE = frozenset({"company"})
LOCAL = "csv"
SETTING = "crm"


@dataclass(frozen=True, slots=True)
class Theirs:
    """One record as the CRM has it. `changed_at` None: the CRM does not say when."""

    remote_id: str
    email: str
    fields: Mapping[str, str]
    opted_out: bool = False
    stage: CrmStage = CrmStage.UNKNOWN
    changed_at: datetime | None = None
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """The value that stays, which side has to change for it, and whether both had changed."""

    value: str
    ours_changes: bool = False
    theirs_changes: bool = False
    both_changed: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What people set: which CRM, for whom, and whose value stays. Without clients: all."""

    on: bool = False
    crm: str = LOCAL
    clients: frozenset[int] = frozenset()
    who: CrmWho = CrmWho.REACHED
    interactions: bool = True  # mails, replies and conversions are written there
    conversions: bool = True  # a won deal there is a conversion here
    rules: Mapping[str, CrmRule] = field(default_factory=dict)

    def rule(self, name: str) -> CrmRule:
        """The rule of a field."""
        return CrmRule.OURS if name in KEPT_HERE else self.rules.get(name, CrmRule.NEWEST)


def settle(
    rule: CrmRule,
    ours: str,
    theirs: str,
    base: str | None,
    *,
    ours_at: datetime,
    theirs_at: datetime,
) -> Settled:
    """Decides one field. `base` is what both had when they last agreed, None before the first
    time; empty texts are fields without a value.
    """
    if ours == theirs:
        return Settled(ours)
    both = ours != (base or "") and theirs != (base or "")
    if _ours_stays(rule, ours, theirs, base or "", newer=ours_at > theirs_at):
        return Settled(ours, theirs_changes=True, both_changed=both)
    return Settled(theirs, ours_changes=True, both_changed=both)


def _ours_stays(rule: CrmRule, ours: str, theirs: str, base: str, *, newer: bool) -> bool:
    if not base and not (ours and theirs):
        return bool(ours)  # what never had a value wipes nothing out: the gap is filled
    if rule is not CrmRule.NEWEST:
        return rule is CrmRule.OURS
    if (ours != base) != (theirs != base):
        return ours != base  # only one side changed
    return newer


def read_plan(stored: Any) -> Plan:
    """The plan as it was stored; what cannot be read counts as not set."""
    given = stored if isinstance(stored, dict) else {}
    usual = Plan()
    clients = given.get("clients")
    rules = given.get("rules")
    return Plan(
        on=given.get("on") is True,
        crm=str(given.get("crm") or LOCAL),
        clients=frozenset(one for one in clients if isinstance(one, int))
        if isinstance(clients, list)
        else usual.clients,
        who=CrmWho(given["who"]) if given.get("who") in set(CrmWho) else usual.who,
        interactions=given.get("interactions") is not False,
        conversions=given.get("conversions") is not False,
        rules={
            name: CrmRule(rule)
            for name, rule in (rules if isinstance(rules, dict) else {}).items()
            if name in FIELDS and rule in set(CrmRule)
        },
    )


def as_stored(plan: Plan) -> dict[str, Any]:
    """The plan as JSON holds it."""
    return {
        "on": plan.on,
        "crm": plan.crm,
        "clients": sorted(plan.clients),
        "who": str(plan.who),
        "interactions": plan.interactions,
        "conversions": plan.conversions,
        "rules": {name: str(rule) for name, rule in plan.rules.items()},
    }
