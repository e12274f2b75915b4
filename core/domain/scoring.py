"""Why a lead is worth writing to: fit, opportunity and engagement, each 0 to 100, with reasons.

The axes are never blended silently: the total comes from the visible rule of the campaign
(default 0.5 fit + 0.3 opportunity + 0.2 engagement), the tier from its thresholds. Unknown is
neither match nor miss: fit is earned / known weight, confidence is known / total weight.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from core.domain import engagement
from core.domain.criteria import asked
from core.domain.engagement import faded
from core.domain.profile import Icp, Reason, Subject
from core.domain.states import Tier

__all__ = [
    "EDITION",
    "Icp",
    "Judged",
    "Reason",
    "Rules",
    "Score",
    "Signal",
    "Subject",
    "TierRule",
    "judged",
    "score",
    "shares_of",
    "tier_of",
]

# of the rules in the code: one more wherever the same lead and audience get another score than
# before, so that the score stage looks anew at those who have their score from an older one
EDITION = 1

TIERS = (Tier.HOT, Tier.WARM, Tier.COOL, Tier.COLD)

# signal → (points when fresh and certain, words)
SIGNALS: Mapping[str, tuple[int, str]] = {
    "referral": (40, "was named by somebody"),
    "budget": (35, "has a budget"),
    "timeline": (30, "has a date in mind"),
    "need": (30, "has the problem that we solve"),
    "renewal": (25, "has a contract that ends"),
    "funding": (25, "got funding"),
    "new_leader": (22, "has a new leader"),
    "expansion": (20, "is expanding"),
    "technology_change": (20, "changes technology"),
    "authority": (18, "decides"),
    "hiring": (18, "is hiring"),
    "event": (12, "came to an event"),
    "ad_spend": (12, "spends on advertising"),
    "site_weakness": (12, "has weak spots on its site"),
    "content": (10, "read our content"),
}
OTHER_SIGNAL = (8, "gave a signal")

# days after which a signal is worth half, where its source does not say
HALF_LIVES: Mapping[str, int] = {
    "referral": 90,
    "budget": 60,
    "timeline": 45,
    "need": 90,
    "renewal": 60,
    "funding": 120,
    "new_leader": 90,
    "expansion": 90,
    "technology_change": 90,
    "authority": 365,
    "hiring": 45,
    "event": 30,
    "ad_spend": 60,
    "site_weakness": 120,
    "content": 21,
}
OTHER_HALF_LIFE = 30


@dataclass(frozen=True, slots=True)
class Signal:
    """An opportunity signal as it is known: from whom, how sure, how fast it fades."""

    kind: str
    detail: str
    source: str
    confidence: float  # 0..1
    half_life_days: float
    at: datetime


@dataclass(frozen=True, slots=True)
class TierRule:
    """How axes become a total, and the total a tier. Shares of the axes add up to 1."""

    fit: float = 0.5
    opportunity: float = 0.3
    engagement: float = 0.2
    hot: int = 75
    hot_fit: int = 60
    warm: int = 55
    cool: int = 35


def shares_of(document: Mapping[str, Any]) -> tuple[float, float, float]:
    """Of stored rules the shares of fit, opportunity and engagement in the total."""
    tier, usual = document.get("tier") or {}, TierRule()
    return (
        float(tier.get("fit", usual.fit)),
        float(tier.get("opportunity", usual.opportunity)),
        float(tier.get("engagement", usual.engagement)),
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """A campaign's rules of tier and qualification.

    A perfect fit of whom nothing else is known has total 50 by the default rule. So a lead
    qualifies from a total of 35 (a fit of 70), one of the 10 points below waits for a person,
    and below 25 (a fit of 50) it is turned away.
    """

    version: int = 1
    tier: TierRule = field(default_factory=TierRule)
    threshold: int = 35
    grey: int = 10
    least_confidence: int = 40  # percent; below it a person looks
    b2b: bool = True
    verified_only: bool = False  # an address that only the local rules saw waits for a person
    allow_duplicates: bool = False


class Score(NamedTuple):
    """Three axes and what follows from them; all numbers 0 to 100."""

    fit: int
    opportunity: int
    engagement: int
    total: int
    confidence: int
    tier: Tier
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a fit was made of: fit is 100 × earned / possible."""

    earned: int
    possible: int  # points of the criteria of which something is known
    unknown: int  # criteria of which nothing is known: they count neither way
    criteria: int


def score(
    subject: Subject,
    icp: Icp,
    rules: Rules,
    now: datetime,
    *,
    signals: Sequence[Signal] = (),
    touches: Sequence[engagement.Touch] = (),
) -> Score:
    """The score of one lead. Equal input gives equal output; nothing is read from elsewhere."""
    fit, confidence, reasons = _fit(subject, icp)
    opportunity, why_now = _opportunity(signals, now) if signals else (0, [])
    engaged, acts = _engagement(touches, now) if touches else (0, [])
    rule = rules.tier
    total = round(rule.fit * fit + rule.opportunity * opportunity + rule.engagement * engaged)
    return Score(
        fit,
        opportunity,
        engaged,
        min(100, total),
        confidence,
        tier_of(total, fit, rule),
        (*reasons, *why_now, *acts),
    )


def judged(reasons: Iterable[tuple[float, float, bool]]) -> Judged | None:
    """What a fit was made of, from the points, the most points and `known` of each of its reasons;
    None where nothing could be judged, or an exclusion decided.
    """
    asked_for = [reason for reason in reasons if reason[1]]
    known = [(points, most) for points, most, is_known in asked_for if is_known]
    if not known:
        return None
    earned, possible = (round(sum(column)) for column in zip(*known, strict=True))
    return Judged(earned, possible, len(asked_for) - len(known), len(asked_for))


def tier_of(total: int, fit: int, rule: TierRule) -> Tier:
    """The tier of a total; hot asks for fit too."""
    if total >= rule.hot and fit >= rule.hot_fit:
        return Tier.HOT
    if total >= rule.warm:
        return Tier.WARM
    return Tier.COOL if total >= rule.cool else Tier.COLD


def _fit(subject: Subject, icp: Icp) -> tuple[int, int, list[Reason]]:
    excluded = icp.exclude.hit(subject)
    if excluded:
        return 0, 100, [Reason("fit", "exclusions", 0, 0, f"{excluded}: never a fit.", True)]
    questions = asked(icp)
    if not questions:
        sentence = "The campaign asks for nothing in particular, so everybody fits."
        return 100, 100, [Reason("fit", "icp", 0, 0, sentence, True)]
    reasons = [question[subject[question.place]] for question in questions]
    earned = known = whole = 0
    for _, _, points, weight, _, is_known in reasons:
        whole += weight
        if is_known:
            known += weight
            earned += points
    return round(100 * earned / known) if known else 0, round(100 * known / whole), reasons


def _opportunity(signals: Sequence[Signal], now: datetime) -> tuple[int, list[Reason]]:
    """The strongest signal of each kind, faded by its age, times how sure it is."""
    best: dict[str, tuple[float, Signal]] = {}
    for signal in signals:
        points = SIGNALS.get(signal.kind, OTHER_SIGNAL)[0] * signal.confidence
        now_worth = faded(points, signal.at, now, signal.half_life_days)
        if signal.kind not in best or now_worth > best[signal.kind][0]:
            best[signal.kind] = (now_worth, signal)
    ranked = sorted(best.items(), key=lambda item: (-item[1][0], item[0]))
    reasons = [_signal_reason(kind, points, signal) for kind, (points, signal) in ranked]
    return min(100, round(sum(points for points, _ in best.values()))), reasons


def _signal_reason(kind: str, points: float, signal: Signal) -> Reason:
    most, words = SIGNALS.get(kind, OTHER_SIGNAL)
    what = f"{words}: {signal.detail}" if signal.detail else words
    sure = f", {signal.confidence:.0%} sure" if signal.confidence < 1 else ""
    seen = f"{_day(signal.at)}, {signal.source}{sure}, half after {signal.half_life_days:g} days"
    sentence = f"The company or person {what} ({seen}): +{round(points)} of {most}."
    return Reason("opportunity", kind, round(points), most, sentence, True)


def _engagement(touches: Sequence[engagement.Touch], now: datetime) -> tuple[int, list[Reason]]:
    found = engagement.worth(touches, now)
    reasons = [
        Reason(
            "engagement",
            w.kind,
            round(w.points),
            engagement.POINTS[w.kind],
            f"{w.count} × {w.kind.replace('_', ' ')}, last on {_day(w.last)}: +{round(w.points)}.",
            True,
        )
        for w in found
    ]
    return min(100, round(sum(w.points for w in found))), reasons


def _day(at: datetime) -> str:
    return f"{at.day} {at:%b %Y}"
