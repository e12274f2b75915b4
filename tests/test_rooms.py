"""Every module of core and db can be imported by itself."""

import subprocess
import sys

import pytest

from core.config import ROOT

COUNTED = ("-m", "coverage", "run", "--parallel-mode")


def test_every_room_can_be_entered(pytestconfig: pytest.Config) -> None:
    counting = getattr(pytestconfig.pluginmanager.getplugin("_cov"), "cov_controller", None)
    command = [sys.executable, *(COUNTED if counting is not None else ()), "-m", "tests.rooms"]

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stderr
