"""``kill -9`` in the middle of a pull, then a rerun: no order is lost, none is doubled.

Two ways to die, both in a real process. From within, at a random step of SQLite's machine: in the middle of an
insert, of a commit, of the checkpoint. From outside, at a random request, while the real adapter pulls from the
sandbox. Moments are drawn from a seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from privdomain.sandbox import EmulatedWeChatShop, Sandbox, wechat_line, wechat_order
from privdomain.stores import SqlStore
from tests.ingest._killed_child import (
    NUMBERS,
    PERIOD,
    count_steps,
    facts_shop,
    listed_shop,
    pull_facts,
    pull_listed,
    pull_wechat,
)
from tests.ingest._list_shop import START
from tests.quality._tree import ROOT, SOURCES

MOMENTS = [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 20))]
PATIENCE_S = 60


def child(kind: str, **options) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.ingest._killed_child", kind, json.dumps(options)],
        text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
    )  # fmt: skip


def rows(path, name: str) -> list[tuple]:
    with SqlStore(f"sqlite:///{path}") as store:
        return sorted(store.frame(name).drop("space").rows(), key=repr)


def letters(path) -> list[tuple]:
    with SqlStore(f"sqlite:///{path}") as store:
        return sorted((letter.ref, letter.seen) for letter in store.dead_letters.unresolved())


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory):
    """The database of a pull that nobody killed, and how many steps it took."""
    path = tmp_path_factory.mktemp("undisturbed") / "facts.sqlite3"
    return path, count_steps(str(path))


@pytest.mark.parametrize("seed", MOMENTS)
def test_killed_inside_the_database(tmp_path, undisturbed, seed: int) -> None:
    """Wherever in its SQL a process dies, its pages are whole or absent, and a rerun goes on from the last whole one."""
    reference, steps = undisturbed
    path = tmp_path / "facts.sqlite3"
    chance = random.Random(f"inside {seed}")

    first = child("listed", path=str(path), steps=chance.randrange(steps * 19 // 20))
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == -signal.SIGKILL
    kept = len(rows(path, "orders")) + len(letters(path))
    report = pull_listed(str(path), steps=None)

    good = [order.order_id for order in listed_shop().items if hasattr(order, "lines")]
    assert [row[2] for row in rows(path, "orders")] == good
    assert rows(path, "orders") == rows(reference, "orders")
    assert rows(path, "order_lines") == rows(reference, "order_lines")
    assert letters(path) == letters(reference)
    assert report["seen"] == len(NUMBERS) - kept  # nothing that was kept is pulled again


@pytest.fixture(scope="module")
def steps_of_facts(tmp_path_factory: pytest.TempPathFactory) -> int:
    return pull_facts(str(tmp_path_factory.mktemp("facts") / "facts.sqlite3"), steps=None)


@pytest.mark.parametrize("seed", MOMENTS)
def test_killed_while_other_facts_are_pulled(tmp_path, steps_of_facts: int, seed: int) -> None:
    """Cases, movements and products: what a rerun ends in is what an undisturbed pull ends in, marks included."""
    path = tmp_path / "facts.sqlite3"
    chance = random.Random(f"facts {seed}")

    first = child(
        "facts", path=str(path), steps=chance.randrange(steps_of_facts // 20, steps_of_facts * 19 // 20)
    )
    first.communicate(timeout=PATIENCE_S)
    assert first.returncode == -signal.SIGKILL
    pull_facts(str(path), steps=None)

    shop = facts_shop()
    with SqlStore(f"sqlite:///{path}") as store:
        assert list(store.aftersales()) == shop.cases
        assert list(store.settlements()) == shop.movements
        assert list(store.products()) == shop.products_
        assert [missing.product.product_id for missing in store.missing_products()] == ["p00017"]


class WatchedShop(EmulatedWeChatShop):
    """Says when so many requests have come, and answers that one only when it is let go."""

    def __init__(self, *, requests: int, **options) -> None:
        super().__init__(**options)
        self._left = requests
        self.reached, self.go_on = threading.Event(), threading.Event()

    def handle(self, request, quirk):
        self._left -= 1
        if self._left == 0:
            self.reached.set()
            self.go_on.wait(PATIENCE_S)
        return super().handle(request, quirk)


def wechat_orders() -> list[dict]:
    made = []
    for number in range(160):
        created = START + timedelta(minutes=90 * number)
        lines = [
            wechat_line(
                product_id=f"{100 + i}", sku_id=f"{1000 + i}", quantity=1 + number % 3, sale_price=1280
            )
            for i in range(1 + number % 2)
        ]
        order = dict(
            wechat_order(f"37{number:017}", openid=f"o{number % 9}", created=created, lines=lines, status=20)
        )
        if number % 50 == 7:
            detail = dict(order["order_detail"])
            order["order_detail"] = {**detail, "price_info": {**detail["price_info"], "order_price": "很多"}}
        made.append(order)
    return made


@pytest.mark.parametrize("seed", MOMENTS)
def test_killed_on_the_way_from_the_platform(tmp_path, seed: int) -> None:
    """The real adapter and the sandbox, a process killed at a random request: the rerun ends in the same state."""
    chance = random.Random(f"outside {seed}")
    orders = wechat_orders()
    path = tmp_path / "facts.sqlite3"
    shop = WatchedShop(orders=orders, requests=chance.randrange(3, 165), clock=lambda: PERIOD.end)
    with Sandbox(platforms=[shop]) as box:
        options = {
            "path": str(path), "url": box.url("wechat_shop"), "app_id": shop.app_id, "app_secret": shop.app_secret,
            "start": PERIOD.start.isoformat(), "end": PERIOD.end.isoformat(),
        }  # fmt: skip
        first = child("wechat", **options)
        assert shop.reached.wait(PATIENCE_S)
        first.kill()
        first.communicate(timeout=PATIENCE_S)
        shop.go_on.set()
        assert first.returncode == -signal.SIGKILL
        report = pull_wechat(**options)

    wanted = [order["order_id"] for number, order in enumerate(orders) if number % 50 != 7]
    assert [row[2] for row in rows(path, "orders")] == wanted
    lines = rows(path, "order_lines")
    assert len(lines) == sum(1 + number % 2 for number in range(160) if number % 50 != 7)
    assert [seen for _, seen in letters(path)] == [1] * 4
    assert report["unchanged"] == report["updated"] == report["stale"] == 0
    assert report["inserted"] > 0
