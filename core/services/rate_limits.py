"""One limit a provider, shared by all processes: a bucket that one conditional UPDATE takes from.

The row holds the moment at which the bucket will be full again; a call moves it on by its share. A
moment too far ahead comes from a clock that was moved back, and counts for nothing.
"""

from sqlalchemy import BindParameter, bindparam, case, or_, select, update
from sqlalchemy.orm import Session

from core.services import bulk
from db.models import RateBucket
from db.upsert import insert_ignore

_bucket = bulk.table_of(RateBucket)
_full = _bucket.c.full_until
_mine = (_bucket.c.port == bindparam("of_port")) & (_bucket.c.provider == bindparam("of_provider"))
_now: BindParameter[float] = bindparam("now")
_wrong: BindParameter[float] = bindparam("wrong")
_TAKE = (  # made once: the statement is on the way of every call
    update(_bucket)
    .where(_mine, or_(_full <= bindparam("latest"), _full > _wrong))
    .values(
        full_until=case((or_(_full < _now, _full > _wrong), _now), else_=_full) + bindparam("share")
    )
    .returning(_bucket.c.provider)
)
_READ = select(_full).where(_mine)


def take(
    session: Session,
    port: str,
    provider: str,
    *,
    apart: float,
    at_once: int,
    now: float,
    calls: int = 1,
) -> float:
    """Takes so many calls: 0, or the seconds until there are. `apart`: seconds that a call uses up;
    `at_once`: calls in a full bucket; `now`: seconds since 1970.
    """
    connection = session.connection()
    share = apart * calls
    latest = now + apart * at_once - share
    mine = {"of_port": port, "of_provider": provider}
    moment = {"now": now, "wrong": now + 2 * apart * (at_once + 1)}
    if connection.execute(_TAKE, mine | moment | {"latest": latest, "share": share}).first():
        return 0.0
    full_until = connection.execute(_READ, mine).scalar_one_or_none()
    if full_until is None:
        row = {"port": port, "provider": provider, "full_until": now + share}
        return 0.0 if insert_ignore(session, RateBucket, [row]) else apart
    return float(max(full_until - latest, 0.001))
