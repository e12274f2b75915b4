"""The demo workspace: two clients, four campaigns, three months of history, and things that wait.

Everything is made by the real stages and services on a clock that runs from three months ago to
now, so that every page shows what it would show in earnest.
"""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from core import runtime
from core.domain.states import JobName, Role
from core.runtime import Runtime
from core.simulation import books, cast, lists, scenes, slate, summary, troubles
from core.simulation.cast import Staged
from core.simulation.clock import HandClock
from core.simulation.office import Habits, Office
from core.simulation.people import Population
from core.simulation.scenes import CampaignScene, ListScene
from core.simulation.summary import Access, Summary
from core.simulation.world import World
from db.session import reading

Progress = Callable[[int, int, str], None]  # done, of how many, what is going on

STEP = 30  # minutes between two looks of dispatch
SEED = 20
ZONE = "Europe/Berlin"  # of the agency's people
MONTHLY = 60  # the day on which the clients got a report
CALM = 4  # the last days, on which the office lets things lie


def build(
    rt: Runtime, *, seed: int = SEED, progress: Progress | None = None, scale: float = 1.0
) -> Summary:
    """Makes the demo in the workspace of `rt`; the present is rt.now().

    Safe to run again: an earlier demo is taken away first. Refused with a sentence where the
    database has real clients. `scale` makes its lists longer or shorter.
    """
    started = time.perf_counter()
    now = rt.now()
    slate.wipe(rt, clients=tuple(scene.name for scene in scenes.CLIENTS), now=now)
    settings = rt.settings.model_copy(update={"use_real_email_gateway": False})
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    clock = HandClock(midnight - timedelta(days=scenes.DAYS))
    simulated = runtime.build(settings, clock=clock.now)
    try:
        demo = Demo(simulated, clock, now=now, seed=seed, scale=scale)
        demo.play(progress or (lambda done, total, what: None))
        return demo.summary(time.perf_counter() - started)
    finally:
        simulated.close()


class Demo:
    """Plays the scenes day by day."""

    def __init__(
        self, rt: Runtime, clock: HandClock, *, now: datetime, seed: int, scale: float
    ) -> None:
        self.rt = rt
        self.scale = scale
        self.clock = clock
        self.now = now
        self.beginning = clock.now()
        self.trouble_at = troubles.working_moment(now)
        self.rng = random.Random(seed)
        self.population = Population(self.rng)
        self.world = World(rt, clock, self.rng, step=STEP)
        self.world.recorded = now - timedelta(days=2)
        self.stage: list[Staged] = []
        self.people: list[Access] = []

    def play(self, progress: Progress) -> None:
        """From the first day to now."""
        cast.prepare(self.rt)
        self._people_and_clients()
        for number in range(scenes.DAYS + 1):
            day = self.beginning + timedelta(days=number)
            progress(number, scenes.DAYS, f"{day:%d %B}: the {number + 1}. day")
            if number == MONTHLY:
                self.world.job(JobName.ROLLUPS)
            self._agenda(number)
            evening = min(day + timedelta(days=1), self.now)
            if day <= self.trouble_at < evening:
                self.world.advance(self.trouble_at)
                troubles.make(self.world, self.stage[-1])
            self.world.advance(evening)
        progress(scenes.DAYS, scenes.DAYS, "Making the client reports")
        self._close()

    def summary(self, seconds: float) -> Summary:
        """What came of it."""
        with reading(self.rt.sessions) as session:
            leads, messages, replies = summary.counted(session)
            files = summary.finished_files(session)
        return Summary(
            leads=leads,
            messages=messages,
            replies=replies,
            deliverables=tuple(str(self.rt.data_dir / path) for path in files),
            seconds=seconds,
            people=tuple(self.people),
            figures=dict(self.world.done),
            broken=tuple(self.world.failed),
        )

    def _people_and_clients(self) -> None:
        if not cast.is_taken(self.rt, "admin"):
            _, access = cast.person(self.rt, "admin", "Ada Admin", Role.ADMIN, (), ZONE)
            self.people.append(access)
        ids = tuple(cast.client(self.rt, scene) for scene in scenes.CLIENTS)
        for username, name, role, sees in (
            ("mina", "Mina Keller", Role.MANAGER, ids),
            ("omar", "Omar Haddad", Role.OPERATOR, ids[:1]),
            ("vera", "Vera Lindh", Role.VIEWER, ids[1:]),
        ):
            viewer, access = cast.person(self.rt, username, name, role, sees, ZONE)
            self.people.append(access)
            if role is Role.MANAGER:
                manager = viewer
        for scene, client_id in zip(scenes.CLIENTS, ids, strict=True):
            self.stage.append(Staged(scene, client_id, manager))
            starts = tuple(box.address for box in scene.mailboxes)
            habits = Habits(starts=starts)
            office = Office(self.rt, manager, client_id, random.Random(self.rng.random()), habits)
            self.world.offices.append(office)

    def _agenda(self, number: int) -> None:
        """What people of the agency do on the morning of a day, before the stages run."""
        if number == scenes.DAYS - CALM:
            self._let_things_lie()
        for staged in self.stage:
            for box in staged.scene.mailboxes:
                if box.joins == number:
                    cast.mailbox(self.rt, staged, box)
            for scene in staged.scene.campaigns:
                self._campaign_day(staged, scene, number)
            books.week(self.rt, staged, number, self.rng)
            if number == MONTHLY:
                books.monthly(self.rt, staged, self.clock.now().date())
        if left := troubles.react(self.rt, self.stage[-1]):
            self._leave_paused(left)

    def _let_things_lie(self) -> None:
        """So that something waits on every page."""
        for office in self.world.offices:
            office.habits = replace(
                office.habits, leads=0.6, mails=0.7, drafts=0.2, threads=0.3, settles=False
            )

    def _leave_paused(self, address: str) -> None:
        """Nobody starts this mailbox again: it waits for a person, with its alarm."""
        for office in self.world.offices:
            others = tuple(one for one in office.habits.starts if one != address)
            office.habits = replace(office.habits, starts=others)

    def _campaign_day(self, staged: Staged, scene: CampaignScene, number: int) -> None:
        if scene.starts == number:
            cast.campaign(self.rt, staged, scene, began=self.clock.now().date())
        for planned in scene.lists:
            last = (self.trouble_at - self.beginning).days
            if number == (last if planned.day == scenes.LAST else planned.day):
                self._import(staged, scene, planned)
        if scene.starts == number:
            cast.start(self.rt, staged, scene)
        if scene.finishes == number:
            cast.finish(self.rt, staged, scene)

    def _import(self, staged: Staged, scene: CampaignScene, planned: ListScene) -> None:
        count = max(int(planned.people * self.scale), 8)
        people = self.population.people(count, mix=planned.mix, taste=scene.taste)
        self.world.welcome(people)
        dirt = lists.Dirt.usual(len(people))
        raw = lists.file_of(people, style=planned.style, dirt=dirt, rng=self.rng)
        path = self._list_path(planned.name)
        path.write_bytes(raw)
        cast.put_in(self.rt, staged, scene, path)

    def _list_path(self, name: str) -> Path:
        folder = self.rt.data_dir / "demo"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def _close(self) -> None:
        troubles.stop(self.rt, self.stage[-1])
        for staged in self.stage:
            books.reports(self.rt, staged)
        self.world.job(JobName.MATCHING)
        self.world.job(JobName.ROLLUPS)
        self.world.job(JobName.PROVIDER_CHECKS)
