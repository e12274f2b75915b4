"""Whether a lead goes on, is turned away, or waits for a person: always in the same order.

suppressed; then what turns a lead away (invalid, disposable or undeliverable address, competitor,
excluded country or industry, duplicate of another open lead); then what a person must look at (role
account, free-mail address in a B2B campaign, risky or unverified address, low confidence, grey
band); then the threshold. The first that applies decides, and says so in a sentence.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from core.domain.profile import Icp, Subject
from core.domain.scoring import TIERS, Rules, Score
from core.domain.states import EmailStatus, LeadState, Tier


class Candidate(NamedTuple):
    """What qualification looks at beside the score."""

    subject: Subject
    email: str
    email_status: EmailStatus = EmailStatus.UNKNOWN
    checked: bool = False  # whether anybody looked at the address since it came in
    disposable: bool = False
    role_account: bool = False
    free_mail: bool = False
    suppressed: str | None = None  # why, where a suppression holds
    duplicate_of: str | None = None  # the campaign of the other open lead of this person
    words: str = ""  # notes and replies, in which intent to buy is looked for


class Decision(NamedTuple):
    """Where a lead goes. `code` is the rule that decided, `sentence` what people read."""

    to: LeadState
    code: str
    sentence: str
    tier: Tier
    lifted: bool = False


class _Case(NamedTuple):
    candidate: Candidate
    score: Score
    icp: Icp
    rules: Rules


_Check = Callable[[_Case], str | None]

_INTENT = re.compile(
    r"\b(budget (?:is )?(?:approved|available|allocated)|ready to (?:buy|start|sign)"
    r"|looking for (?:a|an) (?:agency|partner|supplier|vendor)|send (?:me|us) (?:a|your) (?:quote|"
    r"offer|proposal)|(?:request|need|want)(?:s|ed)? (?:a )?(?:quote|demo|proposal)|let'?s (?:talk|"
    r"meet)|book a (?:call|demo|meeting)|angebot (?:schicken|senden)|suchen eine agentur"
    r"|prêt à (?:acheter|signer)|envoyez(?:-moi|-nous)? un devis)\b",
    re.IGNORECASE,
)


def buying_intent(text: str) -> str | None:
    """The words that say somebody wants to buy, or None. Text is data here, never an order."""
    found = _INTENT.search(text[:5000]) if text else None
    return found.group(0) if found else None


def qualify(candidate: Candidate, score: Score, icp: Icp, rules: Rules) -> Decision:
    """The decision on one scored lead."""
    intent = buying_intent(candidate.words)
    tier = lift(score.tier) if intent else score.tier
    case = _Case(candidate, score, icp, rules)
    for to, checks in _ORDER:
        for code, check in checks:
            sentence = check(case)
            if sentence:
                return Decision(to, code, sentence, tier, bool(intent))
    why = f"Score {score.total} reaches the campaign's {rules.threshold}."
    if intent:
        why += f" One tier up, because of '{intent}'."
    return Decision(LeadState.QUALIFIED, "threshold", why, tier, bool(intent))


def lift(tier: Tier) -> Tier:
    """One tier up; hot stays hot."""
    return TIERS[max(0, TIERS.index(tier) - 1)]


def _suppressed(case: _Case) -> str | None:
    why = case.candidate.suppressed
    return f"Must not be written to: {why}." if why else None


def _invalid(case: _Case) -> str | None:
    if case.candidate.email_status is EmailStatus.INVALID:
        return f"The address {case.candidate.email} cannot receive mail."
    return None


def _disposable(case: _Case) -> str | None:
    if case.candidate.disposable:
        return f"{case.candidate.email} is a throw-away address."
    return None


def _competitor(case: _Case) -> str | None:
    hit = case.icp.exclude.competitor(case.candidate.subject)
    return f"{hit}." if hit else None


def _excluded(case: _Case) -> str | None:
    hit = case.icp.exclude.unwanted(case.candidate.subject)
    return f"{hit} in this campaign." if hit else None


def _duplicate(case: _Case) -> str | None:
    other = case.candidate.duplicate_of
    if not other or case.rules.allow_duplicates:
        return None
    return f"This person already has an open lead in the campaign {other}."


def _role(case: _Case) -> str | None:
    if case.candidate.role_account:
        return f"{case.candidate.email} is a shared mailbox: nobody in particular reads it."
    return None


def _free(case: _Case) -> str | None:
    if case.candidate.free_mail and case.rules.b2b:
        return f"{case.candidate.email} is a private free-mail address in a B2B campaign."
    return None


def _risky(case: _Case) -> str | None:
    if case.candidate.email_status is EmailStatus.RISKY:
        return f"The address {case.candidate.email} is risky: it may bounce."
    return None


def _unverified(case: _Case) -> str | None:
    """Where no provider verifies, the local rules' look is enough, unless the campaign says no."""
    if case.candidate.email_status is not EmailStatus.UNKNOWN:
        return None
    if case.candidate.checked and not case.rules.verified_only:
        return None
    return f"The address {case.candidate.email} is not verified."


def _unsure(case: _Case) -> str | None:
    confidence, least = case.score.confidence, case.rules.least_confidence
    if confidence < least:
        return f"Too little is known: {confidence}% of what the campaign asks, {least}% is wanted."
    return None


def _grey(case: _Case) -> str | None:
    total, threshold, grey = case.score.total, case.rules.threshold, case.rules.grey
    if threshold - grey <= total < threshold:
        return f"Score {total} lies just below the campaign's {threshold}."
    return None


def _below(case: _Case) -> str | None:
    if case.score.total < case.rules.threshold:
        return f"Score {case.score.total} is below the campaign's {case.rules.threshold}."
    return None


_ORDER: tuple[tuple[LeadState, tuple[tuple[str, _Check], ...]], ...] = (
    (LeadState.SUPPRESSED, (("suppressed", _suppressed),)),
    (
        LeadState.REJECTED,
        (
            ("invalid_address", _invalid),
            ("disposable_address", _disposable),
            ("competitor", _competitor),
            ("excluded", _excluded),
            ("duplicate", _duplicate),
        ),
    ),
    (
        LeadState.REVIEW,
        (
            ("role_account", _role),
            ("free_mail", _free),
            ("risky_address", _risky),
            ("unverified_address", _unverified),
            ("low_confidence", _unsure),
            ("grey_band", _grey),
        ),
    ),
    (LeadState.REJECTED, (("below_threshold", _below),)),
)
