"""Orders and their lines as columns.

Every amount is in minor units (分) of the row's ``currency``; every moment is UTC with microseconds;
``order_date`` is the day in the business's zone, made once by whoever fills the frame.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from privdomain.frames._backend import Backend
from privdomain.frames._build import build, micros, records
from privdomain.frames.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from privdomain.calendar import Zone
    from privdomain.models import Order

__all__ = ["ORDERS", "ORDER_LINES", "order_lines", "orders"]

_ORDER_DATE: Final = {"order_date": ("paid_at", "created_at")}

ORDERS: Final = Schema(
    "orders",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("platform", Kind.STRING, "our name of the platform; own or offline for one's own sales"),
        Column("shop_id", Kind.STRING, "the shop, as the platform names it"),
        Column("order_id", Kind.STRING, "the order, as the platform names it"),
        Column("buyer_id", Kind.STRING, "who bought, as the platform names them"),
        Column("customer_id", Kind.STRING, "who bought, as we name them", required=False, nullable=True),
        Column("status", Kind.STRING, "where the order stands, a word of OrderStatus"),
        Column("platform_status", Kind.STRING, "where it stands in the platform's own words"),
        Column("created_at", Kind.INSTANT, "when it was placed", "UTC"),
        Column("paid_at", Kind.INSTANT, "when it was paid", "UTC", nullable=True),
        Column("shipped_at", Kind.INSTANT, "when it was shipped", "UTC", nullable=True),
        Column("completed_at", Kind.INSTANT, "when it was completed", "UTC", nullable=True),
        Column("updated_at", Kind.INSTANT, "when the platform last changed it", "UTC"),
        Column("version", Kind.INT, "which copy is newer", "microseconds since 1970", minimum=0),
        Column(
            "order_date",
            Kind.DATE,
            "day of payment, or of placing where unpaid, in the business zone",
            "local day",
        ),
        Column("line_count", Kind.INT, "how many lines it has", "lines", minimum=0),
        Column("quantity", Kind.INT, "how many units, freebies included", "units", minimum=0),
        Column("goods_paid_minor", Kind.INT, "paid for the goods, freight left out", "minor", minimum=0),
        Column("freight_minor", Kind.INT, "paid for freight", "minor", minimum=0),
        Column("discount_minor", Kind.INT, "all reductions, of lines and order", "minor", minimum=0),
        Column("total_minor", Kind.INT, "what the buyer pays, freight included", "minor", minimum=0),
        Column("currency", Kind.STRING, "the amounts' currency", "ISO 4217"),
        Column("is_gift", Kind.BOOL, "送礼物: bought by one person for another"),
    ),
    doc="One row per order.",
    key=("space", "platform", "shop_id", "order_id"),
)

ORDER_LINES: Final = Schema(
    "order_lines",
    (
        Column("space", Kind.STRING, "tenant; empty in a database with one brand"),
        Column("platform", Kind.STRING, "our name of the platform; own or offline for one's own sales"),
        Column("shop_id", Kind.STRING, "the shop, as the platform names it"),
        Column("order_id", Kind.STRING, "the order, as the platform names it"),
        Column("line_id", Kind.STRING, "the line within its order"),
        Column("buyer_id", Kind.STRING, "who bought, as the platform names them"),
        Column("customer_id", Kind.STRING, "who bought, as we name them", required=False, nullable=True),
        Column("product_id", Kind.STRING, "the product (SPU)"),
        Column("sku_id", Kind.STRING, "the variant (SKU)"),
        Column("title", Kind.STRING, "the product's name when it was bought"),
        Column("merchant_sku", Kind.STRING, "the merchant's own code 商家编码; empty where there is none"),
        Column("quantity", Kind.INT, "how many units", "units", minimum=1),
        Column("unit_price_minor", Kind.INT, "list price of one unit", "minor", minimum=0),
        Column("paid_minor", Kind.INT, "line total after all reductions", "minor", minimum=0),
        Column("discount_minor", Kind.INT, "all reductions of the line", "minor", minimum=0),
        Column("refunded_quantity", Kind.INT, "how many units were refunded", "units", minimum=0),
        Column("is_freebie", Kind.BOOL, "赠品: came with another line"),
        Column("is_gift", Kind.BOOL, "送礼物: the order was bought by one person for another"),
        Column("currency", Kind.STRING, "the amounts' currency", "ISO 4217"),
        Column("status", Kind.STRING, "where the order stands, a word of OrderStatus"),
        Column("created_at", Kind.INSTANT, "when the order was placed", "UTC"),
        Column("paid_at", Kind.INSTANT, "when it was paid", "UTC", nullable=True),
        Column("updated_at", Kind.INSTANT, "when the platform last changed the order", "UTC"),
        Column(
            "order_date",
            Kind.DATE,
            "day of payment, or of placing where unpaid, in the business zone",
            "local day",
        ),
    ),
    doc="One row per line of an order.",
    key=("space", "platform", "shop_id", "order_id", "line_id"),
)


def orders(
    orders: Iterable[Order], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `ORDERS`, one row per order, in the order given.

    ``zone`` decides on which local day an order falls. ``customer_id`` is not among the columns: identity joins it.

    Raises:
        ArgumentError: for an unknown zone or backend, and for what is no iterable of orders.
        MissingExtra: when the backend is not installed.
    """
    return build(ORDERS, _order_rows(orders), days=_ORDER_DATE, zone=zone, backend=backend)


def order_lines(
    orders: Iterable[Order], *, zone: Zone = "Asia/Shanghai", backend: Backend = "polars"
) -> Any:  # the frame's type is the backend's
    """A frame of `ORDER_LINES`, one row per line, in the order given.

    ```python
    from datetime import UTC, date, datetime
    from privdomain import Money, frames
    from privdomain.models import Buyer, Order, OrderLine, OrderStatus

    at = datetime(2026, 11, 10, 16, 30, tzinfo=UTC)  # the 11th in Shanghai
    line = OrderLine(
        line_id="1", product_id="p1", sku_id="s1", quantity=2, unit_price=Money.cny("10"), paid=Money.cny("18")
    )
    order = Order(
        platform="own", shop_id="mall", order_id="A1", status=OrderStatus.PAID, created_at=at, updated_at=at,
        lines=(line,), freight=Money.cny("5"), total=Money.cny("23"), buyer=Buyer(buyer_id="b1"),
    )
    lines = frames.order_lines([order])
    assert lines["paid_minor"].to_list() == [1800]
    assert lines["order_date"].to_list() == [date(2026, 11, 11)]
    ```

    Raises:
        ArgumentError: for an unknown zone or backend, and for what is no iterable of orders.
        MissingExtra: when the backend is not installed.
    """
    return build(ORDER_LINES, _line_rows(orders), days=_ORDER_DATE, zone=zone, backend=backend)


def _order_rows(orders: Iterable[Order]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Order  # noqa: PLC0415  (the door loads no models)

    for order in records(orders, Order, of="frames.orders"):
        yield (
            order.space,
            order.platform,
            order.shop_id,
            order.order_id,
            order.buyer.buyer_id,
            order.status.value,
            order.platform_status,
            micros(order.created_at),
            micros(order.paid_at),
            micros(order.shipped_at),
            micros(order.completed_at),
            micros(order.updated_at),
            order.version,
            len(order.lines),
            sum(line.quantity for line in order.lines),
            order.goods_paid.minor,
            order.freight.minor,
            order.discounted.minor,
            order.total.minor,
            order.currency,
            order.is_gift,
        )


def _line_rows(orders: Iterable[Order]) -> Iterator[tuple[Any, ...]]:
    from privdomain.models import Order  # noqa: PLC0415  (the door loads no models)

    for order in records(orders, Order, of="frames.order_lines"):
        whole = (order.space, order.platform, order.shop_id, order.order_id)
        times = (micros(order.created_at), micros(order.paid_at), micros(order.updated_at))
        for line in order.lines:
            yield (
                *whole,
                line.line_id,
                order.buyer.buyer_id,
                line.product_id,
                line.sku_id,
                line.title,
                line.merchant_sku,
                line.quantity,
                line.unit_price.minor,
                line.paid.minor,
                sum(discount.amount.minor for discount in line.discounts),
                line.refunded_quantity,
                line.is_freebie,
                order.is_gift,
                order.currency,
                order.status.value,
                *times,
            )
