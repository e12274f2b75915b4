"""The garbage collector while many rows are in hand: it looks less often.

Python looks at every live object again and again while lists of thousands of rows are built, and
finds nothing: rows make no circles. That was a third of the time of an import and of the stages.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SELDOM = (100_000, 20, 20)

_lock = Lock()
_usual: list[tuple[int, int, int]] = []  # one for each that is at work; the first is the process's


@contextmanager
def seldom() -> Iterator[None]:
    """Less often within; as before when the last one is done. Also a decorator."""
    with _lock:
        _usual.append(_usual[0] if _usual else gc.get_threshold())
        gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        with _lock:
            usual = _usual.pop()
            if not _usual:
                gc.set_threshold(*usual)
