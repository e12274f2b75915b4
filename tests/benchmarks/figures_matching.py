"""Precision, recall and F1 of pairs."""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """How well found pairs meet the true ones."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def true_pairs(truth: Mapping[int, object]) -> set[Pair]:
    """Every pair of records of one entity, the lower key first."""
    groups: defaultdict[object, list[int]] = defaultdict(list)
    for key, entity in truth.items():
        groups[entity].append(key)
    return {
        (low, high)
        for group in groups.values()
        for at, low in enumerate(sorted(group))
        for high in sorted(group)[at + 1 :]
    }


def figures(found: Set[Pair], true: Set[Pair]) -> Figures:
    """What was found against the truth."""
    right = len(found & true)
    return Figures(right / len(found) if found else 1.0, right / len(true) if true else 1.0)


def spread(scores: Mapping[Pair, float], true: Set[Pair], sure: float) -> Figures:
    """Prints the figures at several probabilities; gives those at `sure`, which is what counts."""
    told = {}
    print(f"blocks hold {len(scores.keys() & true) / len(true):.4f} of the true pairs")
    for least in sorted({0.5, 0.7, 0.9, 0.97, sure}):
        told[least] = figures({pair for pair, p in scores.items() if p >= least}, true)
        mark = "  <- suggested from here" if least == sure else ""
        one = told[least]
        print(
            f"p >= {least:.2f}: precision {one.precision:.4f}, recall {one.recall:.4f}, "
            f"F1 {one.f1:.4f}{mark}"
        )
    return told[sure]
