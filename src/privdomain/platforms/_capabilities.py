"""What a shop platform can do, as values that a program can look at before it calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from attrs import fields_dict, frozen

from privdomain.errors import ArgumentError, Unconfirmed, Unsupported, nearest

if TYPE_CHECKING:
    from privdomain.platforms._operation import Operation

__all__ = ["Capability", "ShopCapabilities", "Support"]


class Support(StrEnum):
    """Whether a platform does something: ``UNCONFIRMED`` where no document settles how."""

    YES = "yes"
    NO = "no"
    UNCONFIRMED = "unconfirmed"


@frozen
class Capability:
    """One thing a platform does or does not, and what to know of it."""

    support: Support
    note: str = ""

    def __bool__(self) -> bool:
        return self.support is Support.YES


_NO = Capability(Support.NO)


@frozen(kw_only=True)
class ShopCapabilities:
    """What the canonical methods of one platform can do; each field is the name of a method of `Shop`.

    ``…_window`` is the longest span of one request (a listing is split), ``…_kept`` how far back it reaches.
    """

    orders: Capability = _NO
    orders_created: Capability = _NO
    """``orders(created=…)``."""
    order: Capability = _NO
    aftersales: Capability = _NO
    aftersale: Capability = _NO
    products: Capability = _NO
    product: Capability = _NO
    stock: Capability = _NO
    settlements: Capability = _NO
    trace: Capability = _NO
    reveal: Capability = _NO
    ship: Capability = _NO
    ship_split: Capability = _NO
    """``ship`` with more than one parcel."""
    set_stock: Capability = _NO
    set_memo: Capability = _NO
    agree_refund: Capability = _NO
    agree_return: Capability = _NO
    refuse_aftersale: Capability = _NO
    confirm_return: Capability = _NO
    grant_coupon: Capability = _NO
    orders_window: timedelta
    orders_kept: timedelta | None = None
    aftersales_window: timedelta
    aftersales_kept: timedelta | None = None

    def check(self, name: str, *, platform: str, accepted: frozenset[str]) -> None:
        """Whether a method may be called.

        Raises:
            Unsupported: where the platform does not offer it.
            Unconfirmed: where no document settles how, and the caller has not accepted that.
        """
        found: Capability = getattr(self, name)
        why = f": {found.note}" if found.note else ""
        if found.support is Support.NO:
            raise Unsupported(f"{platform} does not offer {name}{why}")
        if found.support is Support.UNCONFIRMED and name not in accepted:
            raise Unconfirmed(
                f"how {platform} does {name} is not confirmed by its documents{why}; "
                f"make the client with accept_unconfirmed=({name!r},) to try it"
            )


def check_accepted(
    accepted: Iterable[str | type[Operation[Any]]], operations: frozenset[str]
) -> frozenset[str]:
    """``accept_unconfirmed=`` as a set of names: of capabilities and operations, and of classes of the caller's own.

    Raises:
        ArgumentError: for a name that is neither.
    """
    known = {*fields_dict(ShopCapabilities), *operations}
    classes = {one.__name__ for one in accepted if not isinstance(one, str)}
    names = {one for one in accepted if isinstance(one, str)}
    for name in sorted(names):
        if name not in known:
            hint = nearest(name, known)
            like = f"; did you mean {hint!r}?" if hint else ""
            raise ArgumentError(
                f"accept_unconfirmed has {name!r}, which is no capability and no operation{like}"
            )
    return frozenset(names | classes)
