"""The canonical methods against the emulated platform: what they read, what they do, and that they do it once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from privdomain import Money
from privdomain.calendar import Period
from privdomain.errors import (
    ArgumentError,
    ProtocolViolation,
    RateLimited,
    Refused,
    RequestRejected,
    Unsupported,
    Unverified,
)
from privdomain.models import (
    AfterSaleStatus,
    AfterSaleType,
    FlowDirection,
    OrderStatus,
    Parcel,
    RefundStatus,
    Settlement,
    SettlementKind,
    ShippedLine,
)
from privdomain.platforms import Support
from privdomain.platforms.wechat_shop import (
    ChangeStock,
    CreateAfterSale,
    GetOrder,
    ListAfterSaleReasons,
    ListCarriers,
    ListFundsFlows,
    ListRejectReasons,
    ListStock,
    WeChatShop,
)
from privdomain.sandbox import EmulatedWeChatShop, Fault, Sandbox, SoldStatus
from tests.platforms._scripted import KINDS
from tests.platforms.wechat_shop._box import (
    CUP_SKU,
    LINES,
    ORDER,
    START,
    TEA,
    TEA_SKU,
    Hand,
    box_of,
    client_of,
    run_with,
    sale,
)

WHOLE = Parcel(carrier="sf", waybill_id="SF0000000000001")


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def world(hand: Hand) -> Iterator[tuple[Sandbox, EmulatedWeChatShop]]:
    with box_of(hand, sale()) as made:
        yield made


@pytest.fixture
def box(world: tuple[Sandbox, EmulatedWeChatShop]) -> Sandbox:
    return world[0]


@pytest.fixture
def platform(world: tuple[Sandbox, EmulatedWeChatShop]) -> EmulatedWeChatShop:
    return world[1]


@pytest.fixture
def shop(box: Sandbox, hand: Hand) -> Iterator[WeChatShop]:
    with client_of(box, hand) as made:
        yield made


# --- shipping ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_parcel_is_told_and_read_back(
    kind: str, box: Sandbox, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """Our code of the carrier goes out as the platform's, and comes back as ours."""

    def blocking(shop: WeChatShop) -> Any:
        shop.ship(ORDER, parcels=[WHOLE])
        return shop.order(ORDER)

    async def awaited(shop: Any) -> Any:
        await shop.ship(ORDER, parcels=[WHOLE])
        return await shop.order(ORDER)

    order = run_with(kind, box, hand, blocking=blocking, awaited=awaited)

    assert (order.status, order.shipped_at) == (OrderStatus.SHIPPED, START)
    [parcel] = order.parcels
    assert (parcel.carrier, parcel.carrier_code, parcel.carrier_name) == ("sf", "SF", "顺丰速运")
    assert (parcel.waybill_id, parcel.shipped_at) == ("SF0000000000001", START)
    assert [(line.line_id, line.quantity) for line in parcel.lines] == [(LINES[0], 3), (LINES[1], 1)]
    assert len(platform.shipments(ORDER)) == 1


def test_an_order_goes_in_several_parcels(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """Two teas first, then the rest in a parcel that does not say what is in it; nothing goes twice."""

    first = Parcel(carrier="yto", waybill_id="YT1", lines=(ShippedLine(line_id=LINES[0], quantity=2),))
    shop.ship(ORDER, parcels=[first])
    halfway = shop.order(ORDER)
    shop.ship(ORDER, parcels=[Parcel(carrier_code="OTHER", waybill_id="X-1")])
    order = shop.order(ORDER)

    assert (halfway.status, halfway.shipped_at) == (OrderStatus.PARTIALLY_SHIPPED, None)
    assert order.status is OrderStatus.SHIPPED
    assert [[(line.line_id, line.quantity) for line in parcel.lines] for parcel in order.parcels] == [
        [(LINES[0], 2)],
        [(LINES[0], 1), (LINES[1], 1)],
    ]
    assert [(parcel.carrier, parcel.carrier_code) for parcel in order.parcels] == [
        ("yto", "YTO"),
        ("", "OTHER"),
    ]
    assert [shipment.waybill_id for shipment in platform.shipments(ORDER)] == ["YT1", "X-1"]


def test_two_parcels_in_one_call(shop: WeChatShop, box: Sandbox) -> None:
    """One of them takes what the other leaves; the platform is told once."""

    parcels = [
        Parcel(carrier="zto", waybill_id="Z1"),
        Parcel(carrier="zto", waybill_id="Z2", lines=(ShippedLine(line_id=LINES[1], quantity=1),)),
    ]
    shop.ship(ORDER, parcels=parcels)

    [call] = [request for request in box.requests if request.path.endswith("delivery/send")]
    assert [len(parcel["product_infos"]) for parcel in call.body["delivery_list"]] == [1, 1]
    assert call.body["delivery_list"][0]["product_infos"] == [
        {"product_id": TEA, "sku_id": TEA_SKU, "product_cnt": 3}
    ]


def test_what_was_refunded_is_not_shipped(shop: WeChatShop, platform: EmulatedWeChatShop, hand: Hand) -> None:
    """One tea is paid back before it is sent; the parcel of the rest has two, and the order is shipped."""

    case = platform.open_aftersale(ORDER, count=1)
    shop.agree_refund(case)
    shop.ship(ORDER, parcels=[WHOLE])

    [shipment] = platform.shipments(ORDER)
    assert shipment.units[TEA, TEA_SKU] == 2
    assert shop.order(ORDER).status is OrderStatus.SHIPPED


@pytest.mark.parametrize(
    ("parcels", "error", "says"),
    [
        ([], ArgumentError, "one parcel at least"),
        ([WHOLE, Parcel(carrier="sf", waybill_id="SF2")], ArgumentError, "two parcels are without lines"),
        ([Parcel(carrier="sff", waybill_id="1")], ArgumentError, "did you mean 'sf'"),
        ([Parcel(waybill_id="1")], ArgumentError, "names no carrier"),
        (
            [Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id="nobody", quantity=1),))],
            ArgumentError,
            "has no line 'nobody'",
        ),
        (
            [Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id=LINES[0], quantity=4),))],
            Refused,
            "4 of line .* are to be shipped, and 3 are left",
        ),
        (
            [
                Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id=LINES[0], quantity=2),)),
                Parcel(carrier="sf", waybill_id="2", lines=(ShippedLine(line_id=LINES[0], quantity=2),)),
            ],
            Refused,
            "1 are left",
        ),
        (
            [
                Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id=LINES[0], quantity=1),)),
                Parcel(carrier="sf", waybill_id="1", lines=(ShippedLine(line_id=LINES[1], quantity=1),)),
            ],
            ArgumentError,
            "an earlier one",
        ),
    ],
)
def test_what_cannot_be_shipped_is_said_before_it_is_sent(
    parcels: list[Parcel], error: type[Exception], says: str, shop: WeChatShop, platform: EmulatedWeChatShop
) -> None:
    """With what would be right."""

    with pytest.raises(error, match=says):
        shop.ship(ORDER, parcels=parcels)
    assert platform.shipments(ORDER) == ()


def test_only_what_is_paid_is_shipped(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """And the refusal has the status in its numbers."""

    platform.sell(sale("37", status=SoldStatus.PENDING_PAYMENT))
    with pytest.raises(Refused, match="only what is paid") as caught:
        shop.ship("37", parcels=[WHOLE])
    assert caught.value.numbers["status"] == "pending_payment"


# --- after-sales ---


@pytest.mark.parametrize("kind", KINDS)
def test_a_refund_is_agreed_to(kind: str, box: Sandbox, platform: EmulatedWeChatShop, hand: Hand) -> None:
    """The case is read, agreed to once, and the money is final when the platform says so."""

    case = platform.open_aftersale(ORDER, sku_id=CUP_SKU, desc="杯子碎了")
    amount = Money.cny("30")
    before, after = run_with(
        kind,
        box,
        hand,
        blocking=lambda shop: (
            shop.aftersale(case),
            shop.agree_refund(case, amount=amount),
            shop.aftersale(case),
        )[::2],
        awaited=lambda shop: _refund_awaited(shop, case, amount),
    )

    assert (before.type, before.status) == (AfterSaleType.REFUND_ONLY, AfterSaleStatus.WAITING_SHOP)
    assert (before.requested, before.refunds, before.description) == (amount, (), "杯子碎了")
    assert before.deadline_at == START + timedelta(days=2)
    assert (after.status, after.completed_at, after.deadline_at) == (AfterSaleStatus.COMPLETED, START, None)
    assert [(refund.amount, refund.status, refund.at) for refund in after.refunds] == [
        (amount, RefundStatus.SUCCEEDED, START)
    ]
    assert platform.refunds(case) == 1


async def _refund_awaited(shop: Any, case: str, amount: Money) -> Any:
    before = await shop.aftersale(case)
    await shop.agree_refund(case, amount=amount)
    return before, await shop.aftersale(case)


def test_a_return_goes_its_way(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """Agreed to, sent back, confirmed: one call of the platform does two things, and each of ours only its own."""

    case = platform.open_aftersale(ORDER, kind="RETURN")
    with pytest.raises(Refused, match="agree_return agrees to it"):
        shop.agree_refund(case)
    with pytest.raises(Refused, match="agree_return does that"):
        shop.confirm_return(case)
    shop.agree_return(case, address_id="77")
    assert shop.aftersale(case).status is AfterSaleStatus.WAITING_RETURN
    shop.agree_return(case)  # agreed already: nothing is sent, and above all nothing is paid
    with pytest.raises(Refused, match="confirm_return pays back"):
        shop.agree_refund(case)
    platform.return_goods(case, waybill_id="SF9")
    waiting = shop.aftersale(case)
    assert waiting.status is AfterSaleStatus.WAITING_RETURN_RECEIPT
    assert waiting.returned is not None
    assert (waiting.returned.waybill_id, waiting.returned.carrier_code) == ("SF9", "SF")
    assert platform.refunds(case) == 0
    shop.confirm_return(case)
    shop.confirm_return(case)

    assert platform.refunds(case) == 1
    assert shop.aftersale(case).refunded("CNY") == Money.cny("54")
    order = shop.order(ORDER)
    assert (order.lines[0].refunding_quantity, order.lines[0].refunded_quantity) == (0, 3)


def test_a_refusal_has_one_of_the_platforms_reasons(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """Refused once; what is refused is not refused again, and a reason is a number."""

    case = platform.open_aftersale(ORDER, kind="RETURN")
    with pytest.raises(ArgumentError, match="ListRejectReasons"):
        shop.refuse_aftersale(case, reason_code="other", text="影响二次销售")
    with pytest.raises(RequestRejected):
        shop.refuse_aftersale(case, reason_code="99", text="影响二次销售")
    shop.refuse_aftersale(case, reason_code="2", text="影响二次销售")
    shop.refuse_aftersale(case, reason_code="2", text="影响二次销售")

    read = shop.aftersale(case)
    assert (read.status, read.platform_status) == (AfterSaleStatus.REJECTED, "MERCHANT_REJECT_RETURN")
    assert read.reject_reason == "影响二次销售"


def test_a_changed_case_is_not_paid(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """``amount`` is what was decided on."""

    case = platform.open_aftersale(ORDER, amount=5400)
    platform.update_aftersale(case, refund_info={"amount": 9900})
    with pytest.raises(Refused) as caught:
        shop.agree_refund(case, amount=Money.cny("54"))
    assert caught.value.numbers == {"aftersale_id": case, "requested": 9900, "amount": 5400}
    assert platform.refunds(case) == 0


@pytest.mark.parametrize(
    ("kind", "status", "method"),
    [
        ("REFUND", "USER_CANCELD", "agree_refund"),
        ("RETURN", "RETURN_CLOSED", "confirm_return"),
        ("RETURN", "MERCHANT_FAIL", "agree_return"),
        ("REFUND", "MERCHANT_REFUND_SUCCESS", "refuse_aftersale"),
        ("EXCHANGE", "MERCHANT_PROCESSING", "agree_refund"),
        ("EXCHANGE", "MERCHANT_WAIT_RECEIPT", "confirm_return"),
        ("REFUND", "MERCHANT_PROCESSING", "agree_return"),
        ("REFUND", "MERCHANT_PROCESSING", "confirm_return"),
    ],
)
def test_a_case_at_another_stage_is_left_alone(
    kind: str, status: str, method: str, shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox
) -> None:
    """Said here, with the stage; the platform is not asked."""

    case = platform.open_aftersale(ORDER, kind=kind)
    platform.update_aftersale(case, status=status)
    more = {"reason_code": "1", "text": "不同意"} if method == "refuse_aftersale" else {}
    with pytest.raises(Refused) as caught:
        getattr(shop, method)(case, **more)
    assert (caught.value.code, caught.value.numbers["platform_status"]) == ("aftersale_stage", status)
    assert not [request for request in box.requests if request.path.endswith(("acceptapply", "rejectapply"))]


def test_money_on_its_way_is_not_sent_again(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """PLATFORM_REFUNDING is agreed, and not final."""

    case = platform.open_aftersale(ORDER)
    platform.update_aftersale(case, status="PLATFORM_REFUNDING")
    shop.agree_refund(case)

    read = shop.aftersale(case)
    assert (read.status, read.refunds[0].status) == (AfterSaleStatus.REFUNDING, RefundStatus.PROCESSING)
    assert read.refunded("CNY") == Money.cny("0")
    assert platform.refunds(case) == 0


def test_one_payment_per_order_and_minute(hand: Hand) -> None:
    """10021059 is waited out, and without waiting it is `RateLimited`: nothing was done."""

    with box_of(hand, sale(), refund_pause_s=60) as (box, platform), client_of(box, hand) as shop:
        first, second = platform.open_aftersale(ORDER), platform.open_aftersale(ORDER, sku_id=CUP_SKU)
        shop.agree_refund(first)
        with pytest.raises(RateLimited) as caught:
            shop.agree_refund(second)
        assert caught.value.code == "10021059"
        hand.move(seconds=60)
        shop.agree_refund(second)
        assert (platform.refunds(first), platform.refunds(second)) == (1, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_cases_are_listed_by_update(
    kind: str, box: Sandbox, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """Complaint 20: a case opened days ago that changes today is in today's list, which creation times would miss."""

    old = [platform.open_aftersale(ORDER, at=START - timedelta(days=5, minutes=n)) for n in range(45)]
    hand.move(days=1)
    platform.update_aftersale(old[3], status="USER_CANCELD")
    today = Period(START + timedelta(hours=12), START + timedelta(hours=36))

    async def listed(shop: Any, period: Period) -> list[str]:
        return [case.aftersale_id async for case in shop.aftersales(updated=period)]

    def pull(period: Period) -> list[str]:
        return run_with(
            kind,
            box,
            hand,
            blocking=lambda shop: [case.aftersale_id for case in shop.aftersales(updated=period)],
            awaited=lambda shop: listed(shop, period),
        )

    assert pull(today) == [old[3]]
    everything = pull(Period(START - timedelta(days=7), START + timedelta(days=2)))
    assert sorted(everything) == sorted(old)
    bodies = [r.body for r in box.requests if r.path.endswith("getaftersalelist")]
    assert all(body["end_update_time"] - body["begin_update_time"] <= 86_400 for body in bodies)
    assert not any("begin_create_time" in body for body in bodies)


def test_the_platform_refuses_25_hours(shop: WeChatShop, box: Sandbox) -> None:
    """§3.2: 10020004; the windows above keep to 24 hours, to the second."""

    from privdomain.platforms.wechat_shop import ListAfterSales

    shop.send(ListAfterSales(begin_update_time=1_700_000_000, end_update_time=1_700_086_400))
    with pytest.raises(RequestRejected, match="Ask for shorter ranges") as caught:
        shop.send(ListAfterSales(begin_update_time=1_700_000_000, end_update_time=1_700_086_401))
    assert caught.value.code == "10020004"


@pytest.mark.parametrize("fault", ["repeat_cursor", "empty_page"])
@pytest.mark.parametrize("listing", ["aftersales", "settlements"])
def test_a_listing_without_end_is_refused(
    fault: str, listing: str, shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox, hand: Hand
) -> None:
    """Complaint 18, for the two newer listings."""

    for n in range(60):
        platform.open_aftersale(ORDER, at=START + timedelta(seconds=n))
        platform.book_flow(at=START + timedelta(seconds=n), funds_type=1, amount=100)
    hand.move(days=3)
    box.fail_next(Fault(fault), times=4)
    period = Period(START, START + timedelta(days=1))
    with pytest.raises(ProtocolViolation):
        list(shop.aftersales(updated=period) if listing == "aftersales" else shop.settlements(booked=period))


def test_a_page_of_cases_has_no_chosen_size(shop: WeChatShop) -> None:
    """The platform takes none, and it is said and not ignored."""

    with pytest.raises(ArgumentError, match="page_size=10"):
        list(shop.aftersales(updated=Period(START, START + timedelta(hours=1)), page_size=10))


def test_a_case_is_opened_once_per_key(shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox) -> None:
    """A lost answer is repeated under the same key; the platform says that it was done."""

    box.fail_next(Fault("reset", when="after", path="/channels/ec/aftersale/genaftersaleorder"))
    wish = CreateAfterSale(
        request_id="r-1", order_id=ORDER, product_id=TEA, sku_id=TEA_SKU, count=1, amount=1800, reason="10000021",
        type="REFUND",
    )  # fmt: skip
    with pytest.raises(RequestRejected, match="It was carried out") as caught:
        shop.send(wish)
    assert caught.value.code == "10021089"
    assert len(platform.aftersales_of(ORDER)) == 1


# --- stock ---


@pytest.mark.parametrize("kind", KINDS)
def test_stock_is_set_and_read_back(
    kind: str, box: Sandbox, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """What is set is what `stock` says."""

    async def awaited(shop: Any) -> Any:
        await shop.set_stock(TEA, sku_id=TEA_SKU, quantity=40)
        return await shop.stock(TEA, sku_id=TEA_SKU)

    def blocking(shop: WeChatShop) -> Any:
        shop.set_stock(TEA, sku_id=TEA_SKU, quantity=40)
        return shop.stock(TEA, sku_id=TEA_SKU)

    stock = run_with(kind, box, hand, blocking=blocking, awaited=awaited)

    assert (stock.sellable, stock.reserved, stock.at) == (40, 0, START)
    [change] = platform.stock_changes(TEA, TEA_SKU)
    assert (change.diff_type, change.before, change.after) == (3, 0, 40)


def test_setting_may_be_repeated_and_adding_may_not(
    shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox
) -> None:
    """After a lost answer 40 is set again and is 40; 5 are not added again."""

    lost = Fault("reset", when="after", path="/channels/ec/product/stock/update")
    box.fail_next(lost)
    shop.set_stock(TEA, sku_id=TEA_SKU, quantity=40)
    assert [change.after for change in platform.stock_changes(TEA, TEA_SKU)] == [40, 40]

    box.fail_next(lost)
    with pytest.raises(Unverified):
        shop.send(ChangeStock(product_id=TEA, sku_id=TEA_SKU, diff_type=1, num=5))
    assert shop.stock(TEA, sku_id=TEA_SKU).sellable == 45
    [product] = shop.send(ListStock(product_id=(TEA, "1"))).data.spu_stock_list
    assert product.sku_stock[0].normal_stock_num == 45


@pytest.mark.parametrize(("diff_type", "number", "code"), [(2, 1, "10020219"), (1, 2**31, "10020051")])
def test_stock_that_is_not_there(diff_type: int, number: int, code: str, shop: WeChatShop) -> None:
    """Refused with the product's own codes."""

    with pytest.raises(RequestRejected) as caught:
        shop.send(ChangeStock(product_id=TEA, sku_id=TEA_SKU, diff_type=diff_type, num=number))  # type: ignore[arg-type]
    assert caught.value.code == code


# --- notes and receivers ---


def test_a_note_is_written_again_after_a_lost_answer(
    shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox
) -> None:
    """The same note twice is the same note."""

    box.fail_next(Fault("reset", when="after", path="/channels/ec/order/merchantnotes/update"))
    shop.set_memo(ORDER, text="改地址，请先联系")

    assert platform.memos(ORDER) == ("改地址，请先联系",) * 2
    assert shop.send(GetOrder(order_id=ORDER)).order.order_id == ORDER
    assert shop.order(ORDER).raw["order_detail"]["ext_info"]["merchant_notes"] == "改地址，请先联系"


def test_a_receiver_is_decoded_by_one_call(
    shop: WeChatShop, platform: EmulatedWeChatShop, box: Sandbox
) -> None:
    """Masked in the order, in clear when decoded; a lost answer does not spend a second one."""

    masked = shop.order(ORDER).receiver
    clear = shop.reveal(ORDER, operator_id="op-7")
    assert masked is not None
    assert "*" in masked.name + masked.phone
    assert "*" not in clear.name + clear.phone
    assert (clear.address_key, clear.city) == (masked.address_key, masked.city)
    assert clear.phone not in repr(clear)
    assert platform.decodes(ORDER) == 1

    box.fail_next(Fault("reset", when="after", path="/channels/ec/order/sensitiveinfo/decode"))
    with pytest.raises(Unverified):
        shop.reveal(ORDER, operator_id="op-7")
    assert platform.decodes(ORDER) == 2


def test_a_virtual_number_is_what_decoding_gives(hand: Hand) -> None:
    """Complaint 21: the real number stays masked; the phone is the virtual one with its extension."""

    with box_of(hand, sale(), virtual_numbers=True) as (box, _), client_of(box, hand) as shop:
        assert shop.reveal(ORDER, operator_id="op-7").phone == f"10000000001-{ORDER[-4:]}"


# --- money ---


def _flows(platform: EmulatedWeChatShop, count: int, *, step: timedelta = timedelta(minutes=7)) -> None:
    for n in range(count):
        platform.book_flow(at=START + n * step, funds_type=1 + n % 16, amount=100 + n if n % 3 else -100 - n)


@pytest.mark.parametrize("kind", KINDS)
def test_movements_come_once_and_in_order(
    kind: str, box: Sandbox, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """Over several pages; text in Beijing's time becomes the moment."""

    _flows(platform, 230)
    hand.move(days=5)
    period = Period(START, START + timedelta(days=2))

    async def awaited(shop: Any) -> list[Settlement]:
        return [move async for move in shop.settlements(booked=period)]

    moves = run_with(
        kind, box, hand, blocking=lambda shop: list(shop.settlements(booked=period)), awaited=awaited
    )

    assert [move.settlement_id for move in moves] == [flow["flow_id"] for flow in platform.flows()]
    assert [move.at for move in moves[:2]] == [START, START + timedelta(minutes=7)]
    assert sum(move.signed.minor for move in moves) == moves[-1].balance.minor  # type: ignore[union-attr]
    pages = [r.body["page"] for r in box.requests if r.path.endswith("flowlist")]
    assert pages == [1, 2, 3, 4, 5]


def test_a_walk_over_movements_can_be_gone_on_with(
    shop: WeChatShop, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """The cursor has the page number and the key; a changed one is refused."""

    _flows(platform, 120)
    hand.move(days=5)
    period = Period(START, START + timedelta(days=2))
    first = next(iter(shop.settlements(booked=period).pages()))
    rest = list(shop.settlements(booked=period).pages(start=first.cursor))

    found = [move.settlement_id for page in [first, *rest] for move in page.items]
    assert found == [flow["flow_id"] for flow in platform.flows()]
    assert first.cursor is not None
    broken = first.cursor.replace('"mark":"2:', '"mark":"x:')
    with pytest.raises(ArgumentError, match="has been changed"):
        list(shop.settlements(booked=period).pages(start=broken))


def test_the_replies_of_a_counted_listing(shop: WeChatShop, platform: EmulatedWeChatShop, hand: Hand) -> None:
    """The page number goes up with the key, which would not count otherwise."""

    _flows(platform, 120)
    hand.move(days=5)
    replies = list(shop.replies(ListFundsFlows(page_size=50)))

    assert [len(reply.flow_ids) for reply in replies] == [50, 50, 20]
    assert len({flow_id for reply in replies for flow_id in reply.flow_ids}) == 120


@pytest.mark.parametrize(
    ("now", "latest"),
    [
        # 15:59 and 16:00 of 12 November in Beijing
        (datetime(2026, 11, 12, 7, 59, tzinfo=UTC), datetime(2026, 11, 10, 16, tzinfo=UTC)),
        (datetime(2026, 11, 12, 8, 0, tzinfo=UTC), datetime(2026, 11, 11, 16, tzinfo=UTC)),
    ],
)
def test_what_is_not_booked_yet_is_not_left_out_in_silence(
    now: datetime, latest: datetime, shop: WeChatShop, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """The platform cuts such a period off and says nothing; whoever went on from its end would miss a day."""

    flow = platform.book_flow(at=latest - timedelta(seconds=1), funds_type=1, amount=100)
    hand.at = now
    assert [m.settlement_id for m in shop.settlements(booked=Period(latest - timedelta(days=1), latest))] == [
        flow
    ]
    with pytest.raises(Unsupported, match="end it there"):
        list(shop.settlements(booked=Period(latest - timedelta(days=1), latest + timedelta(seconds=1))))


def test_sales_and_refunds_reach_the_account(
    shop: WeChatShop, platform: EmulatedWeChatShop, hand: Hand
) -> None:
    """Income once, the refund with its order and its case."""

    done = sale(status=SoldStatus.COMPLETED)
    platform.sell(done)
    platform.sell(done)
    case = platform.open_aftersale(ORDER, amount=5400)
    shop.agree_refund(case)
    hand.move(days=2)
    income, refund = shop.settlements(booked=Period(START - timedelta(hours=1), START + timedelta(hours=1)))

    assert (income.kind, income.direction, income.amount) == (
        SettlementKind.ORDER_INCOME,
        FlowDirection.IN,
        Money.cny("92"),
    )
    assert (refund.kind, refund.signed, refund.order_id, refund.aftersale_id) == (
        SettlementKind.REFUND,
        Money.cny("-54"),
        ORDER,
        case,
    )
    assert income.transaction_id == shop.order(ORDER).payments[0].transaction_id


# --- lost answers ---


WRITES: dict[str, tuple[str, Callable[[WeChatShop, str], None], Callable[[EmulatedWeChatShop, str], int]]] = {
    "ship": (
        "order/delivery/send",
        lambda shop, _: shop.ship(ORDER, parcels=[WHOLE]),
        lambda platform, _: len(platform.shipments(ORDER)),
    ),
    "agree_refund": (
        "aftersale/acceptapply",
        lambda shop, case: shop.agree_refund(case),
        lambda platform, case: platform.refunds(case),
    ),
    "refuse_aftersale": (
        "aftersale/rejectapply",
        lambda shop, case: shop.refuse_aftersale(case, reason_code="1", text="已协商"),
        lambda platform, case: int(platform.aftersale(case)["status"] == "MERCHANT_REJECT_REFUND"),
    ),
}


@pytest.mark.parametrize("fault", ["reset", "server_error", "timeout", "truncated", "wrong_json"])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_whose_answer_is_lost_happens_once(
    write: str, fault: str, box: Sandbox, platform: EmulatedWeChatShop, shop: WeChatShop
) -> None:
    """It is `Unverified` and not repeated; reading tells that it was done; asking again does nothing more."""

    path, act, effects = WRITES[write]
    case = platform.open_aftersale(ORDER, sku_id=CUP_SKU)
    box.fail_next(Fault(fault, when="after", path=f"/channels/ec/{path}"))

    with pytest.raises(Unverified, match="read the object again"):
        act(shop, case)
    assert effects(platform, case) == 1
    act(shop, case)
    assert effects(platform, case) == 1
    assert [request.path for request in box.requests].count(f"/channels/ec/{path}") == 1


@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_never_arrived_can_be_asked_for_again(
    write: str, box: Sandbox, platform: EmulatedWeChatShop, shop: WeChatShop
) -> None:
    """The client cannot know the difference; the second call finds nothing done, and does it."""

    path, act, effects = WRITES[write]
    case = platform.open_aftersale(ORDER, sku_id=CUP_SKU)
    box.fail_next(Fault("reset", when="before", path=f"/channels/ec/{path}"))

    with pytest.raises(Unverified):
        act(shop, case)
    assert effects(platform, case) == 0
    act(shop, case)
    assert effects(platform, case) == 1


@pytest.mark.parametrize("code", ["100003", "45011", "40001", "42001"])
@pytest.mark.parametrize("write", WRITES)
def test_a_write_that_was_certainly_refused_is_tried_again(
    write: str, code: str, box: Sandbox, platform: EmulatedWeChatShop, shop: WeChatShop
) -> None:
    """ "Changed by somebody else", a used-up minute and a bad token mean that nothing was done."""

    path, act, effects = WRITES[write]
    case = platform.open_aftersale(ORDER, sku_id=CUP_SKU)
    box.fail_next(Fault("code", code=code, path=f"/channels/ec/{path}"))

    act(shop, case)
    assert effects(platform, case) == 1


def test_busy_says_nothing_about_a_write(
    box: Sandbox, platform: EmulatedWeChatShop, shop: WeChatShop
) -> None:
    """§3.1: -1 is repeated for reads only; for writes the state is read first."""

    box.fail_next(Fault("code", code="-1", when="after", path="/channels/ec/order/delivery/send"))
    with pytest.raises(Unverified):
        shop.ship(ORDER, parcels=[WHOLE])
    assert len(platform.shipments(ORDER)) == 1


# --- ids and capabilities ---


def test_ids_above_2_to_the_53_survive_as_numbers(hand: Hand) -> None:
    """Products and SKUs as JSON numbers: every digit comes back as text, and goes out as text."""

    big = "3705115058471208929"
    sold = sale()
    lines = tuple(
        type(line)(
            product_id=big, sku_id=big, quantity=line.quantity, unit_price=line.unit_price, paid=line.paid
        )
        for line in sold.lines[:1]
    )
    with (
        box_of(hand, sale(lines=lines), numeric_ids=True) as (box, platform),
        client_of(box, hand) as shop,
    ):
        case = platform.open_aftersale(ORDER)
        assert [(line.product_id, line.sku_id) for line in shop.order(ORDER).lines] == [(big, big)]
        assert shop.order(ORDER).raw["order_detail"]["product_infos"][0]["sku_id"] == int(big)
        assert [product.product_id for product in shop.products()] == [big]
        assert shop.product(big).skus[0].sku_id == big
        assert shop.aftersale(case).lines[0].sku_id == big
        shop.ship(ORDER, parcels=[WHOLE])
        assert shop.order(ORDER).parcels[0].lines[0].quantity == 3
        shop.set_stock(big, sku_id=big, quantity=9)
        assert shop.stock(big, sku_id=big).sellable == 9


def test_there_is_no_trace_and_no_coupon_to_grant(shop: WeChatShop, box: Sandbox) -> None:
    """Said before anything is sent, with what there is instead."""

    with pytest.raises(Unsupported, match=r"Order\.parcels has carriers"):
        shop.trace(ORDER)
    assert not shop.capabilities.grant_coupon
    assert "no call to grant" in shop.capabilities.grant_coupon.note
    assert shop.capabilities.ship_split.support is Support.YES
    assert shop.capabilities.orders_window == timedelta(days=7)
    assert shop.capabilities.aftersales_window == timedelta(hours=24)
    assert box.requests == ()


def test_orders_by_creation(shop: WeChatShop, platform: EmulatedWeChatShop) -> None:
    """For a back-fill that is not to move with every change."""

    platform.sell(sale("37", at=START - timedelta(days=1)))
    platform.update_order("37", status=250)
    day = Period(START - timedelta(days=2), START)
    assert [order.order_id for order in shop.orders(created=day)] == ["37"]
    assert list(shop.orders(updated=day)) == []


def test_the_platforms_own_lists(shop: WeChatShop) -> None:
    """Carriers, and the reasons of both sides."""

    assert {"SF", "YTO"} <= {carrier.delivery_id for carrier in shop.send(ListCarriers()).company_list}
    assert {reason.reject_reason_type for reason in shop.send(ListRejectReasons()).reject_reason_list} == {
        1,
        2,
        3,
    }
    assert "质量问题" in str([reason.model_extra for reason in shop.send(ListAfterSaleReasons()).reason_list])
