"""What a 抖店 client changes, as flows.

Nothing is done twice. What is wanted is looked at first: a parcel that is there is not shipped again, a case that is
agreed is not agreed again. A shipment carries an id made of what is shipped, and the platform ships once per id; a
decision on a case carries the case's update time, and the platform refuses it where the case has changed since.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence

from privdomain.errors import ArgumentError, Refused, RequestRejected, Unconfirmed
from privdomain.models import AfterSale, AfterSaleStatus, AfterSaleType, Order, Parcel
from privdomain.money import Money
from privdomain.platforms._flow import Flow
from privdomain.platforms._plans import ShopPlans
from privdomain.platforms.couriers import platform_code
from privdomain.platforms.douyin._values import PLATFORM
from privdomain.platforms.douyin.errors import SUB_CODES
from privdomain.platforms.douyin.operations import (
    AGREE_REFUND,
    AGREE_RETURN,
    CONFIRM_RETURN,
    REFUSE_REFUND,
    REFUSE_RETURN,
    AddMultiPack,
    AddOrderRemark,
    AddSinglePack,
    AfterSaleAction,
    AfterSaleLogistics,
    OperateAfterSale,
    Pack,
    SetStock,
    Shipped,
)

__all__ = ["DouyinWrites"]

_AGREED = frozenset({AfterSaleStatus.COMPLETED, AfterSaleStatus.REFUNDING, AfterSaleStatus.REFUND_FAILED})
_RETURN_AGREED = _AGREED | {AfterSaleStatus.WAITING_RETURN, AfterSaleStatus.WAITING_RETURN_RECEIPT}
_REFUSED = frozenset({AfterSaleStatus.REJECTED, AfterSaleStatus.CLOSED})


class DouyinWrites(ShopPlans):
    """The canonical methods of 抖店 that write."""

    def number(self, text: str, *, name: str) -> int:
        """An id as the number that the platform wants; raises `ArgumentError` for anything else."""
        if not (text.isascii() and text.isdigit()):
            raise ArgumentError(f"{name}={text[:40]!r}; 抖店's ids of this kind are whole numbers, as text")
        return int(text)

    # --- shipping ---

    def ship(self, order_id: str, parcels: Sequence[Parcel]) -> Flow[None]:
        """Ship parcels that are not there yet; a parcel without lines takes what is not shipped."""
        if not parcels:
            raise ArgumentError("parcels is empty; ship() tells of one parcel at least")
        codes = [
            parcel.carrier_code or platform_code(parcel.carrier, platform=PLATFORM) for parcel in parcels
        ]
        order = yield from self.order(order_id)
        there = {parcel.waybill_id for parcel in order.parcels}
        missing = [
            (parcel, code)
            for parcel, code in zip(parcels, codes, strict=True)
            if parcel.waybill_id not in there
        ]
        if not missing:
            return
        packs = _packs(order, missing)
        request_id = _request_id(self.shop_id, order_id, packs)
        if len(packs) != 1:
            several = AddMultiPack(order_id=order_id, pack_list=packs, request_id=request_id)
            yield from self.conversation.send(several)
            return
        pack = packs[0]
        single = AddSinglePack(
            order_id_list=(order_id,),
            shipped_order_info=pack.shipped_order_info,
            company_code=pack.company_code,
            logistics_code=pack.logistics_code,
            request_id=request_id,
        )
        yield from self.conversation.send(single)

    def set_stock(self, product_id: str, sku_id: str, quantity: int) -> Flow[None]:
        """Overwrite the stock of a variant, which may be repeated."""
        operation = SetStock(
            product_id=self.number(product_id, name="product_id"),
            sku_id=self.number(sku_id, name="sku_id"),
            stock_num=quantity,
        )
        yield from self.conversation.send(operation)

    def set_memo(self, order_id: str, text: str) -> Flow[None]:
        """Write the shop's note on an order."""
        yield from self.conversation.send(AddOrderRemark(order_id=order_id, remark=text))

    # --- cases ---

    def agree_refund(self, aftersale_id: str, *, amount: Money | None) -> Flow[None]:
        """Agree to a refund without a return, unless it asks for another amount; nothing where it is agreed."""
        case = yield from self.aftersale(aftersale_id)
        if case.status in _AGREED:
            return
        if case.type is not AfterSaleType.REFUND_ONLY:
            raise Refused(
                "not_a_refund_only",
                f"case {aftersale_id} asks for {case.type}, and only a refund without a return is agreed to in one "
                "step: agree_return first, then confirm_return",
                type=str(case.type),
            )
        _check_amount(case, amount)
        yield from self._operate(case, AGREE_REFUND, AfterSaleAction(aftersale_id=aftersale_id))

    def agree_return(self, aftersale_id: str, *, address_id: str) -> Flow[None]:
        """Agree that goods come back to one of the shop's addresses; nothing where it is agreed."""
        if not address_id:
            raise ArgumentError(
                "address_id is empty; 抖店 wants the return address (its id in the shop's address book)"
            )
        logistics = AfterSaleLogistics(receiver_address_id=self.number(address_id, name="address_id"))
        case = yield from self.aftersale(aftersale_id)
        if case.status in _RETURN_AGREED:
            return
        action = AfterSaleAction(aftersale_id=aftersale_id, logistics=logistics)
        yield from self._operate(case, AGREE_RETURN, action)

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> Flow[None]:
        """Refuse a refund, with one of the reasons of `ListRejectReasons`; nothing where it is refused."""
        if not text:
            raise ArgumentError("text is empty; 抖店 wants a sentence that the buyer reads")
        code = self.number(reason_code, name="reason_code")
        case = yield from self.aftersale(aftersale_id)
        if case.status in _REFUSED:
            return
        kind = REFUSE_REFUND
        if case.type is not AfterSaleType.REFUND_ONLY:
            if "refuse_aftersale" not in self.conversation.accepted:
                raise Unconfirmed(
                    f"{PLATFORM}: case {aftersale_id} asks for {case.type}, and no public document says which type of "
                    "afterSale.operate refuses that; make the client with accept_unconfirmed=('refuse_aftersale',) "
                    f"to try {REFUSE_RETURN}"
                )
            kind = REFUSE_RETURN
        action = AfterSaleAction(aftersale_id=aftersale_id, reason=text, remark=text, reject_reason_code=code)
        yield from self._operate(case, kind, action)

    def confirm_return(self, aftersale_id: str) -> Flow[None]:
        """Confirm that the goods came back; nothing where it is confirmed."""
        case = yield from self.aftersale(aftersale_id)
        if case.status not in _AGREED:
            yield from self._operate(case, CONFIRM_RETURN, AfterSaleAction(aftersale_id=aftersale_id))

    def _operate(self, case: AfterSale, kind: int, action: AfterSaleAction) -> Flow[None]:
        """One decision on one case, as it was read."""
        seen = action.model_copy(update={"update_time": int(case.updated_at.timestamp())})
        reply = yield from self.conversation.send(OperateAfterSale(type=kind, items=(seen,)))
        for item in reply.items:
            if item.status_code:
                rule = SUB_CODES.rules.get(f"isv.business-failed:{item.status_code}")
                meaning = rule.meaning if rule else "the case was not changed"
                raise RequestRejected(
                    f"{PLATFORM}, OperateAfterSale: {meaning} (case {case.aftersale_id}, code {item.status_code})",
                    platform=PLATFORM,
                    sub_code=str(item.status_code),
                )


def _check_amount(case: AfterSale, amount: Money | None) -> None:
    if amount is not None and case.requested is not None and amount != case.requested:
        raise Refused(
            "amount_differs",
            f"case {case.aftersale_id} asks for {case.requested}, not for {amount}; nothing was agreed to",
            asked=case.requested,
            expected=amount,
        )


def _packs(order: Order, parcels: Sequence[tuple[Parcel, str]]) -> tuple[Pack, ...]:
    """The parcels with their lines; the units of a line that are nowhere go where no lines are named."""
    left = Counter({line.line_id: line.quantity for line in order.lines})
    for parcel in order.parcels:
        for line in parcel.lines:
            left[line.line_id] -= line.quantity
    for parcel, _ in parcels:
        for line in parcel.lines:
            if line.line_id not in {one.line_id for one in order.lines}:
                raise ArgumentError(f"order {order.order_id} has no line {line.line_id!r} to ship")
            left[line.line_id] -= line.quantity
            if left[line.line_id] < 0:
                raise Refused(
                    "more_than_bought",
                    f"line {line.line_id} of order {order.order_id} would be shipped with more units than are left",
                    line_id=line.line_id,
                    missing=-left[line.line_id],
                )
    open_ones = [parcel for parcel, _ in parcels if not parcel.lines]
    if len(open_ones) > 1:
        raise ArgumentError("more than one parcel has no lines; say what is in each of them")
    rest = {line_id: count for line_id, count in left.items() if count > 0}
    if open_ones and not rest:
        raise Refused("nothing_to_ship", f"order {order.order_id} has no units that are not shipped yet")
    return tuple(_pack(parcel, code, rest) for parcel, code in parcels)


def _pack(parcel: Parcel, code: str, rest: dict[str, int]) -> Pack:
    lines = {line.line_id: line.quantity for line in parcel.lines} or rest
    shipped = tuple(Shipped(shipped_order_id=id_, shipped_num=count) for id_, count in lines.items())
    return Pack(shipped_order_info=shipped, company_code=code, logistics_code=parcel.waybill_id)


def _request_id(shop_id: str, order_id: str, packs: Sequence[Pack]) -> str:
    """The same for the same parcels of the same order, in whatever process they are shipped."""
    said = repr(sorted((pack.company_code, pack.logistics_code) for pack in packs))
    return hashlib.sha256(f"{shop_id}/{order_id}/{said}".encode()).hexdigest()[:32]
