"""How many rows of a list go in each second: read, mapped, cleaned, compared, stored.

`make bench`, or `python -m tests.benchmarks.bench_import ROWS [DATABASE_URL]`.
"""

import csv
import random
import sys
import tempfile
from pathlib import Path

from core.domain.access import SYSTEM
from core.pipeline import harvest
from core.services import imports
from db.models import ImportBatch
from db.session import reading, transaction
from tests.benchmarks.figures import timed, workspace
from tests.factories import make_campaign

HEADINGS = (
    *("First Name", "Last Name", "Email", "Title", "Company", "Website", "Phone", "Industry"),
    *("# Employees", "City", "Country", "Lead Score"),
)
TITLES = ("VP Marketing", "CEO", "Head of Sales", "Marketing Manager", "CTO", "Buyer", "CFO")
FIRST = ("Anna", "Ben", "Clara", "David", "EVA", "Felix", "Greta", "Hugo", "Ida", "Jan")


def listed(path: Path, rows: int) -> None:
    """A list of `rows` people: 12 columns, 8% twice, 3% with a broken address."""
    rng = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(rows):
            draw = rng.random()
            who = rng.randrange(number) if draw < 0.08 and number else number
            writer.writerow(_row(who, broken=draw > 0.97))


def _row(who: int, *, broken: bool) -> list[str]:
    company = who // 6
    sign = " at " if broken else "@"
    return [
        FIRST[who % 10],
        f"Berg{who}",
        f"p{who}{sign}company{company}.example",
        TITLES[who % 7],
        f"Company {company} GmbH",
        f"https://www.company{company}.example",
        f"+49 30 {1_000_000 + who}",
        "Software" if company % 3 else "Retail",
        str(10 + company % 900),
        "Berlin",
        "Germany",
        str(who % 100),
    ]


def measure(rows: int, url: str | None = None) -> None:
    """Imports one list and prints the figures."""
    with tempfile.TemporaryDirectory() as home, workspace(Path(home), url) as rt:
        file = Path(home) / "people.csv"
        listed(file, rows)
        with transaction(rt.sessions) as session:
            campaign_id = make_campaign(session).id
        with timed("queue (copy, count, fingerprint)", rows), transaction(rt.sessions) as session:
            folder = Path(home) / "imports"
            batch_id = imports.start(
                session, SYSTEM, campaign_id, file, folder=folder, now=rt.now()
            ).id
        with timed("import", rows):
            report = harvest.run_batch(rt, batch_id)
        print(dict(report.counts), report.notes)
        with reading(rt.sessions) as session:
            assert session.get_one(ImportBatch, batch_id).rows_done == rows
        with transaction(rt.sessions) as session:
            batch_id = imports.start(
                session, SYSTEM, campaign_id, file, folder=folder, now=rt.now()
            ).id
        with timed("the same list again", rows):
            report = harvest.run_batch(rt, batch_id)
        assert report["duplicates"] + report["rejected"] == rows, dict(report.counts)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if sys.argv[1:] else 100_000, *sys.argv[2:3])
