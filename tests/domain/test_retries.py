"""A failed try is followed by others, further and further apart, for a day."""

import itertools
from datetime import datetime, timedelta

from core.domain import retries
from tests.factories import NOW

END = NOW + retries.KEEP_TRYING


def tries(key: str) -> list[datetime]:
    """When each try falls, the first at NOW."""
    at = [NOW]
    while True:
        following = retries.next_try(len(at), key=key, now=at[-1], give_up_at=END)
        if following is None:
            return at
        at.append(following)


def test_pauses_double_up_to_four_hours_and_end_after_a_day() -> None:
    moments = tries("a")

    pauses = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert timedelta(seconds=15) <= pauses[0] <= timedelta(seconds=30)
    assert max(pauses) <= retries.LONGEST_WAIT
    assert moments[-1] == END
    assert 12 <= len(moments) <= 24


def test_each_pause_is_half_to_the_whole_and_the_same_when_asked_again() -> None:
    waits = {retries.wait(4, f"key {number}") for number in range(50)}

    assert retries.wait(4, "key 1") == retries.wait(4, "key 1")
    assert len(waits) > 40
    assert all(timedelta(minutes=2) <= wait <= timedelta(minutes=4) for wait in waits)


def test_a_far_attempt_does_not_overflow() -> None:
    assert retries.wait(10_000, "a") <= retries.LONGEST_WAIT


def test_what_the_other_side_asks_for_is_obeyed_also_beyond_the_day() -> None:
    later = END + timedelta(hours=3)

    assert retries.next_try(1, key="a", now=NOW, give_up_at=END, retry_at=later) == later


def test_an_early_word_of_the_other_side_does_not_shorten_the_pause() -> None:
    usual = retries.next_try(1, key="a", now=NOW, give_up_at=END)

    assert retries.next_try(1, key="a", now=NOW, give_up_at=END, retry_at=NOW) == usual
