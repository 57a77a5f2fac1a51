"""Orders as Hypothesis draws them."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from privdomain import Money
from privdomain.models import Discount, DiscountPayer, Order, OrderStatus
from tests.stores._orders import a_line, an_order

ORDER_IDS = st.sampled_from(["A1", "a1", "A1 ", "B"])


@st.composite
def orders(draw: st.DrawFn) -> Order:
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
        draw(ORDER_IDS),
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
