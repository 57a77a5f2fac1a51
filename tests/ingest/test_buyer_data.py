"""Receivers in clear: the budget is never exceeded, every look is written down, nothing of the person is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

import anyio
import pytest
from sqlalchemy import select

from privdomain.calendar import FixedClock, ManualClock, Period
from privdomain.errors import ArgumentError, PlatformUnavailable, Refused, Unsupported
from privdomain.ingest import AsyncBuyerData, BuyerData
from privdomain.stores import SqlStore, metadata
from tests.ingest._facts_shop import SHOP, AsyncFactsShop, FactsShop
from tests.quality._tree import ROOT, SOURCES

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
WHO = {"operator_id": "u7", "reason": "ticket 42"}


@pytest.fixture(params=["blocking", "asyncio", "trio"])
def reveal(request: pytest.FixtureRequest):
    def run(shop, store, order_id, *, budget=5, clock=None, **options):
        options = {**WHO, **options}
        if request.param == "blocking":
            return BuyerData(shop, store, daily_budget=budget, clock=clock).reveal(order_id, **options)
        buyers = AsyncBuyerData(AsyncFactsShop(shop), store, daily_budget=budget, clock=clock)
        return anyio.run(partial(buyers.reveal, order_id, **options), backend=request.param)

    return run


def test_a_look_is_counted_and_written_down(reveal, any_store: SqlStore) -> None:
    """Who, which order, when, why, how it ended."""
    shop = FactsShop()
    receiver = reveal(shop, any_store, "A1", clock=FixedClock(NOON))

    assert (receiver.name, shop.asked) == ("王小茶", ["A1 by u7"])
    (row,) = any_store.reveals.audit(**SHOP)
    assert (row.order_id, row.operator_id, row.reason, row.at, row.day, row.outcome) == (
        "A1", "u7", "ticket 42", NOON, "2026-11-11", "shown",
    )  # fmt: skip
    assert any_store.reveals.used(**SHOP, day="2026-11-11") == 1


def test_nothing_is_cached_and_nothing_of_the_person_is_stored(reveal, any_store: SqlStore) -> None:
    """Asked twice is revealed twice; no table of ours holds a word of the receiver."""
    shop = FactsShop()
    for _ in range(2):
        reveal(shop, any_store, "A1")
    assert len(shop.asked) == 2
    with any_store._database.reading() as connection:
        rows = [
            tuple(row)
            for table in metadata.sorted_tables
            if "space" in table.c
            for row in connection.execute(select(table).where(table.c.space == any_store.space))
        ]
    assert len(rows) == 3
    assert not any(word in repr(rows) for word in ("王小茶", "199-0000-0000", "上海"))


def test_beyond_the_budget_nobody_is_asked(reveal, memory: SqlStore) -> None:
    """Refused with the numbers; the day is Beijing's, and the next one begins at midnight there."""
    shop, clock = FactsShop(), ManualClock(datetime(2026, 11, 11, 15, 59, tzinfo=UTC))
    for number in range(2):
        reveal(shop, memory, f"A{number}", budget=2, clock=clock)

    with pytest.raises(Refused, match="revealed 2 receivers on 2026-11-11") as caught:
        reveal(shop, memory, "A3", budget=2, clock=clock)
    assert (caught.value.code, caught.value.numbers) == (
        "reveal_budget",
        {"budget": 2, "used": 2, "day": "2026-11-11"},
    )
    assert len(shop.asked) == len(memory.reveals.audit()) == 2

    clock.advance(timedelta(minutes=1))
    reveal(shop, memory, "A3", budget=2, clock=clock)
    buyers = BuyerData(shop, memory, daily_budget=2, clock=clock)
    assert (buyers.used_today(), buyers.left_today()) == (1, 1)
    today = Period(clock.now(), clock.now() + timedelta(hours=1))
    assert [row.order_id for row in memory.reveals.audit(at=today)] == ["A3"]


def test_budgets_are_of_a_shop_and_a_space(any_url: str) -> None:
    """Another shop's looks, and another brand's, do not count."""
    spaces = [f"one-{os.getpid()}", f"other-{os.getpid()}"]
    with SqlStore(any_url, space=spaces[0]) as store, SqlStore(any_url, space=spaces[1]) as other:
        for opened, shop in ((store, FactsShop()), (store, FactsShop(shop_id="Mall")), (other, FactsShop())):
            assert BuyerData(shop, opened, daily_budget=1).reveal("A1", **WHO)


@pytest.mark.parametrize(
    ("failure", "outcome", "used"),
    [
        (PlatformUnavailable("no answer", platform="own"), "failed", 1),
        (Unsupported("own does not offer reveal"), "not_sent", 0),
        (RuntimeError("boom"), "failed", 1),
    ],
)
def test_a_look_that_fails(reveal, any_store: SqlStore, failure, outcome: str, used: int) -> None:
    """It stays counted where the platform may have counted it, and is given back where nothing was sent."""
    with pytest.raises(type(failure)):
        reveal(FactsShop(details={"A1": failure}), any_store, "A1", clock=FixedClock(NOON))

    (row,) = any_store.reveals.audit()
    assert row.outcome == outcome
    assert any_store.reveals.used(**SHOP, day="2026-11-11") == used


def test_a_process_that_ends_in_between_leaves_its_row(memory: SqlStore) -> None:
    """The row is written before the platform is asked."""

    class Stopping(FactsShop):
        def reveal(self, order_id, *, operator_id):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        BuyerData(Stopping(shop_id="s"), memory, daily_budget=1).reveal("A1", **WHO)
    assert [row.outcome for row in memory.reveals.audit(shop_id="s")] == ["asked"]


@pytest.mark.parametrize(
    "options", [{"operator_id": ""}, {"operator_id": "x" * 129}, {"reason": "  "}, {"operator_id": "a\nb"}]
)
def test_an_anonymous_look_is_refused(reveal, memory: SqlStore, options) -> None:
    """The audit says who and why, or nothing is shown."""
    shop = FactsShop()
    with pytest.raises(ArgumentError):
        reveal(shop, memory, "A1", **options)
    assert (shop.asked, memory.reveals.audit()) == ([], ())


@pytest.mark.parametrize("budget", [-1, True, 1.5])
def test_a_budget_that_is_none(memory: SqlStore, budget) -> None:
    """A whole number from zero up; zero shows nothing."""
    with pytest.raises(ArgumentError):
        BuyerData(FactsShop(), memory, daily_budget=budget)
    with pytest.raises(Refused):
        BuyerData(FactsShop(), memory, daily_budget=0).reveal("A1", **WHO)


def test_inside_a_transaction_of_the_callers(memory: SqlStore) -> None:
    """A look that is rolled back would be a look that nobody counted."""
    with memory.begin() as unit, pytest.raises(ArgumentError, match="before it is taken"):
        BuyerData(FactsShop(), unit, daily_budget=1)


def ask_for(store: SqlStore, shop: FactsShop, number: int) -> bool:
    try:
        BuyerData(shop, store, daily_budget=17, clock=FixedClock(NOON)).reveal(f"A{number}", **WHO)
    except Refused:
        return False
    return True


def test_eight_threads_share_a_budget(any_store: SqlStore) -> None:
    """Exactly the budget is shown, whoever comes first."""
    shop = FactsShop()
    with ThreadPoolExecutor(8) as pool:
        shown = list(pool.map(partial(ask_for, any_store, shop), range(60)))

    assert sum(shown) == len(shop.asked) == len(any_store.reveals.audit()) == 17
    assert any_store.reveals.used(**SHOP, day="2026-11-11") == 17


_CHILD = """
import json, sys
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import FactsShop
from tests.ingest.test_buyer_data import ask_for
url, space = sys.argv[1:]
with SqlStore(url, space=space) as store:
    print(json.dumps(sum(ask_for(store, FactsShop(), number) for number in range(12))))
"""


def test_processes_share_a_budget(any_url: str) -> None:
    """Three processes that share nothing but the database."""
    space = f"processes-{os.getpid()}"
    children = [
        subprocess.Popen(
            [sys.executable, "-c", _CHILD, any_url, space], stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{SOURCES}{os.pathsep}{ROOT}"},
        )
        for _ in range(3)
    ]  # fmt: skip
    assert sum(json.loads(child.communicate(timeout=120)[0]) for child in children) == 17
