"""Payloads of the published shape become our records, by the tables of the platform's documentation."""

from __future__ import annotations

import copy
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privdomain import Money
from privdomain.errors import PayloadError
from privdomain.models import (
    Buyer,
    DiscountPayer,
    IdentityKey,
    KeyKind,
    Order,
    OrderSource,
    OrderStatus,
    ProductStatus,
)
from privdomain.platforms import HttpResponse
from privdomain.platforms.wechat_shop import read_order, read_product
from tests.platforms._scripted import T0, ScriptedShop, detail, order_payload, shop_of


def read(payload: dict[str, Any]) -> Order:
    return read_order({"errcode": 0, "order": payload}, app_id="wx1", shop_id="tea-shop")


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(T0 + seconds, UTC)


def fen(minor: int) -> Money:
    return Money(minor, "CNY")


def test_an_order_is_read_whole() -> None:
    """Every field of the record from its field of the payload."""

    order = read(order_payload())
    first, second = order.lines

    assert (order.platform, order.shop_id, order.order_id) == (
        "wechat_shop",
        "tea-shop",
        "3705115058471208928",
    )
    assert (order.status, order.platform_status) == (OrderStatus.SHIPPED, "30")
    assert (order.created_at, order.updated_at, order.paid_at) == (at(100), at(200), at(150))
    assert (order.shipped_at, order.completed_at) == (at(180), None)
    assert (order.total, order.freight, order.goods_paid) == (fen(22000), fen(1000), fen(21000))
    assert order.buyer == Buyer(
        buyer_id="oBuyer-1",
        keys=(
            IdentityKey(kind=KeyKind.OPENID, value="oBuyer-1", scope="wx1"),
            IdentityKey(kind=KeyKind.UNIONID, value="uBuyer-1"),
        ),
    )
    assert (order.is_gift, order.giver) == (False, None)
    assert [(p.method, p.amount, p.paid_at, p.transaction_id) for p in order.payments] == [
        ("1", fen(22000), at(150), "42000")
    ]
    receiver = order.receiver
    assert receiver is not None
    assert (receiver.name, receiver.phone, receiver.address_key) == ("李**", "138****0000", "h4sh")
    assert (receiver.province, receiver.city, receiver.district) == ("浙江省", "杭州市", "西湖区")
    assert receiver.address == "文三路1 号"
    assert (order.buyer_note, order.source) == ("请轻放", OrderSource(scene="2"))
    assert order.discounts == ()

    assert (first.line_id, first.product_id, first.sku_id) == (
        "3705115058471208928_001",
        "10000001",
        "20000001",
    )
    assert (first.title, first.merchant_sku, first.attributes) == (
        "龙井 2026 春茶",
        "TEA-1",
        (("规格", "250g"),),
    )
    assert (first.quantity, first.unit_price, first.paid) == (2, fen(10000), fen(18000))
    assert [(d.payer, d.amount, d.name) for d in first.discounts] == [
        (DiscountPayer.SHOP, fen(2000), "merchant_discounted_price")
    ]
    assert (second.line_id, second.product_id, second.sku_id) == (
        "3705115058471208928_20000002", "10000002", "20000002",
    )  # fmt: skip
    assert (second.quantity, second.paid, second.discounts) == (1, fen(3000), ())


# --- status: §4.4, complaint 22 ---


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (10, OrderStatus.PENDING_PAYMENT),
        (12, OrderStatus.ON_HOLD),
        (13, OrderStatus.ON_HOLD),
        (20, OrderStatus.PAID),
        (21, OrderStatus.PARTIALLY_SHIPPED),
        (30, OrderStatus.SHIPPED),
        (100, OrderStatus.COMPLETED),
        (190, OrderStatus.CLOSED),
        (200, OrderStatus.CLOSED),  # undocumented for a long time: complaint 22
        (250, OrderStatus.CLOSED),
        ("20", OrderStatus.PAID),
        (77, OrderStatus.UNKNOWN),
    ],
)
def test_status(status: int | str, expected: OrderStatus) -> None:
    """A status this release does not know survives as itself."""

    order = read(order_payload(status=status))

    assert (order.status, order.platform_status) == (expected, str(status))


# --- money ---


@pytest.mark.parametrize(
    ("field", "payer"),
    [
        ("merchant_discounted_price", DiscountPayer.SHOP),
        ("vip_discounted_price", DiscountPayer.SHOP),
        ("bulkbuy_discounted_price", DiscountPayer.SHOP),
        ("limited_discount_discounted_price", DiscountPayer.SHOP),
        ("platform_activity_merchant_discounted_price", DiscountPayer.SHOP),
        ("national_subsidy_merchant_discounted_price", DiscountPayer.SHOP),
        ("finder_discounted_price", DiscountPayer.TALENT),
        ("cash_coupon_discounted_price", DiscountPayer.PLATFORM),
        ("national_subsidy_discounted_price", DiscountPayer.PLATFORM),
        ("deduction_price", DiscountPayer.POINTS),
        (
            "normal_friends_like_discounted_price",
            DiscountPayer.UNKNOWN,
        ),  # newer than this release: complaint 17
    ],
)
@pytest.mark.parametrize("on", ["line", "order"])
def test_who_pays_for_a_reduction(field: str, payer: DiscountPayer, on: str) -> None:
    """By payer and under the platform's name, on the line that carries it or on the order."""

    payload = detail(order_payload(), "product_infos.0.merchant_discounted_price", 0)
    payload = detail(payload, "price_info.merchant_discounted_price", 0)
    payload = detail(payload, "price_info.discounted_price", 0)
    payload = detail(payload, f"product_infos.0.{field}" if on == "line" else f"price_info.{field}", "2000")
    order = read(payload)
    [discount] = order.lines[0].discounts if on == "line" else order.discounts

    assert (discount.payer, discount.amount, discount.name) == (payer, fen(2000), field)
    assert len(order.lines[0].discounts + order.discounts) == 1


@pytest.mark.parametrize("value", [True, -5, 0, "", "-5", "much", None, 2.5, [1], {"amount": 1}])
def test_an_unknown_kind_that_is_no_amount_is_left_alone(value: Any) -> None:
    """What we do not know cannot make an order unreadable; it stays in ``raw``."""

    order = read(detail(order_payload(), "product_infos.0.future_discounted_price", value))

    assert [discount.name for discount in order.lines[0].discounts] == ["merchant_discounted_price"]


def test_an_order_names_only_what_its_lines_do_not_carry() -> None:
    """The order repeats the sums of its lines; only the difference is a discount of the order."""

    payload = detail(order_payload(), "price_info.merchant_discounted_price", 2500)
    payload = detail(payload, "price_info.discounted_price", 2500)

    assert [(d.payer, d.amount) for d in read(payload).discounts] == [(DiscountPayer.SHOP, fen(500))]


def test_a_sum_that_nobody_itemises_has_an_unknown_payer() -> None:
    """The published sample: 20000 of goods, 10000 off, 500 freight, 10500 to pay, and no breakdown."""

    payload = order_payload()
    payload["order_detail"]["product_infos"] = [
        {"product_id": 1, "sku_id": 2, "sku_cnt": 10, "sale_price": 2000, "real_price": 10000}
    ]
    payload["order_detail"]["price_info"] = {
        "product_price": 20000, "order_price": 10500, "freight": 500, "discounted_price": 10000, "is_discounted": True,
    }  # fmt: skip
    order = read(payload)

    assert (order.total, order.freight, order.goods_paid) == (fen(10500), fen(500), fen(10000))
    assert [(d.payer, d.amount, d.name) for d in order.discounts] == [
        (DiscountPayer.UNKNOWN, fen(10000), "discounted_price")
    ]


def _coupons(*amounts: int) -> list[dict[str, Any]]:
    return [
        {"user_coupon_id": f"u{n}", "coupon_id": f"c{n}", "coupon_type": 1, "discounted_price": amount}
        for n, amount in enumerate(amounts)
    ]


def test_a_coupon_that_is_itemised_is_a_reference_and_no_second_reduction() -> None:
    """The shop's coupon is inside merchant_discounted_price."""

    payload = detail(order_payload(), "product_infos.0.order_product_coupon_info_list", _coupons(2000))
    order = read(payload)

    assert [(d.payer, d.amount, d.reference_id) for d in order.lines[0].discounts] == [
        (DiscountPayer.SHOP, fen(2000), "c0")
    ]


def test_a_coupon_that_nobody_itemises_is_a_reduction_of_unsaid_payer() -> None:
    """As far as it explains what was taken off, and no further."""

    payload = detail(order_payload(), "product_infos.0.merchant_discounted_price", 0)
    payload = detail(payload, "price_info.merchant_discounted_price", 0)
    payload = detail(payload, "product_infos.0.order_product_coupon_info_list", _coupons(1500, 900, 100))
    order = read(payload)

    assert [(d.payer, d.amount.minor, d.reference_id) for d in order.lines[0].discounts] == [
        (DiscountPayer.COUPON, 1500, "c0"), (DiscountPayer.COUPON, 500, "c1"),
    ]  # fmt: skip
    assert order.discounts == ()


def test_a_price_changed_by_the_shop() -> None:
    """改价: the line total is what was agreed, the difference is the shop's."""

    payload = detail(order_payload(), "product_infos.0.is_change_price", True)
    payload = detail(payload, "product_infos.0.change_price", 17000)
    payload = detail(payload, "product_infos.0.real_price", 17000)
    payload = detail(payload, "price_info.change_down_price", 1000)
    payload = detail(payload, "price_info.is_change_freight", True)
    payload = detail(payload, "price_info.change_freight", 0)
    order = read(payload)

    assert (order.lines[0].paid, order.freight) == (fen(17000), fen(0))
    assert [(d.payer, d.amount.minor, d.name) for d in order.lines[0].discounts] == [
        (DiscountPayer.SHOP, 2000, "merchant_discounted_price"), (DiscountPayer.SHOP, 1000, "change_price"),
    ]  # fmt: skip
    assert order.discounts == ()


def test_a_price_change_that_no_line_carries_is_the_orders() -> None:
    """改价 as the order sums it up."""

    [discount] = read(detail(order_payload(), "price_info.change_down_price", 300)).discounts

    assert (discount.payer, discount.amount, discount.name) == (DiscountPayer.SHOP, fen(300), "change_price")


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ({"real_price": 0}, 0),
        ({"real_price": None}, 18000),
        ({"real_price": None, "is_change_price": True, "change_price": 17500}, 17500),
        ({"real_price": "", "estimate_price": None}, 20000),
    ],
)
def test_a_line_without_a_paid_total(changes: dict[str, Any], paid: int) -> None:
    """Zero is an amount; absent means: as agreed, as estimated, or by the list."""

    payload = order_payload()
    payload["order_detail"]["product_infos"][0].update(changes)

    assert read(payload).lines[0].paid == fen(paid)


kinds_of_reduction = st.dictionaries(
    st.sampled_from(
        [
            "merchant_discounted_price",
            "finder_discounted_price",
            "cash_coupon_discounted_price",
            "deduction_price",
            "something_new_discounted_price",
        ]
    ),
    st.integers(1, 900),
)


@given(kinds_of_reduction, st.integers(1, 9))
def test_what_a_line_itemises_explains_what_was_paid(reductions: dict[str, int], count: int) -> None:
    """unit price × quantity − Σ discounts = paid, and the order repeats none of it."""

    paid = 1000 * 9 * count - sum(reductions.values())
    line = {
        "product_id": 1,
        "sku_id": 2,
        "sku_cnt": count,
        "sale_price": 9000,
        "real_price": paid,
    } | reductions
    payload = order_payload()
    payload["order_detail"]["product_infos"] = [line]
    payload["order_detail"]["price_info"] = {"order_price": paid} | reductions
    order = read(payload)
    [read_line] = order.lines

    assert (
        read_line.unit_price * count - sum((d.amount for d in read_line.discounts), fen(0)) == read_line.paid
    )
    assert order.discounts == ()


def test_amounts_that_do_not_add_up_are_tolerated(caplog: pytest.LogCaptureFixture) -> None:
    """With subsidies lines and total differ: the platform's total stands, the difference is in the debug log."""

    with caplog.at_level(logging.DEBUG, logger="privdomain"):
        order = read(detail(order_payload(), "price_info.order_price", 21500))

    assert order.total == fen(21500)
    assert "total and lines differ by -5.00 CNY" in caplog.text


def test_a_freebie_is_marked() -> None:
    """赠品: no revenue of its own."""

    payload = detail(order_payload(), "product_infos.1.is_free_gift", 1)

    assert [line.is_freebie for line in read(payload).lines] == [False, True]


# --- time and payment ---


@pytest.mark.parametrize("pay_time", [0, None, "", "0"])
def test_an_order_may_be_to_ship_and_not_paid_for(pay_time: Any) -> None:
    """先用后付: status 20 without a payment time is PAID (to be shipped) and has no paid_at."""

    payload = detail(order_payload(status=20), "pay_info", {"pay_time": pay_time, "payment_method": 2})
    order = read(payload)

    assert (order.status, order.paid_at, order.payments) == (OrderStatus.PAID, None, ())


def test_a_payment_without_a_time_is_a_payment() -> None:
    """A transaction id says that money moved."""

    [payment] = read(detail(order_payload(), "pay_info.pay_time", 0)).payments

    assert (payment.paid_at, payment.transaction_id) == (None, "42000")


def test_an_update_time_that_is_missing_is_the_creation() -> None:
    """Something must say which copy is newer."""

    assert read(order_payload(update_time=None)).updated_at == at(100)


def test_completion_is_the_confirmed_receipt() -> None:
    """确认收货"""

    assert read(detail(order_payload(), "ext_info.confirm_receipt_time", T0 + 900)).completed_at == at(900)


@pytest.mark.parametrize("field", ["create_time", "update_time"])
@pytest.mark.parametrize("value", [1_793_462_400_000, -1, 1.5, "yesterday"])
def test_a_time_that_is_none_is_refused(field: str, value: Any) -> None:
    """Milliseconds would be a date in a far century; they are a payload error with its path."""

    with pytest.raises(PayloadError) as caught:
        read(order_payload(**{field: value}))
    assert [problem.path for problem in caught.value.problems] == [f"order.{field}"]


# --- people ---


def _gift(**changes: Any) -> dict[str, Any]:
    present = {"present_giver_openid": "oGiver", "present_giver_unionid": "uGiver", "present_send_type": 0}
    return (
        order_payload(openid="oReceiver", unionid="uReceiver", is_present=True, order_present_info=present)
        | changes
    )


def test_the_buyer_of_a_gift_is_its_receiver() -> None:
    """送礼物: who got it and who paid for it are two people."""

    order = read(_gift())

    assert order.is_gift
    assert (order.buyer.buyer_id, [key.value for key in order.buyer.keys]) == (
        "oReceiver",
        ["oReceiver", "uReceiver"],
    )
    assert order.giver is not None
    assert (order.giver.buyer_id, [key.value for key in order.giver.keys]) == ("oGiver", ["oGiver", "uGiver"])


def test_the_giver_may_stand_in_the_order_itself() -> None:
    """Older answers repeat the giver at the top and leave order_present_info out."""

    order = read(_gift(order_present_info=None, present_giver_openid="oGiver2"))

    assert order.giver is not None
    assert order.giver.buyer_id == "oGiver2"


def test_a_gift_that_nobody_has_accepted_is_the_givers() -> None:
    """Status 12: there is no receiver yet, and an order has a buyer."""

    order = read(_gift(status=12, openid="", unionid=""))

    assert (order.status, order.buyer) == (OrderStatus.ON_HOLD, order.giver)


def test_the_giver_of_an_order_that_is_no_gift_is_nobody() -> None:
    """Zeros and empty objects stand in ordinary orders too."""

    assert read(order_payload(order_present_info={}, present_giver_openid=0)).giver is None


@pytest.mark.parametrize("openid", [None, "", 0])
def test_an_order_of_nobody_is_refused(openid: Any) -> None:
    """Without an openid no customer can be named."""

    with pytest.raises(PayloadError, match=r"order\.openid: is missing; expected the buyer's openid"):
        read(order_payload(openid=openid))


def test_a_unionid_is_optional() -> None:
    """It is there only when the shop is bound to an open-platform account."""

    assert [key.kind for key in read(order_payload(unionid="")).buyer.keys] == ["openid"]


@pytest.mark.parametrize("address", [None, {}, [], "", 0])
def test_an_order_may_have_no_receiver(address: Any) -> None:
    """Virtual goods are not delivered."""

    assert read(detail(order_payload(), "delivery_info.address_info", address)).receiver is None


# --- where it came from ---


def test_the_source_of_a_line() -> None:
    """``source_infos`` by SKU: account type 4 is WeCom, the trace of a private-domain sale."""

    source = {
        "sku_id": 20000001, "sale_channel": 0, "account_type": 4, "account_id": "wwcorp/li", "content_type": 1,
        "content_id": "c1", "promoter_head_supplier_id": "p9",
    }  # fmt: skip
    payload = detail(order_payload(), "source_infos", [source])
    payload = detail(
        payload, "sku_sharer_infos", [{"sku_id": "20000001", "sharer_openid": "oSharer", "share_scene": 7}]
    )
    first, second = read(payload).lines

    assert first.source == OrderSource(
        channel="0", account_kind="4", account_id="wwcorp/li", content_kind="1", content_id="c1",
        scene="7", promoter_id="oSharer",
    )  # fmt: skip
    assert second.source is None


def test_a_sharer_without_a_source() -> None:
    """分享员 alone."""

    payload = detail(
        order_payload(), "sku_sharer_infos", [{"sku_id": "20000002", "sharer_openid": "oSharer"}]
    )

    assert read(payload).lines[1].source == OrderSource(promoter_id="oSharer")


def test_the_source_of_an_order() -> None:
    """Scene, channel account, live room and sharer."""

    payload = detail(order_payload(), "ext_info", {"order_scene": 2, "finder_id": "f1", "live_id": "l1"})
    payload = detail(payload, "sharer_info", {"sharer_openid": "oSharer", "share_scene": 1})

    assert read(payload).source == OrderSource(
        account_kind="finder", account_id="f1", content_kind="live", content_id="l1", scene="2", promoter_id="oSharer",
    )  # fmt: skip


# --- tolerance ---


def test_ids_beyond_2_to_53_keep_their_last_digits() -> None:
    """As a number on the wire, as text here."""

    body = HttpResponse.of_json({"errcode": 0, "order": order_payload()}).body
    number = HttpResponse(200, body.replace(b'"3705115058471208928"', b"3705115058471208929"))
    with shop_of(ScriptedShop(interrupts={2: number})) as shop:
        order = shop.order("3705115058471208929")

    assert order.order_id == "3705115058471208929"
    assert order.lines[1].line_id == "3705115058471208929_20000002"


@pytest.mark.parametrize("order_id", [3.705115058471209e18, True, None, "", 0, {}])
def test_an_id_that_is_none_is_refused(order_id: Any) -> None:
    """A float has lost its last digits; an order without an id is not an order."""

    with pytest.raises(PayloadError) as caught:
        read(order_payload(order_id))
    assert [problem.path for problem in caught.value.problems] == ["order.order_id"]


NOTHINGS = [None, "", 0, [], {}]


@pytest.mark.parametrize("nothing", NOTHINGS, ids=repr)
def test_nothing_is_written_in_five_ways(nothing: Any) -> None:
    """Every optional field takes absent, null, "", 0, [] and {} for nothing, whatever its type."""

    optional = {
        "": ("unionid", "update_time", "is_present", "order_present_info", "present_giver_openid"),
        "order_detail": (
            "pay_info", "delivery_info", "ext_info", "sharer_info", "sku_sharer_infos", "source_infos",
        ),
        "price_info": ("freight", "discounted_price", "merchant_discounted_price", "is_change_freight"),
        "line": ("sku_code", "sku_attrs", "order_product_coupon_info_list", "on_aftersale_sku_cnt", "is_free_gift"),
    }  # fmt: skip
    absent, present = order_payload(), order_payload()
    for payload in (absent, present):
        places = {
            "": payload,
            "order_detail": payload["order_detail"],
            "price_info": payload["order_detail"]["price_info"],
            "line": payload["order_detail"]["product_infos"][0],
        }
        for place, names in optional.items():
            for name in names:
                places[place].pop(name, None)
                if payload is present:
                    places[place][name] = copy.deepcopy(nothing)

    expected, found = read(absent), read(present)

    assert found.model_copy(update={"raw": {}}) == expected.model_copy(update={"raw": {}})


def test_numbers_may_be_text_and_keys_may_be_new() -> None:
    """Ints as strings, unknown keys anywhere, a list where a release ago an object was: all kept in ``raw``."""

    payload = order_payload(status="30", create_time=str(T0 + 100), brand_new={"x": [1]}, size_chart=[])
    payload = detail(payload, "product_infos.0.sku_cnt", "2")
    payload = detail(payload, "price_info.order_price", "22000")
    payload = detail(payload, "custom_info", {"custom_type": "?"})
    order = read(payload)

    assert (order.total, order.lines[0].quantity, order.created_at) == (fen(22000), 2, at(100))
    assert order.raw == payload


@pytest.mark.parametrize(
    "missing",
    [
        "order_id",
        "status",
        "create_time",
        "order_detail",
        "order_detail.price_info",
        "order_detail.product_infos",
    ],
)
def test_what_an_order_cannot_do_without(missing: str) -> None:
    """One error that names the path."""

    payload = copy.deepcopy(order_payload())
    *parents, last = missing.split(".")
    here = payload
    for parent in parents:
        here = here[parent]
    del here[last]

    with pytest.raises(PayloadError) as caught:
        read(payload)
    assert [str(problem) for problem in caught.value.problems] == [f"order.{missing}: is missing"]


def test_lines_without_an_id_get_different_ones() -> None:
    """One SKU in two lines (bought, and as a gift): the second is named by its place."""

    line = {"product_id": 1, "sku_id": 7, "sku_cnt": 1, "sale_price": 100}
    lines = [line, line, line | {"product_unique_id": "A_004"}, line, line | {"sku_id": 8}]
    order = read(detail(order_payload("A"), "product_infos", lines[:3]))
    with_a_taken_place = read(detail(order_payload("A"), "product_infos", [*lines, line]))

    assert [line.line_id for line in order.lines] == ["A_7", "A_002", "A_004"]
    assert [line.line_id for line in with_a_taken_place.lines] == [
        "A_7", "A_002", "A_004", "A_004_7", "A_8", "A_006",
    ]  # fmt: skip


def test_the_platforms_own_line_ids_come_first() -> None:
    """A line without an id does not take the one that a later line has."""

    line = {"product_id": 1, "sku_id": 7, "sku_cnt": 1, "sale_price": 100}
    order = read(detail(order_payload("A"), "product_infos", [line, line | {"product_unique_id": "A_7"}]))

    assert [line.line_id for line in order.lines] == ["A_001", "A_7"]


def test_a_bad_line_is_one_problem_per_field() -> None:
    """And not a list that is too short as well; a list without lines is one."""

    payload = detail(order_payload(), "product_infos.0.sku_cnt", "two")
    payload = detail(payload, "product_infos.0.sale_price", "x")
    payload["order_detail"]["product_infos"] = payload["order_detail"]["product_infos"][:1]
    with pytest.raises(PayloadError) as caught:
        read(payload)
    with pytest.raises(PayloadError) as empty:
        read(detail(order_payload(), "product_infos", []))

    assert [str(problem) for problem in caught.value.problems] == [
        "order.order_detail.product_infos[0].sku_cnt: is text; expected a whole number",
        "order.order_detail.product_infos[0].sale_price: is text; expected a whole number",
    ]
    assert [str(problem) for problem in empty.value.problems] == [
        "order.order_detail.product_infos: is empty; expected one line at least"
    ]


@pytest.mark.parametrize(
    "path",
    [
        "product_infos.0.sku_cnt", "product_infos.0.sale_price", "product_infos.0.real_price",
        "product_infos.0.on_aftersale_sku_cnt", "product_infos.0.merchant_discounted_price",
        "price_info.order_price", "price_info.freight", "pay_info.pay_time", "pay_info.payment_method",
    ],
)  # fmt: skip
def test_true_is_no_amount_no_count_and_no_time(path: str) -> None:
    """Python counts it as 1: an order of one fen."""

    with pytest.raises(PayloadError, match="is true or false; expected a whole number"):
        read(detail(order_payload(), path, True))
    with pytest.raises(PayloadError, match="status: is true or false"):
        read(order_payload(status=True))


def test_an_error_shows_no_personal_data() -> None:
    """Paths and kinds, never the values: addresses and numbers are in the payload for the dead-letter table only."""

    payload = detail(
        order_payload(status={"tel": "13800001111"}), "delivery_info.address_info.user_name", ["张三"]
    )
    with pytest.raises(PayloadError) as caught:
        read(payload)

    assert caught.value.payload["order"] == payload
    for text in (str(caught.value), repr(caught.value)):
        assert "13800001111" not in text
        assert "张三" not in text


def test_neither_order_nor_payload_shows_people() -> None:
    """A ``repr`` in a log line leaks nothing."""

    from privdomain.platforms.wechat_shop import OrderReply

    reply = OrderReply.model_validate({"order": order_payload()})

    for text in (repr(read(order_payload())), repr(reply), str(reply), repr(reply.order), f"{reply.order}"):
        assert "李**" not in text
        assert "138****0000" not in text
        assert "文三路" not in text


def test_a_record_the_models_refuse_is_a_payload_error() -> None:
    """An id longer than any database takes."""

    with pytest.raises(PayloadError, match="is too long"):
        read(order_payload("9" * 200))


# --- products ---


def product(**changes: Any) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "product_id": 10000001, "out_product_id": "T", "title": "龙井", "status": 5, "brand_id": "2100000000",
        "head_imgs": ["https://img.example.com/1.png"], "cats": [{"cat_id": 1}], "cats_v2": [{"cat_id": "2"}, {"cat_id": 3}],
        "size_chart": [], "min_price": 9900,
        "skus": [{
            "sku_id": 2, "out_sku_id": "T-1", "sku_code": "", "bar_code": "690", "sale_price": 9900,
            "market_price": 12900, "stock_num": 7, "sku_attrs": [{"attr_key": "规格", "attr_value": "250g"}],
        }],
    }  # fmt: skip
    return payload | changes


def test_a_product_is_read_whole() -> None:
    """Every field of the record from its field of the payload; the newer categories win."""

    found = read_product({"errcode": 0, "product": product()}, shop_id="tea-shop")
    [sku] = found.skus

    assert (found.platform, found.shop_id, found.product_id) == ("wechat_shop", "tea-shop", "10000001")
    assert (found.title, found.merchant_product, found.brand_id) == ("龙井", "T", "2100000000")
    assert (found.category_ids, found.image_urls) == (("2", "3"), ("https://img.example.com/1.png",))
    assert (sku.sku_id, sku.merchant_sku, sku.barcode, sku.stock) == ("2", "T-1", "690", 7)
    assert (sku.price, sku.list_price, sku.attributes) == (fen(9900), fen(12900), (("规格", "250g"),))
    assert found.raw == product()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (0, ProductStatus.DRAFT), (5, ProductStatus.LISTED), (6, ProductStatus.DELETED), (9, ProductStatus.DELETED),
        (11, ProductStatus.DELISTED), (13, ProductStatus.BANNED), (14, ProductStatus.DELISTED),
        (15, ProductStatus.DELISTED), (20, ProductStatus.BANNED), (99, ProductStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_product_status(status: int, expected: ProductStatus) -> None:
    """As the documentation lists them; an unknown one survives as itself."""

    found = read_product({"product": product(status=status)}, shop_id="s")

    assert (found.status, found.platform_status) == (expected, str(status))


@pytest.mark.parametrize("size_chart", [[], {}, {"size": 1}, None])
def test_a_size_chart_may_be_anything(size_chart: Any) -> None:
    """Complaint 15: object in the answer, array in the sample. What is not used is not modelled."""

    assert read_product({"product": product(size_chart=size_chart)}, shop_id="s").product_id == "10000001"


def test_a_product_the_models_refuse_is_a_payload_error() -> None:
    """As for orders."""

    with pytest.raises(PayloadError, match="product_id: is too long"):
        read_product({"product": product(product_id="9" * 200)}, shop_id="s")


def test_an_answer_without_a_product_is_refused() -> None:
    """Neither on sale nor a draft."""

    with pytest.raises(PayloadError, match="product: is missing"):
        read_product({"errcode": 0}, shop_id="s", product_id="1")


@pytest.mark.parametrize("chart", [{"enable": False}, [{"enable": False}], [], None])
def test_a_size_chart_may_be_an_object_or_a_list(chart: Any) -> None:
    """Complaint 15: what is not read cannot be of a wrong type, and is kept as it came."""

    product = {"product_id": "1", "status": 5, "title": "茶", "size_chart": chart, "skus": []}
    read = read_product({"errcode": 0, "product": product}, shop_id="tea-shop")
    assert read.raw["size_chart"] == chart
