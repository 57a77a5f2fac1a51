"""Our client against an independent emulation of 抖店, over real connections: sync, asyncio and trio."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import anyio
import pytest

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import (
    AuthorizationRevoked,
    PermissionDenied,
    ProtocolViolation,
    RateLimited,
    Refused,
    RequestRejected,
    Unconfirmed,
    Unsupported,
    Unverified,
)
from privdomain.models import (
    AfterSaleStatus,
    AfterSaleType,
    DiscountPayer,
    FlowDirection,
    Order,
    OrderStatus,
    Parcel,
    ProductStatus,
    RefundStatus,
    SettlementKind,
    ShipmentStatus,
    ShippedLine,
)
from privdomain.platforms import AsyncShop, Shop
from privdomain.platforms.douyin import AsyncDouyinShop, DouyinShop
from privdomain.platforms.douyin.operations import (
    AddStock,
    BatchMask,
    Cipher,
    GetOrder,
    ListCarriers,
    ListRejectReasons,
    PlainSearch,
    QueryOrderLogistics,
    SearchIndex,
    SearchOrders,
    SetStockOfProducts,
    StockItem,
)
from privdomain.sandbox import Fault, Faults, Quota
from privdomain.sandbox.douyin import douyin_line, douyin_order, douyin_product
from tests.platforms.douyin._box import PERIOD, START, Box, boxed, sold

KINDS = ("sync", "asyncio", "trio")
ORDER = "4933609365066000001"
CASE = "7000000000000000001"


@pytest.fixture
def box() -> Iterator[Box]:
    with boxed() as running:
        yield running


def _sell(box: Box, count: int, *, step_s: int = 3600) -> list[str]:
    for n in range(count):
        box.platform.sell(
            sold(
                n,
                updated=PERIOD.start + timedelta(seconds=n * step_s),
                lines=1 + n % 3,
                freight=500 * (n % 2),
            )
        )
    return [str(4933609365066000000 + n) for n in range(count)]


def _pull(
    kind: str, box: Box, *, page_size: int = 20, period: Period = PERIOD, **changes: Any
) -> list[Order]:
    orders: list[Order] = []

    async def awaited() -> None:
        async with box.async_shop(**changes) as shop:
            async for order in shop.orders(updated=period, page_size=page_size):
                orders.append(order)

    if kind == "sync":
        with box.shop(**changes) as shop:
            orders.extend(shop.orders(updated=period, page_size=page_size))
    else:
        from privdomain.platforms import waiting_off

        with waiting_off():
            anyio.run(awaited, backend=kind)
    return orders


def test_the_clients_are_shops(box: Box) -> None:
    """Both have every method of the protocols."""

    with box.shop() as shop:
        _shop: Shop = shop
    _async: AsyncShop = box.async_shop()
    assert isinstance(shop, DouyinShop) and isinstance(_async, AsyncDouyinShop)
    assert "5a9d0b0c" not in repr(shop)


@pytest.mark.parametrize("kind", KINDS)
def test_everything_comes_once(kind: str, box: Box) -> None:
    """Every order, with the amounts that were sold. The pages of one window come from the last to the first."""

    ids = _sell(box, 130)
    orders = sorted(_pull(kind, box), key=lambda order: order.updated_at)

    assert [order.order_id for order in orders] == ids
    assert all(order.total == order.goods_paid + order.freight for order in orders)
    assert orders[2].total == Money(900 * (1 + 2 + 3), "CNY")
    assert orders[1].freight == Money(500, "CNY")
    line = orders[0].lines[0]
    assert (
        line.unit_price * line.quantity - sum((d.amount for d in line.discounts), Money.zero("CNY"))
        == line.paid
    )
    assert {d.payer for d in line.discounts} == {DiscountPayer.SHOP}
    assert orders[0].buyer.keys[0].scope == "douyin:4463798"
    assert box.platform.tokens_issued == 1


def test_listing_by_creation(box: Box) -> None:
    """The other time; one of the two must be named."""

    _sell(box, 3)
    with box.shop() as shop:
        found = [order.order_id for order in shop.orders(created=PERIOD)]
        assert len(found) == 2  # the first was made an hour before the period begins
        with pytest.raises(Exception, match="give one of them"):
            list(shop.orders())
        estimate = shop.estimate_orders(updated=PERIOD)
    assert (estimate.windows, estimate.unreachable) == (9, None)


def test_older_than_ninety_days_is_said_before_anything_is_sent(box: Box) -> None:
    """Trap 9: such orders come by their ids."""

    old = Period(START - timedelta(days=100), START - timedelta(days=95))
    with box.shop() as shop:
        with pytest.raises(Unsupported, match="90 days"):
            shop.orders(updated=old).pages()
        assert shop.estimate_orders(updated=old).unreachable is not None
        assert box.sandbox.requests == ()
        box.platform.put_order(douyin_order(ORDER, buyer_id="b", created=START - timedelta(days=400), lines=[
            douyin_line(line_id="1", product_id="1", sku_id="2", quantity=1, unit_price=5)]))  # fmt: skip
        assert shop.order(ORDER).total == Money(5, "CNY")


def test_a_listing_deeper_than_the_platform_pages_is_halved(
    monkeypatch: pytest.MonkeyPatch, box: Box
) -> None:
    """Nothing is truncated: the window is made smaller until it fits."""

    from privdomain.platforms.douyin import _plans

    monkeypatch.setattr(_plans, "_ORDERS_DEPTH", 30)
    ids = _sell(box, 100, step_s=60)
    assert sorted(order.order_id for order in _pull("sync", box, page_size=10)) == ids


def test_pages_go_on_in_another_process(box: Box) -> None:
    """A cursor is text; another shop's is refused."""

    ids = _sell(box, 50)
    with box.shop() as shop:
        pages = shop.orders(updated=PERIOD, page_size=10).pages()
        seen, cursor = [], None
        while len(seen) < 20:
            page = next(pages)
            seen += [order.order_id for order in page.items]
            cursor = page.cursor
    with box.shop() as shop:
        rest = [
            o.order_id
            for page in shop.orders(updated=PERIOD, page_size=10).pages(start=cursor)
            for o in page.items
        ]
    assert sorted({*seen, *rest}) == ids
    assert len(seen) + len(rest) == len(ids)


@pytest.mark.parametrize("ahead_s", [0, 3600])
@pytest.mark.parametrize("every", [1, 2, 3])
def test_what_changes_between_pages_is_neither_lost_nor_doubled(box: Box, ahead_s: int, every: int) -> None:
    """Trap 6: rows that are updated meanwhile move; the last version of each that belongs to the period is handed out.

    With a period that ends in the future, everything ends in it in its last state.
    """

    count = 90
    ids = _sell(box, count, step_s=30_000)
    period = Period(PERIOD.start, START + timedelta(seconds=ahead_s))
    seen: dict[str, Order] = {}
    doubled: list[tuple[str, int]] = []
    touched = 0
    with box.shop() as shop:
        for number, page in enumerate(shop.orders(updated=period, page_size=7).pages()):
            for order in page.items:
                if order.order_id in seen and seen[order.order_id].version >= order.version:
                    doubled.append((order.order_id, order.version))
                seen[order.order_id] = order
            box.clock.move(1)
            if number % every == 0 and touched < 60:
                victim = ids[(touched * 37) % count]
                box.platform.update_order(victim, order_status=3, main_status=3)
                touched += 1
    assert doubled == []
    served = {id_: box.platform.order(id_)["update_time"] for id_ in ids}
    end = int(period.end.timestamp())
    if ahead_s:
        assert {id_: order.version // 10**6 for id_, order in seen.items()} == served
    else:
        # what left the period after its end belongs to the next one
        assert {id_ for id_, at in served.items() if at < end} <= set(seen)


def test_seconds_shared_by_many_rows_are_not_lost(box: Box) -> None:
    """A horizon in the middle of a crowd: rows of one second stand on one side of it."""

    at = int((START - timedelta(seconds=5)).timestamp())
    for n in range(40):
        order = sold(n, updated=START - timedelta(seconds=5 if n % 2 else 6))
        box.platform.sell(order)
    assert at
    period = Period(START - timedelta(days=1), START + timedelta(hours=1))
    found = [order.order_id for order in _pull("sync", box, page_size=6, period=period)]
    assert sorted(found) == [str(4933609365066000000 + n) for n in range(40)]
    assert len(found) == len(set(found))


def test_faults_on_the_way_cost_nothing(box: Box) -> None:
    """Time-outs, 5xx, half bodies, throttling, revoked tokens: every order once all the same."""

    rates = "server_error=0.05,reset=0.03,truncated=0.03,wrong_json=0.03,code:isv.traffic-limited=0.04,revoked_token=0.02,code:isp.service-error:20005=0.03"
    with boxed(faults=Faults.parse(rates, seed=5)) as faulty:
        ids = _sell(faulty, 120)
        for kind in KINDS:
            assert sorted(order.order_id for order in _pull(kind, faulty, page_size=9)) == ids
    assert any(record.fault for record in faulty.sandbox.requests)


def test_an_empty_page_where_rows_must_be_is_an_error(box: Box) -> None:
    """Nothing is truncated silently."""

    _sell(box, 50)
    box.sandbox.fail_next(Fault("empty_page"), platform="douyin")
    with pytest.raises(ProtocolViolation, match="empty"):
        _pull("sync", box)


def test_a_bad_row_does_not_take_its_neighbors_along(box: Box) -> None:
    """Pages hand it over with its reasons."""

    _sell(box, 3)
    bad = dict(box.platform.order("4933609365066000001"))
    box.platform.put_order({**bad, "sku_order_list": []})
    with box.shop() as shop:
        pages = list(shop.orders(updated=PERIOD).pages())
    rejected = [error for page in pages for error in page.rejected]
    assert [error.ref for error in rejected] == ["4933609365066000001"]
    assert sum(len(page.items) for page in pages) == 2


def test_one_order(box: Box) -> None:
    """And what is not there."""

    _sell(box, 2)
    with box.shop() as shop:
        assert shop.order(ORDER).status is OrderStatus.PAID
        assert shop.send(GetOrder(shop_order_id=ORDER)).shop_order_detail.order_id == ORDER
        with pytest.raises(RequestRejected) as caught:
            shop.order("1")
    error = caught.value
    assert (error.code, error.sub_code) == ("40004", "isv.parameter-invalid:60033")
    assert error.request_id


def test_tokens_that_are_refused_are_renewed_once(box: Box) -> None:
    """Expired, revoked and unknown tokens; an own shop needs no refresh token."""

    _sell(box, 1)
    with box.shop() as shop:
        shop.order("4933609365066000000")
        box.platform.revoke_tokens()
        shop.order("4933609365066000000")
        box.clock.move(20 * 86_400)  # longer than any refresh token lives
        shop.order("4933609365066000000")
    assert box.platform.tokens_issued == 3


def test_a_withdrawn_authorization_is_said_as_such(box: Box) -> None:
    """Not as a refused call."""

    _sell(box, 1)
    with box.shop() as shop:
        shop.order("4933609365066000000")
        box.platform.withdraw("4463798")
        with pytest.raises(AuthorizationRevoked):
            shop.order("4933609365066000000")


def test_a_clock_that_is_wrong_is_named(box: Box) -> None:
    """The platform allows ten minutes."""

    from privdomain.calendar import FixedClock

    with (
        box.shop(clock=FixedClock(START + timedelta(minutes=11))) as shop,
        pytest.raises(Exception, match="clock"),
    ):
        shop.order(ORDER)


def test_throttling_is_waited_for(box: Box) -> None:
    """And ends as RateLimited when it does not end."""

    with boxed(quotas={"order.orderDetail": Quota(per_minute=0)}) as tight:
        _sell(tight, 1)
        with tight.shop() as shop, pytest.raises(RateLimited) as caught:
            shop.order("4933609365066000000")
    assert caught.value.attempts == 9


def test_a_permission_that_is_missing(box: Box) -> None:
    """30001 by its sub code."""

    box.sandbox.fail_next(Fault("code", code="dop.no-permissions"), platform="douyin")
    with box.shop() as shop, pytest.raises(PermissionDenied):
        shop.order(ORDER)


# --- shipping ---


@pytest.mark.parametrize("kind", KINDS)
def test_shipping_whole_and_split(kind: str, box: Box) -> None:
    """One parcel with everything; two parcels with a line each; the carrier in our code."""

    _sell(box, 3)
    whole, split = "4933609365066000000", "4933609365066000001"

    def parcels() -> list[Parcel]:
        lines = [line["order_id"] for line in box.platform.order(split)["sku_order_list"]]
        return [
            Parcel(carrier="sf", waybill_id="SF1", lines=(ShippedLine(line_id=lines[0], quantity=1),)),
            Parcel(carrier="yto", waybill_id="YT2"),
        ]

    async def awaited() -> None:
        async with box.async_shop() as shop:
            await shop.ship(whole, parcels=[Parcel(carrier="zto", waybill_id="ZT9")])
            await shop.ship(split, parcels=parcels())

    if kind == "sync":
        with box.shop() as shop:
            shop.ship(whole, parcels=[Parcel(carrier="zto", waybill_id="ZT9")])
            shop.ship(split, parcels=parcels())
    else:
        anyio.run(awaited, backend=kind)

    with box.shop() as shop:
        one, two = shop.order(whole), shop.order(split)
        assert one.status is two.status is OrderStatus.SHIPPED
        assert [(p.carrier, p.waybill_id, p.carrier_code) for p in one.parcels] == [
            ("zto", "ZT9", "zhongtong")
        ]
        assert [len(p.lines) for p in two.parcels] == [1, 1]
        shop.ship(whole, parcels=[Parcel(carrier="zto", waybill_id="ZT9")])  # once more: it is there
    assert box.platform.effects["ship", f"{whole}/ZT9"] == 1


def test_a_shipment_whose_answer_is_lost_happens_once(box: Box) -> None:
    """The platform ships once per request id, so that it is sent again."""

    _sell(box, 1)
    order = "4933609365066000000"
    box.sandbox.fail_next(
        Fault("reset", when="after", path="/order/logisticsAddSinglePack"), platform="douyin", times=3
    )
    with box.shop() as shop:
        shop.ship(order, parcels=[Parcel(carrier="sf", waybill_id="SF1")])
    sent = box.calls("/order/logisticsAddSinglePack")
    assert len(sent) == 4 and len({record.body["request_id"] for record in sent}) == 1
    assert box.platform.effects["ship", f"{order}/SF1"] == 1


def test_wrong_shipments_are_refused_before_they_are_sent(box: Box) -> None:
    """An unknown carrier, an unknown line, more than was bought, nothing at all."""

    _sell(box, 1)
    order = "4933609365066000000"
    with box.shop() as shop:
        for parcels, words in (
            ([], "parcels is empty"),
            ([Parcel(carrier="sff", waybill_id="1")], "did you mean 'sf'"),
            (
                [Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id="nope", quantity=1),))],
                "no line",
            ),
            ([Parcel(carrier="sf", waybill_id="1"), Parcel(carrier="sf", waybill_id="2")], "more than one"),
        ):
            with pytest.raises(Exception, match=words):
                shop.ship(order, parcels=parcels)
        line = box.platform.order(order)["sku_order_list"][0]["order_id"]
        with pytest.raises(Refused) as caught:
            shop.ship(
                order,
                parcels=[
                    Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id=line, quantity=9),))
                ],
            )
        assert caught.value.code == "more_than_bought"
        shop.ship(order, parcels=[Parcel(carrier_code="jtexpress", waybill_id="JT1")])
        with pytest.raises(Refused) as caught:
            shop.ship(order, parcels=[Parcel(carrier="sf", waybill_id="2")])
        assert caught.value.code == "nothing_to_ship"


def test_the_trace_of_an_order(box: Box) -> None:
    """One call for each parcel, oldest first."""

    _sell(box, 1)
    order = "4933609365066000000"
    with box.shop() as shop:
        shop.ship(order, parcels=[Parcel(carrier="sf", waybill_id="SF1")])
        events = shop.trace(order)
    assert [event.status for event in events] == [ShipmentStatus.PICKED_UP, ShipmentStatus.IN_TRANSIT]
    assert events[0].waybill_id == "SF1" and events[0].carrier_code == "shunfeng"


def test_a_note_is_written(box: Box) -> None:
    """It does not move the update time, as the reference warns."""

    _sell(box, 1)
    order = "4933609365066000000"
    before = box.platform.order(order)["update_time"]
    with box.shop() as shop:
        shop.set_memo(order, text="请轻放 & 勿压")
    assert box.platform.order(order)["seller_words"] == "请轻放 & 勿压"
    assert box.platform.order(order)["update_time"] == before


def test_carriers_come_as_a_bare_list(box: Box) -> None:
    """``data`` is a list there."""

    with box.shop() as shop:
        codes = {carrier.code for carrier in shop.send(ListCarriers()).data}
    assert {"shunfeng", "yuantong"} <= codes


# --- products and stock ---


def _shelf(box: Box, count: int) -> None:
    for n in range(count):
        box.platform.put_product(
            douyin_product(
                str(3500000000000000000 + n), title=f"茶 {n}", skus={str(1001 + n): (1280, 5)}, status=n % 3
            )
        )


def test_products_by_cursor(box: Box) -> None:
    """Deleted ones are left out; pages go on from a cursor."""

    _shelf(box, 25)
    with box.shop() as shop:
        found = list(shop.products(page_size=10))
        assert len(found) == 17
        assert {product.status for product in found} == {ProductStatus.LISTED, ProductStatus.DELISTED}
        assert found[0].skus[0].price == Money(1280, "CNY") and found[0].skus[0].attributes == (
            ("规格", "规格0"),
        )
        first = next(iter(shop.products(page_size=10).pages()))
        rest = [p for page in shop.products(page_size=10).pages(start=first.cursor) for p in page.items]
        assert len(first.items) + len(rest) == 17
        with pytest.raises(Exception, match="no cursor of products"):
            shop.products().pages(start="x")


def test_a_cursor_that_comes_again_is_an_error(box: Box) -> None:
    """Asking on would never end."""

    _shelf(box, 25)
    box.sandbox.fail_next(Fault("repeat_cursor"), platform="douyin")
    with box.shop() as shop, pytest.raises(ProtocolViolation, match="never end"):
        list(shop.products(page_size=10))


def test_stock_is_overwritten_and_added_to(box: Box) -> None:
    """An overwrite may be repeated; an addition happens once for its id, and a repetition is done."""

    _shelf(box, 1)
    product, sku = "3500000000000000000", "1001"
    with box.shop() as shop:
        box.sandbox.fail_next(
            Fault("timeout", when="after", path="/sku/syncStock", hold_s=0), platform="douyin"
        )
        shop.set_stock(product, sku_id=sku, quantity=7)
        assert shop.stock(product, sku_id=sku).sellable == 7
        box.sandbox.fail_next(Fault("reset", when="after", path="/sku/syncStock"), platform="douyin", times=2)
        addition = AddStock(product_id=int(product), sku_id=int(sku), stock_num=3, idempotent_id="i1")
        shop.send(addition)
        shop.send(addition)
        assert box.platform.units(sku) == 10
        items = tuple(StockItem(product_id=1, sku_id=id_, stock_num=2) for id_ in (1001, 5))
        results = shop.send(SetStockOfProducts(items=items, idempotent_id="i2")).results
        assert [result.status_code for result in results] == [0, 1]


# --- cases ---


def _case(box: Box, *, kind: int = 1, amount: int = 900) -> None:
    _sell(box, 2)
    line = box.platform.order(ORDER)["sku_order_list"][0]["order_id"]
    box.platform.open_aftersale(CASE, order_id=ORDER, line_id=line, kind=kind, amount=amount)


def test_cases_are_listed_and_read_alike(box: Box) -> None:
    """A row and a detail say the same."""

    _case(box)
    period = Period(START - timedelta(days=1), START + timedelta(days=1))
    with box.shop() as shop:
        [row] = shop.aftersales(updated=period)
        one = shop.aftersale(CASE)
    assert (row.type, row.status) == (AfterSaleType.REFUND_ONLY, AfterSaleStatus.WAITING_SHOP)
    for name in ("aftersale_id", "order_id", "type", "status", "requested", "created_at", "updated_at"):
        assert getattr(row, name) == getattr(one, name)
    assert one.lines[0].sku_id == "1001" and row.lines[0].line_id == one.lines[0].line_id
    assert box.calls("/afterSale/List")[0].body["order_by"] == ["update_time asc"]


def test_agreeing_to_a_refund_happens_once(box: Box) -> None:
    """With the amount as a guard; a second time it is done already."""

    _case(box)
    with box.shop() as shop:
        with pytest.raises(Refused) as caught:
            shop.agree_refund(CASE, amount=Money(901, "CNY"))
        assert caught.value.code == "amount_differs"
        shop.agree_refund(CASE, amount=Money(900, "CNY"))
        shop.agree_refund(CASE)
        case = shop.aftersale(CASE)
    assert case.status is AfterSaleStatus.COMPLETED
    assert [(refund.status, refund.amount.minor) for refund in case.refunds] == [
        (RefundStatus.SUCCEEDED, 900)
    ]
    assert box.platform.effects["refund", CASE] == 1


def test_an_agreement_whose_answer_is_lost_is_unverified_and_can_be_asked(box: Box) -> None:
    """It is not sent twice by itself; looking again says what became of it."""

    _case(box)
    box.sandbox.fail_next(Fault("reset", when="after", path="/afterSale/operate"), platform="douyin")
    with box.shop() as shop:
        with pytest.raises(Unverified):
            shop.agree_refund(CASE)
        shop.agree_refund(CASE)
    assert box.platform.effects["refund", CASE] == 1
    assert len(box.calls("/afterSale/operate")) == 1


def test_a_case_that_has_changed_is_not_decided(box: Box) -> None:
    """update_time is the platform's optimistic check."""

    _case(box)
    with box.shop() as shop:
        seen = shop.aftersale(CASE)
        box.clock.move(10)
        box.platform.buyer_withdraws(CASE)
        plans: Any = shop._plans
        from privdomain.platforms._drivers import run
        from privdomain.platforms.douyin.operations import AfterSaleAction

        with pytest.raises(RequestRejected) as caught:
            run(plans._operate(seen, 201, AfterSaleAction(aftersale_id=CASE)), shop._wire())
        assert "changed meanwhile" in str(caught.value)
        assert shop.aftersale(CASE).status is AfterSaleStatus.CLOSED
        assert shop.aftersale(CASE).refunds[0].status is RefundStatus.PENDING  # for ever, trap of A4.3
    assert box.platform.effects["refund", CASE] == 0


def test_a_return_from_beginning_to_end(box: Box) -> None:
    """Agreed to an address, sent back, confirmed: the confirmation is unconfirmed, and said to be."""

    _case(box, kind=0)
    with box.shop() as shop:
        with pytest.raises(Refused, match="agree_return first"):
            shop.agree_refund(CASE)
        with pytest.raises(Exception, match="address_id is empty"):
            shop.agree_return(CASE)
        shop.agree_return(CASE, address_id="77")
        assert shop.aftersale(CASE).status is AfterSaleStatus.WAITING_RETURN
        box.platform.buyer_returns(CASE, waybill_id="YT5")
        case = shop.aftersale(CASE)
        assert case.status is AfterSaleStatus.WAITING_RETURN_RECEIPT and case.returned.waybill_id == "YT5"
        with pytest.raises(Unconfirmed):
            shop.confirm_return(CASE)
    with box.shop(accept_unconfirmed=("confirm_return",)) as shop:
        shop.confirm_return(CASE)
        shop.confirm_return(CASE)
        assert shop.aftersale(CASE).status is AfterSaleStatus.COMPLETED
        assert shop.order(ORDER).lines[0].refunded_quantity == 1
    assert box.platform.effects["refund", CASE] == 1


def test_refusing(box: Box) -> None:
    """A refund is refused with a reason of the platform's; a return only where that is accepted."""

    _case(box)
    with box.shop() as shop:
        [reason, _] = shop.send(ListRejectReasons(aftersale_id=int(CASE))).items
        shop.refuse_aftersale(CASE, reason_code=str(reason.reject_reason_code), text="商品完好")
        shop.refuse_aftersale(CASE, reason_code="1", text="商品完好")
        assert shop.aftersale(CASE).status is AfterSaleStatus.REJECTED
        line = box.platform.order(ORDER)["sku_order_list"][0]["order_id"]
        box.platform.open_aftersale("7000000000000000002", order_id=ORDER, line_id=line, kind=0, amount=900)
        with pytest.raises(Unconfirmed, match="102"):
            shop.refuse_aftersale("7000000000000000002", reason_code="1", text="商品完好")
    with box.shop(accept_unconfirmed=("refuse_aftersale",)) as shop:
        shop.refuse_aftersale("7000000000000000002", reason_code="1", text="商品完好")
    assert box.platform.effects["refuse", CASE] == 1


# --- money, buyers ---


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_account_by_its_two_part_cursor(box: Box, size: int) -> None:
    """Each movement once, whatever the page; several of one second included."""

    for n in range(20):
        amount = -300 if n % 5 == 0 else 1000
        box.platform.book(
            f"T{n:03d}", at=START - timedelta(days=3, seconds=n // 3), amount=amount, order_id=ORDER, tag=1 if amount < 0 else 3,
            commission=100, pay_amount=1000,
        )  # fmt: skip
    with box.shop() as shop:
        found = list(shop.settlements(booked=Period(START - timedelta(days=20), START), page_size=size))
    assert sorted(item.settlement_id for item in found) == [f"T{n:03d}" for n in range(20)]
    by_id = {item.settlement_id: item for item in found}
    assert by_id["T000"].direction is FlowDirection.OUT and by_id["T000"].kind is SettlementKind.COMMISSION
    assert by_id["T001"].signed == Money(1000, "CNY")
    assert {part.amount.minor for part in by_id["T001"].parts} == {1000, -100}


def test_a_receiver_in_clear(box: Box) -> None:
    """Masked in the order; in clear for an operator, counted; the same text has another cipher in every order (trap 8)."""

    _sell(box, 2)
    with box.shop() as shop:
        order = shop.order(ORDER)
        assert order.receiver.phone == "13*******00" and "13800000000" not in str(order.raw)
        found = shop.reveal(ORDER, operator_id="anna")
        assert (found.name, found.phone, found.address) == ("李小明", "13800000000", "文新街道文三路 1 号")
        first, second = (box.platform.order(f"493360936506600000{n}") for n in (0, 1))
        assert first["encrypt_post_tel"] != second["encrypt_post_tel"]
        asked = (PlainSearch(plain_text="13800000000", encrypt_type=3),)
        index = shop.send(SearchIndex(plain_text_list=asked)).plain_to_encrypt_index_list[0].search_index
        assert index in first["encrypt_post_tel"] and index in second["encrypt_post_tel"]
        cipher = Cipher(auth_id=ORDER, cipher_text=second["encrypt_post_tel"])
        assert shop.send(BatchMask(cipher_infos=(cipher,))).decrypt_infos[0].decrypt_text == "13*******00"
        with pytest.raises(Exception, match="operator_id is empty"):
            shop.reveal(ORDER, operator_id="")
    assert box.platform.decrypted("anna") == 3


def test_what_cannot_be_decrypted_stays_masked(caplog: pytest.LogCaptureFixture) -> None:
    """Each text by itself, until the day's budget is spent; the log names nobody."""

    with boxed(decrypt_budget=2) as box:
        _sell(box, 2)
        with box.shop() as shop:
            found = shop.reveal(ORDER, operator_id="anna")
            assert (found.name, found.phone) == ("李小明", "13800000000")
            assert found.address.endswith("*号") is False or "*" in found.address
            with pytest.raises(RequestRejected):
                shop.reveal(ORDER, operator_id="anna")
    assert "was not decrypted" in caplog.text and "13800000000" not in caplog.text


def test_unconfirmed_operations_are_sent_by_name_only(box: Box) -> None:
    """Whoever accepts one says so."""

    with box.shop() as shop, pytest.raises(Unconfirmed, match="QueryOrderLogistics"):
        shop.send(QueryOrderLogistics(order_id=ORDER))
    with (
        box.shop(accept_unconfirmed=("QueryOrderLogistics",)) as shop,
        pytest.raises(RequestRejected) as caught,
    ):
        shop.send(QueryOrderLogistics(order_id=ORDER))
    assert caught.value.sub_code == "isp.api-service-off"


def test_replies_of_a_numbered_listing(box: Box) -> None:
    """Any listing can be walked as it is."""

    _sell(box, 25)
    start, end = int(PERIOD.start.timestamp()), int(PERIOD.end.timestamp())
    operation = SearchOrders(
        update_time_start=start, update_time_end=end, order_by="update_time", order_asc=True, size=10
    )
    with box.shop() as shop:
        assert [len(reply.shop_order_list) for reply in shop.replies(operation)] == [10, 10, 5]


def test_writes_whose_answers_are_lost_happen_once() -> None:
    """20 % of the answers of ships, stock changes and refunds never arrive: one effect each, and what is unknown is said."""

    count = 60
    rates = ",".join(
        f"reset:after@/{path}=0.2"
        for path in ("order/logisticsAddSinglePack", "sku/syncStock", "afterSale/operate")
    )
    with boxed(faults=Faults.parse(rates, seed=2)) as lossy:
        ids = _sell(lossy, count)
        _shelf(lossy, count)
        unknown = 0
        with lossy.shop() as shop:
            for n, order_id in enumerate(ids):
                line = lossy.platform.order(order_id)["sku_order_list"][0]["order_id"]
                lossy.platform.open_aftersale(str(70_000 + n), order_id=order_id, line_id=line, amount=5)
                shop.ship(order_id, parcels=[Parcel(carrier="sf", waybill_id=f"SF{n}")])
                addition = AddStock(sku_id=1001 + n, stock_num=3, idempotent_id=f"i{n}")
                shop.send(addition)
                try:
                    shop.agree_refund(str(70_000 + n))
                except Unverified:
                    unknown += 1
        effects = lossy.platform.effects
        assert [effects["ship", f"{order_id}/SF{n}"] for n, order_id in enumerate(ids)] == [1] * count
        assert [lossy.platform.units(str(1001 + n)) for n in range(count)] == [8] * count
        assert [effects["refund", str(70_000 + n)] for n in range(count)] == [1] * count
        assert unknown > 0
