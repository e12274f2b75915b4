"""Slots of the clock: which moments a job stands for. A slot runs once, whoever starts it.

A rule never counts from the last run, so two schedulers, a restart or a moved clock agree on the
slot without asking each other. After a long sleep only the newest slot is run.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.states import JobName

DAY = 24 * 60
_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Rule:
    """Every `every` minutes (a divisor of a day), `offset` minutes past midnight UTC."""

    every: int
    offset: int = 0


def daily(hour: int, minute: int = 0) -> Rule:
    """Once a day at this time, UTC."""
    return Rule(DAY, hour * 60 + minute)


@dataclass(frozen=True, slots=True)
class Plan:
    """When a job runs, and whether at all."""

    rule: Rule
    enabled: bool = True


DEFAULTS: Mapping[JobName, Rule] = {
    JobName.HARVEST: daily(2, 0),
    JobName.ENRICH: daily(2, 30),
    JobName.SCORE: daily(3, 0),
    JobName.QUALIFY: daily(4, 0),
    JobName.ROUTE: daily(5, 0),
    JobName.NURTURE: daily(6, 0),
    JobName.DISPATCH: Rule(1),
    JobName.REPLIES: Rule(5),
    JobName.TIDY: Rule(60),
    JobName.ROLLUPS: Rule(15),
    JobName.MATCHING: Rule(60, 20),
    JobName.PREDICT: Rule(60, 40),
    JobName.PROVIDER_CHECKS: Rule(10),
    JobName.DELIVER: Rule(1),
    JobName.CRM: Rule(15),
    JobName.BULK: Rule(1),
}


def newest(rule: Rule, now: datetime) -> datetime:
    """The slot that `now` stands in: the latest one that is not in the future."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    offset = rule.offset % rule.every
    minutes = (now - midnight) // timedelta(minutes=1) - offset
    return midnight + timedelta(minutes=minutes // rule.every * rule.every + offset)


def following(rule: Rule, now: datetime) -> datetime:
    """The next slot after `now`."""
    return newest(rule, now) + timedelta(minutes=rule.every)


def plan(job: JobName, moved: Mapping[str, Any] | None) -> Plan:
    """The job's plan: its default slots, moved or turned off by what a person set.

    `moved` is {"enabled": bool, "at": "HH:MM"} or {"every": minutes}; what cannot be read counts
    as not set, so that a broken setting never stops the clock.
    """
    moved = moved or {}
    return Plan(read(moved) or DEFAULTS[job], moved.get("enabled") is not False)


def read(moved: Mapping[str, Any]) -> Rule | None:
    """The rule that a person set; None where there is none, or none that can be read."""
    at, every = moved.get("at"), moved.get("every")
    if isinstance(at, str) and (found := _AT.fullmatch(at)):
        return daily(int(found[1]), int(found[2]))
    if isinstance(every, int) and not isinstance(every, bool) and every > 0 and DAY % every == 0:
        return Rule(every)
    return None


def setting(job: JobName) -> str:
    """The name of the setting that moves a job."""
    return f"job:{job}"
