"""Every code of the reference, and what becomes of payloads that are odd."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from privdomain import Money
from privdomain.errors import PayloadError
from privdomain.models import (
    AfterSaleStatus,
    AfterSaleType,
    DiscountPayer,
    KeyKind,
    OrderStatus,
    RefundStatus,
    ShipmentStatus,
    ShippedLine,
)
from privdomain.platforms.xiaohongshu import read_aftersale, read_order, read_settlement, read_trace
from privdomain.platforms.xiaohongshu._values import from_millis

AT = 1_794_355_200_000  # 2026-11-11 00:00 UTC


def order(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "orderId": "P1", "orderType": 1, "orderStatus": 4, "createdTime": AT, "updateTime": AT + 1, "paidTime": AT,
        "userId": "u1", "totalPayAmount": 2300, "totalShippingFree": 500, "totalMerchantDiscount": 200,
        "totalRedDiscount": 0, "openAddressId": "adr", "receiverProvinceName": "上海市", "paymentType": 2,
        "receiverName": None, "receiverPhone": None, "receiverAddress": None, "unpack": False,
        "expressTrackingNo": "", "expressCompanyCode": "", "simpleDeliveryOrderList": [],
        "skuList": [sku()],
    }  # fmt: skip
    return usual | changes


def sku(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "skuId": "s1", "skuName": "龙井", "erpcode": "E1", "skuSpec": "50g", "skuQuantity": 2, "totalPaidAmount": 1800,
        "totalMerchantDiscount": 200, "totalRedDiscount": 0, "skuTag": 0,
        "skuDetailList": [{"skuId": "s1", "quantity": 2, "pricePerSku": 900, "rawPricePerSku": 1000}],
    }  # fmt: skip
    return usual | changes


def case(**changes: Any) -> dict[str, Any]:
    usual: dict[str, Any] = {
        "returnsId": "R1", "returnType": 4, "status": 1, "orderId": "P1", "userId": "u1", "applyTime": AT,
        "updatedAt": AT + 5, "expireTime": AT + 60_000, "reasonId": 7, "reasonNameZh": "不想要了",
        "expectedRefundAmountYuan": 12.1, "refundStatus": 0, "refundAmountYuan": 0,
        "skus": [{"skuId": "s1", "appliedCount": 1, "price": 12.1, "appliedTotalAmountYuan": "12.10"}],
    }  # fmt: skip
    return {"afterSaleInfo": usual | changes}


def test_an_order() -> None:
    """A3, field by field."""

    payload = order(totalRedDiscount=100, totalMerchantDiscount=250)
    found = read_order(payload, shop_id="seller-1", order_id="P1")
    assert found.total == Money(2300, "CNY") == found.goods_paid + found.freight
    (line,) = found.lines
    assert (line.line_id, line.sku_id, line.product_id, line.merchant_sku) == ("s1", "s1", "s1", "E1")
    assert (line.unit_price, line.paid, line.attributes) == (
        Money(1000, "CNY"),
        Money(1800, "CNY"),
        (("规格", "50g"),),
    )
    assert [(d.payer, d.amount.minor) for d in line.discounts] == [(DiscountPayer.SHOP, 200)]
    # what the order's sums have beyond its lines, by who pays
    assert [(d.payer, d.amount.minor) for d in found.discounts] == [
        (DiscountPayer.SHOP, 50), (DiscountPayer.PLATFORM, 100),
    ]  # fmt: skip
    assert (found.created_at, found.updated_at, found.paid_at) == (
        from_millis(AT),
        from_millis(AT + 1),
        from_millis(AT),
    )
    assert found.shipped_at is found.completed_at is None
    assert (found.buyer.buyer_id, found.buyer.keys[0].kind) == ("u1", KeyKind.BUYER_ID)
    assert found.buyer.keys[0].scope == "xiaohongshu:seller-1"
    assert found.receiver is not None
    assert (found.receiver.province, found.receiver.address_key, found.receiver.name) == ("上海市", "adr", "")
    assert (found.payments[0].method, found.raw) == ("2", payload)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (1, OrderStatus.PENDING_PAYMENT), (2, OrderStatus.ON_HOLD), (3, OrderStatus.ON_HOLD), (4, OrderStatus.PAID),
        (5, OrderStatus.PARTIALLY_SHIPPED), (6, OrderStatus.SHIPPED), (7, OrderStatus.COMPLETED),
        (8, OrderStatus.CLOSED), (9, OrderStatus.CLOSED), (10, OrderStatus.UNKNOWN), (77, OrderStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_every_order_status(status: int, expected: OrderStatus) -> None:
    """An unknown one survives as itself."""

    found = read_order(order(orderStatus=status), shop_id="s")
    assert (found.status, found.platform_status) == (expected, str(status))


def test_a_gift_beside_what_was_bought() -> None:
    """skuTag: no revenue; the same SKU twice is two lines of different names."""

    gift = sku(skuTag=1, totalPaidAmount=0, totalMerchantDiscount=0, skuQuantity=1, skuDetailList=[])
    found = read_order(order(skuList=[sku(), gift]), shop_id="s")
    assert [(line.line_id, line.is_freebie, line.unit_price.minor) for line in found.lines] == [
        ("s1", False, 1000), ("s1#2", True, 0),
    ]  # fmt: skip


def test_a_bundle_has_the_price_its_parts_add_up_to() -> None:
    """Several units inside: list price from what was paid and taken off, rounded up."""

    parts = [
        {"skuId": "a", "quantity": 1, "rawPricePerSku": 5},
        {"skuId": "b", "quantity": 2, "rawPricePerSku": 7},
    ]
    found = read_order(order(skuList=[sku(skuDetailList=parts, skuQuantity=3)]), shop_id="s")
    assert found.lines[0].unit_price.minor == 667


def test_parcels_of_a_split_order() -> None:
    """拆包: each with its SKUs, our carrier beside theirs; one that has no number yet is left out."""

    split = [
        {
            "deliveryOrderIndex": 1,
            "expressTrackingNo": "SF1",
            "expressCompanyCode": "SF",
            "skuIdList": ["s1"],
        },
        {
            "deliveryOrderIndex": 2,
            "expressTrackingNo": "X9",
            "expressCompanyCode": "nobody",
            "skuIdList": ["s2"],
        },
        {"deliveryOrderIndex": 3, "expressTrackingNo": None, "skuIdList": None},
    ]
    payload = order(skuList=[sku(), sku(skuId="s2")], simpleDeliveryOrderList=split, unpack=True)
    parcels = read_order(payload, shop_id="s").parcels
    assert [(one.carrier, one.carrier_code, one.waybill_id) for one in parcels] == [
        ("sf", "SF", "SF1"), ("", "nobody", "X9"),
    ]  # fmt: skip
    assert parcels[0].lines == (ShippedLine(line_id="s1", quantity=2),)
    whole = read_order(order(expressTrackingNo="SF1", expressCompanyCode="SF", deliveryTime=AT), shop_id="s")
    assert (whole.parcels[0].lines, whole.parcels[0].shipped_at) == ((), from_millis(AT))


@pytest.mark.parametrize(
    "changes",
    [
        {"simpleDeliveryOrderList": None, "customerRemark": None, "paidTime": None, "openAddressId": None},
        {"totalPayAmount": "2300", "createdTime": str(AT), "userId": 2**60, "orderStatus": "4"},
        {"boundExtendInfo": {"payAmount": 1.5}, "brandNew": [1], "deliveryTime": 0, "finishTime": -1},
    ],
)
def test_odd_forms_are_read(changes: dict[str, Any]) -> None:
    """null lists, numbers as text, ids as numbers, unknown keys."""

    found = read_order(order(**changes), shop_id="s")
    assert (found.total.minor, found.completed_at) == (2300, None)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"totalPayAmount": 23.5}, "order.totalPayAmount"),
        ({"totalPayAmount": -1}, "order.totalPayAmount"),
        ({"totalPayAmount": None}, "order.totalPayAmount"),
        ({"createdTime": AT // 1000}, "order.createdTime"),
        ({"userId": ""}, "order.userId"),
        ({"userId": 1.5}, "order.userId"),
        ({"skuList": [sku(skuQuantity=0)]}, "order.skuList[0].skuQuantity"),
        ({"skuList": "x"}, "order.skuList"),
        ({"orderStatus": True}, "order.orderStatus"),
        ({"orderId": "P2"}, "order.orderId"),
    ],
)
def test_bad_orders_name_the_path(changes: dict[str, Any], path: str) -> None:
    """Money with a point, seconds for milliseconds, another order than the one that was asked for."""

    with pytest.raises(PayloadError) as caught:
        read_order(order(**changes), shop_id="s", order_id="P1")
    assert path in {problem.path for problem in caught.value.problems}
    assert caught.value.ref == "P1"


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (1, AfterSaleStatus.WAITING_SHOP), (2, AfterSaleStatus.WAITING_RETURN),
        (3, AfterSaleStatus.WAITING_RETURN_RECEIPT), (4, AfterSaleStatus.COMPLETED), (5, AfterSaleStatus.CANCELED),
        (6, AfterSaleStatus.CLOSED), (9, AfterSaleStatus.REJECTED), (9001, AfterSaleStatus.REJECTED),
        (11, AfterSaleStatus.REFUNDING), (12, AfterSaleStatus.WAITING_RESHIP),
        (13, AfterSaleStatus.WAITING_RESHIP_RECEIPT), (14, AfterSaleStatus.DISPUTED), (8, AfterSaleStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_every_case_status(status: int, expected: AfterSaleStatus) -> None:
    """A4."""

    found = read_aftersale(case(status=status), shop_id="s")
    assert (found.status, found.platform_status) == (expected, str(status))


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (1, AfterSaleType.RETURN_REFUND), (2, AfterSaleType.EXCHANGE), (3, AfterSaleType.REFUND_ONLY),
        (4, AfterSaleType.REFUND_ONLY), (5, AfterSaleType.REFUND_ONLY), (6, AfterSaleType.UNKNOWN),
    ],
)  # fmt: skip
def test_every_case_type(kind: int, expected: AfterSaleType) -> None:
    """A4; a new one survives as its number."""

    found = read_aftersale(case(returnType=kind), shop_id="s")
    assert (found.type, found.platform_type) == (expected, str(kind))


def test_money_is_final_only_when_it_is_refunded() -> None:
    """refundStatus 2; amounts are yuan with a point and exact."""

    asked = read_aftersale(case(), shop_id="s")
    assert (asked.requested, asked.refunds) == (Money(1210, "CNY"), ())
    assert asked.lines[0].requested == Money(1210, "CNY")
    under_way = read_aftersale(case(refundStatus=108), shop_id="s")
    assert [(r.status, r.amount.minor, r.platform_status) for r in under_way.refunds] == [
        (RefundStatus.UNKNOWN, 1210, "108")
    ]
    assert under_way.refunded("CNY").minor == 0
    done = read_aftersale(
        case(status=4, refundStatus=2, refundAmountYuan="19.99", refundTime=AT + 9), shop_id="s"
    )
    assert done.refunded("CNY") == Money(1999, "CNY")
    assert done.refunds[0].at == from_millis(AT + 9)


def test_an_exchange_and_its_parcels() -> None:
    """What comes back, what goes out again; -1 is no deadline."""

    payload = case(
        returnType=2, expireTime=-1, exchangeSKUs=[{"skuId": "s2", "appliedCount": 1}], cargoStatus=2
    )
    payload["logisticsInfo"] = {
        "after_sale": {"expressNo": "SF1", "fillExpressNoTime": AT + 9, "expressSignTime": AT + 3},
        "exchange": {"expressNo": "SF2"}, "order": None,
    }  # fmt: skip
    found = read_aftersale(payload, shop_id="s")
    assert found.exchange is not None
    assert (found.exchange.from_sku_id, found.exchange.to_sku_id) == ("s1", "s2")
    assert (found.exchange.reship_waybill_id, found.deadline_at, found.goods_received) == ("SF2", None, True)
    assert found.returned is not None
    assert (found.returned.waybill_id, found.returned.sent_at) == ("SF1", from_millis(AT + 3))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"expectedRefundAmountYuan": 12.345}, "afterSaleInfo.expectedRefundAmountYuan"),
        ({"expectedRefundAmountYuan": -1}, "afterSaleInfo.expectedRefundAmountYuan"),
        ({"applyTime": 0}, "afterSaleInfo.applyTime"),
        ({"orderId": None}, "afterSaleInfo.orderId"),
        ({"returnsId": "R2"}, "afterSaleInfo.returnsId"),
    ],
)
def test_bad_cases_name_the_path(changes: dict[str, Any], path: str) -> None:
    """Nothing is rounded and nothing guessed."""

    with pytest.raises(PayloadError) as caught:
        read_aftersale(case(**changes), shop_id="s", aftersale_id="R1")
    assert path in {problem.path for problem in caught.value.problems}


def test_a_trace() -> None:
    """eventAt is a text in Beijing; the platform's own stations are no carrier's."""

    records = [
        {"eventAt": "2026-11-12 08:00:00", "nodeId": 35, "trackingStatusDesc": "已签收", "eventDesc": "快件已签收"},
        {"eventAt": "2026-11-11 08:00:00", "nodeId": 35, "trackingStatus": 6020, "eventDesc": "到达 上海",
         "location": {"provinceName": "上海市", "cityName": "上海市"}},
        {"eventAt": "2026-11-11 07:00:00", "nodeId": 6, "trackingStatus": 3020},
        {"eventAt": "2026-11-11 07:30:00", "nodeId": 35, "trackingStatusDesc": "新状态", "trackingStatus": 9},
    ]  # fmt: skip
    tracks = [
        {"expressNo": "SF1", "expressCompanyCode": "SF", "records": records},
        {"expressNo": None, "records": records},
    ]
    events = read_trace({"orderTrackInfos": tracks}, shop_id="s", order_id="P1")
    assert [event.status for event in events] == [
        ShipmentStatus.UNKNOWN, ShipmentStatus.IN_TRANSIT, ShipmentStatus.SIGNED,
    ]  # fmt: skip
    assert events[1].at == from_millis(AT)
    assert (events[1].place, events[0].platform_status) == ("上海市", "9")
    tracks[0]["records"] = [{"eventAt": "yesterday", "nodeId": 35}]
    with pytest.raises(PayloadError, match=r"orderTrackInfos\[0\].records\[0\].eventAt"):
        read_trace({"orderTrackInfos": tracks}, shop_id="s", order_id="P1")


def test_a_movement_of_money() -> None:
    """A refund goes out whatever its sign; a charge-back of income goes out, too."""

    row = {"transactionId": 2**60, "packageId": "P1", "settledTime": AT, "amount": "12.10"}
    income = read_settlement(row, shop_id="s")
    assert (income.signed.minor, income.at - from_millis(AT)) == (1210, timedelta(0))
    assert income.settlement_id == str(2**60)
    for sign in ("", "-"):
        refund = read_settlement(row | {"settleBizType": 1, "amount": f"{sign}3.00"}, shop_id="s")
        assert refund.signed.minor == -300
    assert read_settlement(row | {"amount": "-1.00"}, shop_id="s").signed.minor == -100
