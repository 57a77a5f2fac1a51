"""The same facts as columns: schemas with units, builders, checks."""

from privdomain.frames.orders import ORDER_LINES, ORDERS
from privdomain.frames.schema import Column, Kind, Schema, kinds

__all__ = ["ORDERS", "ORDER_LINES", "Column", "Kind", "Schema", "kinds"]
