"""After-sale cases, movements, stock, parcels and receivers: every value of the reference, and the ones it lacks."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain import Money
from privdomain.errors import ArgumentError, PayloadError, Refused
from privdomain.models import (
    AfterSaleStatus,
    AfterSaleType,
    FlowDirection,
    Order,
    Parcel,
    RefundStatus,
    SettlementKind,
    ShippedLine,
)
from privdomain.platforms.wechat_shop import (
    read_aftersale,
    read_decoded,
    read_order,
    read_settlement,
    read_stock,
)
from privdomain.platforms.wechat_shop._shipping import deliveries
from tests.platforms._scripted import T0, detail, order_payload

AT = datetime(2026, 11, 11, tzinfo=UTC)


def case_payload(**changes: Any) -> dict[str, Any]:
    """A case of the published shape."""
    payload: dict[str, Any] = {
        "after_sale_order_id": "2000001075093094", "order_id": "3705115058471208928", "openid": "oBuyer-1",
        "unionid": "uBuyer-1", "type": "RETURN", "status": "MERCHANT_PROCESSING", "reason": "10000021",
        "reason_text": "质量问题", "complaint_id": "77",
        "product_info": {"product_id": 10000001, "sku_id": 20000001, "count": 2, "fast_refund": False},
        "details": {"desc": "杯子有裂纹", "receive_product": True, "media_id_list": ["m1"], "cancel_time": 0},
        "refund_info": {"amount": 1800, "refund_reason": 3},
        "return_info": {"waybill_id": "SF9", "delivery_id": "SF", "delivery_name": "顺丰速运"},
        "merchant_upload_info": {"reject_reason": "", "refund_certificates": []},
        "refund_resp": {"code": "SUCCESS", "ret": 0, "message": ""},
        "deadline": 3600, "create_time": T0, "update_time": T0 + 60, "complete_time": 0,
    }  # fmt: skip
    return payload | changes


def case(**changes: Any) -> Any:
    return read_aftersale(
        {"errcode": 0, "after_sale_order": case_payload(**changes)}, app_id="wx1", shop_id="tea", at=AT
    )


def test_a_case_is_read_whole() -> None:
    """Every field of the record from its field of the payload."""

    read = case()
    assert (read.platform, read.shop_id, read.aftersale_id) == ("wechat_shop", "tea", "2000001075093094")
    assert (read.order_id, read.type, read.platform_type) == (
        "3705115058471208928",
        AfterSaleType.RETURN_REFUND,
        "RETURN",
    )
    assert (read.created_at, read.updated_at) == (
        datetime.fromtimestamp(T0, UTC),
        datetime.fromtimestamp(T0 + 60, UTC),
    )
    assert read.deadline_at == AT + timedelta(hours=1)  # seconds left, not a moment
    assert [(line.product_id, line.sku_id, line.quantity) for line in read.lines] == [
        ("10000001", "20000001", 2)
    ]
    assert (read.requested, read.refunds) == (Money(1800, "CNY"), ())
    assert (read.reason_code, read.reason, read.description) == ("10000021", "质量问题", "杯子有裂纹")
    assert (read.goods_received, read.evidence, read.complaint_id) == (True, ("m1",), "77")
    assert read.returned is not None
    assert (read.returned.waybill_id, read.returned.carrier_code) == ("SF9", "SF")
    assert read.buyer is not None
    assert [key.value for key in read.buyer.keys] == ["oBuyer-1", "uBuyer-1"]
    assert "裂纹" not in repr(read)


S = AfterSaleStatus
STATUSES = {
    "USER_CANCELD": S.CANCELED, "MERCHANT_PROCESSING": S.WAITING_SHOP, "MERCHANT_REJECT_REFUND": S.REJECTED,
    "MERCHANT_REJECT_RETURN": S.REJECTED, "USER_WAIT_RETURN": S.WAITING_RETURN, "RETURN_CLOSED": S.CLOSED,
    "MERCHANT_WAIT_RECEIPT": S.WAITING_RETURN_RECEIPT, "MERCHANT_OVERDUE_REFUND": S.WAITING_SHOP,
    "MERCHANT_REFUND_SUCCESS": S.COMPLETED, "MERCHANT_RETURN_SUCCESS": S.COMPLETED,
    "PLATFORM_REFUNDING": S.REFUNDING, "PLATFORM_REFUND_FAIL": S.REFUND_FAILED, "USER_WAIT_CONFIRM": S.WAITING_BUYER,
    "MERCHANT_REFUND_RETRY_FAIL": S.REFUND_FAILED, "MERCHANT_FAIL": S.CLOSED,
    "USER_WAIT_CONFIRM_UPDATE": S.WAITING_BUYER, "USER_WAIT_HANDLE_MERCHANT_AFTER_SALE": S.WAITING_BUYER,
    "WAIT_PACKAGE_INTERCEPT": S.WAITING_RETURN, "MERCHANT_REJECT_EXCHANGE": S.REJECTED,
    "MERCHANT_REJECT_RESHIP": S.REJECTED, "USER_WAIT_RECEIPT": S.WAITING_RESHIP_RECEIPT,
    "MERCHANT_EXCHANGE_SUCCESS": S.COMPLETED, "SOMETHING_NEW": S.UNKNOWN,
}  # fmt: skip
FINAL = {"MERCHANT_REFUND_SUCCESS", "MERCHANT_RETURN_SUCCESS"}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status(status: str) -> None:
    """§6.2; an unknown one survives; money is final in two of them and in no other."""

    read = case(status=status, complete_time=T0 + 90)
    assert (read.status, read.platform_status) == (STATUSES[status], status)
    assert read.refunded("CNY") == Money(1800 if status in FINAL else 0, "CNY")


@pytest.mark.parametrize(
    ("status", "refund"),
    [
        ("MERCHANT_RETURN_SUCCESS", RefundStatus.SUCCEEDED),
        ("PLATFORM_REFUNDING", RefundStatus.PROCESSING),
        ("PLATFORM_REFUND_FAIL", RefundStatus.FAILED),
        ("MERCHANT_REFUND_RETRY_FAIL", RefundStatus.FAILED),
    ],
)
def test_a_refund_has_its_own_status(status: str, refund: RefundStatus) -> None:
    """And a moment only where it is done."""

    [found] = case(status=status, complete_time=T0 + 90).refunds
    assert found.status is refund
    assert (found.at is not None) is (refund is RefundStatus.SUCCEEDED)
    assert (found.platform_status, found.method) == ("SUCCESS", "3")


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("REFUND", AfterSaleType.REFUND_ONLY),
        ("RETURN", AfterSaleType.RETURN_REFUND),
        ("EXCHANGE", AfterSaleType.EXCHANGE),
        ("PRICE", AfterSaleType.UNKNOWN),
    ],
)
def test_every_kind(kind: str, type_: AfterSaleType) -> None:
    """An unknown one survives."""

    read = case(type=kind)
    assert (read.type, read.platform_type) == (type_, kind)


def test_an_exchange_has_both_skus() -> None:
    """And the parcel with the other goods."""

    goods = {"product_id": 1, "old_sku_id": 2, "new_sku_id": "3", "product_cnt": 1}
    read = case(type="EXCHANGE", exchange_product_info=goods, exchange_delivery_info={"waybill_id": "SF3"})
    assert read.exchange is not None
    assert (read.exchange.from_sku_id, read.exchange.to_sku_id) == ("2", "3")
    assert read.exchange.reship_waybill_id == "SF3"


@pytest.mark.parametrize("nothing", [None, "", 0, [], {}])
@pytest.mark.parametrize(
    "field", ["details", "refund_info", "return_info", "product_info", "complete_time", "deadline", "openid"]
)
def test_nothing_comes_in_every_form(field: str, nothing: Any) -> None:
    """§1: absent, null, "", 0, [] and {} are one."""

    absent = case_payload()
    del absent[field]
    without = read_aftersale({"errcode": 0, "after_sale_order": absent}, app_id="wx1", shop_id="tea", at=AT)
    assert case(**{field: nothing}).model_copy(update={"raw": {}}) == without.model_copy(update={"raw": {}})


def test_another_case_than_the_one_asked_for_is_refused() -> None:
    """Stored, it would be a change that nobody made."""

    with pytest.raises(PayloadError, match="is not the aftersale that was asked for"):
        read_aftersale(
            {"errcode": 0, "after_sale_order": case_payload()},
            app_id="wx1",
            shop_id="tea",
            at=AT,
            aftersale_id="1",
        )


def flow_payload(**changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "flow_id": "10000057741221110", "funds_type": 1, "flow_type": 1, "amount": 9200, "balance": 19200,
        "related_info_list": [
            {"related_type": 1, "order_id": 3705115058471208929, "aftersale_id": "", "transaction_id": "42000"}
        ],
        "bookkeeping_time": "2026-11-11 08:00:00", "remark": "收入",
    }  # fmt: skip
    return payload | changes


def flow(**changes: Any) -> Any:
    return read_settlement({"errcode": 0, "funds_flow": flow_payload(**changes)}, shop_id="tea")


def test_a_movement_is_read_whole() -> None:
    """Text in Beijing's time is a moment; what it is about comes from its related infos."""

    read = flow()
    assert (read.settlement_id, read.kind, read.platform_kind) == (
        "10000057741221110",
        SettlementKind.ORDER_INCOME,
        "1",
    )
    assert (read.at, read.signed, read.balance) == (AT, Money(9200, "CNY"), Money(19200, "CNY"))
    assert (read.order_id, read.aftersale_id, read.transaction_id) == ("3705115058471208929", "", "42000")
    assert (flow(flow_type="2").direction, flow(flow_type=2).signed) == (
        FlowDirection.OUT,
        Money(-9200, "CNY"),
    )
    assert flow(balance=-5).balance == Money(-5, "CNY")
    assert flow(related_info_list=None).order_id == ""


K = SettlementKind
KINDS = {
    1: K.ORDER_INCOME, 2: K.PLATFORM_FEE, 3: K.REFUND, 4: K.WITHDRAWAL, 5: K.WITHDRAWAL_RETURNED, 6: K.COMMISSION,
    7: K.COMMISSION, 8: K.FREIGHT_INSURANCE, 9: K.PLATFORM_FEE, 10: K.COMMISSION, 11: K.PLATFORM_FEE,
    12: K.COMMISSION, 13: K.SUBSIDY, 14: K.ADVANCE, 15: K.ADVANCE_REPAID, 16: K.FREIGHT_INSURANCE, 99: K.COMMISSION,
    77: K.UNKNOWN,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_movement(kind: int) -> None:
    """§12.2; an unknown one survives."""

    assert (flow(funds_type=kind).kind, flow(funds_type=kind).platform_kind) == (KINDS[kind], str(kind))


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"bookkeeping_time": "1699660800"}, ["funds_flow.bookkeeping_time"]),
        ({"bookkeeping_time": ""}, ["funds_flow.bookkeeping_time"]),
        (
            {"bookkeeping_time": "2026-11-31 00:00:00", "flow_type": 3},
            ["funds_flow.bookkeeping_time", "funds_flow.flow_type"],
        ),
        ({"flow_type": 0}, ["funds_flow.flow_type"]),
        ({"amount": -1}, ["funds_flow.amount"]),
        ({"amount": 92.5}, ["funds_flow.amount"]),
    ],
)
def test_a_movement_without_time_or_direction_is_set_aside(changes: dict[str, Any], paths: list[str]) -> None:
    """With every bad path and the payload."""

    with pytest.raises(PayloadError) as caught:
        flow(**changes)
    assert [problem.path for problem in caught.value.problems] == paths
    assert caught.value.payload["funds_flow"]["flow_id"] == "10000057741221110"
    assert caught.value.__context__ is None


@pytest.mark.parametrize(
    ("data", "sellable", "reserved"),
    [
        ({"normal_stock_num": 5, "limited_discount_stock_num": 3, "total_stock_num": 8}, 5, 0),
        (
            {
                "normal_stock_num": 0,
                "warehouse_stocks": [{"out_warehouse_id": "hz", "num": 7, "lock_stock": 2}, {"num": 1}],
                "total_stock_num": 8,
            },
            8,
            2,
        ),
        ({"limited_discount_stock_num": 3, "total_stock_num": 8}, 5, 0),
        ({"normal_stock_num": "12"}, 12, 0),
        ({"normal_stock_num": -2}, -2, 0),
    ],
)
def test_what_can_be_sold(data: dict[str, Any], sellable: int, reserved: int) -> None:
    """What is set apart for flash sales is nobody's to sell at the usual price."""

    stock = read_stock({"errcode": 0, "data": data}, shop_id="tea", product_id="1", sku_id="2", at=AT)
    assert (stock.sellable, stock.reserved, stock.at) == (sellable, reserved, AT)


def test_a_stock_that_says_nothing_is_no_stock() -> None:
    """Zero would be a lie that stops sales."""

    with pytest.raises(PayloadError, match="normal_stock_num: is missing"):
        read_stock({"errcode": 0, "data": {"x": 1}}, shop_id="tea", product_id="1", sku_id="2", at=AT)


def test_a_virtual_number_replaces_the_masked_one() -> None:
    """And without one the address says what there is."""

    address = {"user_name": "李四", "tel_number": "138****0000", "city_name": "杭州市"}
    virtual = {"virtual_number": "10012345678", "extension": "42", "expiration": T0}
    assert read_decoded({"address_info": address, "virtual_number_info": virtual}).phone == "10012345678-42"
    assert read_decoded({"address_info": address, "virtual_number_info": {}}).phone == "138****0000"


def shipped_order(parcels: list[dict[str, Any]], **changes: Any) -> Order:
    payload = detail(order_payload(status=20, **changes), "delivery_info.delivery_product_info", parcels)
    return read_order({"errcode": 0, "order": payload}, app_id="wx1", shop_id="tea")


def test_parcels_are_read_by_line() -> None:
    """Units of a SKU go to the lines of that SKU in their order; a virtual delivery is no parcel."""

    payload = order_payload()
    first = payload["order_detail"]["product_infos"][0]
    second = copy.deepcopy(first) | {"product_unique_id": "again", "sku_cnt": 1, "real_price": 9000}
    payload["order_detail"]["product_infos"] = [first, second]
    goods = {"product_id": 10000001, "sku_id": "20000001", "product_cnt": 3}
    payload = detail(
        payload,
        "delivery_info.delivery_product_info",
        [
            {"waybill_id": "1", "delivery_id": "JTSD", "delivery_name": "极兔", "delivery_time": T0, "deliver_type": 1,
             "product_infos": [goods]},
            {"waybill_id": "2", "delivery_id": "NEW", "product_infos": None},
            {"waybill_id": "", "deliver_type": 3, "product_infos": [goods]},
        ],
    )  # fmt: skip
    order = read_order({"errcode": 0, "order": payload}, app_id="wx1", shop_id="tea")

    assert [(parcel.carrier, parcel.carrier_code) for parcel in order.parcels] == [
        ("jt", "JTSD"),
        ("", "NEW"),
    ]
    assert [(line.line_id, line.quantity) for line in order.parcels[0].lines] == [
        ("3705115058471208928_001", 2),
        ("again", 1),
    ]
    assert order.parcels[1].lines == ()


@given(
    shipped=st.lists(st.integers(0, 3), min_size=2, max_size=2),
    wanted=st.lists(st.integers(0, 3), min_size=2, max_size=2),
    rest=st.booleans(),
)
def test_no_unit_is_ever_shipped_twice(shipped: list[int], wanted: list[int], rest: bool) -> None:
    """Whatever was shipped and whatever is asked for: all of it together is at most what was bought."""

    bought = {("10000001", "20000001"): 2, ("10000002", "20000002"): 1}
    told = [
        {"product_id": product, "sku_id": sku, "product_cnt": min(units, bought[product, sku])}
        for (product, sku), units in zip(bought, shipped, strict=True)
    ]
    order = shipped_order([{"waybill_id": "old", "delivery_id": "SF", "product_infos": told}])
    lines = tuple(
        ShippedLine(line_id=line.line_id, quantity=units)
        for line, units in zip(order.lines, wanted, strict=True)
        if units
    )
    parcels = [Parcel(carrier="sf", waybill_id="new", lines=lines)] if lines else []
    if rest:
        parcels.append(Parcel(carrier="sf", waybill_id="rest"))
    try:
        sent = deliveries(order, parcels)
    except (Refused, ArgumentError):
        return
    total = {(one["product_id"], one["sku_id"]): one["product_cnt"] for one in told}
    for parcel in sent:
        for goods in parcel.product_infos:
            total[goods.product_id, goods.sku_id] += goods.product_cnt
    assert all(total[place] <= units for place, units in bought.items())
    if rest:
        assert total == bought


def test_a_parcel_that_is_there_is_not_sent_again() -> None:
    """Whatever the order's status: shipping again after an unknown outcome is safe."""

    told = [{"waybill_id": "SF1", "delivery_id": "SF", "product_infos": []}]
    order = shipped_order(told)
    assert deliveries(order, [Parcel(carrier="sf", waybill_id="SF1")]) == ()
    [new] = deliveries(order, [Parcel(carrier="sf", waybill_id="SF1"), Parcel(carrier="yto", waybill_id="SF1", lines=(
        ShippedLine(line_id=order.lines[0].line_id, quantity=1),))])  # fmt: skip
    assert (new.delivery_id, new.waybill_id, new.deliver_type) == ("YTO", "SF1", 1)


def test_carriers_there_and_back() -> None:
    """A code of ours is one of theirs, and an unknown one of theirs is none of ours."""

    paid = shipped_order([])
    [sent] = deliveries(paid, [Parcel(carrier="jt", waybill_id="JT1")])
    assert sent.delivery_id == "JTSD"
    told = [
        {"waybill_id": f"W{code}", "delivery_id": code, "product_infos": []} for code in ("JTSD", "OTHER")
    ]
    assert [parcel.carrier for parcel in shipped_order(told).parcels] == ["jt", ""]
    with pytest.raises(ArgumentError, match="did you mean 'yunda'"):
        deliveries(paid, [Parcel(carrier="yundaa", waybill_id="Y1")])
