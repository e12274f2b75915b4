"""The rules alone answer for their coverage, whatever else ran before in the same process."""

import sys
from types import FunctionType

import pytest


@pytest.fixture(scope="module", autouse=True)
def nothing_remembered() -> None:
    """An answer that a story left in a cache would hide the lines that make it."""
    for name, module in list(sys.modules.items()):
        if not name.startswith("core.domain."):
            continue
        for member in list(vars(module).values()):
            clear = getattr(member, "cache_clear", None)
            if clear is not None and not isinstance(member, FunctionType):
                clear()
