"""Made-up sales for a sandbox that is filled from the command line; the same seed makes the same sales."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from privdomain.sandbox.sales import SoldLine, SoldOrder, SoldStatus

__all__ = ["sample_order"]

_GOODS = (("100", "龙井 50g", 12_800), ("101", "普洱 357g", 26_900), ("102", "铁观音 125g", 8_800))
_STATUSES = (SoldStatus.PAID, SoldStatus.PAID, SoldStatus.SHIPPED, SoldStatus.COMPLETED)
_WEEK_S = 7 * 86_400


def sample_order(number: int, *, now: datetime, seed: int, is_new: bool = False) -> SoldOrder:
    """The sale of that number: within the week before ``now``, or this moment's."""
    dice = random.Random(f"{seed}/{number}")  # noqa: S311 — repeatable on purpose
    product_id, title, price = dice.choice(_GOODS)
    quantity = dice.randint(1, 3)
    paid = price * quantity - dice.choice((0, 0, 1_000))
    created = now if is_new else now - timedelta(seconds=dice.randrange(60, _WEEK_S))
    line = SoldLine(
        product_id=product_id,
        sku_id=f"{product_id}1",
        title=title,
        quantity=quantity,
        unit_price=price,
        paid=paid,
    )
    return SoldOrder(
        order_id=f"37{number:017d}",
        buyer_id=f"buyer{dice.randrange(1_000)}",
        created=created,
        updated=created,
        status=SoldStatus.PAID if is_new else dice.choice(_STATUSES),
        lines=(line,),
        freight=dice.choice((0, 800)),
    )
