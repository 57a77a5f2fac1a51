"""What is told to the platform: one effect each, everything wrong said before the first call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from privdomain import Money
from privdomain.errors import ArgumentError, Refused, RequestRejected, Unconfirmed, Unsupported, Unverified
from privdomain.models import AfterSaleStatus, OrderStatus, Parcel, ShippedLine
from privdomain.platforms.xiaohongshu import AuditReturns, RejectReasons, SyncSkuStockV2
from privdomain.sandbox import Fault, SoldStatus
from tests.platforms.xiaohongshu._help import KINDS, Gateway, bad, running, sold

SF = Parcel(carrier="sf", waybill_id="SF1234567890123")
DECIDE = ("agree_refund", "agree_return", "refuse_aftersale", "confirm_return")
TWO_LINES = sold(3)  # lines s1 (1 unit) and s2 (2 units)


def part(*lines: tuple[str, int], waybill: str = "YT1", carrier: str = "yto") -> Parcel:
    shipped = tuple(ShippedLine(line_id=line, quantity=quantity) for line, quantity in lines)
    return Parcel(carrier=carrier, waybill_id=waybill, lines=shipped)


@pytest.mark.parametrize("kind", KINDS)
def test_ship_an_order(kind: str) -> None:
    """One call, one effect, and the order reads as shipped."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        box.run(kind, lambda shop: shop.ship(TWO_LINES.order_id, parcels=[SF]))
        found = box.run(kind, lambda shop: shop.order(TWO_LINES.order_id))
        (sent,) = box.bodies("order.orderDeliver")
        assert box.shop.effects() == {("ship", TWO_LINES.order_id): 1}
    assert (sent["expressCompanyCode"], sent["unpack"], "skuIdList" in sent) == ("SF", False, False)
    assert (found.status, found.parcels[0].carrier) == (OrderStatus.SHIPPED, "sf")


@pytest.mark.parametrize("kind", KINDS)
def test_ship_in_parts(kind: str) -> None:
    """unpack and skuIdList, one call a parcel; first partly shipped, then shipped."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        order_id = TWO_LINES.order_id
        box.run(kind, lambda shop: shop.ship(order_id, parcels=[part(("s1", 1))]))
        assert box.run(kind, lambda shop: shop.order(order_id)).status is OrderStatus.PARTIALLY_SHIPPED
        box.run(kind, lambda shop: shop.ship(order_id, parcels=[part(("s2", 2), waybill="YT2")]))
        found = box.run(kind, lambda shop: shop.order(order_id))
        assert [body["skuIdList"] for body in box.bodies("order.orderDeliver")] == [["s1"], ["s2"]]
    assert found.status is OrderStatus.SHIPPED
    assert [[line.line_id for line in parcel.lines] for parcel in found.parcels] == [["s1"], ["s2"]]
    assert {parcel.carrier for parcel in found.parcels} == {"yto"}


def test_two_parcels_at_once_and_one_that_holds_everything() -> None:
    """A parcel with all lines is no split order."""

    with running() as box:
        for order in (TWO_LINES, sold(5)):
            box.shop.sell(order)
        with box.client() as shop:
            shop.ship(TWO_LINES.order_id, parcels=[part(("s1", 1)), part(("s2", 2), waybill="YT2")])
            shop.ship(sold(5).order_id, parcels=[part(("s1", 1), ("s2", 2))])
        assert [body["unpack"] for body in box.bodies("order.orderDeliver")] == [True, True, False]


@pytest.mark.parametrize(
    ("parcels", "error", "said"),
    [
        ([], ArgumentError, "parcels is empty"),
        ([Parcel(carrier="zzz", waybill_id="1")], ArgumentError, "carrier_code"),
        ([SF, SF], ArgumentError, r"parcels\[0\].lines is empty"),
        ([part(("s9", 1))], ArgumentError, "'s1', 's2'"),
        ([part(("s2", 1))], Unsupported, "1 of 2 units"),
        ([part(("s1", 1)), part(("s1", 1))], ArgumentError, "more than one parcel"),
    ],
)
def test_a_shipment_that_cannot_be_is_said_before_it_is_sent(
    parcels: list[Parcel], error: type[Exception], said: str
) -> None:
    """The first half of a shipment is not sent when the second is impossible."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        with box.client() as shop, pytest.raises(error, match=said):
            shop.ship(TWO_LINES.order_id, parcels=parcels)
        assert box.bodies("order.orderDeliver") == []


def test_a_carrier_by_the_platforms_own_code() -> None:
    """A code of common.getExpressCompanyList goes out as it is."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        with box.client() as shop:
            shop.ship(TWO_LINES.order_id, parcels=[Parcel(carrier_code="own-7", waybill_id="1")])
        assert box.bodies("order.orderDeliver")[0]["expressCompanyCode"] == "own-7"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_shipment_whose_answer_is_lost(kind: str, when: str) -> None:
    """Sent once, unverified; what really happened is in the order."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        with box.client():
            pass

        def lose_the_next_after(record: Any) -> None:
            if record.operation == "GetOrderDetail":
                box.box.fail_next(Fault("reset", when=when), platform="xiaohongshu", times=1)

        def act(shop: Any) -> Any:
            return shop.ship(TWO_LINES.order_id, parcels=[SF])

        if kind == "sync":
            with box.client(observer=lose_the_next_after) as shop, pytest.raises(Unverified):
                act(shop)
        else:
            with pytest.raises(Unverified):
                box.run(kind, act, observer=lose_the_next_after)
        done = box.shop.effects().get(("ship", TWO_LINES.order_id), 0)
        assert done == (when == "after")
        found = box.run(kind, lambda shop: shop.order(TWO_LINES.order_id))
        assert (found.status is OrderStatus.SHIPPED) == bool(done)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_shipment_in_parts_that_broke_off_is_made_again(kind: str, when: str) -> None:
    """What the order has already is not sent a second time, and what it has not is."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        parcels = [part(("s1", 1)), part(("s2", 2), waybill="YT2")]
        delivered = []

        def lose_the_second(record: Any) -> None:
            if record.operation == "OrderDeliver":
                delivered.append(record)
                if len(delivered) == 1:
                    box.box.fail_next(Fault("reset", when=when), platform="xiaohongshu", times=1)

        def act(shop: Any) -> Any:
            return shop.ship(TWO_LINES.order_id, parcels=parcels)

        with pytest.raises(Unverified):
            box.run(kind, act, observer=lose_the_second)
        box.run(kind, act)
        box.run(kind, act)
        sent = [body["expressNo"] for body in box.bodies("order.orderDeliver")]
        assert sent == (["YT1", "YT2", "YT2"] if when == "before" else ["YT1", "YT2"])
        found = box.run(kind, lambda shop: shop.order(TWO_LINES.order_id))
    assert (found.status, [one.waybill_id for one in found.parcels]) == (OrderStatus.SHIPPED, ["YT1", "YT2"])


def test_where_a_parcel_is() -> None:
    """The carrier's events, oldest first."""

    with running() as box:
        box.shop.sell(sold(1, status=SoldStatus.COMPLETED))
        with box.client() as shop:
            events = shop.trace(sold(1).order_id)
    assert [event.status.value for event in events] == ["picked_up", "in_transit", "signed"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("name", "act"), [
    ("agree_refund", lambda shop, case: shop.agree_refund(case)),
    ("agree_return", lambda shop, case: shop.agree_return(case)),
    ("refuse_aftersale", lambda shop, case: shop.refuse_aftersale(case, reason_code="99", text="x")),
    ("confirm_return", lambda shop, case: shop.confirm_return(case)),
    ("set_stock", lambda shop, case: shop.set_stock("i1", sku_id="s1", quantity=1)),
    ("stock", lambda shop, case: shop.stock("i1", sku_id="s1")),
    ("product", lambda shop, case: shop.product("i1")),
])  # fmt: skip
def test_what_no_document_settles_is_not_sent(kind: str, name: str, act: Callable[[Any, str], Any]) -> None:
    """The message names what to accept."""

    with running() as box:
        with pytest.raises(Unconfirmed, match=rf"accept_unconfirmed=\('{name}',\)"):
            box.run(kind, lambda shop: act(shop, "R1"))
        assert len(box.box.requests) == 1  # the code was exchanged, and nothing else was sent


def test_what_is_not_offered() -> None:
    """Said before anything is sent, and why."""

    gateway = Gateway()
    with gateway.client() as shop:
        assert not shop.capabilities.grant_coupon
        assert "no shop coupons" in shop.capabilities.grant_coupon.note
        with pytest.raises(Unsupported, match="set_memo"):
            shop.set_memo("P1", text="x")
        with pytest.raises(Unconfirmed, match="pay back"):
            shop.send(AuditReturns(returns_id="R1", action=1))
    assert gateway.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_refund_is_agreed_once(kind: str) -> None:
    """The amount guards against a case that has changed; the effect is one."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        case = box.shop.open_aftersale(TWO_LINES.order_id, refund=12.1)
        accepted = {"accept_unconfirmed": DECIDE}
        with pytest.raises(Refused, match=r"12\.10 CNY"):
            box.run(kind, lambda shop: shop.agree_refund(case, amount=Money.cny("12")), **accepted)
        assert box.shop.effects() == {}
        box.run(kind, lambda shop: shop.agree_refund(case, amount=Money.cny("12.10")), **accepted)
        found = box.run(kind, lambda shop: shop.aftersale(case))
        assert box.shop.effects()["refund", case] == 1
        box.run(kind, lambda shop: shop.agree_refund(case), **accepted)  # again: read, and left as it is
        assert box.shop.effects()["refund", case] == 1
        assert len(box.bodies("afterSale.auditReturns")) == 1
        assert box.shop.effects()["refund", case] == 1
    assert found.status is AfterSaleStatus.COMPLETED
    assert found.refunded("CNY") == Money.cny("12.10")


@pytest.mark.parametrize("kind", KINDS)
def test_goods_come_back(kind: str) -> None:
    """Agreed, sent, confirmed, paid back."""

    with running() as box:
        box.shop.sell(TWO_LINES)
        case = box.shop.open_aftersale(TWO_LINES.order_id, refund=9, return_type=1)
        accepted = {"accept_unconfirmed": DECIDE}
        box.run(kind, lambda shop: shop.agree_return(case, address_id="123"), **accepted)
        assert box.bodies("afterSale.auditReturns")[0]["receiverInfo"] == {"sellerAddressRecordId": 123}
        assert box.run(kind, lambda shop: shop.aftersale(case)).status is AfterSaleStatus.WAITING_RETURN
        box.shop.send_back(case, "SF9")
        waiting = box.run(kind, lambda shop: shop.aftersale(case))
        assert waiting.returned is not None
        assert waiting.returned.waybill_id == "SF9"
        box.run(kind, lambda shop: shop.confirm_return(case), **accepted)
        assert box.shop.effects()["refund", case] == 1


def test_refusals_go_where_the_case_stands() -> None:
    """The request by auditReturns, the goods by confirmReceive; reasons are the platform's."""

    with running() as box, box.client(accept_unconfirmed=DECIDE) as shop:
        box.shop.sell(TWO_LINES)
        request = box.shop.open_aftersale(TWO_LINES.order_id, refund=9)
        reasons = shop.send(RejectReasons(returns_id=request, reject_reason_type=1)).reject_reasons
        shop.refuse_aftersale(request, reason_code=reasons[0].reason_id, text="没有凭证")
        assert shop.aftersale(request).reject_reason == "没有凭证"
        goods = box.shop.open_aftersale(TWO_LINES.order_id, refund=9, return_type=1)
        shop.agree_return(goods)
        box.shop.send_back(goods, "SF9")
        shop.refuse_aftersale(goods, reason_code="99", text="不符")
        assert shop.aftersale(goods).platform_status == "9001"
        with pytest.raises(ArgumentError, match="RejectReasons"):
            shop.refuse_aftersale(goods, reason_code="other", text="x")
        with pytest.raises(ArgumentError, match="numbers the records"):
            shop.agree_return(goods, address_id="home")
        assert not [key for key in box.shop.effects() if key[0] == "refund"]


@pytest.mark.parametrize("kind", KINDS)
def test_stock_is_set_to_what_can_be_sold(kind: str) -> None:
    """The platform wants the total; what is promised is added, and a lost answer is asked again."""

    accepted = {"accept_unconfirmed": ("stock", "set_stock")}
    with running() as box:
        box.shop.put_product("i1", name="茶", skus={"s1": 100})
        box.shop.put_stock("s1", 10, occupied=3)
        found = box.run(kind, lambda shop: shop.stock("i1", sku_id="s1"), **accepted)
        assert (found.sellable, found.reserved) == (7, 3)
        box.run(kind, lambda shop: shop.set_stock("i1", sku_id="s1", quantity=20), **accepted)
        assert box.bodies("inventory.syncSkuStockV2")[0]["qtyWithWhcode"] == {"CPartner": 23}
        assert box.run(kind, lambda shop: shop.stock("i1", sku_id="s1"), **accepted).sellable == 20


def test_stock_in_several_warehouses_is_the_callers() -> None:
    """Which of them would change is not ours to say; an inner "no" is one."""

    units = {"available": 1, "total": 1}
    several = {
        "skuStockInfo": {"skuStockInfo": units},
        "skuStockInfoWithWhcode": [
            {"whcode": name, "skuStockInfo": units} for name in ("zhejiang", "yunnan")
        ],
    }
    refused = {
        "response": {"success": False, "code": -9, "msg": "x"},
        "skuStockInfo": {"skuStockInfo": units},
    }
    gateway = Gateway(inventory__getSkuStockV2=[several, refused])
    with gateway.client(accept_unconfirmed=("set_stock",)) as shop:
        with pytest.raises(Unsupported, match="2 warehouses"):
            shop.set_stock("i1", sku_id="s1", quantity=1)
        with pytest.raises(RequestRejected, match="code -9"):
            shop.set_stock("i1", sku_id="s1", quantity=1)
    assert SyncSkuStockV2.repeat.mode == "always"


@pytest.mark.parametrize("kind", KINDS)
def test_reveal(kind: str) -> None:
    """In clear, one decryption; the operator is named to the platform."""

    with running(decryptions_per_day=2) as box:
        box.shop.sell(TWO_LINES)
        found = box.run(kind, lambda shop: shop.reveal(TWO_LINES.order_id, operator_id="op-7"))
        (sent,) = box.bodies("data.batchDecrypt")
        assert (sent["appUserId"], sent["actionType"], len(sent["baseInfos"])) == ("op-7", "1", 3)
        box.run(kind, lambda shop: shop.reveal(TWO_LINES.order_id, operator_id="op-7"))
        with pytest.raises(RequestRejected, match=r"data\.batchDecrypt"):
            box.run(kind, lambda shop: shop.reveal(TWO_LINES.order_id, operator_id="op-7"))
    assert found.name.startswith("买家")
    assert found.phone.startswith("199")
    assert found.address.startswith("外滩街道测试路")
    assert found.phone not in repr(found)


def test_nothing_is_spent_on_an_order_that_shows_no_receiver() -> None:
    """Only while it waits to be shipped: refused before the platform is asked."""

    with running() as box, box.client() as shop:
        box.shop.sell(sold(1, status=SoldStatus.SHIPPED))
        with pytest.raises(Refused, match="status 6"):
            shop.reveal(sold(1).order_id, operator_id="op")
        assert box.bodies("order.getOrderReceiverInfo") == []


def test_an_address_that_changes_meanwhile() -> None:
    """matched=false: the order is read again and asked for once more; twice is an error."""

    order = {
        "orderId": "P1",
        "orderStatus": 4,
        "createdTime": 1_794_355_200_000,
        "userId": "u",
        "totalPayAmount": 1,
    }
    stale, fresh = order | {"openAddressId": "old"}, order | {"openAddressId": "new"}
    mismatch = {"receiverInfos": [{"orderId": "P1", "matched": False}]}
    match = {
        "receiverInfos": [{"orderId": "P1", "matched": True, "receiverName": "#c#", "receiverTownName": "镇"}]
    }
    clear = {
        "dataInfoList": [{"dataTag": "P1", "encryptedData": "#c#", "decryptedData": "王", "errorCode": 0}]
    }
    gateway = Gateway(
        order__getOrderDetail=[stale, fresh],
        order__getOrderReceiverInfo=[mismatch, match],
        data__batchDecrypt=[clear],
    )
    with gateway.client() as shop:
        found = shop.reveal("P1", operator_id="op")
    assert (found.name, found.address, found.address_key) == ("王", "镇", "new")
    asked = [one["receiverQueries"][0]["openAddressId"] for one in gateway.asked if "receiverQueries" in one]
    assert asked == ["old", "new"]
    never = Gateway(order__getOrderDetail=[stale], order__getOrderReceiverInfo=[mismatch])
    with never.client() as shop, pytest.raises(RequestRejected, match="does not match"):
        shop.reveal("P1", operator_id="op")
    assert [one["method"] for one in never.asked].count("data.batchDecrypt") == 0


@pytest.mark.parametrize(
    "answer",
    [
        {"dataInfoList": [{"encryptedData": "#c#", "errorCode": 7, "errorMsg": "13800138000 #c#"}]},
        {"dataInfoList": []},
        bad(-3, "无权限"),
    ],
)
def test_a_decryption_that_is_refused_shows_nothing(answer: Any) -> None:
    """No cipher and no number in the message, and never a cipher in place of a name."""

    order = {
        "orderId": "P1", "orderStatus": 4, "createdTime": 1_794_355_200_000, "userId": "u", "totalPayAmount": 1,
        "openAddressId": "a",
    }  # fmt: skip
    infos = {"receiverInfos": [{"orderId": "P1", "matched": True, "receiverName": "#c#"}]}
    gateway = Gateway(
        order__getOrderDetail=[order], order__getOrderReceiverInfo=[infos], data__batchDecrypt=[answer]
    )
    with gateway.client() as shop, pytest.raises(RequestRejected) as caught:
        shop.reveal("P1", operator_id="op")
    assert "#c#" not in str(caught.value)
    assert "13800138000" not in str(caught.value)
