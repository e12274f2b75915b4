"""The same person twice in one file, and one person's row laid over what is already known."""

from collections.abc import Mapping
from typing import Any


class Seen:
    """The addresses of one file, each by its hash of 64 bits, so that a million of them stay small.

    What was added since the last `keep` can be forgotten again: the rows may have to be taken anew.
    """

    def __init__(self) -> None:
        self._marks: set[int] = set()
        self._new: set[int] = set()
        self._before: set[int] | None = None  # of the chunk before, not kept yet

    def add(self, key: str) -> bool:
        """Whether the key is new."""
        mark = hash(key)
        if mark in self._marks or mark in self._new:
            return False
        if self._before is not None and mark in self._before:
            return False
        self._new.add(mark)
        return True

    def __contains__(self, key: str) -> bool:
        mark = hash(key)
        if mark in self._marks or mark in self._new:
            return True
        return self._before is not None and mark in self._before

    def begin(self) -> None:
        """Another chunk, though the one before is not kept yet."""
        self._before, self._new = self._new, set()

    def keep(self) -> None:
        """What was added is in the database: by the chunk before, where that is not kept yet."""
        if self._before is not None:
            self._marks |= self._before
            self._before = None
        else:
            self._marks |= self._new
            self._new.clear()

    def forget(self) -> None:
        """What was added since the last `keep` was not taken after all."""
        self._new.clear()
        self._before = None


def laid_over(known: Mapping[str, Any], given: Mapping[str, Any], policy: str) -> dict[str, Any]:
    """What changes in `known` by `given`: `fill` fills gaps, `overwrite` replaces, `skip` nothing.

    Empty values never replace anything. Lists are joined, dictionaries laid over key by key.
    """
    changes: dict[str, Any] = {}
    if policy == "skip":
        return changes
    for name, value in given.items():
        old = known.get(name)
        if old == value or (policy == "fill" and type(value) is str and old):
            continue
        new = _one(old, value, policy)
        if new != old:
            changes[name] = new
    return changes


def _one(old: Any, value: Any, policy: str) -> Any:
    if isinstance(value, dict):
        kept = dict(old or {})
        return {**kept, **value} if policy == "overwrite" else {**value, **kept}
    if isinstance(value, list):
        return list(dict.fromkeys([*(old or []), *value]))
    return value if policy == "overwrite" or old in (None, "") else old
