"""No adapter without a contract, no port without a document: each port's own file says so of its
adapters, and this one that each port has such a file.
"""

import importlib
import inspect
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from core.config import ROOT
from core.providers.registry import ADAPTERS

GUIDE = (ROOT / "docs" / "adding-a-provider.md").read_text(encoding="utf-8")


def guards() -> list[Callable[[], None]]:
    """The tests of all contracts that count the adapters."""
    files = sorted(Path(__file__).parent.glob("test_*.py"))
    modules = [importlib.import_module(f"tests.contracts.{file.stem}") for file in files]
    return [
        test
        for module in modules
        for name, test in inspect.getmembers(module, inspect.isfunction)
        if name.startswith("test_every_adapter") and not inspect.signature(test).parameters
    ]


@pytest.mark.parametrize("port", ADAPTERS)
def test_a_contract_fails_for_an_adapter_that_nobody_covered(
    port: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    passed, all_guards = [], guards()
    monkeypatch.setitem(ADAPTERS[port], "nobody", "core.providers.nobody")

    for guard in all_guards:
        with suppress(AssertionError):
            guard()
            passed.append(guard)

    assert len(passed) < len(all_guards)


@pytest.mark.parametrize("port", ADAPTERS)
def test_the_guide_names_every_port_and_a_file_to_copy(port: str) -> None:
    row = next(line for line in GUIDE.splitlines() if line.startswith("|") and f"`{port}`" in line)

    named = [word for word in row.split("`") if word.endswith(".py")]
    assert named
    assert all((ROOT / path).is_file() for path in named)
