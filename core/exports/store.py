"""Where finished files lie: below `deliverables` in the data directory, and nowhere else."""

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from core.errors import NotFound

FOLDER = "deliverables"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that is wholly written: its path below the data directory, size and SHA-256."""

    path: str
    bytes: int
    sha256: str


def file_name(title: str, edition: int, suffix: str) -> str:
    """A name that is safe on every system: "client-report-spring-2026-e2.pdf"."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:100].rstrip("-") or "file"
    return f"{plain}{f'-e{edition}' if edition > 1 else ''}.{suffix}"


def save(
    data_dir: Path, slug: str, row_id: int, name: str, write: Callable[[BinaryIO], None]
) -> Stored:
    """Writes to a file beside the place, then moves it there: a half-written file is never seen.

    The row's id is part of the path, so that no two deliverables share a file.
    """
    folder = _inside(data_dir, f"{FOLDER}/{slug}/{row_id}")
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{uuid4().hex}.part"
    try:
        with part.open("wb") as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
        place = _inside(data_dir, f"{FOLDER}/{slug}/{row_id}/{name}")
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return Stored(f"{FOLDER}/{slug}/{row_id}/{name}", place.stat().st_size, _digest(place))


def locate(data_dir: Path, path: str) -> Path:
    """The file of a deliverable; NotFound where it is gone, or the path leads out of the folder."""
    place = _inside(data_dir, path)
    if not place.is_file():
        raise NotFound("The file of this deliverable is gone. Make it again.")
    return place


def _inside(data_dir: Path, path: str) -> Path:
    root = (data_dir / FOLDER).resolve()
    place = (data_dir / path).resolve()
    if not place.is_relative_to(root) or place == root:
        raise NotFound("The file of this deliverable is gone. Make it again.")
    return place


def _digest(place: Path) -> str:
    found = hashlib.sha256()
    with place.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()
