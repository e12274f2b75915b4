"""How long leads take through score, qualify and route, and in how much memory.

`make bench`, or `python -m tests.benchmarks.bench_pipeline [LEADS]…`: 100,000 unless said. Of
several numbers each is measured in a process of its own, and the last is compared with the first:
`bench_pipeline 100000 1000000` says whether ten times as many take ten times as long.
"""

import multiprocessing
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from core import runtime
from core.config import Settings
from core.domain.access import SYSTEM
from core.pipeline import enrich, harvest, qualify, route, score
from core.runtime import Runtime
from core.services import imports, library
from db.models import ImportBatch
from db.session import reading, transaction
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


LEADS = 100_000
AIM_SECONDS, AIM_MEMORY, AIM_TIMES = 20.0, 500, 11.0  # of 100,000; MB of a million; ten times
LONGEST = 1_000_000  # rows of one list
PER_ROW = 0.892  # leads a row of the list comes to: the rest are broken or there twice


def measure(leads: int, told: Connection) -> None:
    """Takes a list through the pipeline, prints the figures and tells seconds for 100,000."""
    with tempfile.TemporaryDirectory() as home, workspace(Path(home)) as rt:
        made = _leads(rt, Path(home), round(leads / PER_ROW))
        with timed("enrich (local rules)", made):
            print(dict(enrich.run(rt).counts))
        with timed("score + qualify + route", made) as spent:
            for name, stage in (("score", score), ("qualify", qualify), ("route", route)):
                with timed(f"  {name}", made):
                    report = stage.run(rt)
                print(f"    {dict(report.counts)} {report.notes[:2]}")
    print(
        f"score + qualify + route: {spent.seconds / made * 100_000:.1f} s for each 100,000 of "
        f"{made:,} leads (aim {AIM_SECONDS:g}), at most {spent.peak:,.0f} MB (aim {AIM_MEMORY})",
        flush=True,
    )
    told.send((made, spent.seconds))


def _leads(rt: Runtime, home: Path, rows: int) -> int:
    """Put in by a process of its own, so that the memory of an import is not counted here."""
    with transaction(rt.sessions) as session:
        library.install(session, now=rt.now())
        campaign_id = make_campaign(session, icp=ICP).id
    batches = []
    for first in range(0, rows, LONGEST):
        file = home / f"people-{first}.csv"
        listed(file, min(LONGEST, rows - first), first)
        with transaction(rt.sessions) as session:
            batch = imports.start(
                session, SYSTEM, campaign_id, file, folder=home / "imports", now=rt.now()
            )
            batches.append(batch.id)
    spawn = multiprocessing.get_context("spawn")
    other = spawn.Process(target=_import, args=(rt.settings, batches))
    other.start()
    other.join()
    with reading(rt.sessions) as session:
        return sum(session.get_one(ImportBatch, batch).created for batch in batches)


def _import(settings: Settings, batches: list[int]) -> None:
    rt = runtime.build(settings)
    for batch in batches:
        harvest.run_batch(rt, batch)
    rt.close()


def main(sizes: list[int]) -> None:
    """Each size in a process of its own."""
    spawn = multiprocessing.get_context("spawn")
    found: list[tuple[int, float]] = []
    for size in sizes:
        here, there = spawn.Pipe(duplex=False)
        process = spawn.Process(target=measure, args=(size, there))
        process.start()
        there.close()
        found.append(here.recv())
        process.join()
    if len(found) > 1:
        (few, quick), (many, slow) = found[0], found[-1]
        print(
            f"{many / few:.1f} times as many leads took {slow / quick:.1f} times as long "
            f"(aim: ten times as many, at most {AIM_TIMES:g} times as long)"
        )


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [LEADS])
