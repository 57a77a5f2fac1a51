"""Reading through our client against an independent emulation, over real connections, sync and async."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, RateLimited, Refused, RequestRejected, Unsupported
from privdomain.models import AfterSaleStatus, OrderStatus, ProductStatus
from privdomain.platforms.kuaishou.operations import (
    CipherEntry,
    DecryptBatch,
    DesensitiseBatch,
    EncryptBatch,
    IndexBatch,
    IndexEntry,
    ListItems,
    ListOrders,
    ListRefunds,
    PlainEntry,
)
from privdomain.sandbox import Fault, Faults, Quota, SoldStatus
from tests.platforms.kuaishou._shops import KINDS, MONTH, NOW, START, bench, collect, every_kind, oid, sold

COUNT = 260
STATES = {
    SoldStatus.PENDING_PAYMENT: OrderStatus.PENDING_PAYMENT, SoldStatus.PAID: OrderStatus.PAID,
    SoldStatus.SHIPPED: OrderStatus.SHIPPED, SoldStatus.COMPLETED: OrderStatus.COMPLETED,
    SoldStatus.CLOSED: OrderStatus.CLOSED,
}  # fmt: skip
SALES = [sold(n, status=list(SoldStatus)[n % 5]) for n in range(COUNT)]


def check_orders(orders):
    assert [order.order_id for order in orders] == [sale.order_id for sale in SALES]
    for order, sale in zip(orders, SALES, strict=True):
        (line,) = order.lines
        assert order.total == Money(sale.total, "CNY") and order.status is STATES[sale.status]
        assert (line.quantity, line.paid.minor) == (sale.lines[0].quantity, sale.lines[0].paid)
        assert order.updated_at == sale.updated.replace(microsecond=sale.updated.microsecond // 1000 * 1000)


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_once_over_windows_and_pages(kind):
    """Five windows of seven days, pages of fifty, the literal ``nomore`` at each end (trap 5)."""
    with bench(orders=SALES) as desk:
        check_orders(collect(kind, desk, lambda shop: shop.orders(updated=MONTH)))
        asked = [json.loads(record.query["param"]) for record in desk.box.requests]
        spans = {(page["beginTime"], page["endTime"]) for page in asked}
        assert (len(spans), len(asked)) == (5, 9)  # 169 orders in the first week, its last moment included
        assert max(end - begin for begin, end in spans) == 7 * 86_400_000


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_in_spite_of_everything(kind):
    """A fifth of the calls fail in mixed ways; the tokens are revoked at random."""
    text = "server_error=0.05,reset=0.04,truncated=0.04,wrong_json=0.02,control_characters=0.03,"
    plan = Faults.parse(text + "code:qps=0.03,revoked_token=0.03,empty_page=0.04", seed=11)
    with bench(orders=SALES, faults=plan) as desk:
        period = Period(START, NOW)
        check_orders(collect(kind, desk, lambda shop: shop.orders(created=period, page_size=10)))


def test_an_empty_page_does_not_end_a_listing():
    with bench(orders=SALES[:3]) as desk, desk.client() as shop:
        desk.box.fail_next(Fault("empty_page"), platform="kuaishou", times=2)
        assert len(list(shop.orders(updated=MONTH))) == 3


def test_a_repeated_cursor_is_an_error_and_not_a_loop():
    with bench(orders=SALES) as desk, desk.client() as shop:
        desk.box.fail_next(Fault("repeat_cursor"), platform="kuaishou", times=9)
        with pytest.raises(Exception, match="second time"):
            list(shop.orders(updated=MONTH, page_size=5))


def test_a_pull_goes_on_in_another_client():
    with bench(orders=SALES) as desk:
        with desk.client() as shop:
            first = next(shop.orders(updated=MONTH, page_size=20).pages())
        with desk.client() as shop:
            pages = shop.orders(updated=MONTH, page_size=20).pages(start=first.cursor)
            check_orders([*first.items, *(order for page in pages for order in page.items)])
            with pytest.raises(ArgumentError, match="no cursor of orders by creation"):
                shop.orders(created=MONTH).pages(start=first.cursor)


def test_what_is_older_than_ninety_days_is_told_before_anything_is_sent():
    with bench() as desk, desk.client() as shop:
        old = Period(NOW - timedelta(days=100), NOW)
        with pytest.raises(Unsupported, match="last 90 days"):
            list(shop.orders(updated=old))
        plan = shop.estimate_orders(updated=old)
        assert (plan.windows, plan.least_calls) == (13, 13)
        assert plan.unreachable.end == NOW - timedelta(days=90)
        assert not desk.paths


def test_an_order_that_cannot_be_read_takes_no_other_along():
    with bench(orders=SALES[:3]) as desk, desk.client() as shop:
        desk.shop.update_order(oid(1), orderItemInfo={"num": 0})
        (page,) = [page for page in shop.orders(created=MONTH).pages() if page.items]
        assert [order.order_id for order in page.items] == [oid(0), oid(2)]
        assert [(error.ref, error.kind) for error in page.rejected] == [(oid(1), "order")]
        with pytest.raises(PayloadError, match="num"):
            shop.order(oid(1))


def test_somebody_elses_order_is_refused():
    with bench() as desk, desk.client() as shop:
        desk.shop.seller("4100000009").sell(sold(5))
        with pytest.raises(RequestRejected, match="another seller"):
            shop.order(oid(5))


def test_a_spent_day_is_told():
    with bench(orders=SALES, quota=Quota(per_day=1)) as desk, desk.client() as shop:
        shop.order(oid())
        with pytest.raises(RateLimited, match="next day"):
            shop.order(oid())


def test_replies_walk_both_kinds_of_paging():
    with bench(orders=SALES[:120]) as desk, desk.client() as shop:
        begin = int(START.timestamp() * 1000)
        week = {"begin_time": begin, "end_time": begin + 7 * 86_400_000}
        orders = [o for page in shop.replies(ListOrders(**week, page_size=30)) for o in page.order_list]
        assert [order.order_base_info.oid for order in orders] == [oid(n) for n in range(120)]
        newest = [
            o for page in shop.replies(ListOrders(**week, page_size=30, sort=1)) for o in page.order_list
        ]
        assert newest == orders[::-1]
        for n in range(23):
            desk.shop.put_item(str(100 + n), skus={str(1000 + n): (100, 1)})
        items = [item for page in shop.replies(ListItems(page_size=10)) for item in page.items]
        assert len(items) == 23


# --- after-sale ---


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_once_although_the_window_shrinks(kind):
    """Trap 5, and complaint 300019: in a campaign the longest window is an hour."""
    with bench(orders=SALES) as desk:
        desk.clock.advance(timedelta(hours=1))
        cases = []
        for n in range(60):
            cases.append(desk.shop.open_aftersale(oid(n), handling_way=(10, 1)[n % 2]))
            desk.clock.advance(timedelta(minutes=11))
        period = Period(NOW, desk.clock.now() + timedelta(minutes=1))
        desk.shop.shorten_aftersales_window(3600)
        found = collect(kind, desk, lambda shop: shop.aftersales(updated=period, page_size=7))
        assert [case.aftersale_id for case in found] == cases
        assert Counter(case.status for case in found) == {AfterSaleStatus.WAITING_SHOP: 60}
        codes = Counter(record.code for record in desk.box.requests)
        assert codes["300019"] > 0
        told = {record.code for record in desk.box.requests}
        assert told == {"0", "300019"}


def test_a_known_campaign_costs_no_refused_call():
    with bench(orders=SALES[:5]) as desk, desk.client(aftersales_window=timedelta(minutes=30)) as shop:
        case = desk.shop.open_aftersale(oid(1))
        desk.shop.shorten_aftersales_window(1800)
        period = Period(NOW - timedelta(hours=2), NOW + timedelta(seconds=1))
        assert [found.aftersale_id for found in shop.aftersales(updated=period)] == [case]
        assert {record.code for record in desk.box.requests} == {"0"}


def test_the_next_cursor_comes_with_the_next_page():
    asked = ListRefunds(begin_time=1, end_time=2)
    following = asked.model_copy(update={"pcursor": "x"})
    assert (following.current_page, following.pcursor) == (2, "x")


@pytest.mark.parametrize("kind", KINDS)
def test_one_case(kind):
    with bench(orders=SALES[:3]) as desk:
        case_id = desk.shop.open_aftersale(oid(2), handling_way=1)
        case = every_kind(kind, desk, lambda shop: shop.aftersale(case_id))
        assert (case.order_id, case.buyer.buyer_id) == (oid(2), "buyer-2")
        assert case.requested == Money(SALES[2].lines[0].paid, "CNY")


# --- products ---


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 10, 37])
def test_every_product_once(kind, count):
    with bench() as desk:
        for n in range(count):
            desk.shop.put_item(str(100 + n), skus={str(1000 + n): (100 + n, n)}, on_shelf=n % 3 > 0, audit=2)
        found = collect(kind, desk, lambda shop: shop.products(page_size=10))
        assert sorted(int(product.product_id) for product in found) == list(range(100, 100 + count))
        for product in found:
            n = int(product.product_id) - 100
            wanted = ProductStatus.LISTED if n % 3 else ProductStatus.DELISTED
            assert product.status is wanted
            assert (product.skus[0].price.minor, product.skus[0].stock) == (100 + n, n)


def test_a_product_that_goes_away_hides_no_other():
    """Read forward, the first item of page 2 would have moved to page 1 unseen."""
    with bench() as desk, desk.client() as shop:
        for n in range(30):
            desk.shop.put_item(str(100 + n), skus={str(1000 + n): (100, 1)})
        pages = shop.products(page_size=10).pages()
        seen = {product.product_id for product in next(pages).items}
        desk.shop.seller(desk.shop.shop_id).items.remove("129")
        seen |= {product.product_id for page in pages for product in page.items}
        assert seen >= {str(100 + n) for n in range(29)}


def test_a_listing_of_products_goes_on_by_its_cursor():
    with bench() as desk, desk.client() as shop:
        for n in range(30):
            desk.shop.put_item(str(100 + n), skus={str(1000 + n): (100, 1)})
        first = next(shop.products(page_size=10).pages())
        rest = [p for page in shop.products(page_size=10).pages(start=first.cursor) for p in page.items]
        assert len({product.product_id for product in (*first.items, *rest)}) == 30
        for wrong in (
            "",
            "x",
            "[]",
            first.cursor.replace("4100000001", "1"),
            first.cursor.replace('"page":"', '"page":"-'),
        ):
            with pytest.raises(ArgumentError):
                shop.products().pages(start=wrong)


@pytest.mark.parametrize("kind", KINDS)
def test_one_product_and_its_stock(kind):
    with bench() as desk:
        desk.shop.put_item("100", skus={"1": (500, 7), "2": (600, 0)}, title="龙井")
        assert every_kind(kind, desk, lambda shop: shop.product("100")).title == "龙井"
        assert every_kind(kind, desk, lambda shop: shop.stock("100", sku_id="2")).sellable == 0
        with desk.client() as shop:
            for call in (lambda: shop.product("101"), lambda: shop.stock("100", sku_id="3")):
                with pytest.raises(RequestRejected, match="has no"):
                    call()


# --- buyer data ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_receiver_in_clear(kind):
    with bench(orders=SALES[:3]) as desk:
        receiver = every_kind(kind, desk, lambda shop: shop.reveal(oid(1), operator_id="me"))
        told = desk.shop.receiver(oid(1))
        assert (receiver.name, receiver.phone, receiver.address) == (
            told["name"],
            told["phone"],
            told["address"],
        )
        assert told["phone"] not in repr(receiver)


def test_decryption_is_counted_by_order_and_ends():
    with bench(orders=SALES[:3], decrypt_budget=1) as desk, desk.client() as shop:
        for _ in range(3):  # one order again and again counts once
            shop.reveal(oid(0), operator_id="me")
        with pytest.raises(RequestRejected, match="解密额度不足"):
            shop.reveal(oid(1), operator_id="me")
        assert desk.asked("/open/order/decrypt/batch") == 4  # and a failure is not tried again


def test_a_held_order_has_nobody_to_reveal():
    with bench(orders=SALES[:3]) as desk, desk.client() as shop:
        desk.shop.hold_order(oid(1), reason=2)
        with pytest.raises(Refused) as caught:
            shop.reveal(oid(1), operator_id="me")
        assert (caught.value.code, caught.value.numbers) == ("no_receiver", {"reasons": [2]})


def test_batches_answer_entry_by_entry():
    """One bad cipher does not spoil the others; equal texts have different ciphers and one index."""
    with bench(orders=SALES[:3]) as desk, desk.client() as shop:
        plain = [PlainEntry(decrypted_data="王小二", biz_id=oid(n), type=2) for n in (0, 1)]
        made = shop.send(EncryptBatch(batch_encrypt_list=tuple(plain))).batch_encrypt_result_list
        assert made[0].encrypted_data != made[1].encrypted_data
        entries = (
            CipherEntry(encrypted_data=made[0].encrypted_data, biz_id=oid(0)),
            CipherEntry(encrypted_data=made[0].encrypted_data, biz_id=oid(1)),
            CipherEntry(encrypted_data="rubbish", biz_id=oid(0)),
        )
        opened = shop.send(DecryptBatch(batch_decrypt_list=entries)).batch_decrypt_result_list
        assert [(one.succeeded, one.decrypted_data) for one in opened] == [
            (True, "王小二"),
            (False, ""),
            (False, ""),
        ]
        masked = shop.send(DesensitiseBatch(batch_desensitise_list=entries)).batch_desensitise_result_list
        assert [one.desensitised_data for one in masked] == ["王**", "", ""]
        texts = tuple(IndexEntry(plain_text="王小二", type=2) for _ in range(2))
        index = shop.send(IndexBatch(index_param_list=texts)).index_result_list
        assert index[0].search_index == index[1].search_index != ""
        with pytest.raises(ArgumentError, match="batch_decrypt_list"):
            DecryptBatch(batch_decrypt_list=entries[:1] * 101)


def test_what_is_not_offered_is_said_before_anything_is_sent():
    with bench() as desk, desk.client() as shop:
        with pytest.raises(Unsupported, match="trace"):
            shop.trace(oid())
        with pytest.raises(Unsupported, match="settlements"):
            shop.settlements(booked=MONTH)
        assert not shop.capabilities.trace and shop.capabilities.set_stock.note
        assert not desk.paths
