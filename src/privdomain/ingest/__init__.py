"""EDGE in: platforms → store, each fact exactly once."""

from privdomain.ingest.buyer_data import AsyncBuyerData, AsyncRevealsReceivers, BuyerData, RevealsReceivers
from privdomain.ingest.inbox import InboxReport, WebhookInbox
from privdomain.ingest.money import match_money, reconcile_money
from privdomain.ingest.money_report import MoneyEntry, MoneyKind, MoneyReport, MoneyState, MoneyTotal
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
from privdomain.ingest.reconciling import (
    Difference,
    OnlyHere,
    OnlyHereReason,
    ReconcileReport,
    areconcile,
    reconcile,
)
from privdomain.ingest.report import PullReport

__all__ = [
    "AsyncBuyerData",
    "AsyncRevealsReceivers",
    "BuyerData",
    "Difference",
    "InboxReport",
    "MoneyEntry",
    "MoneyKind",
    "MoneyReport",
    "MoneyState",
    "MoneyTotal",
    "OnlyHere",
    "OnlyHereReason",
    "PullReport",
    "ReconcileReport",
    "RevealsReceivers",
    "WebhookInbox",
    "apull_aftersales",
    "apull_orders",
    "apull_products",
    "apull_settlements",
    "areconcile",
    "match_money",
    "pull_aftersales",
    "pull_orders",
    "pull_products",
    "pull_settlements",
    "reconcile",
    "reconcile_money",
]
