"""How long 100,000 leads take through score, qualify and route.

`make bench`, or `python -m tests.benchmarks.bench_pipeline LEADS [DATABASE_URL]`.
"""

import sys
import tempfile
from pathlib import Path

from core.domain.access import SYSTEM
from core.pipeline import enrich, harvest, qualify, route, score
from core.services import imports, library
from db.session import transaction
from tests.benchmarks.bench_import import listed
from tests.benchmarks.figures import timed, workspace
from tests.factories import make_campaign

ICP = {
    "titles": ["VP Marketing", "Head of Marketing", "Chief Marketing Officer"],
    "industries": ["Software"],
    "employees": {"min": 50, "max": 500},
    "countries": ["DE", "AT", "CH"],
    "seniorities": ["vp", "head", "c_level"],
    "departments": ["marketing"],
    "technologies": ["HubSpot"],
    "keywords": ["growth"],
}


def measure(rows: int, url: str | None = None) -> None:
    """Takes a list through the pipeline and prints the figures."""
    with tempfile.TemporaryDirectory() as home, workspace(Path(home), url) as rt:
        file = Path(home) / "people.csv"
        listed(file, rows)
        with transaction(rt.sessions) as session:
            library.install(session, now=rt.now())
            campaign_id = make_campaign(session, icp=ICP).id
            folder = Path(home) / "imports"
            batch_id = imports.start(
                session, SYSTEM, campaign_id, file, folder=folder, now=rt.now()
            ).id
        leads = harvest.run_batch(rt, batch_id)["created"]
        with timed("enrich (local rules)", leads):
            print(dict(enrich.run(rt).counts))
        with timed("score + qualify + route", leads):
            for name, stage in (("score", score), ("qualify", qualify), ("route", route)):
                with timed(f"  {name}", leads):
                    report = stage.run(rt)
                print(f"    {dict(report.counts)} {report.notes[:2]}")


if __name__ == "__main__":
    measure(int(sys.argv[1]) if sys.argv[1:] else 110_000, *sys.argv[2:3])
