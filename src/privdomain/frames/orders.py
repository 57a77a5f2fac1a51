"""Orders and their lines as columns.

Every amount is in minor units (分) of the row's ``currency``; every moment is UTC with microseconds;
``order_date`` is the day in the business's zone, made once by whoever fills the frame.
"""

from __future__ import annotations

from typing import Final

from privdomain.frames.schema import Column, Kind, Schema

__all__ = ["ORDERS", "ORDER_LINES"]

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
