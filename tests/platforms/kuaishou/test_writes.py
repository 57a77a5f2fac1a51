"""Writing: one effect each at the platform, whatever becomes of the answer. kuaishou.md §5.5, §6, §7"""

from __future__ import annotations

import pytest

from privdomain import Money
from privdomain.errors import ArgumentError, Refused, RequestRejected, Unverified
from privdomain.models import OrderStatus, Parcel, ShippedLine
from privdomain.platforms.kuaishou.operations import (
    AppendLogistics,
    CloseOrder,
    GetOrder,
    ListRejectReasons,
    SetShelfStatus,
    UpdateLogistics,
)
from privdomain.sandbox import Fault, SoldLine, SoldStatus
from tests.platforms.kuaishou._shops import KINDS, bench, every_kind, oid, sold

SF = Parcel(carrier="sf", waybill_id="SF1")


@pytest.fixture
def desk():
    with bench(orders=[sold(n) for n in range(5)]) as made:
        made.shop.put_item("100", skus={"1": (500, 7)})
        yield made


def gift(order):
    """An order with a gift in it (trap 4: gifts are in subOrderInfo)."""
    number = int(order) + 900
    sub = {
        "subOrderBaseInfo": {"oid": number, "status": 30},
        "subOrderItemInfo": {"itemId": 9, "skuId": 91, "num": 1, "price": 100, "itemTitle": "茶匙"},
        "subOrderType": 2,
    }
    return str(number), [sub]


# --- shipping ---


@pytest.mark.parametrize("kind", KINDS)
def test_ship_in_one_parcel(desk, kind):
    every_kind(kind, desk, lambda shop: shop.ship(oid(1), parcels=[SF]))
    order = every_kind(kind, desk, lambda shop: shop.order(oid(1)))
    assert order.status is OrderStatus.SHIPPED and order.shipped_at
    assert [(p.carrier, p.carrier_code, p.waybill_id) for p in order.parcels] == [("sf", "4", "SF1")]
    assert desk.shop.effects == {("ship", oid(1)): 1}


def test_ship_again_is_done_already(desk):
    with desk.client() as shop:
        for _ in range(3):
            shop.ship(oid(1), parcels=[SF])
    assert desk.shop.effects["ship", oid(1)] == 1
    assert desk.asked("/open/seller/order/goods/deliver") == 1


def test_ship_in_several_parcels(desk):
    """Order 2 has three units: two now, the last one later."""
    with desk.client() as shop:
        half = [
            Parcel(carrier="sf", waybill_id=f"SF{n}", lines=(ShippedLine(line_id=oid(2), quantity=1),))
            for n in range(2)
        ]
        shop.ship(oid(2), parcels=half)
        assert shop.order(oid(2)).status is OrderStatus.PARTIALLY_SHIPPED
        shop.ship(oid(2), parcels=[Parcel(carrier="yto", waybill_id="YT")])
        assert shop.order(oid(2)).status is OrderStatus.SHIPPED
        assert [parcel.waybill_id for parcel in shop.order(oid(2)).parcels] == ["SF0", "SF1", "YT"]
        with pytest.raises(ArgumentError, match="each says what is in it"):
            shop.ship(oid(1), parcels=[SF, Parcel(carrier="sf", waybill_id="SF2")])
        with pytest.raises(ArgumentError, match="one parcel at least"):
            shop.ship(oid(1), parcels=[])


def test_an_order_with_gifts_is_split(desk):
    number, subs = gift(oid(1))
    desk.shop.update_order(oid(1), subOrderInfo=subs)
    with desk.client() as shop:
        shop.ship(oid(1), parcels=[SF])
        order = shop.order(oid(1))
    assert desk.asked("/open/order/goods/split/deliver") == 1
    assert order.status is OrderStatus.SHIPPED
    assert [(line.line_id, line.is_freebie, line.paid.minor) for line in order.lines][1] == (number, True, 0)


@pytest.mark.parametrize("change", ["hold", "risk", "promise"])
def test_a_held_order_is_not_shipped(desk, change):
    """Trap 8: no address is no parsing error, and nothing is sent."""
    if change == "hold":
        desk.shop.hold_order(oid(1))
    else:
        base = {"risk": {"riskCode": 10001}, "promise": {"validPromiseShipmentTimeStamp": 0}}[change]
        desk.shop.update_order(oid(1), orderBaseInfo=base)
    with desk.client() as shop:
        assert shop.order(oid(1)).status is OrderStatus.ON_HOLD
        with pytest.raises(Refused, match="must not be shipped") as caught:
            shop.ship(oid(1), parcels=[SF])
    assert caught.value.code == "held"
    assert not desk.shop.effects


def test_carriers_are_ours_or_theirs(desk):
    with desk.client() as shop:
        with pytest.raises(ArgumentError, match="did you mean 'yunda'"):
            shop.ship(oid(1), parcels=[Parcel(carrier="yundaa", waybill_id="Y")])
        with pytest.raises(ArgumentError, match="numbers its carriers"):
            shop.ship(oid(1), parcels=[Parcel(carrier_code="SF", waybill_id="Y")])
        shop.ship(oid(1), parcels=[Parcel(carrier_code="118", waybill_id="Y")])
        assert shop.order(oid(1)).parcels[0].carrier_code == "118"


def test_the_other_logistics_calls(desk):
    desk.shop.sell(sold(4, status=SoldStatus.PENDING_PAYMENT))
    with desk.client() as shop:
        shop.ship(oid(1), parcels=[SF])
        shop.send(UpdateLogistics(order_id=oid(1), express_code=6, express_no="YT9", logistics_id="1"))
        shop.send(AppendLogistics(oid=oid(1), express_code=6, express_no="YT10"))
        there = shop.send(GetOrder(oid=oid(1))).data.order_logistics_info
        assert [(one.express_no, one.logistics_id) for one in there] == [("YT9", "1"), ("YT10", "2")]
        shop.send(CloseOrder(order_id=oid(4)))
        assert shop.order(oid(4)).status is OrderStatus.CLOSED
        shop.send(SetShelfStatus(kwai_item_id="100", shelf_status=0))
        assert shop.product("100").status == "delisted"


def test_a_memo_is_added(desk):
    with desk.client() as shop:
        shop.set_memo(oid(1), text="加急")
        assert shop.order(oid(1)).raw["orderNote"]["orderNoteInfo"][0]["note"] == "加急"
        with pytest.raises(ArgumentError, match="note"):
            shop.set_memo(oid(1), text="长" * 201)


# --- stock ---


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("quantity", "calls"), [(12, 1), (0, 1), (7, 0)])
def test_stock_is_set_by_one_difference(desk, kind, quantity, calls):
    """Trap 6: read, one difference; and nothing where it is right already."""
    every_kind(kind, desk, lambda shop: shop.set_stock("100", sku_id="1", quantity=quantity))
    assert desk.shop.stock("100", sku_id="1") == quantity
    assert desk.asked("/open/item/sku/stock/update") == calls


# --- refunds ---


@pytest.mark.parametrize("kind", KINDS)
def test_agree_to_what_is_asked_for(desk, kind):
    case = desk.shop.open_aftersale(oid(1), amount=1000)
    every_kind(kind, desk, lambda shop: shop.agree_refund(case, amount=Money.cny("10")))
    found = every_kind(kind, desk, lambda shop: shop.aftersale(case))
    assert found.status == "completed" and found.refunded("CNY") == Money.cny("10")
    assert desk.shop.effects == {("agree_refund", case): 1}


def test_another_amount_is_refused_with_the_numbers(desk):
    case = desk.shop.open_aftersale(oid(1), amount=1000)
    with desk.client() as shop:
        with pytest.raises(Refused) as caught:
            shop.agree_refund(case, amount=Money.cny("9"))
        assert caught.value.code == "amount_differs"
        assert caught.value.numbers == {"asked_minor": 1000, "agreed_minor": 900}
        with pytest.raises(ArgumentError, match="CNY"):
            shop.agree_refund(case, amount=Money(1000, "USD"))
    assert not desk.shop.effects


@pytest.mark.parametrize("code", ["300014", "300017"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_changed_case_is_read_again_first(desk, code, times):
    """300014 and 300017 are tried again only after a re-read, and not for ever."""
    case = desk.shop.open_aftersale(oid(1), amount=1000)
    approve = "/open/seller/order/refund/approve"
    desk.box.fail_next(Fault("code", code=code, path=approve), platform="kuaishou", times=times)
    with desk.client() as shop:
        if times == 1:
            shop.agree_refund(case)
        else:
            with pytest.raises(RequestRejected, match="decide again"):
                shop.agree_refund(case)
    tail = [path.rsplit("/", 1)[1] for path in desk.paths]
    assert tail == ["detail", "approve"] * min(times + 1, 3)


def test_the_guard_holds_after_the_re_read(desk):
    """The buyer asks for less in the moment between reading and agreeing."""
    case = desk.shop.open_aftersale(oid(1), amount=1000)
    original = desk.shop.handle

    def meddle(request, quirk):
        if request.path.endswith("/refund/approve") and desk.shop.aftersale(case)["refundFee"] == 1000:
            desk.shop.change_aftersale(case, refundFee=500, negotiateStatus=2)
        return original(request, quirk)

    desk.shop.handle = meddle
    with desk.client() as shop, pytest.raises(Refused, match="asks for"):
        shop.agree_refund(case, amount=Money.cny("10"))
    assert not desk.shop.effects


@pytest.mark.parametrize("kind", KINDS)
def test_a_return_from_agreement_to_payment(desk, kind):
    case = desk.shop.open_aftersale(oid(1), handling_way=1)
    every_kind(kind, desk, lambda shop: shop.agree_return(case, address_id="77"))
    assert every_kind(kind, desk, lambda shop: shop.aftersale(case)).status == "waiting_return"
    desk.shop.change_aftersale(case, status=40)
    every_kind(kind, desk, lambda shop: shop.confirm_return(case))
    assert every_kind(kind, desk, lambda shop: shop.aftersale(case)).status == "completed"
    assert every_kind(kind, desk, lambda shop: shop.order(oid(1))).status is OrderStatus.CLOSED
    every_kind(kind, desk, lambda shop: shop.confirm_return(case))  # again: read, and left as it is
    waiting = desk.shop.open_aftersale(oid(2), handling_way=1)
    with desk.client() as shop, pytest.raises(Refused, match="in state 11"):
        shop.confirm_return(waiting)


def test_an_exchange_is_agreed_with_the_amount_zero(desk):
    case = desk.shop.open_aftersale(oid(1), handling_way=3)
    with desk.client() as shop:
        shop.agree_return(case)  # to the usual return address
        assert shop.aftersale(case).type == "exchange"


@pytest.mark.parametrize("kind", KINDS)
def test_refuse_the_version_that_was_read(desk, kind):
    case = desk.shop.open_aftersale(oid(1))
    every_kind(kind, desk, lambda shop: shop.refuse_aftersale(case, reason_code="101", text="已发出"))
    assert every_kind(kind, desk, lambda shop: shop.aftersale(case)).status == "waiting_buyer"
    with desk.client() as shop:
        reasons = shop.send(ListRejectReasons(refund_id=case)).data
        assert [reason.reason_code for reason in reasons] == ["101", "102", "103"]
        with pytest.raises(ArgumentError, match="ListRejectReasons"):
            shop.refuse_aftersale(case, reason_code="late", text="x")
        with pytest.raises(RequestRejected, match="allows nothing"):
            shop.refuse_aftersale(case, reason_code="101", text="已发出")


# --- answers that are lost ---


def calls(case):
    return [
        ("/open/seller/order/goods/deliver", lambda shop: shop.ship(oid(1), parcels=[SF])),
        ("/open/item/sku/stock/update", lambda shop: shop.set_stock("100", sku_id="1", quantity=20)),
        ("/open/seller/order/refund/approve", lambda shop: shop.agree_refund(case)),
        ("/open/seller/order/note/add", lambda shop: shop.set_memo(oid(1), text="x")),
    ]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("fault", ["reset", "timeout", "server_error", "truncated", "wrong_json"])
def test_an_effect_without_an_answer_happens_once(desk, number, fault):
    """The platform acts and its answer is lost: one effect, and `Unverified` says that nobody knows."""
    path, call = calls(desk.shop.open_aftersale(oid(3)))[number]
    desk.box.fail_next(Fault(fault, when="after", path=path), platform="kuaishou")
    with desk.client() as shop:
        with pytest.raises(Unverified):
            call(shop)
        assert sum(desk.shop.effects.values()) == 1
        if number < 2:  # read first, so made again they find their own effect
            call(shop)
            assert sum(desk.shop.effects.values()) == 1


def test_what_never_arrived_is_sent_again(desk):
    desk.box.fail_next(
        Fault("code", code="qps", path="/open/item/sku/stock/update"), platform="kuaishou", times=3
    )
    with desk.client() as shop:
        shop.set_stock("100", sku_id="1", quantity=9)
    assert desk.shop.stock("100", sku_id="1") == 9


def test_an_order_of_several_lines_is_not_kuaishous():
    line = SoldLine(product_id="1", sku_id="2", quantity=1, unit_price=5, paid=5)
    with bench() as desk:
        for wrong in ({"lines": (line, line)}, {"order_id": "A-1"}, {"lines": ()}):
            with pytest.raises(ArgumentError, match="快手"):
                desk.shop.sell(sold(**wrong))
