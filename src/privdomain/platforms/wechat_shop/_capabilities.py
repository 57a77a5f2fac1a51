"""What 微信小店 can do through our canonical methods. wechat.md §22."""

from __future__ import annotations

from datetime import timedelta

from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support

__all__ = ["CAPABILITIES", "ORDERS_WINDOW", "UNCONFIRMED"]

_YES = Capability(Support.YES)

ORDERS_WINDOW = timedelta(days=7)

UNCONFIRMED = frozenset[str]()
"""Names of operations that no document settles."""

CAPABILITIES = ShopCapabilities(
    orders=_YES,
    order=_YES,
    products=_YES,
    grant_coupon=Capability(
        Support.NO, "coupons are taken by buyers inside WeChat; there is no call to grant one"
    ),
    orders_window=ORDERS_WINDOW,
    aftersales_window=timedelta(hours=24),
)
