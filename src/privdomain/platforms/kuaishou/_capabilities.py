"""What 快手小店 can do through our canonical methods. kuaishou.md §5–§8."""

from __future__ import annotations

from datetime import timedelta

from privdomain.platforms._capabilities import Capability, ShopCapabilities, Support
from privdomain.platforms._operation import Operation
from privdomain.platforms.kuaishou import operations

__all__ = ["AFTERSALES_WINDOW", "CAPABILITIES", "KEPT", "ORDERS_WINDOW", "UNCONFIRMED"]

_YES = Capability(Support.YES)

ORDERS_WINDOW = timedelta(days=7)
AFTERSALES_WINDOW = timedelta(days=1)
KEPT = timedelta(days=90)


def _unconfirmed() -> frozenset[str]:
    found = (getattr(operations, name) for name in operations.__all__)
    return frozenset(
        kind.__name__
        for kind in found
        if isinstance(kind, type) and issubclass(kind, Operation) and kind.unconfirmed
    )


UNCONFIRMED = _unconfirmed()
"""Names of operations that no document settles."""

CAPABILITIES = ShopCapabilities(
    orders=_YES,
    orders_created=_YES,
    order=_YES,
    aftersales=_YES,
    aftersale=_YES,
    products=_YES,
    product=_YES,
    stock=_YES,
    settlements=Capability(Support.NO, "no bill or fund-flow API is in the documents we have read"),
    trace=Capability(Support.NO, "parcels can be written and corrected; where they are is not told"),
    reveal=Capability(Support.YES, "counted by seller and day; not after 14 days from the completion"),
    ship=Capability(Support.YES, "reads the order first: a held one is refused before anything is sent"),
    ship_split=_YES,
    set_stock=Capability(Support.YES, "a difference without a key: read, sent once, never repeated"),
    set_memo=Capability(Support.YES, "adds a note; an order has 30 at the most"),
    agree_refund=_YES,
    agree_return=_YES,
    refuse_aftersale=_YES,
    confirm_return=_YES,
    grant_coupon=Capability(Support.YES, "SendCoupon, once per outer_id"),
    orders_window=ORDERS_WINDOW,
    orders_kept=KEPT,
    aftersales_window=AFTERSALES_WINDOW,
    aftersales_kept=KEPT,
)
