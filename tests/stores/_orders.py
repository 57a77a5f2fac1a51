"""Orders for tests of the store: every field that a column is made of can be chosen."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from privdomain import Money
from privdomain.models import Buyer, Discount, DiscountPayer, Order, OrderLine, OrderStatus, Receiver

START = datetime(2026, 11, 11, 1, 2, 3, 456789, tzinfo=UTC)


def a_line(line_id: str = "1", **fields) -> OrderLine:
    made = {
        "product_id": "p1",
        "sku_id": f"s{line_id}",
        "title": "桂花乌龙茶",
        "merchant_sku": "GH-OOLONG-250",
        "quantity": 2,
        "unit_price": Money.cny("10"),
        "paid": Money.cny("18"),
        "discounts": (Discount(payer=DiscountPayer.SHOP, amount=Money.cny("2")),),
    }
    return OrderLine(line_id=line_id, **{**made, **fields})


def an_order(order_id: str = "A1", *, later_s: float = 0, **fields) -> Order:
    """An order whose version is ``later_s`` seconds after `START`."""
    lines = fields.get("lines", (a_line(),))
    made = {
        "platform": "wechat_shop",
        "shop_id": "wx1",
        "status": OrderStatus.PAID,
        "platform_status": "20",
        "created_at": START - timedelta(hours=1),
        "paid_at": START - timedelta(minutes=59),
        "updated_at": START + timedelta(seconds=later_s),
        "freight": Money.cny("5"),
        "total": sum((line.paid for line in lines), Money.cny("5")),
        "buyer": Buyer(buyer_id="oABC", nickname="小桂"),
        "receiver": Receiver(name="王小茶", phone="199-0000-0000", address="某路 1 号", city="上海"),
        "discounts": (Discount(payer=DiscountPayer.PLATFORM, amount=Money.cny("1")),),
        "raw": {"order": {"order_id": order_id, "note": "原样"}},
    }
    return Order(order_id=order_id, **{**made, **fields, "lines": lines})


ORDERS, VERSIONS = 40, 4


def copies_of(writer: int, seed: int):
    """Every copy of every order, in an order of the writer's own, in pages."""
    copies = [
        an_order(f"A{number:03}", later_s=version, lines=tuple(a_line(f"{i}", quantity=version + 1) for i in range(version + 1)))
        for number in range(ORDERS)
        for version in range(VERSIONS)
    ]  # fmt: skip
    random.Random(f"{seed}:{writer}").shuffle(copies)
    return [copies[start : start + 25] for start in range(0, len(copies), 25)]
