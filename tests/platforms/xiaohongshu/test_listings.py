"""Windows, pages read from the last back, the depth cap, and rows that move while they are read."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from privdomain.calendar import Period
from privdomain.errors import ArgumentError, PayloadError, ProtocolViolation, Unconfirmed
from privdomain.platforms import HttpRequest, HttpResponse
from privdomain.platforms.xiaohongshu import GetOrderList
from privdomain.sandbox import Fault, Faults, SoldStatus
from tests.platforms.xiaohongshu._help import KINDS, START, Gateway, bad, good, running, sold

DAY = Period(START, START + timedelta(hours=6))
HALF_HOUR = Period(START, START + timedelta(minutes=30))
FAULTS = (
    "server_error=0.04, timeout=0.02, reset=0.03, truncated=0.02, wrong_json=0.02, control_characters=0.03,"
    " code:-1=0.03, code:-2000429=0.02, revoked_token=0.02, slow=0.01"
)


def _ms(minutes: float) -> int:
    return int((START + timedelta(minutes=minutes)).timestamp() * 1000)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["updated", "created"])
def test_every_order_comes_once_with_its_money(kind: str, by: str) -> None:
    """By update in half hours, by creation in days; amounts, lines and status are the truth's."""

    truth = [sold(n, status=list(SoldStatus)[n % 5]) for n in range(0, 360, 9)]
    with running() as box:
        for order in truth:
            box.shop.sell(order)
        found = box.run(kind, lambda shop: shop.orders(**{by: DAY}, page_size=7))
        windows = {(body["startTime"], body["endTime"]) for body in box.bodies("order.getOrderList")}

    assert sorted(order.order_id for order in found) == [order.order_id for order in truth]
    for order in found:
        told = next(one for one in truth if one.order_id == order.order_id)
        assert (order.total.minor, order.freight.minor) == (told.total, told.freight)
        assert [
            (line.sku_id, line.quantity, line.paid.minor, line.unit_price.minor) for line in order.lines
        ] == [(line.sku_id, line.quantity, line.paid, line.unit_price) for line in told.lines]
        for line in order.lines:
            off = sum(discount.amount.minor for discount in line.discounts)
            assert line.unit_price.minor * line.quantity - off == line.paid.minor
        assert order.discounts == ()
        assert order.status.value == told.status.value
        assert order.created_at == told.created
    assert len(windows) == (12 if by == "updated" else 1)


def test_a_back_fill_says_what_it_takes() -> None:
    """Three months in half hours are 4320 calls before a single order: by creation they are 90."""

    with Gateway().client() as shop:
        quarter = Period(START - timedelta(days=90), START)
        by_update, by_creation = shop.estimate_orders(updated=quarter), shop.estimate_orders(created=quarter)
    assert (by_update.windows, by_update.least_calls, by_update.unreachable) == (4320, 4320, None)
    assert by_creation.least_calls == 90


@pytest.mark.parametrize("kind", KINDS)
def test_pages_are_read_from_the_last_back(kind: str) -> None:
    """A3: the first page tells how many there are, then the last is read first."""

    with running() as box:
        for number in range(25):
            box.shop.sell(sold(number))
        found = box.run(kind, lambda shop: shop.orders(updated=HALF_HOUR, page_size=10))
        assert [body["pageNo"] for body in box.bodies("order.getOrderList")] == [1, 3, 2, 1]
        assert len(box.bodies("order.getOrderDetail")) == len(found) == 25


def test_rows_that_leave_while_pages_are_read() -> None:
    """An order that is updated leaves the window and pulls the rest forward: nothing is skipped, nothing doubled."""

    with running() as box:
        for number in range(25):
            box.shop.sell(sold(number))
        with box.client() as shop:
            pages = shop.orders(updated=HALF_HOUR, page_size=5).pages()
            found = [order.order_id for order in next(pages).items]
            moved = 0
            for page in pages:
                found += [order.order_id for order in page.items]
                # the oldest rows are updated now, and so leave the window
                box.shop.update_order(sold(moved).order_id, sellerRemark="later")
                moved += 1
            late = shop.orders(
                updated=Period(START + timedelta(hours=23, minutes=59), START + timedelta(days=1, minutes=1))
            )
            after = {order.order_id for order in late}
    everything = {sold(n).order_id for n in range(25)}
    assert len(found) == len(set(found))
    assert set(found) | after == everything
    assert set(found) >= everything - {sold(n).order_id for n in range(moved)}


def test_orders_by_creation_that_change_while_they_are_read() -> None:
    """They stay in their window, and come once."""

    with running() as box:
        for number in range(12):
            box.shop.sell(sold(number))
        with box.client() as shop:
            found = []
            for page in shop.orders(created=HALF_HOUR, page_size=5).pages():
                found += [order.order_id for order in page.items]
                for number in range(12):
                    box.shop.update_order(sold(number).order_id, sellerRemark="x", createdTime=_ms(number))
                    box.clock.advance(timedelta(seconds=1))
    assert sorted(found) == [sold(n).order_id for n in range(12)]


def test_reading_forwards_would_have_lost_some() -> None:
    """The trap is real: the same listing read from the first page on misses rows."""

    with running() as box:
        for number in range(20):
            box.shop.sell(sold(number))
        seen: set[str] = set()
        with box.client() as shop:
            since, until = int(START.timestamp()), int(START.timestamp()) + 1800
            for number in (1, 2, 3, 4):
                page = shop.send(
                    GetOrderList(start_time=since, end_time=until, time_type=2, page_no=number, page_size=5)
                )
                seen |= {row["orderId"] for row in page.order_list}
                box.shop.update_order(sold(number - 1).order_id, sellerRemark="x")
    assert len(seen) < 20


class Many(Gateway):
    """A platform with ``total`` orders spread evenly over ``span`` seconds that pages through 100 pages at most."""

    def __init__(self, total: int, *, span: int) -> None:
        super().__init__()
        first = int(START.timestamp())
        self.times = {1000 + n: first + n * span // total for n in range(total)}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        body = json.loads(request.body)
        self.asked.append(body)
        if body["method"] == "order.getOrderDetail":
            number = int(body["orderId"])
            return _good_order(number, self.times[number])
        assert body["pageNo"] <= 100
        inside = [n for n, at in self.times.items() if body["startTime"] <= at <= body["endTime"]]
        begin = (body["pageNo"] - 1) * body["pageSize"]
        rows = [
            {"orderId": str(n), "orderStatus": 4, "updateTime": self.times[n] * 1000}
            for n in inside[begin : begin + body["pageSize"]]
        ]
        return good({"total": len(inside), "orderList": rows})


def _good_order(number: int, at: int) -> HttpResponse:
    sku = {"skuId": "s1", "skuQuantity": 1, "totalPaidAmount": 5}
    return good({
        "orderId": str(number), "orderStatus": 4, "createdTime": at * 1000, "updateTime": at * 1000, "userId": "u",
        "totalPayAmount": 5, "skuList": [sku],
    })  # fmt: skip


def test_a_window_that_holds_more_than_can_be_paged_is_halved() -> None:
    """100 pages are the end; a page size of 2 makes that 200 orders, and 500 are all found."""

    gateway = Many(500, span=1800)
    with gateway.client() as shop:
        found = [order.order_id for order in shop.orders(updated=HALF_HOUR, page_size=2)]
    assert sorted(map(int, found)) == list(range(1000, 1500))
    spans = {b["endTime"] - b["startTime"] for b in gateway.asked if b["method"] == "order.getOrderList"}
    assert 1800 in spans
    assert len(spans) > 1


def test_more_in_a_second_than_can_be_listed_is_an_error() -> None:
    """Nothing is cut off silently."""

    with Many(500, span=1).client() as shop, pytest.raises(ProtocolViolation, match="more orders in"):
        list(shop.orders(updated=HALF_HOUR, page_size=2))


def test_orders_between_two_seconds() -> None:
    """Answers have milliseconds and windows have seconds: adjoining periods hold every order exactly once."""

    with running() as box:
        at = START + timedelta(minutes=10)
        moments = [at + timedelta(milliseconds=ms) for ms in (-500, 0, 1, 500, 999, 1000)]
        for number, moment in enumerate(moments):
            box.shop.sell(sold(number, created=START, updated=moment))
        with box.client() as shop:
            before = [order.order_id for order in shop.orders(updated=Period(START, at))]
            after = [order.order_id for order in shop.orders(updated=Period(at, START + timedelta(hours=1)))]
    assert before == [sold(0).order_id]
    assert sorted(after) == [sold(n).order_id for n in range(1, 6)]


@pytest.mark.parametrize("seam", [0, 1, 499, 999])
def test_orders_at_the_seam_of_two_windows(seam: int) -> None:
    """The last second of one window is the first of the next: met twice, handed out once."""

    with running() as box:
        box.shop.sell(sold(1, created=START, updated=START + timedelta(minutes=30, milliseconds=seam)))
        with box.client() as shop:
            found = [
                order.order_id for order in shop.orders(updated=Period(START, START + timedelta(hours=1)))
            ]
    assert found == [sold(1).order_id]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_lost_or_doubled_when_much_goes_wrong(kind: str, seed: int) -> None:
    """A fifth of all requests fails, tokens are taken back, and the pull ends with every order once."""

    with running(faults=Faults.parse(FAULTS, seed=seed)) as box:
        for number in range(60):
            box.shop.sell(sold(number * 3))
        found = box.run(kind, lambda shop: shop.orders(updated=DAY, page_size=10))
        kinds = {request.fault.partition(":")[0] for request in box.box.requests if request.fault}
    assert sorted(order.order_id for order in found) == [sold(n * 3).order_id for n in range(60)]
    assert len(kinds) >= 5


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_page_that_counts_rows_is_refused(kind: str) -> None:
    """Taken for the end it would lose a page silently."""

    with running() as box:
        box.shop.sell(sold(1))
        box.box.fail_next(Fault("empty_page"), times=1, platform="xiaohongshu")
        with pytest.raises(ProtocolViolation, match="with nothing and counts 1"):
            box.run(kind, lambda shop: shop.orders(updated=HALF_HOUR))


def test_a_cursor_goes_on_in_another_process() -> None:
    """Kept after two pages, passed to a new client; of another period it is refused."""

    with running() as box:
        for number in range(25):
            box.shop.sell(sold(number))
        with box.client() as shop:
            pages = shop.orders(updated=HALF_HOUR, page_size=10).pages()
            first = [next(pages), next(pages)]
        with box.client(authorized=False) as shop:
            listing = shop.orders(updated=HALF_HOUR, page_size=10)
            rest = list(listing.pages(start=first[1].cursor))
            with pytest.raises(ArgumentError, match="belongs to the period"):
                shop.orders(updated=DAY).pages(start=first[1].cursor)
    found = [order.order_id for page in (*first, *rest) for order in page.items]
    assert sorted(found) == [sold(n).order_id for n in range(25)]


def test_one_bad_order_does_not_take_its_neighbours_along() -> None:
    """A row without an id, a detail without money and a refused detail stand in ``rejected``; the others are there."""

    rows = [{"orderId": str(n), "orderStatus": 4, "updateTime": _ms(1)} for n in (1, 2, 3)]
    gateway = Gateway(
        order__getOrderList=[{"total": 4, "orderList": [{"orderStatus": 4}, *rows]}],
        order__getOrderDetail=[
            {"orderId": "1", "orderStatus": 4},
            bad(-2000101, "包裹不存在"),
            _good_order(3, _ms(1) // 1000),
        ],
    )
    with gateway.client() as shop:
        (page,) = shop.orders(updated=HALF_HOUR).pages()
    assert [order.order_id for order in page.items] == ["3"]
    assert [error.ref for error in page.rejected] == ["", "1", "2"]
    assert all(isinstance(error, PayloadError) for error in page.rejected)
    assert "order.totalPayAmount" in str(page.rejected[1])


@pytest.mark.parametrize("kind", KINDS)
def test_cases_are_listed_in_milliseconds(kind: str) -> None:
    """A4: the same half hours, in the other unit, each case with its goods."""

    with running(now=START + timedelta(minutes=5)) as box:
        for number in range(5):
            box.shop.sell(sold(number))
        cases = []
        for number in range(5):
            box.clock.advance(timedelta(minutes=13, milliseconds=7))
            cases.append(box.shop.open_aftersale(sold(number).order_id, refund=12.1 + number))
        period = Period(START, START + timedelta(hours=2))
        found = box.run(kind, lambda shop: shop.aftersales(updated=period, page_size=2))
        asked = box.bodies("afterSale.listAfterSaleInfos")
    assert sorted(case.aftersale_id for case in found) == cases
    assert sorted(case.requested.minor for case in found) == [1210, 1310, 1410, 1510, 1610]
    assert all(body["endTime"] - body["startTime"] <= 1_800_000 for body in asked)
    assert asked[0]["startTime"] == _ms(0)


@pytest.mark.parametrize("page_size", [0, 101, True])
def test_a_page_size_the_platform_has_not_is_said_at_once(page_size: int) -> None:
    """Before anything is sent."""

    gateway = Gateway()
    with gateway.client() as shop:
        with pytest.raises(ArgumentError):
            shop.orders(updated=DAY, page_size=page_size).pages()
        with pytest.raises(ArgumentError):
            shop.aftersales(updated=DAY, page_size=page_size).pages()
    assert gateway.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_products_and_settlements_wait_for_consent(kind: str) -> None:
    """No document has their fields: nothing is sent unless the caller accepts that."""

    accepted = ("products", "settlements")
    with running() as box:
        for number in range(5):
            box.shop.put_product(f"i{number}", name="茶", skus={f"s{number}": 1280, f"t{number}": 990})
            box.shop.settle(f"t{number}", order_id=f"P{number}", amount="12.10", commissionAmount="-0.61")
        box.shop.settle("t9", order_id="P9", amount="3.00", settleBizType=1, returnId="R9")
        day = Period(START, START + timedelta(days=2))
        for act in (lambda shop: shop.products(), lambda shop: shop.settlements(booked=day)):
            with pytest.raises(Unconfirmed, match="accept_unconfirmed"):
                box.run(kind, act)
        products = box.run(kind, lambda shop: shop.products(page_size=2), accept_unconfirmed=accepted)
        moved = box.run(
            kind, lambda shop: shop.settlements(booked=day, page_size=2), accept_unconfirmed=accepted
        )
    assert sorted(product.product_id for product in products) == [f"i{n}" for n in range(5)]
    assert [sku.price.minor for sku in products[0].skus] == [1280, 990]
    assert sum(one.signed.minor for one in moved) == 5 * 1210 - 300
    assert {part.amount.minor for one in moved for part in one.parts} == {-61}
