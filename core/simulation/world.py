"""A world in motion: simulated people, a hand-moved clock, and the real stages between them.

The stages run over the local providers (folders); nothing is written behind their back. Whatever a
person of the agency would do goes through the services (core.simulation.office).
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush

from core.domain import keys, slots
from core.domain.states import JobName, JobState
from core.pipeline import runner
from core.pipeline.jobs import PIPELINE, job_of
from core.runtime import Runtime
from core.simulation.clock import HandClock
from core.simulation.crowd import Crowd, Reaction
from core.simulation.office import Office
from core.simulation.people import Person
from core.simulation.post import PostOffice
from core.simulation.strangers import press_unsubscribe

Act = Callable[[], None]
Programme = list[tuple[datetime, Act]]

OPENS, CLOSES = timedelta(hours=8, minutes=5), timedelta(hours=16)
FRIDAY = 4
POST_HOURS = (9, 14, 20)


class World:
    """Moves the clock and lets everybody act.

    `step` is how often dispatch looks, in minutes. Runs of the night are put into the book of runs
    as a scheduler does; those of the day only since `recorded`, for there are thousands, and
    until then inboxes to which nobody wrote are not read.
    """

    def __init__(self, rt: Runtime, clock: HandClock, rng: random.Random, *, step: int) -> None:
        self.rt = rt
        self.clock = clock
        self.rng = rng
        self.step = timedelta(minutes=step)
        self.recorded: datetime | None = None
        self.post = PostOffice(rt.data_dir)
        self.arrived: Mapping[str, int] = self.post.arrived
        self.crowd = Crowd((), rng)
        self.offices: list[Office] = []
        self.done: Counter[str] = Counter()
        self.failed: list[str] = []
        self._coming: list[tuple[datetime, int, Reaction]] = []
        self._number = 0

    def welcome(self, people: Iterable[Person]) -> None:
        """People move in; whoever has colleagues can name one."""
        everybody = list(people)
        self.crowd.add(everybody)
        by_company: dict[str, list[Person]] = {}
        for person in everybody:
            by_company.setdefault(person.company.domain, []).append(person)
        self.crowd.introduce(
            (person, self.rng.choice([other for other in group if other is not person]))
            for group in by_company.values()
            if len(group) > 1
            for person in group
        )

    def advance(self, to: datetime) -> None:
        """Lets time pass up to a moment; what belongs to that very moment happens too."""
        while self.clock.now() < to:
            now = self.clock.now()
            midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
            for moment, act in self._programme(midnight):
                if now < moment <= to:
                    self.clock.move_to(moment)
                    act()
            self.clock.move_to(min(to, midnight + timedelta(days=1)))

    def pass_mail(self) -> None:
        """Once round: what we sent reaches its people, what they wrote reaches us and is read."""
        now = self.clock.now()
        for letter in self.post.collect(now):
            for reaction in self.crowd.react(letter):
                self._number += 1
                heappush(self._coming, (reaction.at, self._number, reaction))
        while self._coming and self._coming[0][0] <= now:
            self._happen(heappop(self._coming)[2])
        if self.post.unread or self.recorded is None or now >= self.recorded:
            self.post.unread = 0
            self.job(JobName.REPLIES)

    def job(self, name: JobName) -> None:
        """One turn of a job now, as the scheduler would start it."""
        now = self.clock.now()
        if name not in PIPELINE and (self.recorded is None or now < self.recorded):
            self._count(name, job_of(name).stage()(self.rt).counts)
            return
        slot = keys.slot(slots.newest(slots.DEFAULTS[name], now))
        result = runner.run_job(self.rt, name, slot=slot, by="scheduler")
        self._count(name, result.counts)
        if result.state is JobState.FAILED:
            self.failed.append(f"{name} failed at {now:%Y-%m-%d %H:%M}: {result.error}")

    def _programme(self, midnight: datetime) -> Programme:
        """What happens on one day, in order."""
        working = midnight.weekday() < 5
        found: Programme = []
        if working:
            for name in PIPELINE:
                at = midnight + timedelta(minutes=slots.DEFAULTS[name].offset)
                found.append((at, partial(self.job, name)))
            found.append((midnight + timedelta(hours=6, minutes=50), self._decide))
            moment = OPENS
            while moment < CLOSES:
                found.append((midnight + moment, partial(self.job, JobName.DISPATCH)))
                moment += self.step
        hours = POST_HOURS if working else POST_HOURS[-1:]
        found += [(midnight + timedelta(hours=hour), self.pass_mail) for hour in hours]
        found.append((midnight + timedelta(hours=20, minutes=5), self._evening))
        return sorted(found, key=lambda entry: entry[0])

    def _decide(self) -> None:
        for office in self.offices:
            office.start_mailboxes()
            office.decide()

    def _evening(self) -> None:
        for office in self.offices:
            office.tidy_inbox()
            office.do_tasks()
            office.book()
            office.settle(self.arrived)
        self.job(JobName.TIDY)
        now = self.clock.now()
        if now.weekday() == FRIDAY and (self.recorded is None or now >= self.recorded):
            self.job(JobName.ROLLUPS)

    def _happen(self, reaction: Reaction) -> None:
        if reaction.mail is not None:
            self.post.deliver(reaction.mailbox, reaction.mail)
        if reaction.unsubscribe is not None:
            status = press_unsubscribe(self.rt, reaction.unsubscribe)
            self.done[f"unsubscribe link said {status}"] += 1

    def _count(self, name: JobName, counts: Mapping[str, int]) -> None:
        for word, count in counts.items():
            self.done[f"{name} {word}"] += count
