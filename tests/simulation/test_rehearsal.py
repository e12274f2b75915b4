"""A world in bad weather keeps every promise, and the same seed plays the same world."""

import random
from collections import Counter

import pytest

from core import runtime
from core.config import Settings
from core.runtime import Runtime
from core.simulation import rehearsal
from core.simulation.clock import HandClock
from core.simulation.weather import Weather, over


@pytest.mark.slow
def test_a_week_in_bad_weather_keeps_every_promise(settings: Settings) -> None:
    clock, rng = HandClock(rehearsal.BEGINNING), random.Random(3)
    handed_over: Counter[str] = Counter()
    storm = Weather(refused=60, lost_before=30, lost_after=30)
    adapters = {"email": {"folder": over("folder", storm, rng, handed_over)}}
    rt = runtime.build(settings, clock=clock.now, adapters=adapters)

    made = rehearsal.play(rt, clock, rng, handed_over, leads=110, days=7)
    rt.close()

    assert made.broken == ()
    assert made.figures["dispatch uncertain"] > 0
    assert made.figures["dispatch put_off"] > 0
    assert made.messages["sent"] > 70
    assert len(made.replies) > 4


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_seed_plays_the_same_world_again_beside_the_workspace(rt: Runtime) -> None:
    first, again = (rehearsal.simulate(rt, leads=40, days=3, seed=5) for _ in range(2))

    assert first.broken == ()
    assert (first.leads, first.messages, first.replies) == (
        again.leads,
        again.messages,
        again.replies,
    )
    assert first.with_invariants()["figures"] == again.with_invariants()["figures"]
    assert (rt.data_dir / "simulations").is_dir()
