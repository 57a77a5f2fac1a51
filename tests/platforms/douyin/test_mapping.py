"""From 抖店's payloads to our records: every status, who pays for what, and what is missing."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

import pytest

from privdomain import Money
from privdomain.errors import PayloadError
from privdomain.models import (
    AfterSaleParty,
    AfterSaleStatus,
    AfterSaleType,
    DiscountPayer,
    OrderStatus,
    ProductStatus,
    RefundStatus,
    SettlementKind,
)
from privdomain.platforms.douyin import (
    read_account_item,
    read_aftersale,
    read_aftersale_row,
    read_order,
    read_order_row,
    read_product,
)

AT = 1_793_462_400


def row(**changes: Any) -> dict[str, Any]:
    """An order of two lines: 20 off by the shop, 10 by the platform, 5 by a talent, freight inside the lines."""
    payload: dict[str, Any] = {
        "order_id": "4933609365066313446", "shop_id": 4463798, "doudian_open_id": "1@#b", "order_status": 2,
        "main_status": 2, "create_time": AT, "update_time": AT + 9, "pay_time": AT + 5, "b_type": 2, "pay_type": 1,
        "channel_payment_no": "P1", "order_amount": 3600, "pay_amount": 3565, "post_amount": 600,
        "promotion_amount": 35, "shop_cost_amount": 20, "platform_cost_amount": 15, "only_platform_cost_amount": 10,
        "author_cost_amount": 5, "buyer_words": "请轻放",
        "mask_post_tel": "1********00", "mask_post_receiver": "李**",
        "post_addr": {"province": {"name": "浙江省"}, "city": {"name": "杭州市"}, "town": {"name": "西湖区"},
                      "street": {"name": "文新街道"}, "detail": "", "encrypt_detail": "##x##"},
        "mask_post_addr": {"detail": "文三路**"},
        "logistics_info": [{"tracking_no": "SF1", "company": "shunfeng", "company_name": "顺丰", "ship_time": AT + 7,
                            "product_info": [{"sku_order_id": "11", "product_count": 1}]}],
        "sku_order_list": [
            {"order_id": "11", "product_id": 3500000000000000064, "product_id_str": "3500000000000000099",
             "sku_id": 1001, "code": "TEA", "product_name": "龙井", "item_num": 2, "origin_amount": 1000,
             "sum_amount": 2000, "pay_amount": 2365, "post_amount": 400, "promotion_amount": 35,
             "shop_cost_amount": 20, "platform_cost_amount": 15, "only_platform_cost_amount": 10,
             "author_cost_amount": 5, "spec": [{"name": "规格", "value": "250g"}], "author_id": 77, "room_id": 64,
             "room_id_str": "99", "c_biz": 2, "theme_type": "1"},
            {"order_id": "12", "product_id": "36", "sku_id": "1002", "product_name": "杯", "item_num": 1,
             "origin_amount": 1000, "sum_amount": 1000, "pay_amount": 1200, "post_amount": 200,
             "given_product_type": "FREE", "video_id": "v1"},
        ],
    }  # fmt: skip
    return payload | changes


def order(**changes: Any):
    return read_order_row(row(**changes), shop_id="4463798")


def line(**changes: Any):
    payload = row()
    payload["sku_order_list"][0] |= changes
    payload["pay_amount"] = sum(one["pay_amount"] for one in payload["sku_order_list"])
    return read_order_row(payload, shop_id="4463798").lines[0]


def test_the_sums() -> None:
    """A line's freight is taken out of what was paid for it; who pays is kept apart."""

    found = order()
    assert found.total == Money(3565, "CNY") == found.goods_paid + found.freight
    assert [one.paid.minor for one in found.lines] == [1965, 1000]
    payers = {(one.payer, one.amount.minor) for one in found.lines[0].discounts}
    assert payers == {(DiscountPayer.SHOP, 20), (DiscountPayer.PLATFORM, 10), (DiscountPayer.TALENT, 5)}
    assert found.discounts == () and found.discounted == Money(35, "CNY")


def test_freight_outside_of_the_lines() -> None:
    """The sums tell."""

    payload = row(pay_amount=3565)
    for one, paid in zip(payload["sku_order_list"], (1965, 1000), strict=True):
        one["pay_amount"] = paid
    found = read_order_row(payload, shop_id="s")
    assert [one.paid.minor for one in found.lines] == [1965, 1000]
    assert found.total == found.goods_paid + found.freight


def test_what_the_channel_of_payment_takes_off() -> None:
    """The buyer's cash is pay_amount without promotion_pay_amount."""

    payload = row(promotion_pay_amount=65)
    payload["sku_order_list"][0]["promotion_pay_amount"] = 65
    found = read_order_row(payload, shop_id="s")
    assert found.total == Money(3500, "CNY") == found.goods_paid + found.freight
    assert found.payments[0].amount == found.total
    assert ("promotion_pay_amount", 65) in {(one.name, one.amount.minor) for one in found.lines[0].discounts}


def test_payers_that_are_withheld_or_only_summed() -> None:
    """Without the permission a reduction has no payer; older answers have platform and talent in one."""

    withheld = line(
        shop_cost_amount=0, platform_cost_amount=0, only_platform_cost_amount=0, author_cost_amount=0
    )
    assert [(one.payer, one.amount.minor) for one in withheld.discounts] == [(DiscountPayer.UNKNOWN, 35)]
    summed = line(only_platform_cost_amount=None)
    assert (DiscountPayer.PLATFORM, 10) in {(one.payer, one.amount.minor) for one in summed.discounts}


def test_what_only_the_order_says() -> None:
    """Reductions beyond the lines are the order's; those of the freight too."""

    found = order(shop_cost_amount=120, post_promotion_amount=300)
    assert {(one.name, one.amount.minor) for one in found.discounts} == {
        ("shop_cost_amount", 100), ("post_promotion_amount", 300),
    }  # fmt: skip


def test_a_changed_price() -> None:
    """改价 is the shop's."""

    changed = line(pay_amount=2265, modify_amount=-100)
    assert ("modify_amount", DiscountPayer.SHOP) in {(one.name, one.payer) for one in changed.discounts}


@pytest.mark.parametrize(
    ("order_status", "main_status", "pay_type", "status", "said"),
    [
        (1, 1, 1, OrderStatus.PENDING_PAYMENT, "1"),
        (1, 1, 0, OrderStatus.ON_HOLD, "1"),
        (1, 103, 1, OrderStatus.PENDING_PAYMENT, "103"),
        (105, 105, 1, OrderStatus.ON_HOLD, "105"),
        (2, 2, 1, OrderStatus.PAID, "2"),
        (2, 0, 1, OrderStatus.PAID, "2"),
        (101, 101, 1, OrderStatus.PARTIALLY_SHIPPED, "101"),
        (3, 3, 1, OrderStatus.SHIPPED, "3"),
        (4, 4, 1, OrderStatus.CLOSED, "4"),
        (4, 21, 1, OrderStatus.CLOSED, "21"),
        (3, 22, 1, OrderStatus.CLOSED, "22"),
        (5, 39, 1, OrderStatus.CLOSED, "39"),
        (5, 5, 1, OrderStatus.COMPLETED, "5"),
        (77, 77, 1, OrderStatus.UNKNOWN, "77"),
    ],
)
def test_every_status(
    order_status: int, main_status: int, pay_type: int, status: OrderStatus, said: str
) -> None:
    """A4.2."""

    found = order(order_status=order_status, main_status=main_status, pay_type=pay_type)
    assert (found.status, found.platform_status) == (status, said)


@pytest.mark.parametrize(
    ("after", "refunding", "refunded"),
    [
        ({}, 0, 0),
        ({"after_sale_status": 6, "refund_status": 1}, 2, 0),
        ({"after_sale_status": 12, "refund_status": 2}, 2, 0),
        ({"after_sale_status": 12, "refund_status": 3}, 0, 2),
        ({"after_sale_status": 28, "refund_status": 1}, 0, 0),
        ({"after_sale_status": 12, "refund_status": 4}, 0, 0),
    ],
)
def test_refunds_of_a_line(after: dict[str, int], refunding: int, refunded: int) -> None:
    """A buyer who withdraws leaves 28 and 1: nothing is refunding."""

    found = line(after_sale_info=after)
    assert (found.refunding_quantity, found.refunded_quantity) == (refunding, refunded)


def test_large_ids_by_their_twins_and_where_it_came_from() -> None:
    """The number has lost its last digits; the text has not."""

    found = order()
    assert found.lines[0].product_id == "3500000000000000099"
    source = found.lines[0].source
    assert (source.content_kind, source.content_id, source.account_id, source.promoter_id) == (
        "live",
        "99",
        "77",
        "77",
    )
    assert (found.lines[1].source.content_kind, found.lines[1].is_freebie) == ("video", True)
    assert found.source.channel == "抖音"


def test_people_and_parcels() -> None:
    """Masked; joined on doudian_open_id and never on a cipher (trap 8)."""

    found = order()
    assert [(key.kind, key.scope) for key in found.buyer.keys] == [("buyer_id", "douyin:4463798")]
    assert (found.receiver.name, found.receiver.address) == ("李**", "文新街道文三路**")
    assert [(p.carrier, p.waybill_id, p.lines[0].line_id) for p in found.parcels] == [("sf", "SF1", "11")]
    assert "李" not in repr(found) and "请轻放" not in repr(found)


def test_without_the_permission_for_buyers() -> None:
    """Everything personal is missing; the order is one all the same."""

    payload = row(
        doudian_open_id="", post_addr=None, mask_post_addr=[], logistics_info=None, order_phase_list=None
    )
    for name in ("mask_post_tel", "mask_post_receiver"):
        payload.pop(name)
    found = read_order_row(payload, shop_id="s")
    assert (found.buyer.buyer_id, found.buyer.keys, found.receiver) == ("order:4933609365066313446", (), None)


def test_a_presale_has_its_payments() -> None:
    """定金 and 尾款; one that is open is none."""

    phases = [
        {"phase_order_id": "a", "pay_success": True, "phase_pay_time": AT, "phase_pay_amount": 500},
        {"phase_order_id": "b", "pay_success": False, "phase_payable_price": 3065},
    ]
    assert [(p.amount.minor, p.transaction_id) for p in order(order_phase_list=phases).payments] == [
        (500, "a")
    ]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sku_order_list": []}, "sku_order_list"),
        ({"sku_order_list": None}, "sku_order_list"),
        ({"order_id": ""}, "order_id"),
        ({"create_time": 0}, "create_time"),
        ({"create_time": 1_793_462_400_000}, "create_time"),
        ({"pay_amount": 3.5}, "pay_amount"),
        ({"pay_amount": -1}, "pay_amount"),
        ({"order_status": "paid"}, "order_status"),
    ],
)
def test_what_is_no_order_is_named(changes: dict[str, Any], path: str) -> None:
    """Every bad path, and nothing of the payload in the message."""

    with pytest.raises(PayloadError) as caught:
        order(**changes)
    assert path in [problem.path for problem in caught.value.problems]
    assert "李" not in str(caught.value)


def test_another_order_than_the_one_asked_for() -> None:
    """Stored, it would be a change that nobody made."""

    with pytest.raises(PayloadError, match="asked for"):
        read_order({"shop_order_detail": row()}, shop_id="s", order_id="1")


# --- cases ---


def item(**changes: Any) -> dict[str, Any]:
    info = {"aftersale_id": "70", "aftersale_type": 1, "aftersale_status": 6, "refund_status": 1, "refund_amount": 900,
            "refund_post_amount": 100, "apply_time": AT, "update_time": AT + 5, "arbitrate_status": 0, "related_id": "11",
            "aftersale_num": 1}  # fmt: skip
    about = {
        "shop_order_id": "49",
        "related_order_info": [{"sku_order_id": "11", "product_id": 35, "aftersale_item_num": 1}],
    }
    return {"aftersale_info": info | changes, "order_info": about}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"aftersale_status": 3}, AfterSaleStatus.WAITING_RESHIP_RECEIPT),
        ({"aftersale_status": 6}, AfterSaleStatus.WAITING_SHOP),
        ({"aftersale_status": 7}, AfterSaleStatus.WAITING_RETURN),
        ({"aftersale_status": 8}, AfterSaleStatus.WAITING_RESHIP),
        ({"aftersale_status": 11}, AfterSaleStatus.WAITING_RETURN_RECEIPT),
        ({"aftersale_status": 12, "refund_status": 1}, AfterSaleStatus.REFUNDING),
        ({"aftersale_status": 12, "refund_status": 2}, AfterSaleStatus.REFUNDING),
        ({"aftersale_status": 12, "refund_status": 3}, AfterSaleStatus.COMPLETED),
        ({"aftersale_status": 12, "refund_status": 4}, AfterSaleStatus.REFUND_FAILED),
        ({"aftersale_status": 12, "refund_status": 5}, AfterSaleStatus.COMPLETED),
        ({"aftersale_status": 13}, AfterSaleStatus.WAITING_RESHIP_RECEIPT),
        ({"aftersale_status": 14}, AfterSaleStatus.COMPLETED),
        ({"aftersale_status": 27}, AfterSaleStatus.REJECTED),
        ({"aftersale_status": 28}, AfterSaleStatus.CLOSED),
        ({"aftersale_status": 29}, AfterSaleStatus.REJECTED),
        ({"aftersale_status": 51}, AfterSaleStatus.CANCELED),
        ({"aftersale_status": 53}, AfterSaleStatus.COMPLETED),
        ({"aftersale_status": 99}, AfterSaleStatus.UNKNOWN),
        ({"aftersale_status": 6, "arbitrate_status": 1}, AfterSaleStatus.DISPUTED),
        ({"aftersale_status": 27, "arbitrate_status": 4}, AfterSaleStatus.DISPUTED),
        ({"aftersale_status": 28, "arbitrate_status": 1}, AfterSaleStatus.CLOSED),
        ({"aftersale_status": 6, "arbitrate_status": 255}, AfterSaleStatus.WAITING_SHOP),
    ],
)
def test_every_status_of_a_case(changes: dict[str, int], status: AfterSaleStatus) -> None:
    """A6."""

    found = read_aftersale_row(item(**changes), shop_id="s")
    assert found.status is status
    assert (found.completed_at is not None) == (
        status in {AfterSaleStatus.COMPLETED, AfterSaleStatus.CLOSED, AfterSaleStatus.CANCELED}
    )


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        (0, AfterSaleType.RETURN_REFUND), (1, AfterSaleType.REFUND_ONLY), (2, AfterSaleType.REFUND_ONLY),
        (3, AfterSaleType.EXCHANGE), (6, AfterSaleType.PRICE_PROTECTION), (7, AfterSaleType.RESEND),
        (8, AfterSaleType.REPAIR), (99, AfterSaleType.UNKNOWN),
    ],
)  # fmt: skip
def test_every_type_of_a_case(kind: int, type_: AfterSaleType) -> None:
    """A6."""

    assert read_aftersale_row(item(aftersale_type=kind), shop_id="s").type is type_


@pytest.mark.parametrize(
    ("refund_status", "status", "amount"),
    [
        (1, RefundStatus.PENDING, 900), (2, RefundStatus.PROCESSING, 900), (3, RefundStatus.SUCCEEDED, 850),
        (4, RefundStatus.FAILED, 900), (5, RefundStatus.RECOVERED, 900), (9, RefundStatus.UNKNOWN, 900),
    ],
)  # fmt: skip
def test_every_refund(refund_status: int, status: RefundStatus, amount: int) -> None:
    """real_refund_amount counts once it has succeeded."""

    found = read_aftersale(detail(refund_status=refund_status), shop_id="s", aftersale_id="70")
    assert [(one.status, one.amount.minor) for one in found.refunds] == [(status, amount)]
    assert {(one.payer, one.amount.minor) for one in found.refunds[0].returned_discounts} == {
        (DiscountPayer.PLATFORM, 7), (DiscountPayer.TALENT, 8), (DiscountPayer.SHOP, 9),
    }  # fmt: skip


def detail(**changes: Any) -> dict[str, Any]:
    info = {"after_sale_id": 70, "after_sale_type": 0, "after_sale_status": 12, "refund_status": 3,
            "refund_total_amount": 900, "refund_post_amount": 100, "real_refund_amount": 850, "apply_time": AT,
            "update_time": AT + 5, "reason": "不想要", "reason_code": 3, "got_pkg": 1, "after_sale_apply_count": 1,
            "platform_discount_return_amount": 7, "kol_discount_return_amount": 8, "shop_discount_return_amount": 9,
            "exchange_sku_info": {"sku_id": "1009", "num": 1}, "evidence": ["https://x.example.com/1"]}  # fmt: skip
    process = {
        "after_sale_info": info | changes,
        "arbitrate_info": {"arbitrate_id": "a1"},
        "logistics_info": {
            "return": {"tracking_no": "YT1", "company_code": "yuantong", "logistics_time": AT}
        },
        "record_logs_list": [
            {"operator": "买家", "time": "2026-11-01 08:00:00", "text": "发起"},
            {"operator": "商家", "time": str(AT), "text": "同意"},
            {"operator": "?", "time": "gestern", "text": "…"},
        ],
    }
    lines = [{"sku_order_id": 11, "product_id": 35, "sku_id": 1001, "after_sale_item_count": 1}]
    return {"process_info": process, "order_info": {"shop_order_id": 49, "sku_order_infos": lines}}


def test_a_case_in_detail() -> None:
    """Parcels, steps, what is wanted instead."""

    found = read_aftersale(detail(), shop_id="s")
    assert (found.order_id, found.lines[0].sku_id, found.reason_code) == ("49", "1001", "3")
    assert (found.returned.waybill_id, found.complaint_id, found.goods_received) == ("YT1", "a1", True)
    assert (found.exchange.from_sku_id, found.exchange.to_sku_id) == ("1001", "1009")
    assert [step.party for step in found.steps] == [AfterSaleParty.BUYER, AfterSaleParty.SHOP]
    assert found.steps[0].at == datetime(2026, 11, 1, tzinfo=UTC)
    with pytest.raises(PayloadError, match="asked for"):
        read_aftersale(detail(), shop_id="s", aftersale_id="71")


# --- products and money ---


def product(**changes: Any) -> dict[str, Any]:
    payload = {
        "product_id": 35, "product_id_str": "35", "name": "龙井", "status": 0, "check_status": 3,
        "update_time": "2026-11-01 08:00:00", "category_detail": {"first_cid": 1, "second_cid": 0},
        "spec_prices": [{"sku_id": 1, "price": 5, "stock_num": 3, "code": "C", "spec_detail_ids": [9]}],
        "specs": [{"name": "颜色", "values": [{"id": 9, "name": "红"}]}], "market_price": 9, "pic": ["u"],
    }  # fmt: skip
    return copy.deepcopy(payload) | changes


@pytest.mark.parametrize(
    ("status", "check", "expected"),
    [
        (0, 3, ProductStatus.LISTED), (0, 2, ProductStatus.LISTED), (0, 5, ProductStatus.BANNED),
        (0, 7, ProductStatus.DELISTED), (1, 1, ProductStatus.DRAFT), (1, 3, ProductStatus.DELISTED),
        (1, 4, ProductStatus.DELISTED), (2, 3, ProductStatus.DELETED), (9, 3, ProductStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_every_status_of_a_product(status: int, check: int, expected: ProductStatus) -> None:
    """A7: two statuses become one."""

    found = read_product(product(status=status, check_status=check), shop_id="s")
    assert (found.status, found.platform_status) == (expected, f"{status}/{check}")


def test_a_product() -> None:
    """Variants with their words."""

    found = read_product(product(), shop_id="s", product_id="35")
    assert found.skus[0].attributes == (("颜色", "红"),) and found.skus[0].list_price == Money(9, "CNY")
    assert found.category_ids == ("1",) and found.updated_at == datetime(2026, 11, 1, tzinfo=UTC)
    assert read_product(product(update_time=AT), shop_id="s").updated_at == datetime.fromtimestamp(AT, UTC)


@pytest.mark.parametrize(
    ("tag", "kind"),
    [(0, "unknown"), (1, "commission"), (3, "order_income"), (6, "platform_fee"), (7, "subsidy"), (11, "withdrawal"),
     (12, "withdrawal_returned"), (13, "refund"), (19, "refund"), (20, "freight_insurance"), (99, "unknown")],
)  # fmt: skip
def test_kinds_of_movements(tag: int, kind: str) -> None:
    """By their tag; the platform's own words stay."""

    item = {
        "account_trade_no": "t1",
        "bill_time": "2026-11-01 08:00:00",
        "fund_flow": 1,
        "account_amount": 5,
        "account_bill_desc": "说明",
        "account_bill_desc_tag": tag,
    }
    found = read_account_item(item, shop_id="s")
    assert (found.kind, found.platform_kind) == (SettlementKind(kind), "说明")
    assert found.at == datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes", [{"account_trade_no": ""}, {"bill_time": "gestern"}, {"account_amount": "x"}]
)
def test_what_is_no_movement_is_named(changes: dict[str, Any]) -> None:
    """Without an id it would be booked again with every pull."""

    item = {"account_trade_no": "t1", "bill_time": "2026-11-01 08:00:00", "fund_flow": 0, "account_amount": 5}
    with pytest.raises(PayloadError):
        read_account_item(item | changes, shop_id="s")
