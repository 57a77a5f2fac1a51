"""Orders as 抖店 serves them, made of what a test says. douyin.md A4.3."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from privdomain.errors import ArgumentError, nearest
from privdomain.sandbox.sales import SoldOrder, SoldStatus

__all__ = ["douyin_line", "douyin_order", "sold_payload"]

_COSTS = ("shop_cost_amount", "only_platform_cost_amount", "author_cost_amount")
_PROMOTED = {
    "shop_cost_amount": "promotion_shop_amount",
    "only_platform_cost_amount": "promotion_platform_amount",
    "author_cost_amount": "promotion_talent_amount",
}
_SOLD = {
    SoldStatus.PENDING_PAYMENT: 1,
    SoldStatus.PAID: 2,
    SoldStatus.SHIPPED: 3,
    SoldStatus.CLOSED: 4,
    SoldStatus.COMPLETED: 5,
}


def _seconds(at: datetime | None) -> int:
    if at is None:
        return 0
    if at.tzinfo is None:
        raise ArgumentError("times of a sandbox are aware; this one has no zone")
    return int(at.timestamp())


def douyin_line(
    *,
    line_id: str,
    product_id: str,
    sku_id: str,
    quantity: int,
    unit_price: int,
    title: str = "",
    discounts: Mapping[str, int] | None = None,
    post_amount: int = 0,
    **more: Any,
) -> dict[str, Any]:
    """One line (子订单) in fen; ``discounts`` by who pays: ``shop_cost_amount`` and its kin. ``more`` is put on top.

    ```python
    from privdomain.sandbox.douyin import douyin_line

    line = douyin_line(
        line_id="1", product_id="100", sku_id="1001", quantity=2, unit_price=1000,
        discounts={"shop_cost_amount": 200}, post_amount=500,
    )
    assert (line["sum_amount"], line["pay_amount"]) == (2000, 2300)
    ```
    """
    given = dict(discounts or {})
    for name in given:
        if name not in _COSTS:
            raise ArgumentError(
                f"a line has no {name!r}; did you mean {nearest(name, _COSTS) or _COSTS[0]!r}?"
            )
    costs = {name: given.get(name, 0) for name in _COSTS}
    reduced = sum(costs.values())
    total = unit_price * quantity
    if quantity < 1 or not 0 <= reduced <= total:
        raise ArgumentError(f"line {line_id}: {quantity} × {unit_price} fen cannot be reduced by {reduced}")
    line: dict[str, Any] = {
        "order_id": line_id,
        "product_id": int(product_id),
        "product_id_str": product_id,
        "sku_id": int(sku_id),
        "code": f"C-{sku_id}",
        "product_name": title,
        "spec": [{"name": "规格", "value": "默认"}],
        "item_num": quantity,
        "origin_amount": unit_price,
        "sum_amount": total,
        "order_amount": total + post_amount,
        "pay_amount": total - reduced + post_amount,
        "post_amount": post_amount,
        "promotion_amount": reduced,
        "platform_cost_amount": costs["only_platform_cost_amount"] + costs["author_cost_amount"],
        "after_sale_info": {"after_sale_status": 0, "after_sale_type": 0, "refund_status": 0},
        "given_product_type": "",
        "goods_type": 0,
        "trade_type": 0,
        **costs,
        **{_PROMOTED[name]: amount for name, amount in costs.items()},
    }
    return line | more


def douyin_order(
    order_id: str,
    *,
    buyer_id: str,
    created: datetime,
    lines: Iterable[Mapping[str, Any]],
    updated: datetime | None = None,
    status: int = 2,
    receiver: Mapping[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An order as order.searchList lists it, its sums taken from its lines.

    ``receiver`` has ``name``, ``phone`` and ``address`` in clear; the shop that takes the order encrypts them.
    """
    held = [dict(line) for line in lines]
    for line in held:
        line["parent_order_id"] = order_id

    def total(name: str) -> int:
        return sum(line[name] for line in held)

    at = _seconds(created)
    order: dict[str, Any] = {
        "order_id": order_id,
        "shop_name": "",
        "order_level": 2,
        "doudian_open_id": buyer_id,
        "order_type": 0,
        "biz": 2,
        "b_type": 2,
        "order_status": status,
        "main_status": status,
        "create_time": at,
        "update_time": _seconds(updated) or at,
        "pay_time": at if status not in {1, 4} else 0,
        "ship_time": 0,
        "finish_time": 0,
        "pay_type": 1,
        "channel_payment_no": "" if status == 1 else f"P{order_id}",
        "post_promotion_amount": 0,
        "promotion_pay_amount": 0,
        "modify_amount": 0,
        "buyer_words": "",
        "seller_words": "",
        "seller_remark_stars": 0,
        "post_tel": "",
        "post_receiver": "",
        "logistics_info": [],
        "order_phase_list": [],
        "sku_order_list": held,
        "receiver": dict(receiver or {"name": "李小明", "phone": "13800000000", "address": "文三路 1 号"}),
        **{name: total(name) for name in ("order_amount", "pay_amount", "post_amount", "promotion_amount")},
        **{name: total(name) for name in (*_COSTS, *_PROMOTED.values(), "platform_cost_amount")},
    }
    return order | more


def sold_payload(order: SoldOrder) -> dict[str, Any]:
    """A sale in this platform's words; the freight stands on the first line, reductions are the shop's."""
    lines = [
        douyin_line(
            line_id=f"{order.order_id}{place:02d}",
            product_id=line.product_id,
            sku_id=line.sku_id,
            quantity=line.quantity,
            unit_price=line.unit_price,
            title=line.title,
            discounts={"shop_cost_amount": line.unit_price * line.quantity - line.paid},
            post_amount=order.freight if place == 0 else 0,
        )
        for place, line in enumerate(order.lines)
    ]
    payload = douyin_order(
        order.order_id,
        buyer_id=order.buyer_id,
        created=order.created,
        updated=order.updated,
        lines=lines,
        status=_SOLD[order.status],
    )
    at = payload["update_time"]
    if order.status in {SoldStatus.SHIPPED, SoldStatus.COMPLETED}:
        payload["ship_time"] = at
    if order.status is SoldStatus.COMPLETED:
        payload["finish_time"] = at
    return payload
