"""How well companies written twice are found, on 20,000 made by a seed.

python -m tests.benchmarks.eval_matching_companies [companies] [seed]
"""

import sys
import time

from core.learn import matching_blocks, matching_companies
from tests.benchmarks import made_companies
from tests.benchmarks.figures_matching import spread, true_pairs

WANTED = 0.93


def main() -> int:
    """Prints the figures; 1 where they are too low."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    made = made_companies.make(count, seed)
    started = time.perf_counter()
    ready = {one.key: matching_companies.ready(one) for one in made.records}
    common = matching_companies.commonness(list(ready.values()))
    compared = matching_blocks.pairs({key: matching_companies.keys(r) for key, r in ready.items()})
    scores = {
        (low, high): matching_companies.compare(ready[low], ready[high], common).probability
        for low, high in compared
    }
    seconds = time.perf_counter() - started
    true = true_pairs(made.truth)
    print(
        f"{len(made.records):,} records of {count:,} companies (seed {seed}), {len(true):,} pairs"
    )
    best = spread(scores, true, matching_companies.SURE)
    print(f"{len(compared):,} pairs compared in {seconds:.1f} s")
    return 0 if best.f1 >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
