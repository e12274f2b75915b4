"""What a report says: one story from the rows, told by the PDF and the deck alike.

Honest about small numbers: below 30 leads nothing is called better, and a difference is called one
only where it is beyond chance (95%).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.domain import money
from core.domain.figures import Figures, Goal, Quote
from core.domain.rates import Rate, apart, percent
from core.domain.report_rows import ReportRows
from core.domain.states import ReplyIntent
from core.exports import anonymous, lessons, words
from core.exports.lessons import BADLY_BOUNCED, WELL_BOUNCED, Lesson

Tone = Literal["good", "watch", "act", "calm"]
MOST_QUOTES, LONGEST_QUOTE = 5, 420


@dataclass(frozen=True, slots=True)
class Figure:
    """A key number: its value, what it is of, its change, its target."""

    label: str
    value: str
    of: str
    change: str
    tone: Tone
    goal: Goal | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """What somebody wrote, as it may be shown."""

    text: str
    author: str
    sense: str


@dataclass(frozen=True, slots=True)
class Story:
    """Every sentence of the report."""

    judgement: str
    tone: Tone
    figures: tuple[Figure, ...]
    sayings: tuple[Saying, ...]
    lessons: tuple[Lesson, ...]
    costs: tuple[tuple[str, str, str], ...]  # what, amount, how it was counted
    next: tuple[str, ...]
    needs: tuple[str, ...]
    method: tuple[tuple[str, str, str], ...]  # number, how it is counted, in this report


def told(rows: ReportRows) -> Story:
    """The story of a snapshot."""
    judgement, tone = _judgement(rows)
    return Story(
        judgement=judgement,
        tone=tone,
        figures=_figures(rows),
        sayings=_sayings(rows),
        lessons=lessons.learned(rows),
        costs=lessons.costs(rows),
        next=lessons.next_steps(rows),
        needs=lessons.needs(rows),
        method=lessons.method(rows),
    )


def _judgement(rows: ReportRows) -> tuple[str, Tone]:
    """The one line of the cover."""
    now = rows.now
    if not now.reached and not now.replied:
        return "Nobody was written to in this period.", "calm"
    goal = _main_goal(rows.goals)
    if goal is not None and goal.actual >= goal.target:
        return (
            f"Target reached: {money.number(goal.actual)} of {money.number(goal.target)} "
            f"{_plain(goal)} since the start.",
            "good",
        )
    if goal is not None and goal.on_course is not None:
        return _course(goal)
    return _against_before(now, rows.before)


def _course(goal: Goal) -> tuple[str, Tone]:
    due = f", due {words.day(goal.due_on)}" if goal.due_on else ""
    counted = f"{money.number(goal.actual)} of {money.number(goal.target)} {_plain(goal)}"
    have = f"{counted} since the start{due}"
    leads = f"the pace of the last four weeks leads to {money.number(goal.projected or 0)}"
    if goal.on_course:
        return f"On course: {have}, and {leads}.", "good"
    return f"Behind target: {have}; {leads}.", "act"


def _against_before(now: Figures, before: Figures) -> tuple[str, Tone]:
    rate, old = now.positive_rate, before.positive_rate
    said = f"{percent(rate.value)} of {money.number(rate.denominator)} leads reached"
    if rate.value is None:
        return f"{words.plural(now.replied, 'reply', 'replies')} came in, to earlier mails.", "calm"
    if old.value is None:
        return f"A first measure: {said} answered positively.", "calm"
    if not apart(rate, old):
        return f"Steady: {said} answered positively, {percent(old.value)} before.", "calm"
    better = rate.value > old.value
    word = "Better" if better else "Weaker"
    tone: Tone = "good" if better else "watch"
    return f"{word}: {said} answered positively, {percent(old.value)} before.", tone


def _figures(rows: ReportRows) -> tuple[Figure, ...]:
    now, before = rows.now, rows.before
    goals = {goal.metric: goal for goal in rows.goals}
    won = money.shown(now.value_minor, rows.currency) if now.value_minor else "no value recorded"
    found = (
        _count("Leads reached", now.reached, before.reached,
               f"{words.plural(now.sent, 'mail')} sent", goals.get("reached")),
        _rate("Reply rate", now.reply_rate, before.reply_rate, goals.get("replied")),
        _rate("Positive reply rate", now.positive_rate, before.positive_rate,
              goals.get("positive")),
        _count("Meetings", now.meetings, before.meetings,
               f"for {words.plural(now.reached, 'lead')} reached", goals.get("meeting")),
        _count("Deals won", now.won, before.won, won, goals.get("won")),
        _bounces(now.bounce_rate, before.bounce_rate),
    )  # fmt: skip
    if before.empty:  # a beginning is neither better nor worse than anything
        return tuple(replace(figure, change="", tone="calm") for figure in found)
    return found


def _count(label: str, now: int, before: int, of: str, goal: Goal | None) -> Figure:
    tone: Tone = "good" if now > before else "watch" if now < before else "calm"
    return Figure(label, money.number(now), of, words.change(now, before), tone, goal)


def _rate(label: str, now: Rate, before: Rate, goal: Goal | None) -> Figure:
    tone: Tone = "calm"
    if apart(now, before) and now.value is not None and before.value is not None:
        tone = "good" if now.value > before.value else "watch"
    of = f"{words.of(now)} leads reached"
    return Figure(label, percent(now.value), of, words.shift(now, before), tone, goal)


def _bounces(now: Rate, before: Rate) -> Figure:
    value = now.value or 0.0
    tone: Tone = "act" if value >= BADLY_BOUNCED else "watch" if value > WELL_BOUNCED else "good"
    change = words.shift(now, before)
    return Figure("Bounce rate", percent(now.value), f"{words.of(now)} mails sent", change, tone)


def _sayings(rows: ReportRows) -> tuple[Saying, ...]:
    quotes = rows.quotes
    if rows.anonymous:  # a referral names a third person: nothing of it may be shown
        quotes = tuple(q for q in quotes if q.intent is not ReplyIntent.REFERRAL)
    shown = [_saying(quote, rows.anonymous) for quote in quotes]
    return tuple(saying for saying in shown if saying.text)[:MOST_QUOTES]


def _saying(quote: Quote, hidden: bool) -> Saying:
    text = anonymous.text_of(quote) if hidden else quote.text.strip()
    text = " ".join(text.split())
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    name = " ".join(filter(None, (quote.first_name, quote.last_name)))
    known = ", ".join(filter(None, (name, quote.title, quote.company))) or "A contact"
    author = anonymous.author_of(quote) if hidden else known
    return Saying(text, author, words.INTENTS.get(quote.intent, "Reply"))


def _main_goal(goals: Sequence[Goal]) -> Goal | None:
    """The target that matters most: deals, else meetings, else positive replies…"""
    known = {goal.metric: goal for goal in goals}
    order = ("meeting", "won", "positive", "replied", "reached")
    return next((known[metric] for metric in order if metric in known), None)


def _plain(goal: Goal) -> str:
    return words.METRICS.get(goal.metric, goal.metric).lower()
