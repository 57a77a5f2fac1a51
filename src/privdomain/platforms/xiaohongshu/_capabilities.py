"""What 小红书 can do through our canonical methods. xiaohongshu-and-cps.md Part A."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support
from privdomain.platforms._operation import Operation
from privdomain.platforms.xiaohongshu import aftersale_operations, order_operations, shop_operations

__all__ = ["CAPABILITIES", "CREATED_WINDOW", "UNCONFIRMED", "UPDATED_WINDOW", "with_operations"]

UPDATED_WINDOW = timedelta(minutes=30)
CREATED_WINDOW = timedelta(hours=24)


def _yes(note: str = "") -> Capability:
    return Capability(Support.YES, note)


def _unsure(note: str) -> Capability:
    return Capability(Support.UNCONFIRMED, note)


_FIELDS = "the names of the answer's fields are those of published SDKs"
_ACTIONS = "sources disagree on the codes of afterSale.auditReturns"

CAPABILITIES = ShopCapabilities(
    orders=_yes("30 minutes a window: ask estimate_orders before a back-fill, or list by created="),
    orders_created=_yes("24 hours a window"),
    order=_yes(),
    aftersales=_yes("30 minutes a window"),
    aftersale=_yes(),
    products=_unsure(_FIELDS),
    product=_unsure(_FIELDS),
    stock=_unsure(_FIELDS),
    settlements=_unsure(_FIELDS),
    trace=_yes(),
    reveal=_yes("only while the order waits to be shipped, and few a day"),
    ship=_yes("no idempotency key: read the order again where the answer was lost"),
    ship_split=_yes("by whole SKUs"),
    set_stock=_unsure("no document names the method"),
    set_memo=Capability(Support.NO, "the reference has no method for the shop's note"),
    agree_refund=_unsure(_ACTIONS),
    agree_return=_unsure(_ACTIONS),
    refuse_aftersale=_unsure(_ACTIONS),
    confirm_return=_unsure("the codes of afterSale.confirmReceive are those of published SDKs"),
    grant_coupon=Capability(
        Support.NO, "ARK has no shop coupons; order.couponList is about codes of virtual goods"
    ),
    orders_window=UPDATED_WINDOW,
    aftersales_window=UPDATED_WINDOW,
)

# who accepts a capability accepts the operations that it is made of
_MADE_OF = {
    "products": ("SearchItemList", "GetItemInfo"),
    "product": ("GetItemInfo",),
    "stock": ("GetSkuStockV2",),
    "set_stock": ("GetSkuStockV2", "SyncSkuStockV2"),
    "settlements": ("PageQueryTransaction",),
    "agree_refund": ("AuditReturns",),
    "agree_return": ("AuditReturns",),
    "refuse_aftersale": ("AuditReturns", "ConfirmReceive"),
    "confirm_return": ("ConfirmReceive",),
}


def _operations() -> Iterable[type[Operation[Any]]]:
    for module in (order_operations, aftersale_operations, shop_operations):
        for name in module.__all__:
            found = getattr(module, name)
            if issubclass(found, Operation):
                yield found


UNCONFIRMED = frozenset(found.__name__ for found in _operations() if found.unconfirmed)
"""Names of operations that no document settles."""


def with_operations(accepted: frozenset[str]) -> frozenset[str]:
    """What is accepted, with the operations that accepted capabilities are made of."""
    return accepted | {name for capability in accepted for name in _MADE_OF.get(capability, ())}
