"""Pulling cases, movements and products: the rules of orders, and what products have of their own."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privdomain.calendar import ManualClock, Period
from privdomain.errors import ArgumentError, PlatformUnavailable
from privdomain.ingest import (
    apull_aftersales,
    apull_products,
    apull_settlements,
    pull_aftersales,
    pull_orders,
    pull_products,
    pull_settlements,
)
from privdomain.models import AfterSaleStatus
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import SHOP, FactsShop, Unreadable, a_case, a_movement, a_product
from tests.ingest._list_shop import NEVER, START, an_order

DAY = timedelta(days=1)
TEN_DAYS = Period(START, START + 10 * DAY)


def test_cases_are_pulled_whole_and_go_on(both, memory: SqlStore) -> None:
    """Interrupted after a page and called again, every case is there once; unreadable ones are letters."""
    shop = FactsShop(
        cases=[Unreadable("aftersale", f"r{n:05}", START + timedelta(hours=n)) if n == 7 else a_case(n) for n in range(48)],
        fail_after=3,
    )  # fmt: skip
    with pytest.raises(PlatformUnavailable):
        both(pull_aftersales, apull_aftersales, shop, memory, updated=TEN_DAYS, at=TEN_DAYS.end)
    shop.fail_after = NEVER
    report = both(pull_aftersales, apull_aftersales, shop, memory, updated=TEN_DAYS, at=TEN_DAYS.end)

    assert (report.resumed, report.inserted, report.unchanged) == (True, 18, 0)
    assert [case.aftersale_id for case in memory.aftersales()] == [f"r{n:05}" for n in range(48) if n != 7]
    assert [(letter.kind, letter.ref) for letter in memory.dead_letters.unresolved()] == [
        ("aftersale", "r00007")
    ]
    assert memory.checkpoints.get("orders", **SHOP) is None


def test_a_late_older_copy_of_a_case_changes_nothing(both, memory: SqlStore) -> None:
    """The version wins, as with orders."""
    memory.upsert_aftersales([a_case(1, at=START + 2 * DAY, status=AfterSaleStatus.COMPLETED)])

    report = both(pull_aftersales, apull_aftersales, FactsShop(cases=[a_case(1)]), memory, updated=TEN_DAYS)

    assert report.stale == 1
    assert memory.aftersale("r00001", **SHOP).status is AfterSaleStatus.COMPLETED


def test_movements_are_pulled_by_when_they_were_booked(both, memory: SqlStore) -> None:
    """Half-open; the next pull goes a day back, because books are written late."""
    shop = FactsShop(movements=[a_movement(n) for n in range(30)])
    first = both(pull_settlements, apull_settlements, shop, memory, since=START, at=START + DAY)
    assert (first.inserted, first.high_water) == (24, START + DAY)

    shop.movements.append(a_movement(99, at=START + timedelta(hours=2)))
    second = both(pull_settlements, apull_settlements, shop, memory, at=START + 2 * DAY)

    assert second.period == Period(START, START + 2 * DAY)
    assert (second.inserted, second.unchanged) == (7, 24)
    assert len(list(memory.settlements(booked=Period(START, START + DAY)))) == 25


def test_streams_do_not_disturb_each_other(memory: SqlStore) -> None:
    """Orders, cases and movements have a checkpoint each."""
    shop = FactsShop(orders_=[an_order(1)], cases=[a_case(1)], movements=[a_movement(1)])
    pull_orders(shop, memory, since=START, at=START + DAY)
    pull_aftersales(shop, memory, since=START + timedelta(minutes=1), at=START + 2 * DAY)
    with pytest.raises(ArgumentError, match="booked=Period"):
        pull_settlements(shop, memory, at=START + DAY)

    assert memory.checkpoints.get("orders", **SHOP).high_water == START + DAY
    assert memory.checkpoints.get("aftersales", **SHOP).high_water == START + 2 * DAY


def product_ids(store: SqlStore) -> list[str]:
    return [product.product_id for product in store.products()]


def missing_ids(store: SqlStore) -> list[str]:
    return [missing.product.product_id for missing in store.missing_products()]


def test_a_product_that_disappeared_is_marked(both, any_store: SqlStore) -> None:
    """Marked when a whole listing went by without it, still readable, and back when it is listed again."""
    clock = ManualClock(START)
    shop = FactsShop(products_=[a_product(n) for n in range(25)])
    first = both(pull_products, apull_products, shop, any_store, clock=clock)
    assert (first.inserted, first.missing, first.pages, first.high_water) == (25, 0, 3, START)

    began = clock.advance(DAY)
    gone = shop.products_.pop(3)
    second = both(pull_products, apull_products, shop, any_store, clock=clock)
    assert (second.unchanged, second.missing) == (24, 1)
    assert missing_ids(any_store) == ["p00003"]
    assert any_store.missing_products(**SHOP)[0].since == began
    assert any_store.product("p00003", **SHOP) == gone.model_copy(update={"space": any_store.space})
    assert len(product_ids(any_store)) == 24

    clock.advance(DAY)
    third = both(pull_products, apull_products, shop, any_store, clock=clock)
    assert (third.missing, any_store.missing_products()[0].since) == (0, began)  # marked once, not every day

    clock.advance(DAY)
    shop.products_.append(gone)
    both(pull_products, apull_products, shop, any_store, clock=clock)
    assert missing_ids(any_store) == []


def test_a_listing_of_products_goes_on_by_its_cursor(both, memory: SqlStore) -> None:
    """Interrupted, it lists the rest, and what was seen before the interruption is not missing."""
    clock = ManualClock(START)
    shop = FactsShop(products_=[a_product(n) for n in range(25)])
    pull_products(shop, memory, clock=clock)
    clock.advance(DAY)
    shop.products_.pop(20)
    shop.fail_after = shop.pages_given + 2
    with pytest.raises(PlatformUnavailable):
        both(pull_products, apull_products, shop, memory, clock=clock)
    assert missing_ids(memory) == []

    clock.advance(DAY)
    shop.fail_after = NEVER
    report = both(pull_products, apull_products, shop, memory, clock=clock)

    assert (report.resumed, report.unchanged, report.missing) == (True, 4, 1)
    assert missing_ids(memory) == ["p00020"]


def test_a_cursor_that_is_refused_begins_the_listing_anew(both, memory: SqlStore) -> None:
    """Tokens of platforms grow old; the listing is then a new one."""
    shop = FactsShop(products_=[a_product(n) for n in range(25)], fail_after=1)
    with pytest.raises(PlatformUnavailable):
        both(pull_products, apull_products, shop, memory)
    shop.fail_after, shop.epoch = NEVER, "two"

    report = both(pull_products, apull_products, shop, memory)

    assert (report.restarted_windows, report.inserted, report.unchanged) == (1, 15, 10)


def test_a_product_that_cannot_be_read_is_not_missing(memory: SqlStore) -> None:
    """It was listed. And where nobody knows which product a payload is of, none is marked."""
    clock = ManualClock(START)
    shop = FactsShop(products_=[a_product(n) for n in range(4)])
    pull_products(shop, memory, clock=clock)

    clock.advance(DAY)
    shop.products_ = [a_product(0), Unreadable("product", "p00001"), Unreadable("product", "")]
    assert pull_products(shop, memory, clock=clock).missing == 0
    clock.advance(DAY)
    shop.products_ = [a_product(0), Unreadable("product", "p00001")]
    assert pull_products(shop, memory, clock=clock).missing == 2
    assert missing_ids(memory) == ["p00002", "p00003"]


def test_of_products_without_a_time_the_one_read_later_stays(any_store: SqlStore) -> None:
    """Reading is the version; the same content read again makes older readings stale."""
    hour = timedelta(hours=1)
    assert any_store.upsert_products([a_product(1)], read_at=START).inserted == 1
    assert any_store.upsert_products([a_product(1)], read_at=START + 2 * hour).unchanged == 1
    assert any_store.upsert_products([a_product(1, price=50)], read_at=START + hour).stale == 1
    assert any_store.product("p00001", **SHOP).skus[0].price.minor == 100
    assert any_store.upsert_products([a_product(1, price=50)], read_at=START + 3 * hour).updated == 1
    assert any_store.product("p00001", **SHOP).skus[0].price.minor == 50


def test_of_products_with_a_time_the_time_decides(any_store: SqlStore) -> None:
    """Whenever it was read."""
    newer, older = a_product(1, at=START + DAY, price=70), a_product(1, at=START)
    any_store.upsert_products([newer], read_at=START + 2 * DAY)

    assert any_store.upsert_products([older], read_at=START + 3 * DAY).stale == 1
    assert any_store.product("p00001", **SHOP).skus[0].price.minor == 70


def test_progress_and_bound_stores(memory: SqlStore) -> None:
    """The callback sees what is committed; a store inside a transaction is refused."""
    told: list[tuple[int, float]] = []
    shop = FactsShop(products_=[a_product(n) for n in range(25)])
    pull_products(shop, memory, progress=lambda report: told.append((report.inserted, report.share)))
    assert told == [(10, 0.0), (20, 0.0), (25, 1.0)]

    with memory.begin() as unit, pytest.raises(ArgumentError, match="page by page"):
        pull_products(shop, unit)
