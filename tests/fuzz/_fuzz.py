"""Feeding a target with mutated bodies: what may come out of it, how long it may take, and how much it may keep."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable
from itertools import islice

from attrs import define

from privdomain.errors import PrivdomainError

SLOWEST_S = 2.0
"""One body; a machine that is busy with other things is spared, a hang is not."""
GROWTH_KIB = 48 * 1024
"""How much a run may add to the process, warm-up excluded."""
_WARM_UP = 2000


@define
class Fuzzed:
    """What came of a run."""

    bodies: int = 0
    accepted: int = 0
    refused: int = 0
    slowest_s: float = 0.0
    growth_kib: int = 0


def fuzz(target: Callable[[bytes], object], bodies: Iterable[bytes], *, count: int) -> Fuzzed:
    """Feed ``count`` bodies; an exception outside our tree is raised again with the body's number and beginning.

    Memory is measured by the largest size the process has had: flat means that it stops growing.
    """
    found = Fuzzed()
    peak = 0
    for number, body in enumerate(islice(bodies, count)):
        began = time.perf_counter()
        try:
            target(body)
        except PrivdomainError:
            found.refused += 1
        except Exception as error:
            raise AssertionError(f"body {number} ({body[:200]!r}…, {len(body)} bytes): {error!r}") from error
        else:
            found.accepted += 1
        took = time.perf_counter() - began
        found.slowest_s = max(found.slowest_s, took)
        assert took < SLOWEST_S, f"body {number} ({body[:200]!r}…, {len(body)} bytes) took {took:.1f} s"
        found.bodies += 1
        if number == min(_WARM_UP, count // 2):
            gc.collect()
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    gc.collect()
    found.growth_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - peak
    assert found.growth_kib < GROWTH_KIB, (
        f"{found.bodies} bodies have added {found.growth_kib} KiB to the process"
    )
    return found
