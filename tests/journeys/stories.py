"""The beginning of a journey: an agency with one client, mailboxes, a campaign, a list of people.

Made by the services and the simulation's people, never by rows behind the app's back.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from core import runtime
from core.config import Settings
from core.domain.states import JobName, Role
from core.pipeline.jobs import PIPELINE, job_of
from core.pipeline.report import Report
from core.runtime import Runtime
from core.simulation import cast, invariants, lists
from core.simulation.cast import Staged
from core.simulation.clock import HandClock
from core.simulation.office import Habits, Office
from core.simulation.people import LIVELY, Mix, Person, Population
from core.simulation.scenes import OFFICE_ICP, OFFICES, CampaignScene, ClientScene, MailboxScene
from core.simulation.world import World
from db.session import reading
from tests.journeys.ledger import adapters, handed_over

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ALWAYS = {"days": [0, 1, 2, 3, 4, 5, 6], "start": "00:00", "end": "23:59"}
SCENE = CampaignScene(
    name="Spring",
    goal="A journey",
    starts=0,
    finishes=None,
    lists=(),
    taste=OFFICES,
    icp=OFFICE_ICP,
    settings={"approve": "all", "window": ALWAYS},
    targets={"reached": 10},
    spend={},
)
STUDIO = ClientScene(
    name="Studio",
    website="https://www.studio.example",
    postal_address="1 Studio Row\nLeeds",
    timezone="UTC",
    currency="GBP",
    primary="#334155",
    secondary="#0EA5E9",
    mailboxes=(
        MailboxScene("nora@studio.example", "Nora", "Advice", cap=500, start=500, gap=0),
        MailboxScene("pete@studio.example", "Pete", "Advice", cap=500, start=500, gap=0),
    ),
    campaigns=(SCENE,),
)


@dataclass(slots=True)
class Story:
    """A journey under way."""

    rt: Runtime
    clock: HandClock
    world: World
    staged: Staged
    office: Office
    people: list[Person] = field(default_factory=list)

    def run(self, *names: JobName) -> list[Report]:
        """One turn of each stage, a minute apart."""
        reports = []
        for name in names:
            self.clock.advance(minutes=1)
            reports.append(job_of(name).stage()(self.rt))
        return reports

    def up_to(self, last: JobName) -> None:
        """The pipeline from its beginning up to and with a stage; reviews are approved."""
        order = (*PIPELINE, JobName.DISPATCH, JobName.REPLIES)
        for name in order[: order.index(last) + 1]:
            if name is JobName.DISPATCH:
                self.office.decide()
            self.run(name)

    def list_file(self, count: int = 30, *, mix: Mix = LIVELY, seed: int = 1) -> Path:
        """A file of people who now live in the world."""
        rng = random.Random(seed)
        people = Population(rng).people(count, mix=mix, taste=OFFICES)
        self.people += people
        self.world.welcome(people)
        path = self.rt.data_dir / f"people-{seed}.csv"
        dirt = lists.Dirt(doubled=2, broken=1, empty=1, shared=1, opted_out=1)
        path.write_bytes(lists.file_of(people, style="apollo", dirt=dirt, rng=rng))
        return path

    def broken(self) -> tuple[str, ...]:
        """Promises that were not kept, by the tables and by what was really handed over."""
        with reading(self.rt.sessions) as session:
            return invariants.broken(session, handed_over(self.rt.data_dir))


@contextmanager
def story(
    settings: Settings, *, people: int = 30, mix: Mix = LIVELY, began: datetime = MONDAY
) -> Iterator[Story]:
    """An active campaign whose list is in; `people` 0 leaves it a draft without leads."""
    clock = HandClock(began)
    rt = runtime.build(settings, clock=clock.now, adapters=adapters(settings.data_dir))
    rng = random.Random(1)
    try:
        cast.prepare(rt)
        client_id = cast.client(rt, STUDIO)
        manager, _ = cast.person(rt, "mina", "Mina Keller", Role.MANAGER, (client_id,), "UTC")
        staged = Staged(STUDIO, client_id, manager)
        for box in STUDIO.mailboxes:
            cast.mailbox(rt, staged, box)
        cast.campaign(rt, staged, SCENE, began=began.date())
        office = Office(rt, manager, client_id, rng, Habits(leads=1.0, turned_away=0.0))
        world = World(rt, clock, rng, step=30)
        told = Story(rt, clock, world, staged, office)
        if people:
            cast.put_in(rt, staged, SCENE, told.list_file(people, mix=mix))
            cast.start(rt, staged, SCENE)
        yield told
    finally:
        rt.close()
