"""EDGE in: platforms → store, each fact exactly once."""

from privdomain.ingest.pull import (
    apull_aftersales,
    apull_orders,
    apull_products,
    apull_settlements,
    pull_aftersales,
    pull_orders,
    pull_products,
    pull_settlements,
)
from privdomain.ingest.report import PullReport

__all__ = [
    "PullReport",
    "apull_aftersales",
    "apull_orders",
    "apull_products",
    "apull_settlements",
    "pull_aftersales",
    "pull_orders",
    "pull_products",
    "pull_settlements",
]
