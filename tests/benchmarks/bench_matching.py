"""The matching job over the contacts of one client, for the first time and when some changed.

python -m tests.benchmarks.bench_matching [contacts]
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from core import runtime
from core.config import load
from core.pipeline import matching
from core.runtime import Runtime
from core.services import bulk, contacts
from db.models import Contact, MatchKey, MatchPair
from db.session import reading, transaction
from tests.benchmarks import made_people
from tests.factories import make_client

CHANGED = 500
LONG_AGO = datetime.now(UTC) - timedelta(days=1)


def main() -> None:
    """Prepares, measures, prints one JSON line."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        os.environ.update({"AICMO_DATA_DIR": folder, "AICMO_SECRET_KEY": "bench"})
        command = [sys.executable, "-m", "core", "migrate"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        rt = runtime.build(load())
        _prepare(rt, count)
        first = _timed(rt)
        with transaction(rt.sessions) as session:
            changed = update(Contact).where(Contact.id <= CHANGED).values(updated_at=rt.now())
            session.execute(changed)
        again = _timed(rt)
        with reading(rt.sessions) as session:
            pairs, keys = (
                session.execute(select(func.count()).select_from(model)).scalar_one()
                for model in (MatchPair, MatchKey)
            )
        told = {
            "contacts": count, "first": first, f"{CHANGED}_changed": again, "pairs": pairs,
            "keys": keys, "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
        }  # fmt: skip
        print(json.dumps(told))
        rt.close()


def _timed(rt: Runtime) -> dict[str, float]:
    started = time.perf_counter()
    report = matching.run(rt)
    return {"seconds": round(time.perf_counter() - started, 1), **report.counts}


def _prepare(rt: Runtime, count: int) -> None:
    people, _ = made_people.make(count)
    with transaction(rt.sessions) as session:
        client = make_client(session)
        made = dict.fromkeys(one.domain for one in people if one.domain)
        ids = {
            domain: contacts.account_of(
                session, client.id, f"x@{domain}", domain=domain, company=domain, now=LONG_AGO
            )
            for domain in made
        }
        rows = [
            {
                **contacts.new_row(client.id, one.email, LONG_AGO),
                "account_id": ids.get(one.domain), "first_name": one.first, "last_name": one.last,
                "phone": one.phone, "title": one.title, "city": one.town, "country": one.country,
                "linkedin": one.linkedin,
            }
            for one in people
        ]  # fmt: skip
        bulk.insert(session, Contact, rows)


if __name__ == "__main__":
    main()
