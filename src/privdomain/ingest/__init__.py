"""EDGE in: platforms → store, each fact exactly once."""

from privdomain.ingest.pull import apull_orders, pull_orders
from privdomain.ingest.report import PullReport

__all__ = ["PullReport", "apull_orders", "pull_orders"]
