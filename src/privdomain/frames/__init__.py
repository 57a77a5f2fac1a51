"""The same facts as columns: schemas with units, builders, checks.

Importing this door loads no engine; a builder loads polars when it makes its first frame.
"""

from privdomain.frames._customers import CUSTOMERS, customers
from privdomain.frames._events import EVENTS, TOUCHPOINTS, events, touchpoints
from privdomain.frames._messages import MESSAGES, messages
from privdomain.frames._orders import ORDER_LINES, ORDERS, order_lines, orders
from privdomain.frames._products import SKUS, skus
from privdomain.frames._spend import SPEND, spend
from privdomain.frames.schema import Column, Kind, Schema, kinds

__all__ = [
    "CUSTOMERS",
    "EVENTS",
    "MESSAGES",
    "ORDERS",
    "ORDER_LINES",
    "SKUS",
    "SPEND",
    "TOUCHPOINTS",
    "Column",
    "Kind",
    "Schema",
    "customers",
    "events",
    "kinds",
    "messages",
    "order_lines",
    "orders",
    "skus",
    "spend",
    "touchpoints",
]
