"""What 抖店 can do through our canonical methods. douyin.md A4–A8."""

from __future__ import annotations

from datetime import timedelta

from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support
from privdomain.platforms._operation import Operation
from privdomain.platforms.douyin import operations

__all__ = [
    "AFTERSALES_WINDOW",
    "CAPABILITIES",
    "ORDERS_KEPT",
    "ORDERS_WINDOW",
    "SETTLEMENTS_WINDOW",
    "UNCONFIRMED",
]

_YES = Capability(Support.YES)

ORDERS_WINDOW = timedelta(days=7)
"""The platform has no limit; a week is seldom more than 10,000 orders, and what is more is halved."""
ORDERS_KEPT = timedelta(days=90)
AFTERSALES_WINDOW = timedelta(days=7)
SETTLEMENTS_WINDOW = timedelta(days=7)

UNCONFIRMED = frozenset(
    name
    for name in operations.__all__
    if isinstance(found := getattr(operations, name), type)
    and issubclass(found, Operation)
    and found.unconfirmed
)
"""Names of operations that no document settles."""

CAPABILITIES = ShopCapabilities(
    orders=Capability(
        Support.YES, "the update time moves with the order's status, not with notes or single lines"
    ),
    orders_created=_YES,
    order=Capability(Support.YES, "by its id however old it is"),
    aftersales=_YES,
    aftersale=_YES,
    products=_YES,
    product=_YES,
    stock=_YES,
    settlements=Capability(Support.YES, "a day later"),
    trace=Capability(Support.YES, "only for numbers of 抖店's own electronic waybills (电子面单)"),
    reveal=Capability(Support.YES, "counted by shop and day"),
    ship=_YES,
    ship_split=_YES,
    set_stock=_YES,
    set_memo=_YES,
    agree_refund=_YES,
    agree_return=_YES,
    refuse_aftersale=Capability(Support.YES, "refunds without a return; refusing a return is not confirmed"),
    confirm_return=Capability(
        Support.UNCONFIRMED, "the type of afterSale.operate that does it is not public"
    ),
    grant_coupon=Capability(Support.NO, "coupons are taken by buyers; there is no call to grant one"),
    orders_window=ORDERS_WINDOW,
    orders_kept=ORDERS_KEPT,
    aftersales_window=AFTERSALES_WINDOW,
)
