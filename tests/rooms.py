"""Enters every room of core and db, in a process where nothing else was imported before.

python -m tests.rooms
"""

import importlib
import pkgutil

HOUSES = ("core", "db")
APART = "db.migrations"  # Alembic's, run by alembic alone
ENDS = ".__main__"  # begins to work when it is imported


def rooms() -> list[str]:
    """The name of every module of core and db."""
    found = list(HOUSES)
    for house in HOUSES:
        path = importlib.import_module(house).__path__
        found += [each.name for each in pkgutil.walk_packages(path, f"{house}.")]
    return [name for name in found if not name.startswith(APART) and not name.endswith(ENDS)]


def main() -> None:
    """Imports them all."""
    for name in rooms():
        importlib.import_module(name)


if __name__ == "__main__":
    main()
