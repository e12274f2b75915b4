"""Which records are compared at all: those that share a block key, never all with all.

A key is 64 bits of a hash, so that a million records' keys stay small in memory and in a table.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

CAP = 60  # a larger block says nothing about a pair in it


def block_key(kind: str, *parts: str) -> int:
    """A signed number of 64 bits, the same on every machine."""
    text = "\x1f".join((kind, *parts))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def blocks(keys: Mapping[int, Iterable[int]], *, cap: int = CAP) -> Iterator[Sequence[int]]:
    """The blocks of two to `cap` records; `keys` are each record's."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    for record, mine in keys.items():
        for key in mine:
            found[key].append(record)
    return (block for block in found.values() if 1 < len(block) <= cap)


def pairs(keys: Mapping[int, Iterable[int]], *, cap: int = CAP) -> set[tuple[int, int]]:
    """Every pair that shares a block, the lower number first."""
    found: set[tuple[int, int]] = set()
    for block in blocks(keys, cap=cap):
        ordered = sorted(set(block))
        found.update((low, high) for at, low in enumerate(ordered) for high in ordered[at + 1 :])
    return found
