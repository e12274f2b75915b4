"""One limit a provider, shared by all processes: a bucket that one conditional UPDATE takes from.

The row holds the moment at which the bucket will be full again; a call moves it on by its share. A
moment too far ahead comes from a clock that was moved back, and counts for nothing.
"""

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from db.models import RateBucket
from db.upsert import insert_ignore


def take(
    session: Session, port: str, provider: str, *, apart: float, at_once: int, now: float
) -> float:
    """Takes one call: 0, or the seconds until there is one. `apart`: seconds that a call uses up;
    `at_once`: calls in a full bucket; `now`: seconds since 1970.
    """
    room = apart * (at_once - 1)
    wrong = now + 2 * apart * (at_once + 1)
    mine = (RateBucket.port == port) & (RateBucket.provider == provider)
    unused = or_(RateBucket.full_until < now, RateBucket.full_until > wrong)
    taken = (
        update(RateBucket)
        .where(mine, or_(RateBucket.full_until <= now + room, RateBucket.full_until > wrong))
        .values(full_until=case((unused, now), else_=RateBucket.full_until) + apart)
        .returning(RateBucket.provider)
        .execution_options(synchronize_session=False)
    )
    if session.execute(taken).first():
        return 0.0
    full_until = session.scalar(select(RateBucket.full_until).where(mine))
    if full_until is None:
        row = {"port": port, "provider": provider, "full_until": now + apart}
        if insert_ignore(session, RateBucket, [row]):
            return 0.0
        return apart
    return float(max(full_until - room - now, 0.001))
