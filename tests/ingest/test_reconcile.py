"""Comparing platform and store, and repairing the store; with lists of our own, and with the WeChat sandbox."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privdomain import Money
from privdomain.calendar import FixedClock, Period
from privdomain.errors import ArgumentError, PlatformUnavailable, Unsupported
from privdomain.ingest import OnlyHereReason, WebhookInbox, areconcile, pull_orders, pull_products, reconcile
from privdomain.models import Notice, NoticeKind, OrderStatus
from privdomain.platforms import Delivery, WebhookReply
from privdomain.platforms.wechat_shop import WeChatShop
from privdomain.sandbox import EmulatedWeChatShop, Sandbox, wechat_line, wechat_order
from privdomain.stores import SqlStore
from tests.ingest._facts_shop import SHOP, FactsShop, Unreadable, a_case
from tests.ingest._list_shop import START, ListShop, an_order

DAY = timedelta(days=1)
TEN_DAYS = Period(START, START + 10 * DAY)


def refs(found) -> list[str]:
    return [one.ref for one in found]


def test_what_is_alike_is_left_alone(both, any_store: SqlStore) -> None:
    """Nothing is asked for twice, nothing is written, no checkpoint is touched."""
    shop = FactsShop(orders_=[an_order(n) for n in range(30)], cases=[a_case(n) for n in range(5)])
    any_store.upsert_orders(shop.orders_)
    any_store.upsert_aftersales(shop.cases)

    report = both(reconcile, areconcile, shop, any_store, updated=TEN_DAYS)

    assert report.is_clean
    assert (report.compared, report.repaired, report.skipped, shop.asked) == (35, 0, (), [])
    assert any_store.checkpoints.get("orders", **SHOP) is None


def test_differences_are_found_and_repaired(both, any_store: SqlStore) -> None:
    """Missing, older, and other at the same moment; afterwards the two are alike."""
    good = [an_order(n) for n in range(12)]
    shop = FactsShop(orders_=good, cases=[a_case(n) for n in range(3)])
    any_store.upsert_orders([order for n, order in enumerate(good) if n not in {2, 3}])
    # the store was told otherwise about 5 within the same second, and an older state of 6
    shop.orders_ = [
        *good[:5], an_order(5, total=Money.cny("77")), an_order(6, at=START + 7 * DAY, status=OrderStatus.SHIPPED), *good[7:],
    ]  # fmt: skip
    any_store.upsert_aftersales([a_case(0)])

    report = both(reconcile, areconcile, shop, any_store, updated=TEN_DAYS)

    assert refs(report.missing) == ["00002", "00003", "r00001", "r00002"]
    assert sorted(refs(report.stale)) == ["00005", "00006"]
    whys = {one.ref: one.why for one in report.stale}
    assert whys["00005"] == "of the same moment, with other total"
    assert "changed at 2026-11-08T00:00:00+00:00" in whys["00006"]
    assert report.repaired == 6
    again = both(reconcile, areconcile, shop, any_store, updated=TEN_DAYS)
    assert again.is_clean and again.compared == 15


def test_what_is_newer_in_the_store_stays(memory: SqlStore) -> None:
    """A webhook was quicker than the platform's list."""
    shop = FactsShop(orders_=[an_order(1)])
    memory.upsert_orders([an_order(1, at=START + 20 * DAY, status=OrderStatus.COMPLETED)])

    assert reconcile(shop, memory, updated=TEN_DAYS).is_clean
    assert memory.order("00001", **SHOP).status is OrderStatus.COMPLETED


def test_the_detail_is_believed_and_not_the_list(memory: SqlStore) -> None:
    """Of what differs, the latest is what is read again; a list that merely says less is no difference."""
    short = FactsShop(
        orders_=[an_order(1), an_order(2, is_gift=True)],
        details={"00001": an_order(1, at=START + 30 * DAY, status=OrderStatus.CLOSED), "00002": an_order(2)},
    )
    memory.upsert_orders([an_order(2)])

    report = reconcile(short, memory, updated=TEN_DAYS)

    assert (refs(report.missing), report.stale) == (["00001"], ())
    assert memory.order("00001", **SHOP).status is OrderStatus.CLOSED


def test_only_here_says_why(both, any_store: SqlStore) -> None:
    """Gone, not listed, unreadable, or moved on; nothing is deleted."""
    shop = FactsShop(
        orders_=[an_order(5, at=START + 40 * DAY, status=OrderStatus.COMPLETED)],
        details={"00002": an_order(2), "00003": Unreadable("order", "00003")},
    )
    any_store.upsert_orders([an_order(n) for n in (1, 2, 3, 5)])

    report = both(reconcile, areconcile, shop, any_store, updated=TEN_DAYS)

    assert [(one.ref, one.reason) for one in report.only_here] == [
        ("00001", OnlyHereReason.GONE),
        ("00002", OnlyHereReason.NOT_LISTED),
        ("00003", OnlyHereReason.UNREADABLE),
    ]
    assert "no such thing" in report.only_here[0].why
    assert (refs(report.stale), report.repaired) == (["00005"], 1)
    assert any_store.order("00005", **SHOP).status is OrderStatus.COMPLETED
    assert len(list(any_store.orders())) == 4


def test_unreadable_ones_are_letters(memory: SqlStore) -> None:
    """Listed and not readable: told, kept, and not taken for missing from the list."""
    shop = FactsShop(orders_=[Unreadable("order", "00001", START), an_order(2)])
    memory.upsert_orders([an_order(1), an_order(2)])

    report = reconcile(shop, memory, updated=TEN_DAYS)

    assert (refs(report.unreadable), report.only_here, shop.asked) == (["00001"], (), [])
    assert memory.dead_letters.count() == 1


def test_what_a_platform_does_not_list_is_skipped(memory: SqlStore) -> None:
    """And said: a shop without cases, one that refuses before asking, and one kind alone."""

    class Refusing(FactsShop):
        def aftersales(self, *, updated):
            raise Unsupported("own does not offer aftersales")

    report = reconcile(ListShop([an_order(1)]), memory, updated=TEN_DAYS)
    assert report.skipped == (("aftersales", "ListShop has no aftersales()"),)
    assert reconcile(Refusing(), memory, updated=TEN_DAYS, kinds=["aftersales"]).skipped == (
        ("aftersales", "own does not offer aftersales"),
    )
    assert reconcile(FactsShop(cases=[a_case(1)]), memory, updated=TEN_DAYS, kinds=["orders"]).compared == 0


def test_an_interrupted_one_is_run_again(memory: SqlStore) -> None:
    """What was repaired stays; the next run does the rest."""
    shop = FactsShop(orders_=[an_order(n) for n in range(30)], fail_after=2)
    told: list[int] = []
    with pytest.raises(PlatformUnavailable):
        reconcile(shop, memory, updated=TEN_DAYS, progress=told.append)
    assert told == [10, 20]
    shop.fail_after = 10**9
    assert len(reconcile(shop, memory, updated=TEN_DAYS).missing) == 10


@pytest.mark.parametrize("kinds", [[], "orders", ["order"], ["orders", "products"]])
def test_kinds_that_are_none(memory: SqlStore, kinds) -> None:
    """Said before anything is listed."""
    with pytest.raises(ArgumentError, match="'orders', 'aftersales'"):
        reconcile(FactsShop(), memory, updated=TEN_DAYS, kinds=kinds)


def test_inside_a_transaction_of_the_callers(memory: SqlStore) -> None:
    """A reconciliation commits page by page."""
    with memory.begin() as unit, pytest.raises(ArgumentError, match="page by page"):
        reconcile(FactsShop(), unit, updated=TEN_DAYS)


def sold(number: int, *, status: int = 20) -> dict:
    line = wechat_line(product_id="100", sku_id="1001", quantity=1, sale_price=1280)
    created = START + timedelta(hours=number)
    return wechat_order(
        f"37{number:017}", openid=f"o{number % 3}", created=created, lines=[line], status=status
    )


def test_the_real_adapter_against_the_sandbox(memory: SqlStore) -> None:
    """Pull, lose some, be told of one by a notice, reconcile: the store is the platform's state."""
    emulated = EmulatedWeChatShop(orders=[sold(n) for n in range(40)], clock=lambda: TEN_DAYS.end)
    clock = FixedClock(TEN_DAYS.end)
    with (
        Sandbox(platforms=[emulated]) as box,
        WeChatShop(
            app_id=emulated.app_id,
            app_secret=emulated.app_secret,
            base_url=box.url("wechat_shop"),
            clock=clock,
        ) as shop,
    ):
        pull_orders(shop, memory, updated=Period(START, START + DAY), at=TEN_DAYS.end)
        assert len(list(memory.orders())) == 24
        products = pull_products(shop, memory, clock=clock)
        assert products.seen == len(list(memory.products()))

        inbox = WebhookInbox(memory)
        ref = sold(30)["order_id"]
        notice = Notice(
            platform=shop.platform,
            shop_id=shop.shop_id,
            kind=NoticeKind.ORDER,
            topic="new",
            ref=ref,
            key="n1",
        )
        inbox.receive(Delivery(notices=(notice, notice), reply=WebhookReply(b"success")))
        assert inbox.process(lambda platform, shop_id: shop).counts.inserted == 1

        report = reconcile(shop, memory, updated=TEN_DAYS, kinds=["orders"])

        assert (len(report.missing), report.stale, report.only_here, report.repaired) == (15, (), (), 15)
        assert [order.order_id for order in memory.orders()] == [sold(n)["order_id"] for n in range(40)]
        assert reconcile(shop, memory, updated=TEN_DAYS, kinds=["orders"]).is_clean
