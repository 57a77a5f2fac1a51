"""A pull in a process of its own, made to be killed: ``python -m tests.ingest._killed_child KIND {json}``."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import create_engine, event

from privdomain.calendar import Period
from privdomain.ingest import pull_orders
from privdomain.stores import SqlStore
from tests.ingest._list_shop import START, ListShop, an_order, bad

PERIOD = Period(START, START + timedelta(days=10))
NUMBERS = range(240)


def listed_shop() -> ListShop:
    """Ten days of orders, a few of them unreadable."""
    return ListShop([bad(n) if n % 40 == 7 else an_order(n) for n in NUMBERS], page_size=20)


def pull_listed(path: str, *, steps: int | None) -> dict:
    """Pull the listed shop; die after so many steps of SQLite's machine, wherever in a statement that is."""
    engine = create_engine(f"sqlite:///{path}")
    SqlStore(engine).migrate()
    left = [steps]

    def die() -> int:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    if steps is not None:
        event.listen(engine, "connect", lambda connection, _: connection.set_progress_handler(die, 1))
        engine.dispose()
    report = pull_orders(
        listed_shop(), SqlStore(engine), updated=PERIOD, at=PERIOD.end, window=timedelta(days=2)
    )
    return report.to_dict()


def count_steps(path: str) -> int:
    """How many steps of SQLite's machine an undisturbed pull takes."""
    engine = create_engine(f"sqlite:///{path}")
    SqlStore(engine).migrate()
    engine.dispose()
    taken = [0]

    def count() -> int:
        taken[0] += 1
        return 0

    event.listen(engine, "connect", lambda connection, _: connection.set_progress_handler(count, 1))
    pull_orders(listed_shop(), SqlStore(engine), updated=PERIOD, at=PERIOD.end, window=timedelta(days=2))
    engine.dispose()
    return taken[0]


def pull_wechat(path: str, *, url: str, app_id: str, app_secret: str, start: str, end: str) -> dict:
    """Pull the sandbox's store by the real adapter."""
    from privdomain.platforms.wechat_shop import WeChatShop  # not what the other way to die has to load

    period = Period.parse(f"{start}/{end}")
    with (
        SqlStore(f"sqlite:///{path}") as store,
        WeChatShop(app_id=app_id, app_secret=app_secret, base_url=url) as shop,
    ):
        return pull_orders(shop, store, updated=period, at=period.end, window=timedelta(days=2)).to_dict()


if __name__ == "__main__":
    kind, options = sys.argv[1], json.loads(sys.argv[2])
    {"listed": pull_listed, "wechat": pull_wechat}[kind](**options)
