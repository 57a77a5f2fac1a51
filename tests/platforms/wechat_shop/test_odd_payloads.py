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
from privdomain.models import Order, Product
from privdomain.platforms.wechat_shop import read_order, read_product
from tests.platforms._scripted import detail, order_payload

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


def an_order(reply: dict[str, Any]) -> Order:
    return read_order(reply, app_id="wx1", shop_id="tea-shop")


def a_product(reply: dict[str, Any]) -> Product:
    return read_product(reply, shop_id="tea-shop")


KINDS: dict[str, tuple[dict[str, Any], Callable[[dict[str, Any]], Order | Product]]] = {
    "order": ({"errcode": 0, "order": full_order()}, an_order),
    "product": ({"errcode": 0, "product": full_product()}, a_product),
    "draft": ({"errcode": 0, "edit_product": full_product()}, a_product),
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


def outcome(kind: str, reply: dict[str, Any]) -> Order | Product | PayloadError:
    """What reading ends in; anything but these three goes on to the test."""
    _, read = KINDS[kind]
    before = json.dumps(reply)
    found: Order | Product | PayloadError
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
        assert isinstance(outcome(kind, changed(reply, place, value)), Order | Product | PayloadError)


@given(st.data())
def test_several_odd_values_at_once(data: st.DataObject) -> None:
    """Odd values meet: a huge count of a huge price, an empty list beside a wrong one."""

    kind = data.draw(st.sampled_from(sorted(KINDS)))
    reply, _ = KINDS[kind]
    for _ in range(data.draw(st.integers(2, 5))):
        place = data.draw(st.sampled_from(sorted(places(reply), key=str)))
        reply = changed(reply, place, data.draw(st.sampled_from(ODD)))
    assert isinstance(outcome(kind, reply), Order | Product | PayloadError)


def test_the_payloads_of_these_tests_are_good_ones() -> None:
    """Changing one that is refused anyway would prove nothing."""

    for kind, (reply, read) in KINDS.items():
        assert read(reply).raw == reply[{"draft": "edit_product"}.get(kind, kind)]


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
