"""From payloads to records: kuaishou.md §5.2, §6, §7 and traps 4, 8."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain import Money
from privdomain.errors import PayloadError
from privdomain.models import (
    AfterSaleStatus,
    AfterSaleType,
    DiscountPayer,
    KeyKind,
    OrderStatus,
    ProductStatus,
)
from privdomain.platforms.kuaishou import read_aftersale, read_order, read_product

T = 1_795_176_000_123
AT = datetime(2026, 11, 20, 12, 0, 0, 123_000, tzinfo=UTC)
BIG = 9_223_372_036_854_775_807


def order(**blocks):
    payload = {
        "orderBaseInfo": {
            "oid": BIG, "status": 30, "createTime": T - 2000, "updateTime": T, "payTime": T - 1000, "sendTime": 0,
            "recvTime": 0, "buyerOpenId": "o-1", "buyerNick": "茶客", "expressFee": 800, "discountFee": 500,
            "totalFee": 19_500, "remark": "请轻放", "payType": 2, "cpsType": 2, "riskCode": 0,
            "validPromiseShipmentTimeStamp": T + 1, "disableDeliveryReasonCode": [],
            "orderSellerRoleInfo": {"roleType": 2, "roleId": 77, "roleName": "达人"},
        },
        "orderItemInfo": {
            "itemId": 11, "skuId": 22, "skuNick": "TEA-1", "skuDesc": "250g", "itemTitle": "龙井", "num": 2,
            "price": 10_000, "originalPrice": 12_000,
        },
        "orderRefundList": [], "orderLogisticsInfo": [], "orderStepInfo": None,
        "orderAddress": {
            "encryptedConsignee": "c1", "encryptedMobile": "c2", "encryptedAddress": "c3",
            "desensitiseConsignee": "王*", "desensitiseMobile": "199****1234", "desensitiseAddress": "文三路***",
            "province": "浙江省", "city": "杭州市", "district": "西湖区", "town": "文新街道",
        },
        "orderCpsInfo": {"distributorId": 88, "distributorName": "团长"},
        "orderDeliveryInfo": {"deliveryNum": 0}, "subOrderInfo": [],
    }  # fmt: skip
    for name, value in blocks.items():
        payload[name] = payload[name] | value if isinstance(value, dict) and payload[name] else value
    return payload


def read(**blocks):
    return read_order(order(**blocks), app_key="ks1", shop_id="s1")


def base(**values):
    return read(orderBaseInfo=values)


def test_an_order_in_our_words():
    found = read()
    (line,) = found.lines
    assert (found.order_id, line.line_id, line.product_id, line.sku_id) == (str(BIG), str(BIG), "11", "22")
    assert (found.total, found.freight) == (Money.cny("203"), Money.cny("8"))
    assert (line.unit_price, line.paid, line.quantity) == (Money.cny("100"), Money.cny("195"), 2)
    assert [(d.payer, d.amount) for d in line.discounts] == [(DiscountPayer.UNKNOWN, Money.cny("5"))]
    assert found.goods_paid + found.freight == found.total
    assert (found.updated_at, found.created_at < found.paid_at) == (AT, True)
    assert found.shipped_at is found.completed_at is None
    assert [(p.method, p.amount) for p in found.payments] == [("2", found.total)]
    assert [(key.kind, key.value, key.scope) for key in found.buyer.keys] == [(KeyKind.OPENID, "o-1", "ks1")]
    assert (found.receiver.name, found.receiver.address) == ("王*", "文新街道文三路***")
    assert (found.source.channel, found.source.promoter_id) == ("cps", "88")
    assert (found.source.account_kind, found.source.account_id) == ("2", "77")
    assert found.buyer_note == "请轻放" and found.raw["orderBaseInfo"]["oid"] == BIG
    assert not any(word in repr(found) for word in ("茶客", "王*", "请轻放"))


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (0, OrderStatus.UNKNOWN), (10, OrderStatus.PENDING_PAYMENT), (30, OrderStatus.PAID),
        (40, OrderStatus.SHIPPED), (50, OrderStatus.SHIPPED), (70, OrderStatus.COMPLETED),
        (80, OrderStatus.CLOSED), (99, OrderStatus.UNKNOWN), (-1, OrderStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_statuses(status, wanted):
    found = base(status=status, recvTime=T)
    assert (found.status, found.platform_status) == (wanted, str(status))
    assert bool(found.completed_at) == (status == 70)


@pytest.mark.parametrize(
    "held",
    [{"disableDeliveryReasonCode": [1]}, {"disableDeliveryReasonCode": [2, 9]}, {"riskCode": 10001}, {"validPromiseShipmentTimeStamp": 0}],
)  # fmt: skip
def test_held_orders_have_no_address_and_are_orders(held):
    """Trap 8."""
    payload = order(orderBaseInfo=held)
    for gone in (None, {}, "", []):
        payload["orderAddress"] = gone
        found = read_order(payload, app_key="ks1", shop_id="s1")
        assert (found.status, found.receiver) == (OrderStatus.ON_HOLD, None)
    del payload["orderAddress"]
    assert read_order(payload, app_key="ks1", shop_id="s1").receiver is None
    assert base(**held, status=40).status is OrderStatus.SHIPPED


def test_gifts_are_lines_without_revenue():
    """Trap 4: one object, and gifts beside it."""
    gift = {
        "subOrderBaseInfo": {"oid": 5, "status": 30}, "subOrderType": 2,
        "subOrderItemInfo": {"itemId": 9, "skuId": 91, "num": 3, "price": 100},
    }  # fmt: skip
    found = read(subOrderInfo=[gift])
    assert [(line.line_id, line.is_freebie, line.quantity) for line in found.lines] == [
        (str(BIG), False, 2),
        ("5", True, 3),
    ]
    assert found.goods_paid + found.freight == found.total
    with pytest.raises(PayloadError):
        read(orderItemInfo=[order()["orderItemInfo"]])


def test_parcels_partial_shipments_and_cases():
    parcels = [
        {"expressNo": "SF1", "expressCode": 4, "logisticsId": 1},
        {"expressNo": "Z", "expressCode": 900},
        {"expressNo": ""},
    ]
    found = read(orderLogisticsInfo=parcels, orderDeliveryInfo={"deliveryNum": 1})
    assert [(p.carrier, p.carrier_code, p.waybill_id) for p in found.parcels] == [
        ("sf", "4", "SF1"),
        ("", "900", "Z"),
    ]
    assert found.status is OrderStatus.PARTIALLY_SHIPPED
    (line,) = read(
        orderRefundList=[{"refundId": 1, "refundStatus": 30}, {"refundId": 2, "refundStatus": 70}]
    ).lines
    assert (line.refunding_quantity, line.refunded_quantity) == (2, 0)
    (line,) = read(orderRefundList=[{"refundId": 1, "refundStatus": 60}], orderBaseInfo={"status": 80}).lines
    assert (line.refunding_quantity, line.refunded_quantity) == (0, 2)


def test_a_deposit_presale_is_paid_in_steps():
    steps = [
        {"payStepNo": 1, "paymentFee": 1000, "payTime": T - 900}, {"payStepNo": 2, "paymentFee": 19_300, "payTime": T},
        {"payStepNo": 3, "paymentFee": 1, "payTime": 0},
    ]  # fmt: skip
    found = read(orderStepInfo={"orderPaymentSteps": steps})
    assert [payment.amount.minor for payment in found.payments] == [1000, 19_300]
    assert base(payTime=0).payments == ()


def test_a_price_that_was_raised_is_no_discount():
    assert base(totalFee=25_000).lines[0].discounts == ()


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ({"orderBaseInfo": {"oid": 1.5}}, "oid"), ({"orderBaseInfo": {"totalFee": 19.5}}, "totalFee"),
        ({"orderBaseInfo": {"totalFee": None}}, "totalFee"), ({"orderBaseInfo": {"totalFee": -1}}, "totalFee"),
        ({"orderBaseInfo": {"createTime": 1_795_176_000}}, "createTime"), ({"orderItemInfo": {"num": 0}}, "num"),
        ({"orderBaseInfo": {"status": True}}, "status"), ({"orderBaseInfo": {"buyerOpenId": ""}}, "buyerOpenId"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_order_names_its_place(blocks, path):
    with pytest.raises(PayloadError) as caught:
        read(**blocks)
    assert path in str(caught.value) and "王*" not in str(caught.value)
    assert caught.value.kind == "order"


def test_numbers_as_text_and_nothings():
    """Money as text, ids as text or number, empty texts for numbers, null lists."""
    text = json.loads(json.dumps(order()), parse_int=str)
    assert read_order(text, app_key="ks1", shop_id="s1").total == read().total
    found = read(orderRefundList=None, orderLogisticsInfo=None, subOrderInfo=None, orderCpsInfo=None)
    assert found.parcels == () and found.source.promoter_id == ""
    assert base(expressFee="", payTime=None, orderSellerRoleInfo=None).freight == Money.cny("0")


def test_another_order_than_the_one_asked_for():
    with pytest.raises(PayloadError, match="is not the order that was asked for"):
        read_order(order(), app_key="ks1", shop_id="s1", order_id="7")


def case(**values):
    payload = {
        "refundId": 900, "oid": BIG, "itemId": 11, "skuId": 22, "status": 10, "refundFee": 500, "handlingWay": 10,
        "refundType": 1, "negotiateStatus": 1, "receiptStatus": 1, "refundReason": 4, "refundReasonDesc": "不想要了",
        "submitTime": T - 5, "createTime": T - 5, "updateTime": T, "expireTime": T + 5, "endTime": 0,
    }  # fmt: skip
    return read_aftersale(payload | values, app_key="ks1", shop_id="s1")


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (10, "waiting_shop"), (11, "waiting_shop"), (20, "disputed"), (21, "disputed"), (22, "disputed"),
        (12, "waiting_buyer"), (30, "waiting_return"), (40, "waiting_return_receipt"), (45, "waiting_reship_receipt"),
        (50, "refunding"), (60, "completed"), (70, "closed"), (0, "unknown"), (99, "unknown"),
    ],
)  # fmt: skip
def test_states_of_a_case(status, wanted):
    found = case(status=status, endTime=T)
    assert (found.status, found.platform_status) == (AfterSaleStatus(wanted), str(status))
    assert (found.completed_at is not None) == (status in (60, 70))
    assert found.refunded("CNY") == (Money.cny("5") if status == 60 else Money.cny("0"))


@pytest.mark.parametrize(
    ("way", "special", "wanted"),
    [
        (1, 0, AfterSaleType.RETURN_REFUND), (10, 0, AfterSaleType.REFUND_ONLY), (3, 0, AfterSaleType.EXCHANGE),
        (10, 1, AfterSaleType.PRICE_PROTECTION), (7, 0, AfterSaleType.UNKNOWN),
    ],
)  # fmt: skip
def test_kinds_of_a_case(way, special, wanted):
    found = case(handlingWay=way, specialRefundType=special, status=60, endTime=T)
    assert (found.type, found.platform_type) == (wanted, str(way))
    # an exchange that succeeded has paid nothing back
    assert bool(found.refunds) == (wanted is not AfterSaleType.EXCHANGE)


def test_a_refusal_leaves_it_to_the_buyer():
    assert case(negotiateStatus=3).status is AfterSaleStatus.WAITING_BUYER
    assert case(status=30, negotiateStatus=3).status is AfterSaleStatus.WAITING_RETURN
    assert (case(receiptStatus=2).goods_received, case(receiptStatus=0).goods_received) == (True, None)
    assert case(buyerOpenId="o").buyer.buyer_id == "o" and case().buyer is None
    with pytest.raises(PayloadError):
        case(refundId=None)


def item(**values):
    payload = {
        "kwaiItemId": 100, "relItemId": 5, "title": "龙井", "price": 100, "categoryId": 7, "updateTime": T,
        "skuList": [{"kwaiSkuId": 1, "skuStock": 3, "skuSalePrice": 900, "specification": "250g", "gtinCode": "69"}],
    }  # fmt: skip
    return read_product(payload | values, shop_id="s1")


@pytest.mark.parametrize(
    ("values", "wanted", "told"),
    [
        ({}, ProductStatus.UNKNOWN, ""), ({"onOfflineStatus": 1}, ProductStatus.LISTED, "/1"),
        ({"onOfflineStatus": 0, "auditStatus": 2}, ProductStatus.DELISTED, "2/0"),
        ({"auditStatus": 0}, ProductStatus.DRAFT, "0/"), ({"auditStatus": 1, "onOfflineStatus": 0}, ProductStatus.DRAFT, "1/0"),
        ({"auditStatus": 3}, ProductStatus.BANNED, "3/"), ({"onOfflineStatus": 9}, ProductStatus.UNKNOWN, "/9"),
    ],
)  # fmt: skip
def test_an_item_in_our_words(values, wanted, told):
    found = item(**values)
    assert (found.status, found.platform_status, found.product_id) == (wanted, told, "100")
    (sku,) = found.skus
    assert (sku.sku_id, sku.stock, sku.price, sku.barcode) == ("1", 3, Money.cny("9"), "69")


ODD = [
    None,
    True,
    0,
    -1,
    2.5,
    1e18,
    10**30,
    "",
    "0",
    "x",
    "9" * 200,
    "a\x00b",
    "🍵",
    [],
    [None],
    {},
    {"x": 1},
]


def places(value, here=()):
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*here, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*here, number))


@given(data=st.data())
def test_whatever_stands_anywhere_reading_ends_in_a_record_or_a_refusal(data):
    payload = order(
        orderRefundList=[{"refundId": 1, "refundStatus": 30}],
        orderLogisticsInfo=[{"expressNo": "SF1", "expressCode": 4}],
        orderStepInfo={"orderPaymentSteps": [{"payStepNo": 1, "paymentFee": 5, "payTime": T}]},
    )
    where = data.draw(st.sampled_from([place for place in places(payload) if place]))
    changed = copy.deepcopy(payload)
    here = changed
    for key in where[:-1]:
        here = here[key]
    here[where[-1]] = data.draw(st.sampled_from(ODD))
    with suppress(PayloadError):
        assert read_order(changed, app_key="ks1", shop_id="s1").order_id
