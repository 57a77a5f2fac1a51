"""Orders through four emulated shops with every fifth call failing and the puller killed, against a calm run.

Real invoices (Online Retail II), re-dated into the last 90 days, a quarter on each platform; see `_chaos_world`. The
peer is our own puller with nothing going wrong, on a tenth of the orders: what the faults and the kills cost. What
counts is in ``quality``: ``lost``, ``doubled`` and ``wrong`` after `reconcile`. ``CHAOS_ORDERS`` sets the size.
"""

from __future__ import annotations

import os
import sys

from benchmarks.harness import Result

ORDERS = int(os.environ.get("CHAOS_ORDERS", "100000"))
KILLS = 20
SEED = 20_261_124


def run() -> Result:
    from benchmarks._chaos_world import run as chaos
    from privdomain import __version__

    def progress(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    calm = chaos(max(ORDERS // 10, 400), seed=SEED, kills=0, calm=True)
    wild = chaos(ORDERS, seed=SEED, kills=KILLS, progress=progress)
    return Result(
        ours=wild.orders / wild.seconds,
        peer=calm.orders / calm.seconds,
        unit="orders per second, from the platforms to the store",
        n=1,
        versions={"privdomain": __version__},
        goal=0.0,
        quality={
            "orders": wild.orders,
            "lines": wild.lines,
            "lost": wild.lost,
            "doubled": wild.doubled,
            "wrong": wild.wrong,
            "repaired": wild.repaired,
            "changes": wild.changes,
            "kills": wild.kills,
            "calls": wild.calls,
            "failed_calls": wild.failed_calls,
            "seconds": round(wild.seconds),
            "clean_ok": wild.clean and calm.clean,
        },
        lower_is_better=False,
    )
