"""The client report as a deck: 16:9, native charts that can be edited, real text, real titles."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pptx.util import Pt

from core.domain.figures import Goal, Group
from core.domain.money import number
from core.domain.rates import percent
from core.domain.report_rows import ReportRows
from core.exports import colours, slide_parts, story, words
from core.exports.canvas import HEIGHT, INNER, LEFT, TOP, WIDTH, Canvas
from core.exports.colours import GREY, LINE
from core.exports.headings import Headings, headings
from core.exports.slide_parts import WHITE, cut
from core.exports.story import Story, Tone

TONES: dict[Tone, str] = {
    "good": colours.GOOD,
    "watch": colours.WATCH,
    "act": colours.ACT,
    "calm": GREY,
}
MOST_LINES, MOST_STEPS, MOST_LESSONS, MOST_SAYINGS, LONGEST = 9, 8, 4, 4, 230


def pptx(rows: ReportRows) -> bytes:
    """The deck as bytes: 10 to 14 slides, those without anything to say left out."""
    told = story.told(rows)
    said = headings(rows, told)
    palette = colours.palette(rows.brand.primary, rows.brand.secondary)
    canvas = Canvas(palette, f"{rows.brand.name} · {rows.subject} · {rows.period}")
    _cover(canvas, rows, told)
    for draw in _SLIDES:
        draw(canvas, rows, told, said)
    _properties(canvas, rows)
    return canvas.written()


def _cover(canvas: Canvas, rows: ReportRows, told: Story) -> None:
    slide = canvas.cover()
    strong = canvas.palette.strong
    panel = canvas.block(slide, 0, 1.75, WIDTH, HEIGHT - 1.75, strong)
    edge = canvas.block(slide, 0, 1.75, LEFT, 0.09, rows.brand.secondary)
    for shape in (edge, panel):  # behind the placeholders
        slide.shapes._spTree.insert(2, shape._element)
    slide.shapes._spTree.insert(3, edge._element)
    if rows.brand.dotted is not None:
        canvas.picture(slide, rows.brand.dotted, LEFT, 0.55, box=(3.4, 0.75), alt=rows.brand.name)
    else:
        canvas.text(
            slide, rows.brand.name, LEFT, 0.6, INNER, 0.6, size=20, bold=True, colour=strong
        )
    title, subtitle = slide.placeholders[0], slide.placeholders[1]
    slide_parts.place(title, 2.75, 1.25)
    slide_parts.say(title.text_frame, rows.subject, 40 if len(rows.subject) < 40 else 28, bold=True)
    slide_parts.place(subtitle, 4.05, 0.5)
    slide_parts.say(subtitle.text_frame, f"Client report · {rows.period}", 16)
    canvas.text(slide, told.judgement, LEFT, 5.2, INNER - 1, 1.0, size=20, bold=True, colour=WHITE)
    made = f"Prepared for {rows.brand.name} on {words.day(rows.made_at.date())}"
    canvas.text(slide, made, LEFT, 6.85, INNER, 0.3, size=10, colour=WHITE)


def _figures(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("Key numbers", said.figures)
    width, height, gap = 3.78, 2.2, 0.197
    for index, figure in enumerate(told.figures):
        left = LEFT + index % 3 * (width + gap)
        top = TOP + index // 3 * (height + gap)
        canvas.block(slide, left, top, width, height, WHITE, outline=LINE, rounded=True)
        inner, room = left + 0.28, width - 0.5
        canvas.text(slide, figure.label, inner, top + 0.24, room, 0.3, size=12, colour=GREY)
        canvas.text(slide, figure.value, inner, top + 0.55, room, 0.7, size=34, bold=True)
        canvas.text(slide, figure.of, inner, top + 1.28, room, 0.3, size=11, colour=GREY)
        canvas.text(slide, figure.change or "nothing to compare with", inner, top + 1.62, room, 0.3,
                    size=12, bold=True, colour=TONES[figure.tone])  # fmt: skip
    canvas.text(slide, said.figures_note, LEFT, 6.62, INNER, 0.3, size=11, colour=GREY)


def _goals(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    if not rows.goals:
        return
    slide = canvas.slide("Against target", said.goals)
    lines = [_goal(goal) for goal in rows.goals]
    heading = ("Target", "Since the start", "Target", "Share", "Due", "At this pace", "")
    canvas.table(slide, heading, lines, (3.2, 1.4, 1.4, 1.4, 1.7, 1.5, 1.13),
                 alt="Targets, what is reached, and where the pace leads")  # fmt: skip
    top = TOP + 0.46 * (len(lines) + 1) + 0.35
    canvas.bars(
        slide, [words.METRICS.get(g.metric, g.metric) for g in rows.goals],
        {"Share of the target": [g.share.value or 0.0 for g in rows.goals]},
        alt="Bar chart: share of each target reached so far", form="0%",
        place=(LEFT - 0.1, top, INNER, max(1.2, 6.5 - top)),
    )  # fmt: skip
    canvas.text(slide, "Counted since the campaign began; the pace is that of the last four weeks.",
                LEFT, 6.62, INNER, 0.3, size=11, colour=GREY)  # fmt: skip


def _goal(goal: Goal) -> tuple[str, ...]:
    course = {True: "on course", False: "behind", None: ""}[goal.on_course]
    return (
        words.METRICS.get(goal.metric, goal.metric),
        number(goal.actual),
        number(goal.target),
        percent(goal.share.value, 0),
        words.day(goal.due_on) if goal.due_on else "—",
        number(goal.projected) if goal.projected is not None else "—",
        course,
    )


def _funnel(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("Funnel", said.funnel)
    names = [words.STAGES[stage.name] for stage in rows.stages]
    counts = [stage.count for stage in rows.stages]
    alt = "Bar chart: " + ", ".join(f"{n} {number(c)}" for n, c in zip(names, counts, strict=True))
    canvas.bars(slide, names, {"Leads": counts}, alt=alt, place=(LEFT - 0.1, TOP, 7.6, 4.7))
    lines = [
        (name, str(stage.of_previous or "—"), str(stage.of_first or "—"))
        for name, stage in zip(names, rows.stages, strict=True)
    ]
    slide_parts.beside(canvas, slide, ("Step", "of the step before", "of all"), lines)
    canvas.text(slide, said.funnel_note, LEFT, 6.45, INNER, 0.4, size=11, colour=GREY)


def _trend(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("What happened", said.trend)
    names = [f"{day.day.day} {day.day:%b}" for day in rows.trend] or ["—"]
    reached = [day.figures.reached for day in rows.trend] or [0]
    replied = [day.figures.replied for day in rows.trend] or [0]
    positive = [day.figures.positive for day in rows.trend] or [0]
    alt = f"Column chart: {number(sum(reached))} leads reached over {len(names)} columns of time"
    canvas.text(slide, "Leads reached", LEFT, TOP - 0.1, INNER, 0.3, size=12, bold=True)
    canvas.bars(slide, names, {"Leads reached": reached}, alt=alt, columns=True,
                place=(LEFT - 0.1, TOP + 0.15, INNER + 0.2, 2.2),
                colours=(canvas.palette.strong,))  # fmt: skip
    canvas.text(slide, "Replies", LEFT, TOP + 2.45, INNER, 0.3, size=12, bold=True)
    told_alt = (
        f"Column chart: {number(sum(replied))} replies, {number(sum(positive))} of them positive"
    )
    canvas.bars(slide, names, {"Replies": replied, "Positive replies": positive}, alt=told_alt,
                columns=True, place=(LEFT - 0.1, TOP + 2.7, INNER + 0.2, 2.2),
                colours=(canvas.palette.mid, canvas.palette.strong))  # fmt: skip


def _campaigns(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("Campaigns", said.campaigns)
    lines = [_campaign(row) for row in rows.campaigns[:MOST_LINES]]
    if not lines:
        canvas.text(slide, "No campaign ran in this period.", LEFT, TOP, INNER, 0.4, colour=GREY)
        return
    heading = ("Campaign", "Reached", "Replied", "Positive", "Meetings", "Won", "Value")
    canvas.table(slide, heading, lines, (4.3, 1.1, 1.75, 1.65, 1.1, 0.7, 1.13),
                 alt="Campaigns with leads reached, replies, meetings and value")  # fmt: skip
    note = f"Counted {words.WHENEVER}; shares are per lead reached in the campaign."
    canvas.text(slide, note, LEFT, 6.62, INNER, 0.3, size=11, colour=GREY)


def _campaign(row: Group) -> tuple[str, ...]:
    return (
        cut(row.label, 40),
        number(row.reached),
        f"{number(row.replied)} · {row.reply_rate}",
        f"{number(row.positive)} · {row.positive_rate}",
        number(row.meetings or 0),
        number(row.won or 0),
        str(row.value) if row.value and row.value.minor else "—",
    )


def _replies(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("Replies", said.replies)
    if rows.intents:
        names = [words.INTENTS.get(row.intent, "Other") for row in rows.intents]
        counts = [row.count for row in rows.intents]
        alt = "Bar chart: " + ", ".join(f"{n} {c}" for n, c in zip(names, counts, strict=True))
        canvas.bars(slide, names, {"Leads": counts}, alt=alt, place=(LEFT - 0.1, TOP, INNER, 4.5))
    canvas.text(slide, said.replies_note, LEFT, 6.45, INNER, 0.5, size=11, colour=GREY)


def _sayings(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    sayings = told.sayings[:MOST_SAYINGS]
    if not sayings:
        return
    slide = canvas.slide("Replies", "What people wrote back")
    height = 4.6 / max(len(sayings), 3)
    for index, saying in enumerate(sayings):
        top = TOP + index * height
        canvas.block(slide, LEFT, top, 0.05, height - 0.28, rows.brand.secondary)
        frame = canvas.text(slide, cut(saying.text, LONGEST), LEFT + 0.3, top, INNER - 0.6,
                            height - 0.2, size=15)  # fmt: skip
        line = frame.add_paragraph()
        line.space_before = Pt(4)
        canvas.write(line, cut(saying.author, 90), size=11, bold=True)
        canvas.write(line, f" · {saying.sense}", size=11, colour=GREY)


def _steps(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    steps = [step for step in rows.steps if step.reached][:MOST_STEPS]
    if len(steps) < 2:
        return
    slide = canvas.slide("What we learned", _steps_heading(told))
    rates = [step.positive_rate.value or 0.0 for step in steps]
    alt = "Bar chart of positive replies per lead: " + ", ".join(
        f"{step.label} {percent(rate)}" for step, rate in zip(steps, rates, strict=True)
    )
    canvas.bars(slide, [step.label for step in steps], {"Positive replies": rates}, alt=alt,
                form="0.0%", place=(LEFT - 0.1, TOP, 6.6, 4.5))  # fmt: skip
    lines = [
        (cut(s.label, 22), words.of(s.positive_rate), words.between(s.positive_rate)) for s in steps
    ]
    slide_parts.beside(canvas, slide, ("Step", "Positive", "95% interval"), lines)


def _steps_heading(told: Story) -> str:
    steps = [lesson for lesson in told.lessons if "tep " in lesson.heading]
    return steps[0].heading if steps else "Positive replies by step"


def _lessons(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("What we learned", said.lessons)
    if not told.lessons:
        text = "There is too little to compare yet. With a second step or wording there will be."
        canvas.text(slide, text, LEFT, TOP, INNER, 0.4, colour=GREY)
    ranked = sorted(told.lessons, key=lambda lesson: not lesson.sure)[:MOST_LESSONS]
    for index, lesson in enumerate(ranked):
        top = TOP + index * 1.18
        canvas.block(slide, LEFT, top, INNER, 0.012, LINE)
        colour = colours.GOOD if lesson.sure else GREY
        canvas.text(slide, lesson.tag, LEFT, top + 0.17, 2.0, 0.3, size=11, bold=True,
                    colour=colour)  # fmt: skip
        canvas.text(slide, lesson.heading, LEFT + 2.1, top + 0.13, INNER - 2.1, 0.35, size=16,
                    bold=True)  # fmt: skip
        canvas.text(slide, cut(lesson.evidence, LONGEST), LEFT + 2.1, top + 0.5, INNER - 2.1, 0.6,
                    size=11.5, colour=GREY)  # fmt: skip


def _costs(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    if told.costs:
        slide = canvas.slide("Cost and value", said.costs)
        canvas.table(slide, ("What", "Amount", "How it was counted"), told.costs, (4.2, 2.4, 5.13),
                     alt="Costs and value of the period")  # fmt: skip


def _next(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide_parts.numbered(canvas, "What comes next", said.next, told.next)


def _needs(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide_parts.numbered(canvas, "Together", "What we need from you", told.needs)


def _method(canvas: Canvas, rows: ReportRows, told: Story, said: Headings) -> None:
    slide = canvas.slide("Method", "How these numbers were counted")
    canvas.table(
        slide,
        ("Number", "What is counted", "Here"),
        told.method,
        (2.5, 7.2, 2.03),
        numbers_from=2,
        size=11.5,
        alt="How each number is counted",
    )
    note = (
        "Days are UTC. A reply counts on the day it came. Intervals are 95% Wilson; two shares are "
        "called different only beyond chance and never on fewer than 30 leads."
    )
    canvas.text(slide, note, LEFT, 6.62, INNER, 0.3, size=11, colour=GREY)


Draw = Callable[[Canvas, ReportRows, Story, Headings], None]
_SLIDES: tuple[Draw, ...] = (
    *(_figures, _goals, _funnel, _trend, _campaigns, _replies, _sayings, _steps, _lessons),
    *(_costs, _next, _needs, _method),
)


def _properties(canvas: Canvas, rows: ReportRows) -> None:
    known: Any = canvas.deck.core_properties
    made: datetime = rows.made_at.replace(tzinfo=None)
    known.title, known.author, known.last_modified_by = rows.title, rows.brand.name, rows.brand.name
    known.subject, known.language = f"Client report · {rows.period}", "en"
    known.created = known.modified = made
    known.revision = 1
