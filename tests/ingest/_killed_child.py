"""A pull in a process of its own, made to be killed: ``python -m tests.ingest._killed_child KIND {json}``."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import timedelta

from sqlalchemy import create_engine, event

from privdomain.calendar import FixedClock, Period
from privdomain.ingest import pull_aftersales, pull_orders, pull_products, pull_settlements
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import FactsShop, a_case, a_movement, a_product
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


def facts_shop() -> FactsShop:
    """Cases, movements and products, one of the products gone since the listing before."""
    return FactsShop(
        cases=[a_case(n, refunded=n) for n in range(60)],
        movements=[a_movement(n) for n in range(60)],
        products_=[a_product(n, price=100 + n) for n in range(60) if n != 17],
        page_size=9,
    )


def pull_facts(path: str, *, steps: int | None) -> int:
    """Pull all three; die after so many steps. Returns how many steps it took."""
    engine = create_engine(f"sqlite:///{path}")
    store = SqlStore(engine)
    store.migrate()
    store.upsert_products([a_product(17), a_product(18, price=1)], read_at=START)
    taken = [0]

    def step() -> int:
        taken[0] += 1
        if steps is not None and taken[0] > steps:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.set_progress_handler(step, 1))
    shop = facts_shop()
    pull_aftersales(shop, store, updated=PERIOD, at=PERIOD.end)
    pull_settlements(shop, store, booked=PERIOD, at=PERIOD.end)
    pull_products(shop, store, clock=FixedClock(PERIOD.end))
    engine.dispose()
    return taken[0]


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
    {"listed": pull_listed, "facts": pull_facts, "wechat": pull_wechat}[kind](**options)
