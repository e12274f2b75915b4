"""The garbage collector is as it was once nobody has many rows in hand."""

import gc

from core.collector import SELDOM, seldom


def test_the_last_one_to_finish_puts_it_back() -> None:
    usual = gc.get_threshold()

    with seldom():
        with seldom():
            inner = gc.get_threshold()
        outer = gc.get_threshold()

    assert (inner, outer) == (SELDOM, SELDOM)
    assert gc.get_threshold() == usual
