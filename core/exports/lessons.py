"""What was learned, what it cost, what comes next, what we need, and how all was counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from core.domain import money
from core.domain.figures import Group
from core.domain.rates import FEW, Rate, apart, percent
from core.domain.report_rows import Ahead, ReportRows
from core.exports import words

WELL_BOUNCED, BADLY_BOUNCED = 0.02, 0.05


@dataclass(frozen=True, slots=True)
class Lesson:
    """What was learned: a heading that is the message, and the evidence. A comparison is `sure`
    (beyond chance) or `open`; what is `counted` compares nothing, so chance is no question.
    """

    heading: str
    evidence: str
    kind: Literal["sure", "open", "counted"]

    @property
    def sure(self) -> bool:
        """Whether a test stands behind it."""
        return self.kind == "sure"

    @property
    def tag(self) -> str:
        """How far it may be trusted, in words."""
        return _TAGS[self.kind]


_TAGS = {"sure": "Beyond chance", "open": "Too early to say", "counted": "As counted"}


def learned(rows: ReportRows) -> tuple[Lesson, ...]:
    """What the period taught: the best step, wording, tier, source, and how soon people answer."""
    found = (
        _best(rows.steps, "step", "{} brings most positive replies per lead written to"),
        _best(_rivals(rows.variants), "wording", "The wording “{}” works best"),
        _best(_with_words(rows.tiers), "tier", "{} answer best"),
        _best(rows.sources, "source", "“{}” is the best source"),
        _pace(rows),
    )
    return tuple(lesson for lesson in found if lesson is not None)


def _best(groups: Sequence[Group], kind: str, heading: str) -> Lesson | None:
    """The best of some groups against all others together, or that none is ahead yet."""
    counted = [group for group in groups if group.reached]
    if len(counted) < 2:
        return None
    best = max(counted, key=lambda g: ((g.interval_low, g.reached)))
    others = [group for group in counted if group is not best]
    rest = Rate(sum(g.positive for g in others), sum(g.reached for g in others))
    evidence = (
        f"{best.label}: {percent(best.positive_rate.value)} positive "
        f"({words.of(best.positive_rate)}; 95% interval {words.between(best.positive_rate)}). "
        f"The others together: {percent(rest.value)} ({words.of(rest)})."
    )
    ahead = (best.positive_rate.value or 0.0) > (rest.value or 0.0)
    if ahead and apart(best.positive_rate, rest):
        return Lesson(heading.format(best.label), evidence, "sure")
    few = min(g.reached for g in counted) < FEW
    why = f"fewer than {FEW} leads in one of them" if few else "the difference may be chance"
    return Lesson(f"No {kind} is clearly ahead yet: {why}", evidence, "open")


def _rivals(variants: Sequence[Group]) -> list[Group]:
    """The wordings of the one template with several that reached most leads. Wordings of different
    steps are no rivals: that comparison is the one of the steps again.
    """
    families: dict[str, list[Group]] = {}
    for variant in variants:
        if variant.reached:
            families.setdefault(variant.within, []).append(variant)
    several = [family for family in families.values() if len(family) > 1]
    return max(several, key=lambda family: sum(g.reached for g in family), default=[])


def _with_words(tiers: Sequence[Group]) -> list[Group]:
    return [group.named(words.TIERS.get(group.key, group.label) + " leads") for group in tiers]


def _pace(rows: ReportRows) -> Lesson | None:
    total = sum(count for _, count in rows.timing.buckets)
    if rows.timing.median_hours is None or not total:
        return None
    day = sum(count for _, count in rows.timing.buckets[:2])
    return Lesson(
        f"Half of all first replies came within {words.hours(rows.timing.median_hours)}",
        f"{percent(day / total, 0)} came within a day of the lead's first mail "
        f"({words.of(Rate(day, total))} that followed a mail of ours).",
        "counted",
    )


def costs(rows: ReportRows) -> tuple[tuple[str, str, str], ...]:
    """(what, amount, how it was counted); nothing where no money is known."""
    now, currency = rows.now, rows.currency
    spent = money.Money(now.spend_minor, currency)
    lines = [("Spent", str(spent), "All spend entered for these campaigns in the period")]
    for label, count in (
        ("Cost per lead reached", now.reached),
        ("Cost per positive reply", now.positive),
        ("Cost per meeting", now.meetings),
        ("Cost per deal won", now.won),
    ):
        each = spent.each(count)
        lines.append((label, str(each) if each else "—", f"{spent} over {money.number(count)}"))
    value = money.Money(now.value_minor, currency)
    lines.append(("Value won", str(value), words.plural(now.won, "deal")))
    if now.spend_minor:
        times = now.value_minor / now.spend_minor
        lines.append(("Value per unit spent", f"{times:.1f} ×", f"{value} over {spent}"))
    return tuple(lines) if now.spend_minor or now.value_minor else ()


def next_steps(rows: ReportRows) -> tuple[str, ...]:
    """What we do next, at most five sentences."""
    ahead = rows.ahead
    lines = []
    if ahead.waiting_replies:
        who = words.plural(ahead.waiting_replies, "conversation")
        lines.append(f"We write back in the {who} that wait for a word from us.")
    if ahead.steps_to_come:
        lines.append(_steps_to_come(ahead))
    if ahead.to_write:
        lines.append(f"{words.plural(ahead.to_write, 'qualified lead')} will be written to.")
    for lesson in (lesson for lesson in learned(rows) if lesson.sure):
        lines.append(f"We build on what was learned. {lesson.heading}.")
    if ahead.ends_on:
        lines.append(f"The campaign runs until {words.day(ahead.ends_on)}.")
    return tuple(lines[:5]) or ("We agree with you on the next list and its audience.",)


def _steps_to_come(ahead: Ahead) -> str:
    """How many get more mails, of all that stand in sequence on the campaigns' pages."""
    leaves = "whoever answers leaves the sequence at once."
    over = ahead.in_sequence - ahead.steps_to_come
    if over <= 0:
        whole = words.plural(ahead.steps_to_come, "lead")
        return f"{whole} in sequence: the next step goes to each; {leaves}"
    return (
        f"Of {words.plural(ahead.in_sequence, 'lead')} in sequence "
        f"{money.number(ahead.steps_to_come)} get a next step, {money.number(over)} have had "
        f"their last; {leaves}"
    )


def needs(rows: ReportRows) -> tuple[str, ...]:
    """What we need from the client, at most five sentences."""
    lines = []
    if rows.now.meetings > rows.now.won:
        lines.append(
            f"Tell us what became of the {words.plural(rows.now.meetings, 'meeting')} of this "
            "period, so that value is counted where it was earned."
        )
    if rows.ahead.to_decide:
        who = words.plural(rows.ahead.to_decide, "lead")
        lines.append(f"Say whether {who} at the edge of the audience should be written to.")
    if not rows.goals:
        lines.append("Agree on targets with us: this report has none to measure against.")
    if (rows.now.bounce_rate.value or 0.0) > WELL_BOUNCED:
        lines.append(
            f"{percent(rows.now.bounce_rate.value)} of mails came back: let us check the list "
            "before the next one goes out."
        )
    if not rows.now.spend_minor:
        lines.append("Send us your costs, if you want cost per meeting in the next report.")
    lines.append("Name customers and competitors we should never write to.")
    return tuple(lines[:5])


def method(rows: ReportRows) -> tuple[tuple[str, str, str], ...]:
    """(number, how it is counted, what it was here)."""
    now = rows.now
    return (
        ("Leads reached", "Leads whose first mail went out in the period",
         money.number(now.reached)),
        ("Reply rate", "Leads whose first reply came in the period, per lead reached",
         words.of(now.reply_rate)),
        ("Positive reply rate",
         "Leads whose first interested reply, question or wish to meet came in the period, per "
         "lead reached", words.of(now.positive_rate)),
        ("Bounce rate", "Mails that came back, per mail sent", words.of(now.bounce_rate)),
        ("Opt-outs", "Leads that asked for no more mail, per lead reached",
         words.of(now.unsubscribe_rate)),
        ("Meetings and deals", "Marked by a person on the day they happened",
         f"{money.number(now.meetings)} and {money.number(now.won)}"),
        ("Funnel", "Leads that came in before the period's end, however far they have got since"
         if rows.all_leads else
         "Leads that came in in the period, however far they have got since",
         words.plural(rows.stages[0].count if rows.stages else 0, "lead")),
        ("Replies by sense", "Leads by what they wrote in the period, once in each sense",
         money.number(sum(row.count for row in rows.intents))),
        ("Targets", "Counted since the campaign began, not in the period alone",
         words.plural(len(rows.goals), "target") if rows.goals else "none"),
    )  # fmt: skip
