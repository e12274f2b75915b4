"""A small world in bad weather whose promises are checked at the end: `simulate`.

It plays on a database of its own under the data directory; the workspace is not touched.
"""

import random
import shutil
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from core import migration, runtime
from core.domain.states import Role
from core.runtime import Runtime
from core.simulation import cast, invariants, lists, summary
from core.simulation.cast import Staged
from core.simulation.clock import HandClock
from core.simulation.office import Habits, Office
from core.simulation.people import LIVELY, Population
from core.simulation.scenes import (
    OFFICE_HOURS,
    OFFICE_ICP,
    OFFICES,
    CampaignScene,
    ClientScene,
    MailboxScene,
)
from core.simulation.summary import Summary
from core.simulation.weather import Weather, over
from core.simulation.world import World
from db.session import connect, reading

BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday; nothing is read from the machine's clock
WEATHER = Weather(refused=15, lost_before=3, lost_after=3)
SIZE = 500  # people in one list

CAMPAIGNS = tuple(
    CampaignScene(
        name=name,
        goal="A simulation",
        starts=0,
        finishes=None,
        lists=(),
        taste=OFFICES,
        icp=OFFICE_ICP,
        settings={"approve": approve, "window": OFFICE_HOURS},
        targets={"reached": 100},
        spend={},
    )
    for name, approve in (("First", "none"), ("Second", "first"))
)
STUDIO = ClientScene(
    name="Studio",
    website="https://www.studio.example",
    postal_address="1 Studio Row\nLeeds",
    timezone="Europe/London",
    currency="GBP",
    primary="#334155",
    secondary="#0EA5E9",
    mailboxes=tuple(
        MailboxScene(f"{name.lower()}@studio.example", name, "Advice", cap=120, start=60, gap=4)
        for name in ("Nora", "Pete", "Quinn", "Rosa")
    ),
    campaigns=CAMPAIGNS,
)


def simulate(rt: Runtime, *, leads: int, days: int, seed: int) -> Summary:
    """Plays `days` days of a world with so many people; `broken` of the summary is empty where
    every promise was kept.
    """
    folder = rt.data_dir / "simulations" / f"seed-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    changed = {"data_dir": folder, "database_url": None, "use_real_email_gateway": False}
    settings = rt.settings.model_copy(update=changed)
    engine = connect(settings.url(), secret_keys=[settings.secret])
    migration.migrate(engine)
    engine.dispose()
    clock, rng, handed_over = HandClock(BEGINNING), random.Random(seed), Counter[str]()
    adapters = {"email": {"folder": over("folder", WEATHER, rng, handed_over)}}
    own = runtime.build(settings, clock=clock.now, adapters=adapters)
    try:
        return play(own, clock, rng, handed_over, leads=leads, days=days)
    finally:
        own.close()


def play(
    rt: Runtime,
    clock: HandClock,
    rng: random.Random,
    handed_over: Counter[str],
    *,
    leads: int,
    days: int,
) -> Summary:
    """The same on a runtime that is there: its database must be empty, its clock `clock`."""
    started = time.perf_counter()
    world = World(rt, clock, rng, step=30)
    world.arrived = handed_over
    staged = _stage(rt, world, rng)
    population = Population(rng)
    for number in range(0, leads, SIZE):
        people = population.people(min(SIZE, leads - number), mix=LIVELY, taste=OFFICES)
        world.welcome(people)
        raw = lists.file_of(people, style="apollo", dirt=lists.Dirt.usual(len(people)), rng=rng)
        path = rt.data_dir / f"people-{number}.csv"
        path.write_bytes(raw)
        cast.put_in(rt, staged, CAMPAIGNS[number // SIZE % len(CAMPAIGNS)], path)
    for scene in CAMPAIGNS[: -(-leads // SIZE)]:
        cast.start(rt, staged, scene)
    world.advance(clock.now() + timedelta(days=days))
    with reading(rt.sessions) as session:
        counts = summary.counted(session)
        broken = invariants.broken(session, handed_over)
    return Summary(
        *counts,
        seconds=time.perf_counter() - started,
        figures=dict(sorted(world.done.items())),
        broken=(*world.failed, *broken),
    )


def _stage(rt: Runtime, world: World, rng: random.Random) -> Staged:
    cast.prepare(rt)
    client_id = cast.client(rt, STUDIO)
    manager, _ = cast.person(rt, "mina", "Mina Keller", Role.MANAGER, (client_id,), "UTC")
    staged = Staged(STUDIO, client_id, manager)
    for box in STUDIO.mailboxes:
        cast.mailbox(rt, staged, box)
    for scene in CAMPAIGNS:
        cast.campaign(rt, staged, scene, began=world.clock.now().date())
    habits = Habits(starts=tuple(box.address for box in STUDIO.mailboxes))
    world.offices.append(Office(rt, manager, client_id, random.Random(rng.random()), habits))
    return staged
