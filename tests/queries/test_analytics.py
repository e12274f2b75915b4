"""Numbers of Analytics: exact, per lead reached, each opening exactly the rows it counted."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from core.domain.access import SYSTEM, Viewer
from core.domain.figures import Dimension, Metric
from core.domain.periods import Period
from core.domain.states import CampaignState, ConversionKind, EventKind, ReplyIntent
from core.pipeline import rollups
from core.queries import analytics, answers, behind, breakdowns, report_snapshot
from core.runtime import Runtime
from db.models import CampaignTarget, Client, EntryRollup, Event, Lead, TemplateVariant
from db.session import Sessions, reading, transaction
from tests.conftest import Clock
from tests.factories import (
    NOW,
    make_account,
    make_campaign,
    make_client,
    make_contact,
    make_lead,
    make_mailbox,
    make_sequence,
    make_user,
    viewer_of,
)
from tests.factories_outputs import make_conversion, make_reply, make_rollup, make_sent
from tests.queries.plans import plans, whole_reads

I = ReplyIntent  # noqa: E741 - short, in a table of senses
DAY = timedelta(days=1)
PERIOD = Period(NOW.date() - 10 * DAY, NOW.date())
WHOLE = {"period": PERIOD}


@dataclass(frozen=True)
class World:
    viewer: Viewer
    stranger: Viewer
    client_id: int
    campaign_id: int


@pytest.fixture
def world(sessions: Sessions) -> World:
    """Six leads reached. Lead 1 likes it after step 2, 2 says no, 3 is away, 4 asks after two
    answers, 5 says nothing, 6 bounced; one met and won.
    """
    with transaction(sessions) as session:
        client = make_client(session, currency="EUR")
        begun = NOW - 60 * DAY
        campaign = make_campaign(session, client, name="Spring", started_at=begun)
        other = make_client(session)
        make_rollup(session, make_campaign(session, other), NOW.date(), reached=99)
        owner = make_user(session, clients=[client], name="Olga Owner")
        mailbox = make_mailbox(session, client, address="sales@agency.example")
        sequence = make_sequence(session, client, (("A", "a"), ("B", "b")), name="Warm walk")
        variant = session.query(TemplateVariant).order_by(TemplateVariant.id).first()
        found: list[Lead] = []
        for n in range(6):
            account = make_account(session, client, industry="Food" if n < 4 else None)
            lead = make_lead(
                session, campaign, make_contact(session, client, account),
                source="Fair" if n < 3 else "Upload", tier="hot" if n < 2 else None,
                owner_id=owner.id, sequence_id=sequence.id, state="nurtured",
            )  # fmt: skip
            make_sent(session, lead, mailbox, 1, NOW - 5 * DAY, variant_id=variant.id)
            found.append(lead)
        one, two, three, four, _, six = found
        make_sent(session, one, mailbox, 2, NOW - 3 * DAY)
        for lead, intent, days in (
            (one, I.INTERESTED, 2), (two, I.NOT_INTERESTED, 4), (three, I.OUT_OF_OFFICE, 4),
            (four, I.NOT_NOW, 4), (four, I.QUESTION, 3), (four, I.MEETING, 1),
        ):  # fmt: skip
            make_reply(session, lead, mailbox, intent, NOW - days * DAY)
            if intent is not I.OUT_OF_OFFICE and lead.replied_at is None:
                lead.replied_at = NOW - days * DAY
        session.add(
            Event(client_id=client.id, campaign_id=campaign.id, lead_id=six.id, provider="folder",
                  provider_event_id="b1", kind=EventKind.BOUNCED, at=NOW - 4 * DAY)
        )  # fmt: skip
        make_conversion(session, four, ConversionKind.MEETING, NOW - DAY)
        make_conversion(session, four, ConversionKind.WON, NOW - DAY, 50_000)
        session.add(
            CampaignTarget(campaign_id=campaign.id, metric="meeting", value=4,
                           due_on=NOW.date() + 28 * DAY)
        )  # fmt: skip
        session.add(CampaignTarget(campaign_id=campaign.id, metric="reached", value=6))
        ids = (client.id, campaign.id)
        viewers = (viewer_of(client), viewer_of(other))
    return World(*viewers, *ids)


@pytest.fixture
def counted(world: World, sessions: Sessions) -> World:
    """The same after the rollups stage has counted it."""
    with transaction(sessions) as session:
        campaign = session.get_one(analytics.Campaign, world.campaign_id)
        make_rollup(session, campaign, (NOW - 5 * DAY).date(), harvested=6, sent=6, reached=6)
        make_rollup(session, campaign, (NOW - 4 * DAY).date(), replied=2, bounced=1)
        make_rollup(session, campaign, (NOW - 3 * DAY).date(), sent=1, positive=1)
        make_rollup(session, campaign, (NOW - 2 * DAY).date(), replied=1, positive=1)
        make_rollup(session, campaign, (NOW - DAY).date(), meetings=1, won=1, value_minor=50_000)
        make_rollup(session, campaign, (NOW - 15 * DAY).date(), reached=3, replied=3, spend_minor=7)
    return world


def test_the_overview_sums_the_days_and_compares_them(sessions: Sessions, counted: World) -> None:
    with reading(sessions) as session:
        view = analytics.overview(session, counted.viewer, **WHOLE)
        alone = analytics.overview(session, counted.viewer, **WHOLE, compare=False)

    assert (view.now.reached, view.now.replied, view.now.positive) == (6, 3, 2)
    assert str(view.now.reply_rate) == "50.0%"
    assert view.before is not None
    assert (view.before.reached, view.before.spend_minor) == (3, 7)
    assert alone.before is None
    assert view.currency == "EUR"


def test_targets_count_since_the_beginning_and_foresee(sessions: Sessions, counted: World) -> None:
    with reading(sessions) as session:
        reached, meeting = analytics.goals(session, counted.viewer, as_of=NOW.date())

    assert (reached.metric, reached.actual, reached.projected) == ("reached", 9, None)
    assert (meeting.actual, meeting.target, meeting.projected) == (1, 4, 2)

    with transaction(sessions) as session:
        session.get_one(analytics.Campaign, counted.campaign_id).state = CampaignState.FINISHED
        _, meeting = analytics.goals(session, counted.viewer, as_of=NOW.date())

    assert (meeting.projected, meeting.on_course) == (1, False)


def test_a_trend_has_no_gaps_and_goes_by_week_when_long(sessions: Sessions, counted: World) -> None:
    with reading(sessions) as session:
        days = analytics.trend(session, counted.viewer, period=PERIOD)
        long = Period(NOW.date() - 90 * DAY, NOW.date())
        weeks = analytics.trend(session, counted.viewer, period=long)

    assert [day.day for day in days] == [PERIOD.first + n * DAY for n in range(11)]
    assert all(day.day.weekday() == 0 for day in weeks)
    assert sum(day.figures.reached for day in weeks) == 9


def test_the_funnel_is_of_the_leads_that_came_in(rt: Runtime, counted: World) -> None:
    with transaction(rt.sessions) as session:
        for lead in session.query(Lead).filter_by(campaign_id=counted.campaign_id):
            lead.created_at, lead.reached_at = NOW - 6 * DAY, NOW - 5 * DAY
    rollups.run(rt)

    with reading(rt.sessions) as session:
        funnel = analytics.funnel(session, counted.viewer, **WHOLE)
        later = Period(NOW.date() - DAY, NOW.date())
        none_new = analytics.funnel(session, counted.viewer, period=later)
        rows = {
            stage.name: behind.came_in(session, counted.viewer, stage.name, **WHOLE).rows
            for stage in funnel.stages
        }
        nothing = analytics.funnel(session, counted.stranger, **WHOLE)
        unknown = behind.came_in(session, counted.viewer, "strange", **WHOLE)

    found = {stage.name: stage for stage in funnel.stages}
    counts = [stage.count for stage in funnel.stages]
    assert counts == sorted(counts, reverse=True)
    assert [found[name].count for name in ("harvested", "reached", "replied")] == [6, 6, 3]
    assert [found[name].count for name in ("positive", "meetings", "won")] == [2, 1, 1]
    assert str(found["replied"].of_previous) == "50.0%"
    assert found["harvested"].of_previous is None
    assert {name: len(leads) for name, leads in rows.items()} == {
        name: stage.count for name, stage in found.items()
    }
    assert (funnel.whole, none_new.whole, none_new.stages) == (False, True, funnel.stages)
    assert (nothing.stages[0].count, unknown.rows) == (0, ())


def test_a_day_is_counted_again_when_its_leads_changed(rt: Runtime, clock: Clock) -> None:
    with transaction(rt.sessions) as session:
        lead = make_lead(session, state="scored", updated_at=NOW, created_at=NOW - 40 * DAY)
    rollups.run(rt)
    with transaction(rt.sessions) as session:
        changed = session.get_one(Lead, lead.id)
        changed.state, changed.updated_at = "qualified", clock.advance(timedelta(minutes=15))

    rollups.run(rt)

    with reading(rt.sessions) as session:
        (row,) = session.query(EntryRollup).all()
        counts = (row.harvested, row.qualified, row.reached)

    assert counts == (1, 1, 0)


def test_several_currencies_are_never_summed_up_as_one(sessions: Sessions, counted: World) -> None:
    with transaction(sessions) as session:
        make_client(session, currency="USD")

    with reading(sessions) as session:
        assert analytics.currency(session, SYSTEM) is None
        assert analytics.currency(session, SYSTEM, counted.campaign_id) == "EUR"


def test_campaigns_carry_value_and_spend(sessions: Sessions, counted: World) -> None:
    with reading(sessions) as session:
        (row,) = breakdowns.by(session, counted.viewer, Dimension.CAMPAIGN, **WHOLE)

    assert (row.label, row.reached, row.meetings, row.won) == ("Spring", 6, 1, 1)
    assert (str(row.value), str(row.spend)) == ("€500", "€0")


@pytest.mark.parametrize(
    ("dimension", "rows"),
    [
        (Dimension.SOURCE, {"Fair": (3, 2, 1), "Upload": (3, 1, 1)}),
        (Dimension.TIER, {"": (4, 1, 1), "hot": (2, 2, 1)}),
        (Dimension.OWNER, {"Olga Owner": (6, 3, 2)}),
        (Dimension.INDUSTRY, {"Food": (4, 3, 2), "": (2, 0, 0)}),
        (Dimension.SEQUENCE, {"Warm walk": (6, 3, 2)}),
        (Dimension.STEP, {"Step 1": (6, 2, 1), "Step 2": (1, 1, 1)}),
        (Dimension.MAILBOX, {"sales@agency.example": (6, 3, 2)}),
    ],
)
def test_splits_are_exact_and_a_reply_belongs_to_the_last_step_before_it(
    sessions: Sessions, world: World, dimension: Dimension, rows: dict
) -> None:
    with reading(sessions) as session:
        found = breakdowns.by(session, world.viewer, dimension, **WHOLE)

    assert {g.label: (g.reached, g.replied, g.positive) for g in found} == rows


def test_a_reply_after_two_mails_of_one_step_counts_once(sessions: Sessions, world: World) -> None:
    with transaction(sessions) as session:  # as two contacts that were merged may have had them
        lead = session.query(Lead).order_by(Lead.id).first()
        mailbox = make_mailbox(session, session.get_one(Client, world.client_id))
        make_sent(session, lead, mailbox, 2, NOW - 3 * DAY, key="of the other contact")

    with reading(sessions) as session:
        found = breakdowns.by(session, world.viewer, Dimension.MAILBOX, **WHOLE)
        one = {"dimension": Dimension.MAILBOX, "metric": Metric.REPLIED, **WHOLE}
        opened = [behind.rows(session, world.viewer, key=group.key, **one).rows for group in found]

    assert sorted(group.replied for group in found) == [1, 2]
    assert [len(rows) for rows in opened] == [group.replied for group in found]


def test_wordings_are_named_by_template_and_letter(sessions: Sessions, world: World) -> None:
    with reading(sessions) as session:
        found = breakdowns.by(session, world.viewer, Dimension.VARIANT, **WHOLE)

    assert sorted(group.label[-3:] for group in found if group.label) == ["· A"]
    assert [bool(group.within) for group in found if group.label] == [True]
    assert sum(group.replied for group in found) == 3


COUNTS = {
    Metric.REACHED: 6, Metric.REPLIED: 3, Metric.POSITIVE: 2, Metric.BOUNCED: 1,
    Metric.MEETINGS: 1, Metric.WON: 1,
}  # fmt: skip


def test_the_rows_behind_a_number_are_exactly_what_was_counted(
    sessions: Sessions, world: World
) -> None:
    with reading(sessions) as session:
        pages = {metric: behind.rows(session, world.viewer, metric, **WHOLE) for metric in Metric}

    assert {metric: len(page.rows) for metric, page in pages.items()} == COUNTS
    assert {metric: page.total and page.total.number for metric, page in pages.items()} == COUNTS
    rows = [row for page in pages.values() for row in page.rows]
    assert {(row.name.partition(" ")[0], row.campaign) for row in rows} == {("Anna", "Spring")}


@pytest.mark.parametrize("metric", [Metric.REACHED, Metric.REPLIED, Metric.POSITIVE])
def test_each_line_of_a_split_opens_as_many_rows_as_it_says(
    sessions: Sessions, world: World, metric: Metric
) -> None:
    told, opened = {}, {}
    with reading(sessions) as session:
        for dimension in set(Dimension) - {Dimension.CAMPAIGN}:
            for group in breakdowns.by(session, world.viewer, dimension, **WHOLE):
                one = {"dimension": dimension, "key": group.key}
                page = behind.rows(session, world.viewer, metric, **WHOLE, **one)
                told[dimension, group.key] = getattr(group, metric)
                opened[dimension, group.key] = len(page.rows)

    assert opened == told


def test_rows_are_paged_by_key(sessions: Sessions, world: World) -> None:
    with reading(sessions) as session:
        first = behind.rows(session, world.viewer, Metric.REACHED, **WHOLE, size=4)
        second = behind.rows(
            session, world.viewer, Metric.REACHED, **WHOLE, size=4, cursor=first.next
        )

    assert (len(first.rows), len(second.rows)) == (4, 2)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}


def test_machines_are_not_people(sessions: Sessions, world: World) -> None:
    with reading(sessions) as session:
        found = {row.intent: row.count for row in answers.by_intent(session, world.viewer, **WHOLE)}

    assert I.OUT_OF_OFFICE not in found
    assert found == {I.INTERESTED: 1, I.NOT_INTERESTED: 1, I.NOT_NOW: 1, I.QUESTION: 1,
                     I.MEETING: 1}  # fmt: skip


def test_the_time_to_the_first_reply_is_counted_in_buckets(
    sessions: Sessions, world: World
) -> None:
    with reading(sessions) as session:
        found = answers.timing(session, world.viewer, **WHOLE)
        nothing = answers.timing(session, world.stranger, **WHOLE)

    assert dict(found.buckets) == {
        "Within the hour": 0, "Same day": 2, "2 days": 0, "3–7 days": 1, "Later": 0,
    }  # fmt: skip
    assert found.median_hours == pytest.approx(24.0, abs=0.01)
    assert nothing.median_hours is None


def test_weeks_are_told_once_they_are_over(sessions: Sessions, world: World) -> None:
    later = Period(date(2026, 1, 1), NOW.date() + 12 * DAY)

    with reading(sessions) as session:
        (week,) = answers.cohorts(session, world.viewer, period=later)

    assert (week.week, week.reached) == (date(2026, 2, 23), 6)
    assert (week.within_7, week.within_14, week.within_28) == (3, None, None) or week.within_7 == 3


def test_quotes_are_what_people_wrote_and_nothing_rude(sessions: Sessions, world: World) -> None:
    with reading(sessions) as session:
        found = answers.quotes(session, world.viewer, **WHOLE)

    assert [quote.intent for quote in found] == [I.MEETING, I.INTERESTED, I.QUESTION, I.NOT_NOW]


def test_a_snapshot_holds_everything_of_one_client(sessions: Sessions, counted: World) -> None:
    brand = report_snapshot.Brand("Halden")
    with reading(sessions) as session:
        rows = report_snapshot.of(
            session, SYSTEM, client_id=counted.client_id, campaign_id=None, period=PERIOD,
            brand=brand, title="T", now=NOW,
        )  # fmt: skip
        one = report_snapshot.of(
            session, counted.viewer, client_id=counted.client_id,
            campaign_id=counted.campaign_id, period=PERIOD, brand=brand, title="T", now=NOW,
        )  # fmt: skip

    assert rows.now.reached == 6
    assert rows.subject.endswith("all campaigns")
    assert one.subject == "Spring"
    assert [step.label for step in one.steps] == ["Step 1", "Step 2"]
    assert one.ahead.running == ("Spring",)
    assert (one.ahead.in_sequence, one.ahead.steps_to_come) == (0, 0)


def test_a_stranger_reads_zeros(sessions: Sessions, counted: World) -> None:
    asked = {**WHOLE, "campaign_id": counted.campaign_id}
    with reading(sessions) as session:
        assert analytics.overview(session, counted.stranger, **asked).now.empty
        assert answers.by_intent(session, counted.stranger, **asked) == ()
        assert answers.cohorts(session, counted.stranger, **asked) == ()
        for dimension in Dimension:
            assert breakdowns.by(session, counted.stranger, dimension, **asked) == ()
        for metric in Metric:
            assert behind.rows(session, counted.stranger, metric, **asked).rows == ()


@pytest.mark.sqlite
def test_no_number_reads_a_large_table_whole(sessions: Sessions, world: World) -> None:
    def ask() -> None:
        analytics.overview(session, world.viewer, **WHOLE)
        answers.by_intent(session, world.viewer, **WHOLE)
        answers.timing(session, world.viewer, **WHOLE)
        answers.cohorts(session, world.viewer, **WHOLE)
        for dimension in Dimension:
            breakdowns.by(session, world.viewer, dimension, **WHOLE)
        for metric in Metric:
            behind.rows(session, world.viewer, metric, **WHOLE)

    with reading(sessions) as session:
        assert whole_reads(plans(session, ask)) == []


@pytest.mark.sqlite
def test_splits_of_those_reached_fetch_neither_lead_nor_mail(
    sessions: Sessions, world: World
) -> None:
    def lines(dimension: Dimension) -> list[str]:
        found = plans(session, lambda: breakdowns.by(session, world.viewer, dimension, **WHOLE))
        return [line for _, line in found]

    read = {
        **dict.fromkeys(set(breakdowns.BY_LEAD) - {Dimension.CAMPAIGN}, "leads_client_id_reached"),
        **dict.fromkeys(breakdowns.BY_MAIL, "messages_client_id_sent"),
    }
    with reading(sessions) as session:
        for dimension, index in read.items():
            assert any(f"COVERING INDEX ix_{index}" in line for line in lines(dimension)), dimension
