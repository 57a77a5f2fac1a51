"""One worker in a process of its own: ``python -m tests.dispatch._worker_child DATABASE SPACE DEPOT START [STEP]``.

With STEP it is killed at that moment: 1 before a row is taken, 2 after, 3 in the shop's call before anything is sent,
4 when the platform has acted and the answer is there, 5 before the answer is recorded, 6 after.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import datetime

from privdomain.calendar import FixedClock
from privdomain.dispatch import Outbox, dispatch
from privdomain.stores import OutboxRows, SqlStore
from tests.dispatch._depot import depot_shop


def dying(step: int, before: int, function):
    """The function, with the end of the process before or after it."""

    def wrapped(*arguments, **keywords):
        if step == before:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*arguments, **keywords)
        if step == before + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def main(url: str, space: str, depot: str, start: str, step: int) -> None:
    if step:
        OutboxRows.take = dying(step, 1, OutboxRows.take)
        OutboxRows.close = dying(step, 5, OutboxRows.close)
    with SqlStore(url, space=space) as store, depot_shop(depot) as shop:
        if step:
            for name in ("ship", "agree_refund", "set_stock"):
                setattr(shop, name, dying(step, 3, getattr(shop, name)))
        report = dispatch(Outbox(store, clock=FixedClock(datetime.fromisoformat(start))), [shop])
        sys.stdout.write(f"{report.done}\n")


if __name__ == "__main__":
    main(*sys.argv[1:5], int(sys.argv[5]) if len(sys.argv) > 5 else 0)
