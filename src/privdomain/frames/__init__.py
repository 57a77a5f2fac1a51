"""The same facts as columns: schemas with units, builders, checks.

Importing this door loads no engine; a builder loads polars when it makes its first frame.
"""

from privdomain.frames._backend import Backend
from privdomain.frames._checks import RowCheck, RowFinding, check_rows
from privdomain.frames._customers import CUSTOMERS, customers
from privdomain.frames._demand import DAILY_DEMAND, daily_demand, fill_days
from privdomain.frames._events import EVENTS, TOUCHPOINTS, events, touchpoints
from privdomain.frames._headings import MoneyUnit
from privdomain.frames._messages import MESSAGES, messages
from privdomain.frames._orders import ORDER_LINES, ORDERS, order_lines, orders
from privdomain.frames._products import SKUS, skus
from privdomain.frames._spend import SPEND, spend
from privdomain.frames._table import TableSplit, from_table, split_table
from privdomain.frames.schema import Column, Kind, Schema, kinds

__all__ = [
    "CUSTOMERS",
    "DAILY_DEMAND",
    "EVENTS",
    "MESSAGES",
    "ORDERS",
    "ORDER_LINES",
    "SKUS",
    "SPEND",
    "TOUCHPOINTS",
    "Backend",
    "Column",
    "Kind",
    "MoneyUnit",
    "RowCheck",
    "RowFinding",
    "Schema",
    "TableSplit",
    "check_rows",
    "customers",
    "daily_demand",
    "events",
    "fill_days",
    "from_table",
    "kinds",
    "messages",
    "order_lines",
    "orders",
    "skus",
    "spend",
    "split_table",
    "touchpoints",
]
