"""Whatever stands at whatever place of a payload, reading it ends in a record or in a `PayloadError`."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import PayloadError
from privdomain.models import AfterSale, Order, Product, Receiver, Settlement, Stock
from privdomain.platforms.wechat_shop import (
    read_aftersale,
    read_decoded,
    read_order,
    read_product,
    read_settlement,
    read_stock,
)
from tests.platforms._scripted import AT, T0, detail, order_payload

Place = tuple[str | int, ...]

ODD = [
    None, True, False, 0, 1, -1, 2.5, 1.0, -0.0, 1e18, 1e308, 10**12, 10**30, int("9" * 4300),
    "", "0", "-1", "2.5", "1e5", "x", " 7 ", "true", "9" * 129, "9" * 257, "9" * 4301, "x" * 100_000,
    "a\x00b", "a\x1fb", "\x7f", "\n", "\ufffd", "🍵", "٣", "1_000",
    [], [None], [[]], [{}], ["x"], [1], {}, {"": None}, {"x": {"y": []}},
]  # fmt: skip


def full_order() -> dict[str, Any]:
    """An order that has every field that is read: gift, coupon, sources, sharers, and changed prices."""
    order = order_payload(
        is_present=True,
        present_giver_openid="oGiver-2",
        present_giver_unionid="uGiver-2",
        order_present_info={"present_giver_openid": "oGiver-1", "present_giver_unionid": "uGiver-1"},
    )
    line = order["order_detail"]["product_infos"][0]
    line |= {
        "out_sku_id": "T-1", "is_change_price": True, "change_price": 17000, "is_free_gift": 0,
        "future_discounted_price": 10, "deduction_price": 5,
        "order_product_coupon_info_list": [{"user_coupon_id": "u", "coupon_id": "c", "discounted_price": 2000}],
    }  # fmt: skip
    order = detail(order, "price_info.change_down_price", 1000)
    order = detail(order, "price_info.is_change_freight", True)
    order = detail(order, "price_info.change_freight", 900)
    order = detail(order, "sharer_info", {"sharer_openid": "oS", "share_scene": 1})
    order = detail(
        order, "sku_sharer_infos", [{"sku_id": "20000001", "sharer_openid": "oS", "share_scene": 1}]
    )
    source = {
        "sku_id": "20000001", "sale_channel": "1", "account_type": "4", "account_id": "a", "content_type": "2",
        "content_id": "b", "promoter_head_supplier_id": "c",
    }  # fmt: skip
    order = detail(order, "source_infos", [source])
    parcel = {
        "waybill_id": "SF1", "delivery_id": "SF", "delivery_name": "顺丰速运", "delivery_time": T0, "deliver_type": 1,
        "product_infos": [{"product_id": 10000001, "sku_id": "20000001", "product_cnt": 2}],
    }  # fmt: skip
    order = detail(order, "delivery_info.delivery_product_info", [parcel])
    return detail(
        order, "ext_info", {"finder_id": "f", "live_id": "l", "order_scene": 2, "customer_notes": "n"}
    )


def full_product() -> dict[str, Any]:
    """A product that has every field that is read."""
    return {
        "product_id": 10000001, "out_product_id": "T", "title": "龙井", "status": 5, "brand_id": "2100000000",
        "head_imgs": ["https://img.example.com/1.png"], "cats": [{"cat_id": 1}], "cats_v2": [{"cat_id": "2"}],
        "skus": [{
            "sku_id": 2, "out_sku_id": "T-1", "sku_code": "", "bar_code": "690", "sale_price": 9900,
            "market_price": 12900, "stock_num": 7, "sku_attrs": [{"attr_key": "规格", "attr_value": "250g"}],
        }],
    }  # fmt: skip


def full_case() -> dict[str, Any]:
    """A case that has every field that is read."""
    return {
        "after_sale_order_id": "2000001075093094", "order_id": "3705115058471208928", "openid": "oBuyer-1",
        "unionid": "uBuyer-1", "type": "EXCHANGE", "status": "MERCHANT_RETURN_SUCCESS", "reason": "10000021",
        "reason_text": "质量问题", "complaint_id": "77", "deadline": 3600, "create_time": T0, "update_time": T0 + 60,
        "complete_time": T0 + 90,
        "product_info": {"product_id": 10000001, "sku_id": 20000001, "count": 2, "fast_refund": False},
        "details": {"desc": "裂纹", "receive_product": True, "media_id_list": ["m1"], "cancel_time": 0},
        "refund_info": {"amount": 1800, "refund_reason": 3, "platform_discount_return_amount": 0},
        "return_info": {"waybill_id": "SF9", "delivery_id": "SF", "delivery_name": "顺丰速运"},
        "merchant_upload_info": {"reject_reason": "x", "refund_certificates": ["m2"]},
        "refund_resp": {"code": "SUCCESS", "ret": 0, "message": ""},
        "exchange_product_info": {"product_id": 1, "old_sku_id": 2, "new_sku_id": 3, "product_cnt": 1},
        "exchange_delivery_info": {"waybill_id": "SF3", "delivery_id": "SF", "delivery_name": ""},
    }  # fmt: skip


def full_flow() -> dict[str, Any]:
    """A movement that has every field that is read."""
    related = {
        "related_type": 2,
        "order_id": "1",
        "aftersale_id": "2",
        "transaction_id": "3",
        "present_id": "4",
    }
    return {
        "flow_id": "1", "funds_type": 3, "flow_type": 2, "amount": 1800, "balance": 0, "related_info_list": [related],
        "bookkeeping_time": "2026-11-11 08:00:00", "remark": "退款",
    }  # fmt: skip


def full_stock() -> dict[str, Any]:
    """A stock that has every field that is read."""
    warehouse = {"out_warehouse_id": "hz", "num": 7, "lock_stock": 2}
    return {
        "normal_stock_num": 5, "limited_discount_stock_num": 3, "warehouse_stocks": [warehouse], "total_stock_num": 8,
    }  # fmt: skip


def an_order(reply: dict[str, Any]) -> Order:
    return read_order(reply, app_id="wx1", shop_id="tea-shop")


def a_product(reply: dict[str, Any]) -> Product:
    return read_product(reply, shop_id="tea-shop")


def a_case(reply: dict[str, Any]) -> AfterSale:
    return read_aftersale(reply, app_id="wx1", shop_id="tea-shop", at=AT)


def a_flow(reply: dict[str, Any]) -> Settlement:
    return read_settlement(reply, shop_id="tea-shop")


def a_stock(reply: dict[str, Any]) -> Stock:
    return read_stock(reply, shop_id="tea-shop", product_id="1", sku_id="2", at=AT)


Record = Order | Product | AfterSale | Settlement | Stock | Receiver

KINDS: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], Record]]] = {
    "order": ({"errcode": 0, "order": full_order()}, an_order),
    "product": ({"errcode": 0, "product": full_product()}, a_product),
    "draft": ({"errcode": 0, "edit_product": full_product()}, a_product),
    "after_sale_order": ({"errcode": 0, "after_sale_order": full_case()}, a_case),
    "funds_flow": ({"errcode": 0, "funds_flow": full_flow()}, a_flow),
    "data": ({"errcode": 0, "data": full_stock()}, a_stock),
    "receiver": (
        {
            "errcode": 0,
            "address_info": full_order()["order_detail"]["delivery_info"]["address_info"],
            "virtual_number_info": {"virtual_number": "10012345678", "extension": "42", "expiration": T0},
        },
        read_decoded,
    ),
}


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Every place of a payload, the inner ones too."""
    if here:
        yield here
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*here, key))


def changed(reply: dict[str, Any], place: Place, value: Any) -> dict[str, Any]:
    copied = copy.deepcopy(reply)
    here: Any = copied
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = copy.deepcopy(value)
    return copied


def outcome(kind: str, reply: dict[str, Any]) -> Record | PayloadError:
    """What reading ends in; anything but these three goes on to the test."""
    _, read = KINDS[kind]
    before = json.dumps(reply)
    found: Record | PayloadError
    try:
        found = read(reply)
    except PayloadError as error:
        found = error
    if isinstance(found, PayloadError):
        assert found.problems
        assert found.__context__ is None
        assert len(str(found)) < 2000
    assert json.dumps(reply) == before
    return found


PLACES = [(kind, place) for kind, (reply, _) in KINDS.items() for place in places(reply)]


@pytest.mark.parametrize(
    ("kind", "place"), PLACES, ids=[f"{kind}-{'.'.join(map(str, at))}" for kind, at in PLACES]
)
def test_any_value_at_any_place_is_a_record_or_a_payload_error(kind: str, place: Place) -> None:
    """One odd field of one order must not end the pull of a shop."""

    reply, _ = KINDS[kind]
    for value in ODD:
        assert isinstance(outcome(kind, changed(reply, place, value)), Record | PayloadError)


@given(st.data())
def test_several_odd_values_at_once(data: st.DataObject) -> None:
    """Odd values meet: a huge count of a huge price, an empty list beside a wrong one."""

    kind = data.draw(st.sampled_from(sorted(KINDS)))
    reply, _ = KINDS[kind]
    for _ in range(data.draw(st.integers(2, 5))):
        place = data.draw(st.sampled_from(sorted(places(reply), key=str)))
        reply = changed(reply, place, data.draw(st.sampled_from(ODD)))
    assert isinstance(outcome(kind, reply), Record | PayloadError)


def test_the_payloads_of_these_tests_are_good_ones() -> None:
    """Changing one that is refused anyway would prove nothing."""

    for kind, (reply, read) in KINDS.items():
        record = read(reply)
        if not isinstance(record, Stock | Receiver):  # which keep nothing
            assert record.raw == reply[{"draft": "edit_product"}.get(kind, kind)]


@pytest.mark.parametrize(
    ("field", "odd"),
    [
        ("openid", "o" * 129),
        ("openid", "o\x00B"),
        ("openid", "o\nB"),
        ("unionid", "u" * 257),
        ("order_present_info.present_giver_openid", "o" * 129),
        ("order_present_info.present_giver_openid", "o\x7fB"),
        ("order_present_info.present_giver_unionid", "u" * 257),
    ],
)
def test_a_person_whose_id_no_record_takes_is_a_payload_error(field: str, odd: str) -> None:
    """With the order's id and the payload, for the dead-letter table; the id itself is in no message."""

    reply, _ = KINDS["order"]
    found = outcome("order", changed(reply, ("order", *field.split(".")), odd))

    assert isinstance(found, PayloadError)
    assert (found.kind, found.ref) == ("order", reply["order"]["order_id"])
    assert found.payload["order"]["order_detail"] == reply["order"]["order_detail"]
    assert odd not in str(found)
