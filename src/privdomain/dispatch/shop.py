"""What shops are asked to do: the payload of each kind, the function that makes the intention, and its handler.

Whether something was done is asked of the order, the case or the stock; what a state says is one table a handler. A
state that may come of other hands than ours is `WasDone.CANNOT_TELL`, and a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TypeAlias

from attrs import field, frozen
from pydantic import Field

from privdomain.dispatch.handlers import Call, Handler, Steps, WasDone, payload_of
from privdomain.models import (
    AfterSale,
    AfterSaleStatus,
    Intention,
    Model,
    Order,
    OrderStatus,
    Parcel,
    Stock,
)
from privdomain.models._base import Amount, Id
from privdomain.money import Money

__all__ = [
    "SHOP_HANDLERS",
    "AgreeRefund",
    "AgreeReturn",
    "ConfirmReturn",
    "RefuseAfterSale",
    "SetMemo",
    "SetStock",
    "Ship",
    "agree_refund_intention",
    "agree_return_intention",
    "confirm_return_intention",
    "refuse_aftersale_intention",
    "set_memo_intention",
    "set_stock_intention",
    "ship_intention",
]

_KEY_LENGTH = 128
_SENDS_DIFFERENCES = frozenset({"kuaishou"})
"""Platforms that take a change of the stock without an idempotency key: sent twice it counts twice. kuaishou.md"""
_ADDS_NOTES = frozenset({"kuaishou"})
"""Platforms that add a note (open.seller.order.note.add) where others overwrite the one there is. kuaishou.md §5.5"""


def _text(*parts: str) -> str:
    """Parts as one id; a digest stands for what would be too long."""
    joined = ":".join(parts)
    if len(joined) <= _KEY_LENGTH:
        return joined
    return f"{parts[0]}:{blake2b(joined.encode(), digest_size=16).hexdigest()}"


def _wish(
    kind: str,
    payload: Model,
    *,
    target: str,
    key: str,
    subject: str,
    not_before: datetime | None,
    expires_at: datetime | None,
) -> Intention:
    return Intention(
        kind=kind,
        target=target,
        key=key,
        subject=subject,
        payload=payload.model_dump(mode="json"),
        not_before=not_before,
        expires_at=expires_at,
    )


# --- orders ---


class Ship(Model):
    """The payload of ``shop.ship/1``."""

    order_id: Id
    """The order."""
    parcels: tuple[Parcel, ...] = Field(min_length=1)
    """What is on its way: carrier, number, and what is in it."""


def ship_intention(
    order_id: str,
    *,
    parcels: Sequence[Parcel],
    target: str,
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Tell the platform that parcels are on their way (发货).

    The usual key is made of the order and the numbers of its parcels: asked for twice it is done once.

    ```python
    from privdomain.dispatch import ship_intention
    from privdomain.models import Parcel

    parcel = Parcel(carrier="sf", waybill_id="SF1234567890123")
    wish = ship_intention("3700000000000000001", parcels=[parcel], target="wechat_shop:wx5a9d0b0c00c0ffee")
    assert wish == ship_intention("3700000000000000001", parcels=[parcel], target="wechat_shop:wx5a9d0b0c00c0ffee")
    ```
    """
    payload = Ship(order_id=order_id, parcels=tuple(parcels))
    numbers = sorted(_waybill(parcel) for parcel in parcels)
    return _wish(
        "shop.ship/1",
        payload,
        target=target,
        key=key or _text("ship", order_id, *numbers),
        subject=_text("order", order_id),
        not_before=not_before,
        expires_at=expires_at,
    )


class SetMemo(Model):
    """The payload of ``shop.set_memo/1``."""

    order_id: Id
    """The order."""
    text: str = Field(repr=False)
    """The shop's note, in place of the one before."""


def set_memo_intention(
    order_id: str,
    *,
    text: str,
    target: str,
    key: str,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Write the shop's note (商家备注) on an order. ``key`` names what caused it: the same text may be wished again."""
    return _wish(
        "shop.set_memo/1",
        SetMemo(order_id=order_id, text=text),
        target=target,
        key=key,
        subject=_text("order", order_id),
        not_before=not_before,
        expires_at=expires_at,
    )


def _waybill(parcel: Parcel) -> str:
    return parcel.waybill_id.strip().upper()


@frozen
class _ShipHandler:
    kind = "shop.ship/1"
    payload = Ship

    def do(self, intention: Intention, *, again: bool) -> Steps[None]:
        wish = payload_of(intention, Ship)
        parcels = wish.parcels
        if again:
            # a platform that takes one parcel a call may have taken the first of them
            order: Order = yield Call("order", wish.order_id)
            shipped = {_waybill(parcel) for parcel in order.parcels}
            parcels = tuple(parcel for parcel in parcels if _waybill(parcel) not in shipped)
        if parcels:
            yield Call("ship", wish.order_id, parcels=parcels)

    def was_done(self, intention: Intention) -> Steps[WasDone]:
        wish = payload_of(intention, Ship)
        order: Order = yield Call("order", wish.order_id)
        shipped = {_waybill(parcel) for parcel in order.parcels}
        if all(_waybill(parcel) in shipped for parcel in wish.parcels):
            return WasDone.YES
        if order.status in {OrderStatus.SHIPPED, OrderStatus.COMPLETED, OrderStatus.UNKNOWN}:
            return WasDone.CANNOT_TELL  # shipped with other numbers, or the platform does not say with which
        return WasDone.NO

    def repeatable(self, intention: Intention) -> bool:
        del intention
        return False


@frozen
class _SetMemoHandler:
    kind = "shop.set_memo/1"
    payload = SetMemo

    def do(self, intention: Intention, *, again: bool) -> Steps[None]:
        del again
        wish = payload_of(intention, SetMemo)
        yield Call("set_memo", wish.order_id, text=wish.text)

    def was_done(self, intention: Intention) -> Steps[WasDone]:
        # no platform's order is mapped with the shop's own note; where it is overwritten nobody has to ask
        return WasDone.NO if self.repeatable(intention) else WasDone.CANNOT_TELL
        yield  # a generator, as the protocol wants

    def repeatable(self, intention: Intention) -> bool:
        return _platform(intention) not in _ADDS_NOTES


# --- stock ---


class SetStock(Model):
    """The payload of ``shop.set_stock/1``."""

    product_id: Id
    """The product."""
    sku_id: Id
    """The variant."""
    quantity: int = Field(ge=0)
    """How many units it shall have to sell."""


def set_stock_intention(
    product_id: str,
    *,
    sku_id: str,
    quantity: int,
    target: str,
    key: str,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Let a SKU have so many units to sell. ``key`` names what caused it: the same number may be wished again."""
    return _wish(
        "shop.set_stock/1",
        SetStock(product_id=product_id, sku_id=sku_id, quantity=quantity),
        target=target,
        key=key,
        subject=_text("sku", product_id, sku_id),
        not_before=not_before,
        expires_at=expires_at,
    )


@frozen
class _SetStockHandler:
    kind = "shop.set_stock/1"
    payload = SetStock

    def do(self, intention: Intention, *, again: bool) -> Steps[None]:
        del again
        wish = payload_of(intention, SetStock)
        yield Call("set_stock", wish.product_id, sku_id=wish.sku_id, quantity=wish.quantity)

    def was_done(self, intention: Intention) -> Steps[WasDone]:
        if not self.repeatable(intention):
            return WasDone.CANNOT_TELL  # sales since then have changed the number
        wish = payload_of(intention, SetStock)
        stock: Stock = yield Call("stock", wish.product_id, sku_id=wish.sku_id)
        return WasDone.YES if stock.sellable == wish.quantity else WasDone.NO

    def repeatable(self, intention: Intention) -> bool:
        return _platform(intention) not in _SENDS_DIFFERENCES


# --- after-sales ---


class AgreeRefund(Model):
    """The payload of ``shop.agree_refund/1``."""

    aftersale_id: Id
    """The case."""
    amount: Amount | None = None
    """Guards against a case that has changed; None takes what is asked."""


class AgreeReturn(Model):
    """The payload of ``shop.agree_return/1``."""

    aftersale_id: Id
    """The case."""
    address_id: str = ""
    """The shop's return address; empty for its usual one."""


class RefuseAfterSale(Model):
    """The payload of ``shop.refuse_aftersale/1``."""

    aftersale_id: Id
    """The case."""
    reason_code: str
    """One of the platform's reasons."""
    text: str
    """What the buyer reads."""


class ConfirmReturn(Model):
    """The payload of ``shop.confirm_return/1``."""

    aftersale_id: Id
    """The case."""


_Case: TypeAlias = AgreeRefund | AgreeReturn | RefuseAfterSale | ConfirmReturn


def agree_refund_intention(
    aftersale_id: str,
    *,
    target: str,
    amount: Money | None = None,
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Agree to pay back (同意退款). The usual key is the case's: one case is agreed to once."""
    return _case_wish(
        "agree_refund",
        AgreeRefund(aftersale_id=aftersale_id, amount=amount),
        target=target,
        key=key,
        not_before=not_before,
        expires_at=expires_at,
    )


def agree_return_intention(
    aftersale_id: str,
    *,
    target: str,
    address_id: str = "",
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Agree that the goods come back (同意退货)."""
    payload = AgreeReturn(aftersale_id=aftersale_id, address_id=address_id)
    return _case_wish(
        "agree_return", payload, target=target, key=key, not_before=not_before, expires_at=expires_at
    )


def refuse_aftersale_intention(
    aftersale_id: str,
    *,
    target: str,
    reason_code: str,
    text: str,
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Refuse what is asked for (拒绝售后). A buyer may ask again in the same case: then the key is another."""
    payload = RefuseAfterSale(aftersale_id=aftersale_id, reason_code=reason_code, text=text)
    return _case_wish(
        "refuse_aftersale", payload, target=target, key=key, not_before=not_before, expires_at=expires_at
    )


def confirm_return_intention(
    aftersale_id: str,
    *,
    target: str,
    key: str = "",
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Intention:
    """Confirm that the goods came back (确认收货), which pays back."""
    payload = ConfirmReturn(aftersale_id=aftersale_id)
    return _case_wish(
        "confirm_return", payload, target=target, key=key, not_before=not_before, expires_at=expires_at
    )


def _case_wish(
    what: str,
    payload: _Case,
    *,
    target: str,
    key: str,
    not_before: datetime | None,
    expires_at: datetime | None,
) -> Intention:
    return _wish(
        f"shop.{what}/1",
        payload,
        target=target,
        key=key or _text(what, payload.aftersale_id),
        subject=_text("aftersale", payload.aftersale_id),
        not_before=not_before,
        expires_at=expires_at,
    )


_PAID_BACK = frozenset({AfterSaleStatus.REFUNDING, AfterSaleStatus.REFUND_FAILED, AfterSaleStatus.COMPLETED})
_OURS_TO_DO = frozenset({AfterSaleStatus.WAITING_SHOP, AfterSaleStatus.WAITING_RETURN_RECEIPT})


def _says_refused(case: AfterSale, intention: Intention) -> bool:
    # 快手 keeps a refused case open for the buyer; elsewhere WAITING_BUYER may be a negotiation that nobody refused
    return case.status is AfterSaleStatus.WAITING_BUYER and _platform(intention) == "kuaishou"


@frozen
class _CaseHandler:
    """A decision of the shop about a case; what the case's status then says is ``done_in`` and ``open_in``."""

    kind: str
    payload: type[_Case]
    method: str
    done_in: frozenset[AfterSaleStatus]
    open_in: frozenset[AfterSaleStatus]
    refuses: bool = field(default=False)

    def do(self, intention: Intention, *, again: bool) -> Steps[None]:
        del again
        wish = payload_of(intention, self.payload)
        keywords = {name: getattr(wish, name) for name in type(wish).model_fields if name != "aftersale_id"}
        yield Call(self.method, wish.aftersale_id, **keywords)

    def was_done(self, intention: Intention) -> Steps[WasDone]:
        case: AfterSale = yield Call("aftersale", payload_of(intention, self.payload).aftersale_id)
        if case.status in self.done_in or (self.refuses and _says_refused(case, intention)):
            return WasDone.YES
        if case.status in self.open_in and not (self.refuses and case.reject_reason):
            return WasDone.NO
        return (
            WasDone.CANNOT_TELL
        )  # closed, disputed, taken back: the buyer, the platform or a clock has acted

    def repeatable(self, intention: Intention) -> bool:
        del intention
        return False


SHOP_HANDLERS: tuple[Handler, ...] = (
    _ShipHandler(),
    _SetMemoHandler(),
    _SetStockHandler(),
    _CaseHandler("shop.agree_refund/1", AgreeRefund, "agree_refund", _PAID_BACK, _OURS_TO_DO),
    _CaseHandler(
        "shop.agree_return/1",
        AgreeReturn,
        "agree_return",
        _PAID_BACK | {AfterSaleStatus.WAITING_RETURN, AfterSaleStatus.WAITING_RETURN_RECEIPT},
        frozenset({AfterSaleStatus.WAITING_SHOP}),
    ),
    _CaseHandler(
        "shop.refuse_aftersale/1",
        RefuseAfterSale,
        "refuse_aftersale",
        frozenset({AfterSaleStatus.REJECTED}),
        _OURS_TO_DO,
        refuses=True,
    ),
    _CaseHandler(
        "shop.confirm_return/1",
        ConfirmReturn,
        "confirm_return",
        _PAID_BACK | {AfterSaleStatus.WAITING_RESHIP},
        frozenset({AfterSaleStatus.WAITING_RETURN_RECEIPT}),
    ),
)
"""Everything a shop is asked to do."""


def _platform(intention: Intention) -> str:
    return intention.target.partition(":")[0]
