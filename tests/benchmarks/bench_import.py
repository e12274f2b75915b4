"""How many rows of a list go in each second: read, mapped, cleaned, compared, stored.

`make bench`, or `python -m tests.benchmarks.bench_import [ROWS [DATABASE_URL]]`. Without an address
it runs on SQLite, and on a throwaway PostgreSQL where its programs are found. For comparison the
same cells go in bare: by the database's own quickest way, into a table with a key and a unique
address, nothing read, cleaned or compared.
"""

import csv
import multiprocessing
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from multiprocessing.context import SpawnContext
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from core.domain.access import SYSTEM
from core.pipeline import harvest
from core.runtime import Runtime
from core.services import imports
from db.models import ImportBatch
from db.session import reading, transaction
from tests import postgres
from tests.benchmarks.figures import peak_with_others, timed, workspace
from tests.factories import make_campaign

ROWS = 1_000_000  # as the product promises it
AIMS = {"sqlite": 20_000, "postgresql": 10_000}  # rows a second
HEADINGS = (
    *("First Name", "Last Name", "Email", "Title", "Company", "Website", "Phone", "Industry"),
    *("# Employees", "City", "Country", "Lead Score"),
)
TITLES = ("VP Marketing", "CEO", "Head of Sales", "Marketing Manager", "CTO", "Buyer", "CFO")
FIRST = ("Anna", "Ben", "Clara", "David", "EVA", "Felix", "Greta", "Hugo", "Ida", "Jan")


def listed(path: Path, rows: int, first: int = 0) -> None:
    """A list of `rows` people, the `first` and on: 12 columns, 8% twice, 3% broken addresses."""
    rng = random.Random(7)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for number in range(first, first + rows):
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


def bare(file: Path, url: str) -> float:
    """Rows a second of the cells alone, as the database takes them quickest."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))[1:]
    one_each = list({row[2]: row for row in rows}.values())
    load = _copied if url.startswith("postgresql") else _one_by_one
    with timed("bare load, nothing else", len(one_each)) as spent:
        load(one_each, url)
    return len(one_each) / spent.seconds


def _one_by_one(rows: list[list[str]], url: str) -> None:
    names = ", ".join(f"c{number}" for number in range(12))
    with closing(sqlite3.connect(f"{make_url(url).database}.bare", isolation_level=None)) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=NORMAL")
        bare.execute(f"CREATE TABLE bare (id INTEGER PRIMARY KEY, {names}, UNIQUE (c2))")
        marks = ", ".join("?" * 12)
        bare.execute("BEGIN")
        bare.executemany(f"INSERT INTO bare ({names}) VALUES ({marks})", rows)
        bare.execute("COMMIT")


def _copied(rows: list[list[str]], url: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    columns = ", ".join(f"c{number} text" for number in range(12))
    names = ", ".join(f"c{number}" for number in range(12))
    with psycopg.connect(plain) as bare, bare.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare (id bigserial PRIMARY KEY, {columns}, UNIQUE (c2))")
        with cursor.copy(f"COPY bare ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def measure(rows: int, url: str | None = None) -> None:
    """Imports one list and prints the figures."""
    with tempfile.TemporaryDirectory() as home, workspace(Path(home), url) as rt:
        kind = rt.settings.url().partition(":")[0].partition("+")[0]
        print(f"-- {kind}, {rows:,} rows", flush=True)
        file = Path(home) / "people.csv"
        listed(file, rows)
        with transaction(rt.sessions) as session:
            campaign_id = make_campaign(session).id
        with timed("queue (copy, count, fingerprint)", rows):
            batch_id = _queued(rt, campaign_id, file)
        held: list[float] = []
        with timed("import", rows) as spent:
            report = harvest.run_batch(
                rt, batch_id, progress=lambda _done, _rows: held.append(peak_with_others())
            )
        print(dict(report.counts), report.notes)
        with reading(rt.sessions) as session:
            assert session.get_one(ImportBatch, batch_id).rows_done == rows
        batch_id = _queued(rt, campaign_id, file)
        with timed("the same list again", rows):
            report = harvest.run_batch(rt, batch_id)
        assert report["duplicates"] + report["rejected"] == rows, dict(report.counts)
        rate, plain = rows / spent.seconds, bare(file, rt.settings.url())
    verdict = "kept" if rate >= AIMS[kind] else "NOT kept"
    print(
        f"import, {kind}: {rate:,.0f} rows/s (aim {AIMS[kind]:,} {verdict}), at most "
        f"{max(held):,.0f} MB with the reader; a bare load is {plain / rate:.1f} times as fast",
        flush=True,
    )


def _queued(rt: Runtime, campaign_id: int, file: Path) -> int:
    folder = rt.data_dir / "imports"
    with transaction(rt.sessions) as session:
        return imports.start(session, SYSTEM, campaign_id, file, folder=folder, now=rt.now()).id


def main(rows: int = ROWS, url: str | None = None) -> None:
    """Each database in a process of its own, so that the peaks of memory are their own."""
    spawn = multiprocessing.get_context("spawn")
    if url is not None:
        measure(rows, url)
        return
    _apart(spawn, rows, None)
    programs = postgres.find_programs()
    if programs is None:
        print("PostgreSQL is not installed here: measured on SQLite alone.", flush=True)
        return
    with postgres.server(programs) as server:
        _apart(spawn, rows, server)


def _apart(spawn: SpawnContext, rows: int, url: str | None) -> None:
    process = spawn.Process(target=measure, args=(rows, url))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else ROWS, *sys.argv[2:3])
