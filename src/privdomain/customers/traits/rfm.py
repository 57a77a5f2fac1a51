"""The traits that RFM scores, and the time between first and last order, which models of a lifetime ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from privdomain.calendar import BUSINESS_ZONE, Zone
from privdomain.customers.traits.definitions import DaysFirstToLast, DaysSince, Distinct, Sum, Trait
from privdomain.customers.traits.trait_set import TraitSet
from privdomain.customers.traits.windows import Window
from privdomain.rules import Rule, field

__all__ = ["EFFECTIVE_ORDERS", "ORDER_KEY", "rfm_definitions", "rfm_traits"]

EFFECTIVE_ORDERS: Final = field("status").is_in(["paid", "partially_shipped", "shipped", "completed"])
"""Which lines are purchases: paid and neither closed, nor on hold (礼物待领取, 拼团中), nor of unknown status."""

ORDER_KEY: Final = ("platform", "shop_id", "order_id")
"""What identifies an order: its id is unique in its shop only."""


def rfm_definitions(
    *,
    where: Rule | str | None = EFFECTIVE_ORDERS,
    window: Window | None = None,
    order_key: Sequence[str] = ORDER_KEY,
) -> Mapping[str, Trait]:
    """The definitions, to put into a `TraitSet` together with others.

    ``spend_minor`` is what was paid for the lines; what was refunded since stands in other columns and is not
    subtracted. A customer without an order in the window has 0 orders and no ``days_since_last_order``.
    """
    return MappingProxyType(
        {
            "days_since_last_order": DaysSince(where=where, window=window),
            "days_first_to_last_order": DaysFirstToLast(where=where, window=window),
            "orders": Distinct(order_key, where=where, window=window),
            "spend_minor": Sum("paid_minor", where=where, window=window),
        }
    )


def rfm_traits(
    frame: Any,
    *,
    as_of: date | datetime,
    by: str | Sequence[str] = "customer_id",
    where: Rule | str | None = EFFECTIVE_ORDERS,
    window: Window | None = None,
    order_key: Sequence[str] = ORDER_KEY,
    zone: Zone = BUSINESS_ZONE,
    currency: str | None = None,
) -> Any:
    """From order lines to one row per customer: the key and the traits of `rfm_definitions`.

    ``days_since_last_order``, ``days_first_to_last_order``, ``orders``, ``spend_minor``.

    The frame has the columns of ``privdomain.frames.ORDER_LINES`` that are asked for; it may be of any kind, and the
    same kind comes back.

    ```python
    from datetime import UTC, date, datetime
    import polars as pl
    from privdomain.customers.traits import rfm_traits

    lines = pl.DataFrame(
        {
            "platform": ["own"] * 3, "shop_id": ["mall"] * 3, "order_id": ["o1", "o1", "o2"],
            "customer_id": ["c1", "c1", "c1"], "status": ["completed", "completed", "paid"],
            "paid_minor": [1_000, 500, 700], "currency": ["CNY"] * 3,
            "paid_at": [datetime(2026, 5, d, tzinfo=UTC) for d in (1, 1, 20)],
            "order_date": [date(2026, 5, d) for d in (1, 1, 20)],
        }
    )
    assert rfm_traits(lines, as_of=date(2026, 6, 1)).row(0) == ("c1", 12, 19, 2, 2_200)
    ```

    Raises:
        FrameError: for missing or wrong columns, or amounts of several currencies.
    """
    definitions = rfm_definitions(where=where, window=window, order_key=order_key)
    return TraitSet(definitions, by=by, zone=zone, currency=currency).compute(frame, as_of=as_of)
