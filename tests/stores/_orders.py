"""Orders for tests of the store: every field that a column is made of can be chosen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

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


@st.composite
def orders(
    draw: st.DrawFn, order_ids: st.SearchStrategy[str] = st.sampled_from(["A1", "a1", "A1 ", "B"])
) -> Order:
    """Copies of a few orders, of few versions: what meets is the interesting part."""
    text = st.text(st.characters(codec="utf-8"), max_size=8)
    amount = st.integers(0, 2**40).map(lambda minor: Money(minor, "CNY"))
    moment = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
    lines = draw(
        st.lists(
            st.builds(
                a_line,
                st.sampled_from(["1", "2", "3"]),
                title=text,
                merchant_sku=text,
                quantity=st.integers(1, 10**6),
                unit_price=amount,
                paid=amount,
                is_freebie=st.booleans(),
                refunded_quantity=st.integers(0, 9),
                discounts=st.lists(st.builds(Discount, payer=st.sampled_from(DiscountPayer), amount=amount), max_size=2)
                .map(tuple),
            ),
            max_size=3,
            unique_by=lambda line: line.line_id,
        )
    )  # fmt: skip
    return an_order(
        draw(order_ids),
        later_s=draw(st.sampled_from([0, 0.000001, 1, 60])),
        lines=tuple(lines),
        status=draw(st.sampled_from(OrderStatus)),
        platform_status=draw(text),
        created_at=draw(moment),
        paid_at=draw(st.none() | moment),
        shipped_at=draw(st.none() | moment),
        is_gift=draw(st.booleans()),
        shop_id=draw(st.sampled_from(["wx1", "WX1"])),
    )
