"""The builders keep the platform's invariants, spellings and masks."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain.errors import ArgumentError
from privdomain.sandbox import wechat_line, wechat_order
from privdomain.sandbox.wechat_shop import DISCOUNT_KINDS

AT = datetime(2026, 11, 11, tzinfo=UTC)


def line(**more):
    return wechat_line(
        **({"product_id": "100", "sku_id": "1001", "quantity": 2, "sale_price": 10_000} | more)
    )


def order(lines=None, **more):
    return wechat_order(
        "3700000000000000001", **({"openid": "oA", "created": AT, "lines": lines or [line()]} | more)
    )


def price_of(made):
    return made["order_detail"]["price_info"]


@st.composite
def lines(draw):
    quantity, unit = draw(st.integers(1, 50)), draw(st.integers(0, 100_000))
    left = quantity * unit
    discounts = {}
    for kind in draw(st.lists(st.sampled_from(DISCOUNT_KINDS), unique=True, max_size=4)):
        discounts[kind] = draw(st.integers(0, left))
        left -= discounts[kind]
    deduction = draw(st.integers(0, left))
    change = draw(st.none() | st.integers(0, 200_000))
    return line(
        quantity=quantity, sale_price=unit, discounts=discounts, deduction=deduction, change_price=change
    )


@given(made=st.lists(lines(), min_size=1, max_size=5), freight=st.integers(0, 5_000))
def test_the_sums_of_an_order_agree(made, freight):
    """Law: order_price = Σ real_price + freight, and every total is the sum of its parts."""
    whole = order(made, freight=freight)
    price, rows = price_of(whole), whole["order_detail"]["product_infos"]

    assert price["order_price"] == sum(row["real_price"] for row in rows) + freight
    assert price["product_price"] == sum(row["sale_price"] * row["sku_cnt"] for row in rows)
    assert price["original_order_price"] == price["product_price"] + freight
    for kind in DISCOUNT_KINDS:
        name = f"{kind}_discounted_price"
        assert price[name] == sum(row.get(name, 0) for row in rows)
    assert price["discounted_price"] == sum(price[f"{kind}_discounted_price"] for kind in DISCOUNT_KINDS)
    assert (
        price["merchant_receieve_price"]
        == price["original_order_price"]
        - price["discounted_price"]
        - price["deduction_price"]
        - price["change_down_price"]
    )
    assert price["merchant_receieve_price"] == price["order_price"]
    for row in rows:
        assert row["real_price"] == min(row["estimate_price"], row.get("change_price", row["estimate_price"]))
        assert 0 <= row["real_price"] <= row["sale_price"] * row["sku_cnt"]
    json.dumps(whole)


def test_the_published_invariant():
    """§4.3: product_price 20000 − discounted_price 10000 + freight 500 = order_price 10500."""
    price = price_of(order([line(discounts={"merchant": 10_000})], freight=500))

    assert (price["product_price"], price["discounted_price"], price["freight"], price["order_price"]) == (
        20_000,
        10_000,
        500,
        10_500,
    )


def test_a_real_price_alone_becomes_a_discount_of_the_merchant():
    """The rest of the list price is named, beside what is named already."""
    assert line(real_price=15_000).discounts == {"merchant": 5_000}
    assert line(real_price=15_000, discounts={"vip": 1_000}).discounts == {"vip": 1_000, "merchant": 4_000}
    assert line(real_price=20_000).discounts == {}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"real_price": 20_001}, "leave 20000"),
        ({"real_price": 5, "change_price": 6}, "leave 6"),
        ({"discounts": {"merchant": 20_001}}, "1 fen more"),
        ({"discounts": {"merchnat": 1}}, "did you mean 'merchant'"),
        ({"discounts": {"vip": -1}}, "no amount is negative"),
        ({"quantity": 0}, "at least 1"),
        ({"real_price": -1}, "leave 20000"),
    ],
)
def test_amounts_that_contradict_each_other_are_refused(wrong, message):
    """With the number that would be right."""
    with pytest.raises(ArgumentError, match=message):
        line(**wrong)


@pytest.mark.parametrize(
    ("status", "paid", "shipped", "confirmed", "parcels"),
    [
        (10, 0, 0, 0, 0),
        (12, 1, 0, 0, 0),
        (20, 1, 0, 0, 0),
        (21, 1, 1, 0, 1),
        (30, 1, 1, 0, 2),
        (100, 1, 1, 1, 2),
        (250, 0, 0, 0, 0),
    ],
)
def test_times_follow_from_the_status(status, paid, shipped, confirmed, parcels):
    """0 is never, as the platform says it; a partly shipped order has sent part of its lines."""
    detail = order([line(), line(sku_id="1002")], status=status)["order_detail"]
    sent = detail["delivery_info"]["delivery_product_info"]

    assert bool(detail["pay_info"]["pay_time"]) == paid
    assert bool(sent) == shipped
    assert bool(detail["delivery_info"]["ship_done_time"]) == (shipped and status != 21)
    assert bool(detail["ext_info"]["confirm_receipt_time"]) == confirmed
    assert sum(len(parcel["product_infos"]) for parcel in sent) == parcels


def test_given_times_are_kept_and_the_last_is_the_update():
    """Unix seconds; an update before them is refused."""
    later = [AT + timedelta(hours=hours) for hours in (1, 30, 100)]
    made = order(status=100, paid=later[0], shipped=later[1], confirmed=later[2])

    assert made["create_time"] == int(AT.timestamp())
    assert made["update_time"] == int(later[2].timestamp())
    with pytest.raises(ArgumentError, match="before"):
        order(paid=later[0], updated=AT)
    with pytest.raises(ArgumentError, match="aware"):
        order(created=datetime(2026, 1, 1))


def test_a_receiver_is_masked_and_has_a_stable_key():
    """§4.3, §4.5: phone and name masked; the same address has the same hash_code, another one another."""
    home = {
        "user_name": "张小明",
        "tel_number": "13800001234",
        "province_name": "浙江省",
        "city_name": "杭州市",
    }
    first, again = (order(receiver=home)["order_detail"]["delivery_info"]["address_info"] for _ in range(2))
    other = order(receiver=home | {"city_name": "宁波市"})["order_detail"]["delivery_info"]["address_info"]

    assert (first["user_name"], first["tel_number"]) == ("张**", "138****1234")
    assert first["tel_number_ext_info"]["real_tel_number"] == "138****1234"
    assert "13800001234" not in json.dumps(first)
    assert first["hash_code"] == again["hash_code"] != other["hash_code"]
    with pytest.raises(ArgumentError, match="did you mean 'city_name'"):
        order(receiver={"city_nam": "杭州市"})


def test_a_source_goes_to_every_line_without_one():
    """source_infos is the attribution record, by SKU; account_type 4 is WeCom."""
    made = order(
        [line(), line(sku_id="1002", source={"account_type": 2})],
        source={"account_type": 4, "account_id": "ww1", "content_type": 1},
    )
    rows = made["order_detail"]["source_infos"]

    assert [(row["sku_id"], row["account_type"]) for row in rows] == [("1001", 4), ("1002", 2)]
    assert order()["order_detail"]["source_infos"] == []
    with pytest.raises(ArgumentError, match="did you mean 'account_type'"):
        order(source={"accounttype": 4})


def test_a_gift_order_names_its_giver():
    """§5: openid is the receiver, present_giver_openid who paid."""
    made = order(giver_openid="oGiver", giver_unionid="uGiver", status=12)

    assert made["is_present"]
    assert (made["openid"], made["present_giver_openid"]) == ("oA", "oGiver")
    assert made["order_present_info"]["present_giver_unionid"] == "uGiver"


def test_line_details_are_served():
    """Freebies, after-sale quantities, attributes and line ids."""
    rows = order(
        [
            line(attributes={"颜色": "红"}, refunding_quantity=1),
            line(sku_id="1002", is_free_gift=True, real_price=0),
        ]
    )["order_detail"]["product_infos"]

    assert rows[0]["product_unique_id"] == "3700000000000000001_001"
    assert rows[0]["sku_attrs"] == [{"attr_key": "颜色", "attr_value": "红"}]
    assert rows[0]["on_aftersale_sku_cnt"] == 1
    assert (rows[1]["is_free_gift"], rows[1]["real_price"]) == (1, 0)
    assert "is_free_gift" not in rows[0]


def test_an_order_has_lines_and_no_negative_freight():
    """The platform has no other."""
    with pytest.raises(ArgumentError, match="no lines"):
        wechat_order("1", openid="oA", created=AT, lines=[])
    with pytest.raises(ArgumentError, match="negative"):
        order(freight=-1)
