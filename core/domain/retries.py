"""When something that failed is tried again: exponential backoff with jitter, for a day."""

from datetime import datetime, timedelta

from core.domain import keys

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=4)
KEEP_TRYING = timedelta(hours=24)


def next_try(
    attempt: int,
    *,
    key: str,
    now: datetime,
    give_up_at: datetime,
    retry_at: datetime | None = None,
) -> datetime | None:
    """The moment after the failed `attempt` (1 is the first); None where it is given up.

    A last try falls on `give_up_at`. The other side's Retry-After is obeyed, also beyond that.
    """
    if now >= give_up_at:
        return None
    wished = now + wait(attempt, key)
    return max(min(wished, give_up_at), retry_at or now)


def wait(attempt: int, key: str) -> timedelta:
    """Half to the whole of 30 s, 1 min, 2 min … 4 h. The jitter is made from the key and the
    attempt: different for each delivery, and the same when asked again.
    """
    whole = min(FIRST_WAIT * 2 ** min(attempt - 1, 20), LONGEST_WAIT)
    share = int(keys.digest(f"{key}:{attempt}".encode())[:8], 16) / 0xFFFF_FFFF
    return timedelta(seconds=whole.total_seconds() * (0.5 + share / 2))
