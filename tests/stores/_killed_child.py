"""The first use of a SQLite file in a process of its own, killed: ``python -m tests.stores._killed_child PATH STEPS``.

Without STEPS it lives, and prints how many steps of SQLite's machine the first use takes.
"""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import Engine, event

from privdomain.stores import SqlStore


def first_use(path: str, *, steps: int | None) -> int:
    """Open a new file and read from it; die after so many steps, wherever in a statement that is."""
    taken = 0

    def step() -> int:
        nonlocal taken
        taken += 1
        if steps is not None and taken > steps:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    event.listen(
        Engine, "connect", lambda connection, _: connection.set_progress_handler(step, 1), insert=True
    )
    with SqlStore(f"sqlite:///{path}") as store:
        store.frame("orders")
    return taken


if __name__ == "__main__":
    needed = first_use(sys.argv[1], steps=int(sys.argv[2]) if len(sys.argv) > 2 else None)
    sys.stdout.write(f"{needed}\n")
