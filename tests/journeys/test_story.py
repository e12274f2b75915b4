"""Whole stories on a hand-moved clock: from a file to a meeting, and every stage run twice."""

from datetime import timedelta

from sqlalchemy import func, select

from core.config import Settings
from core.domain.states import ConversionKind, DeliverableKind, JobName, MessageState
from core.pipeline import outputs
from core.pipeline.jobs import PIPELINE
from core.services import conversions
from core.simulation import cast
from core.simulation.people import EVERYTHING, Temperament
from db.models import (
    Campaign,
    Classification,
    Conversion,
    DailyRollup,
    ImportBatch,
    Lead,
    LeadEvent,
    Message,
    Suppression,
)
from db.session import reading, transaction
from tests.journeys.stories import SCENE, Story, story

ALL = (*PIPELINE, JobName.DISPATCH, JobName.REPLIES, JobName.TIDY)
KEEN = {Temperament.MEETING: 100.0}


def test_a_lead_goes_from_a_file_to_a_meeting(settings: Settings) -> None:
    with story(settings, people=8, mix=KEEN) as told:
        told.up_to(JobName.ROUTE)
        told.run(JobName.NURTURE)
        waiting = states(told, Message.state)
        told.office.decide()
        told.run(JobName.ROUTE, JobName.NURTURE)
        told.office.decide()
        told.run(JobName.DISPATCH)
        told.world.advance(told.clock.now() + timedelta(days=12))
        lead_id, before = meeting_lead(told)
        with transaction(told.rt.sessions) as session:
            conversions.record(
                *(session, told.staged.manager, lead_id, ConversionKind.WON),
                value_minor=1_250_000,
                at=told.clock.now(),
                now=told.clock.now(),
            )
        told.run(JobName.ROLLUPS)
        made = outputs.make(
            *(told.rt, told.staged.manager, DeliverableKind.REPORT, "pdf"),
            client_id=told.staged.client_id,
            now=told.clock.now(),
        )

        assert set(waiting) == {"review"}
        assert before == "replied"
        assert history(told, lead_id) == [
            *("harvested", "enriched", "scored", "qualified", "routed", "nurtured", "replied"),
            "converted",
        ]
        with reading(told.rt.sessions) as session:
            won = session.scalar(select(func.sum(DailyRollup.value_minor)))
            kinds = set(session.scalars(select(Conversion.kind)))
        assert won == 1_250_000
        assert ConversionKind.WON in kinds
        assert made.path.read_bytes().startswith(b"%PDF")
        assert told.broken() == ()


def test_every_stage_run_twice_does_nothing_more(settings: Settings) -> None:
    with story(settings, people=40, mix=EVERYTHING) as told:
        for name in ALL:
            if name is JobName.REPLIES:
                hand_over_answers(told)
            told.run(name)
            told.office.decide()
            told.run(name)  # what people decided meanwhile
            before = everything(told)

            (again,) = told.run(name)

            assert everything(told) == before, name
            assert not any(n for word, n in again.counts.items() if word != "held"), name
        assert told.broken() == ()


def test_the_same_list_put_in_twice_makes_nobody_twice(settings: Settings) -> None:
    with story(settings, people=20) as told:
        path = told.rt.data_dir / "people-1.csv"
        before = everything(told)["leads"]

        cast.put_in(told.rt, told.staged, SCENE, path)

        with reading(told.rt.sessions) as session:
            second = session.scalars(select(ImportBatch).order_by(ImportBatch.id.desc())).first()
            assert second is not None
            assert second.created == 0
        assert everything(told)["leads"] == before
        assert told.broken() == ()


def meeting_lead(told: Story) -> tuple[int, str]:
    """A lead whose person wants to meet, with its state."""
    with reading(told.rt.sessions) as session:
        lead_id, state = session.execute(
            select(Lead.id, Lead.state)
            .join(Message, Message.lead_id == Lead.id)
            .where(Message.intent == "meeting", Lead.state == "replied")
            .order_by(Lead.id)
        ).first() or (0, "")
        return lead_id, str(state)


def history(told: Story, lead_id: int) -> list[str]:
    """The states a lead went through."""
    with reading(told.rt.sessions) as session:
        found = session.scalars(
            select(LeadEvent.to_state)
            .where(LeadEvent.lead_id == lead_id, LeadEvent.to_state.is_not(None))
            .order_by(LeadEvent.id)
        )
        return [str(state) for state in found if state != "review"]


def states(told: Story, column: object) -> dict[str, int]:
    """Counts by a column of states."""
    with reading(told.rt.sessions) as session:
        rows = session.execute(select(column, func.count()).group_by(column))
        return {str(state): count for state, count in rows}


def everything(told: Story) -> dict[str, object]:
    """What a stage could have doubled."""
    tables = (LeadEvent, Message, Classification, Suppression, Campaign)
    with reading(told.rt.sessions) as session:
        counts = {t.__tablename__: session.scalar(select(func.count(t.id))) for t in tables}
    return {**counts, "leads": states(told, Lead.state), "mails": states(told, Message.state)}


def hand_over_answers(told: Story) -> None:
    """What people write to our mails lies in the inbox."""
    for letter in told.world.post.collect(told.clock.now()):
        for reaction in told.world.crowd.react(letter):
            if reaction.mail is not None:
                told.world.post.deliver(reaction.mailbox, reaction.mail)
    assert states(told, Message.state).get(str(MessageState.SENT), 0) > 10
