"""Four shops, every fifth call failing, webhooks lost and doubled, the puller killed: the store is the truth at the end.

The run itself is in `benchmarks._chaos_world`; ``python -m benchmarks chaos`` prints its figures as JSON.
"""

from __future__ import annotations

import sys

import pytest

from benchmarks._chaos_world import Outcome, run


def _is_clean(outcome: Outcome) -> None:
    assert outcome.examples == []
    assert (outcome.lost, outcome.doubled, outcome.wrong) == (0, 0, 0)


def test_one_shop_for_a_start() -> None:
    """抖店 alone, which lists whole orders: a few seconds."""
    outcome = run(240, seed=1, kills=1, platforms=("douyin",))

    _is_clean(outcome)
    assert (outcome.orders, outcome.kills) == (60, 1)
    assert outcome.failed_calls > 0


@pytest.mark.slow
def test_two_thousand_orders() -> None:
    outcome = run(2_000, seed=2, kills=20)

    _is_clean(outcome)
    assert (outcome.orders, outcome.kills) == (2_000, 20)
    assert outcome.failed_calls > outcome.calls * 0.12
    assert outcome.changes > 400


@pytest.mark.prove
def test_a_hundred_thousand_orders() -> None:
    outcome = run(100_000, seed=3, kills=20, progress=lambda text: sys.stderr.write(f"{text}\n") and None)

    sys.stderr.write(f"{outcome}\n")
    _is_clean(outcome)
    assert (outcome.orders, outcome.kills) == (100_000, 20)
