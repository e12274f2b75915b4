"""The headings of a report's sections: each says the message, not the topic."""

from dataclasses import dataclass

from core.domain.money import number, shown
from core.domain.report_rows import ReportRows
from core.exports import words
from core.exports.story import Story

# why the bars of the senses add up to more than the replies
REPLIES_NOTE = (
    f"Leads by what they wrote {words.WHENEVER}. A lead is one reply, counted on the day of its "
    "first; here it counts again in each sense that it wrote in. People only: out-of-office notes, "
    "auto-replies and returned mails are not replies."
)


@dataclass(frozen=True, slots=True)
class Headings:
    """One sentence a section."""

    figures: str
    figures_note: str  # whose numbers these are
    goals: str
    funnel: str
    funnel_note: str  # whose way the funnel tells
    trend: str
    campaigns: str
    replies: str
    replies_note: str  # what the bars of the senses count
    lessons: str
    costs: str
    next: str


def headings(rows: ReportRows, told: Story) -> Headings:
    """The messages of a snapshot."""
    now = rows.now
    return Headings(
        figures=f"{words.plural(now.reached, 'lead')} reached, "
        f"{words.plural(now.positive, 'positive reply', 'positive replies')}, "
        f"{words.plural(now.meetings, 'meeting')}",
        figures_note=f"What happened {words.WHENEVER}: {rows.period}, compared with "
        f"{rows.period.before()}. Every rate says what it is of.",
        goals=_goals(rows),
        funnel=_funnel(rows),
        funnel_note=_funnel_note(rows),
        trend=_trend(rows),
        campaigns=_campaigns(rows),
        replies=_replies(rows),
        replies_note=REPLIES_NOTE,
        lessons=_lessons(told),
        costs=f"{shown(now.spend_minor, rows.currency)} spent, "
        f"{shown(now.value_minor, rows.currency)} won",
        next=told.next[0].rstrip(".") if len(told.next) == 1 else "Where the work goes now",
    )


def _goals(rows: ReportRows) -> str:
    if not rows.goals:
        return "No targets are agreed on yet"
    done = sum(1 for goal in rows.goals if goal.on_course)
    return f"{done} of {words.plural(len(rows.goals), 'target')} reached or on course"


def _funnel(rows: ReportRows) -> str:
    counts = {stage.name: stage.count for stage in rows.stages}
    found = words.plural(counts.get("harvested", 0), "lead")
    when = f"until {words.day(rows.period.last)}" if rows.all_leads else "during this period"
    if not counts.get("reached"):
        return f"{found} came in {when}, nobody of them is written to yet"
    keen = number(counts.get("positive", 0))
    reached = number(counts["reached"])
    return f"Of the {found} that came in {when}, {reached} got a mail, {keen} showed interest"


def _funnel_note(rows: ReportRows) -> str:
    by = f"and how far they have got by {words.day(rows.made_at.date())}"
    if rows.all_leads:
        until = words.day(rows.period.last)
        return f"No lead came in in these days. These are all that came in until {until}, {by}."
    return (
        f"The leads that came in {rows.period}, {by}. Earlier leads are not among them, so these "
        "are other counts than the key numbers."
    )


def _trend(rows: ReportRows) -> str:
    if not rows.now.sent:
        return "No mail went out in these days"
    busiest = max(rows.trend, key=lambda day: day.figures.reached, default=None)
    if busiest is None:
        return f"{words.plural(rows.now.sent, 'mail')} went out"
    weekly = len(rows.trend) > 1 and (rows.trend[1].day - rows.trend[0].day).days == 7
    when = f"in the week of {words.day(busiest.day)}" if weekly else f"on {words.day(busiest.day)}"
    mails = words.plural(rows.now.sent, "mail")
    return f"{mails} went out; most leads were reached {when}"


def _campaigns(rows: ReportRows) -> str:
    active = [row for row in rows.campaigns if row.reached]
    if not active:
        return "No campaign reached anybody in this period"
    if len(active) == 1:
        return f"{active[0].label} reached {words.plural(active[0].reached, 'lead')}"
    best = max(active, key=lambda row: row.positive)
    share = f"{number(best.positive)} of {number(rows.now.positive)}"
    return f"{best.label} brought most positive replies: {share}"


def _replies(rows: ReportRows) -> str:
    total = sum(row.count for row in rows.intents)
    if not total:
        return "Nobody has written back yet"
    replies = words.plural(rows.now.replied, "reply", "replies")
    return f"{replies}, {words.plural(rows.now.positive, 'positive reply', 'positive replies')}"


def _lessons(told: Story) -> str:
    sure = [lesson for lesson in told.lessons if lesson.sure]
    return sure[0].heading if sure else "No difference is beyond chance yet"
