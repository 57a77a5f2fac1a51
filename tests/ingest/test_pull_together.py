"""Two pullers of one shop at once, on every database: the same end, each order counted as new once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from privdomain.calendar import Period
from privdomain.ingest import pull_orders
from privdomain.stores import SqlStore
from tests.ingest._list_shop import START, ListShop, an_order, bad

PERIOD = Period(START, START + timedelta(days=10))
PULLERS = 4


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.servers),
        pytest.param("mysql", marks=pytest.mark.servers),
    ]
)
def url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('tmp_path') / 'facts.sqlite3'}"
    return request.getfixturevalue("postgres_url" if request.param == "postgresql" else "mysql_url")


@pytest.mark.parametrize("ways", ["a period", "the running pull"])
def test_pullers_that_meet(url: str, ways: str) -> None:
    """Orders and lines are whole, inserted once between them, and the next pull finds a checkpoint to go on from."""
    items = [bad(number) if number % 60 == 7 else an_order(number) for number in range(240)]
    good = [item.order_id for item in items if item.order_id not in {"00007", "00067", "00127", "00187"}]
    space = uuid4().hex[:12]
    with SqlStore(url, space=space) as store:
        store.migrate()
        span = {"updated": PERIOD} if ways == "a period" else {"since": START}

        def pull(_: int):
            return pull_orders(
                ListShop(items, page_size=17), store, **span, at=PERIOD.end, window=timedelta(days=3)
            )

        with ThreadPoolExecutor(PULLERS) as pool:
            reports = list(pool.map(pull, range(PULLERS)))

        assert [order.order_id for order in store.orders()] == good
        assert store.frame("order_lines").height == sum(1 + int(order_id) % 2 for order_id in good)
        assert sum(report.inserted for report in reports) == len(good)
        assert sum(report.updated + report.stale for report in reports) == 0
        assert sorted(letter.ref for letter in store.dead_letters.unresolved()) == [
            "00007",
            "00067",
            "00127",
            "00187",
        ]
        again = pull_orders(ListShop(items), store, since=START, at=PERIOD.end + timedelta(days=1))
        assert (again.inserted, again.high_water) == (0, PERIOD.end + timedelta(days=1))
