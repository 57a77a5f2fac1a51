"""What 微信小店 can do through our canonical methods. wechat.md §22."""

from __future__ import annotations

from datetime import timedelta

from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support

__all__ = ["AFTERSALES_WINDOW", "CAPABILITIES", "ORDERS_WINDOW", "SETTLEMENTS_WINDOW", "UNCONFIRMED"]

_YES = Capability(Support.YES)

ORDERS_WINDOW = timedelta(days=7)
AFTERSALES_WINDOW = timedelta(hours=24)
SETTLEMENTS_WINDOW = timedelta(days=31)
"""Ours: the platform names no longest span, and a month at a time keeps a page number small."""

UNCONFIRMED = frozenset(
    {
        "CompensateDelivery",
        "DecreaseScore",
        "GetTalentOrder",
        "IncreaseScore",
        "ListTalentOrders",
        "SetMemberGrade",
    }
)
"""Names of operations that no document settles."""

CAPABILITIES = ShopCapabilities(
    orders=_YES,
    orders_created=_YES,
    order=_YES,
    aftersales=_YES,
    aftersale=_YES,
    products=_YES,
    product=_YES,
    stock=Capability(Support.YES, "without what is set apart for flash sales and talents"),
    settlements=Capability(
        Support.YES, "a day's movements are there from 16:00 (Beijing) of the next day on"
    ),
    trace=Capability(
        Support.NO,
        "no document of the shop's API tells where a parcel is; Order.parcels has carriers and waybills to ask with",
    ),
    reveal=Capability(
        Support.YES,
        "counted by the platform (some thirty a day are said to be free); a virtual number comes some time after",
    ),
    ship=_YES,
    ship_split=_YES,
    set_stock=Capability(
        Support.YES, "a sale at the same moment is overwritten; ChangeStock adds and subtracts"
    ),
    set_memo=_YES,
    agree_refund=Capability(Support.YES, "one payment per order and minute"),
    agree_return=_YES,
    refuse_aftersale=_YES,
    confirm_return=_YES,
    grant_coupon=Capability(
        Support.NO, "coupons are taken by buyers inside WeChat; there is no call to grant one"
    ),
    orders_window=ORDERS_WINDOW,
    aftersales_window=AFTERSALES_WINDOW,
)
