"""What is written to 快手小店, as flows. No write has a key, so each is decided on what was read a moment before.

Reading first is what makes a call safe to make again: a parcel that is there already is not sent twice, a stock that
is right already is not changed. A write without an answer is `Unverified` and is never repeated here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from attrs import frozen

from privdomain.errors import ArgumentError, Refused, RequestRejected
from privdomain.models import Parcel
from privdomain.money import Money
from privdomain.platforms._flow import Flow
from privdomain.platforms._operation import Operation
from privdomain.platforms._payload import Done
from privdomain.platforms.couriers import platform_code
from privdomain.platforms.kuaishou._reading import KuaishouReading
from privdomain.platforms.kuaishou.errors import CASE_CHANGED
from privdomain.platforms.kuaishou.mapping import PLATFORM, is_held
from privdomain.platforms.kuaishou.operations import (
    AddOrderNote,
    ApproveRefund,
    ApproveReturn,
    ConfirmReceipt,
    DeliverOrder,
    DeliveryGoods,
    DeliveryParcel,
    DeliveryProgress,
    GetOrder,
    GetRefund,
    RejectRefund,
    SplitDeliver,
    UpdateStock,
)
from privdomain.platforms.kuaishou.payloads import OrderPayload, RefundPayload

__all__ = ["KuaishouPlans"]

_ADD, _TAKE = 1, 2
_RETURNING = (22, 30, 40)
_PAYS_BACK = frozenset({50, 60})
_EXCHANGE = 3
_PART, _WHOLE = 10, 40
_DECISIONS = 3
"""How often a case that changes under our hands is read and decided anew."""


@frozen(kw_only=True)
class KuaishouPlans(KuaishouReading):
    """The canonical methods of 快手小店."""

    def ship(self, order_id: str, parcels: Sequence[Parcel]) -> Flow[None]:
        """Ship what the order does not have yet; a held order is refused before anything is sent."""
        if not parcels:
            raise ArgumentError("parcels is empty; ship() takes one parcel at least")
        codes = [_express_code(parcel) for parcel in parcels]
        order = (yield from self.conversation.send(GetOrder(oid=order_id))).data
        there = {logistics.express_no for logistics in order.order_logistics_info}
        todo = [
            (code, parcel)
            for code, parcel in zip(codes, parcels, strict=True)
            if parcel.waybill_id not in there
        ]
        if not todo:
            return
        _check_shippable(order, order_id)
        (code, parcel), *further = todo
        if not (further or there or parcel.lines or order.sub_order_info):
            yield from self.conversation.send(
                DeliverOrder(order_id=order_id, express_code=code, express_no=parcel.waybill_id)
            )
            return
        packed = tuple(
            DeliveryParcel(
                express_code=code,
                express_no=parcel.waybill_id,
                delivery_goods_info_list=_goods(order, parcel, alone=not further),
            )
            for code, parcel in todo
        )
        yield from self.conversation.send(
            SplitDeliver(
                main_order_id=order_id,
                delivery_item_info_list=packed,
                delivery_status=_progress(order, packed),
            )
        )

    def set_stock(self, product_id: str, sku_id: str, quantity: int) -> Flow[None]:
        """One difference, from what is there now; nothing is sent where nothing differs."""
        stock = yield from self.stock(product_id, sku_id)
        change = quantity - stock.sellable
        if change == 0:
            return
        yield from self.conversation.send(
            UpdateStock(
                kwai_item_id=product_id,
                sku_id=sku_id,
                sku_change_stock=abs(change),
                change_type=_ADD if change > 0 else _TAKE,
            )
        )

    def set_memo(self, order_id: str, text: str) -> Flow[None]:
        """Add a note."""
        yield from self.conversation.send(AddOrderNote(order_id=order_id, note=text))

    def agree_refund(self, aftersale_id: str, *, amount: Money | None) -> Flow[None]:
        """Agree to what the case asks for, on the state it was read in; nothing where that is agreed already."""
        if amount is not None and amount.currency != "CNY":
            raise ArgumentError(f"amount={amount}; 快手 pays back in CNY")

        def decide(case: RefundPayload) -> Operation[Done] | None:
            if amount is not None and amount.minor != case.refund_fee:
                raise Refused(
                    "amount_differs",
                    f"{PLATFORM} case {aftersale_id} asks for {Money(case.refund_fee, 'CNY')}, not for {amount}",
                    asked_minor=case.refund_fee,
                    agreed_minor=amount.minor,
                )
            if case.status in _PAYS_BACK:
                return None
            return ApproveRefund(
                refund_id=aftersale_id,
                refund_amount=case.refund_fee,
                status=case.status,
                negotiate_status=case.negotiate_status or None,
            )

        return self._decided(aftersale_id, decide)

    def agree_return(self, aftersale_id: str, *, address_id: str) -> Flow[None]:
        """Agree that the goods come back, to the shop's usual return address or to another one."""

        def decide(case: RefundPayload) -> Operation[Done]:
            amount = 0 if case.handling_way == _EXCHANGE else case.refund_fee
            return ApproveReturn(refund_id=aftersale_id, refund_amount=amount, address_id=address_id or None)

        return self._decided(aftersale_id, decide)

    def refuse_aftersale(self, aftersale_id: str, *, reason_code: str, text: str) -> Flow[None]:
        """Refuse the version that was read."""
        if not (reason_code.isascii() and reason_code.isdigit()):
            raise ArgumentError(
                f"reason_code={reason_code!r}; 快手 numbers its reasons: ListRejectReasons says those of a case"
            )

        def decide(case: RefundPayload) -> Operation[Done]:
            return RejectRefund(
                refund_id=aftersale_id,
                reason_code=int(reason_code),
                reject_desc=text,
                refund_version=case.update_time,
            )

        return self._decided(aftersale_id, decide)

    def confirm_return(self, aftersale_id: str) -> Flow[None]:
        """Confirm that the goods came back; nothing where the money is on its way back already."""

        def decide(case: RefundPayload) -> Operation[Done] | None:
            if case.status in _PAYS_BACK:
                return None
            if case.status not in _RETURNING:
                raise Refused(
                    "nothing_returns",
                    f"{PLATFORM} case {aftersale_id} is in state {case.status}; goods are confirmed in {_RETURNING}",
                    status=case.status,
                )
            return ConfirmReceipt(refund_id=aftersale_id, status=case.status)

        return self._decided(aftersale_id, decide)

    def _decided(
        self, aftersale_id: str, decide: Callable[[RefundPayload], Operation[Done] | None]
    ) -> Flow[None]:
        """Read, decide, send; and once more when the platform says that the case has changed in between."""
        for left in reversed(range(_DECISIONS)):
            case = (yield from self.conversation.send(GetRefund(refund_id=aftersale_id))).data
            operation = decide(case)
            if operation is None:
                return
            try:
                yield from self.conversation.send(operation)
            except RequestRejected as error:
                if error.code in CASE_CHANGED and left:
                    continue
                raise
            return


def _express_code(parcel: Parcel) -> int:
    """The platform's number of the parcel's carrier: its own where the caller has it, else that of our code."""
    code = parcel.carrier_code or platform_code(parcel.carrier, platform=PLATFORM)
    if not (code.isascii() and code.isdigit()):
        raise ArgumentError(
            f"carrier_code={code!r}; 快手 numbers its carriers (expressCode): 4 is 顺丰, 6 圆通"
        )
    return int(code)


def _check_shippable(order: OrderPayload, order_id: str) -> None:
    base = order.order_base_info
    if is_held(order):
        reasons = list(base.disable_delivery_reason_code)
        raise Refused(
            "held",
            f"{PLATFORM} order {order_id} must not be shipped now (reasons {reasons}: 1 拼团中, 2 支付后风控; "
            f"risk code {base.risk_code}: 10001 is suspicious); wait for its next change",
            reasons=reasons,
            risk_code=base.risk_code,
        )
    if not order.order_address.encrypted_address:
        raise Refused("no_receiver", f"{PLATFORM} order {order_id} has no address to ship to")


def _goods(order: OrderPayload, parcel: Parcel, *, alone: bool) -> tuple[DeliveryGoods, ...]:
    """What is in a parcel; one that stands alone and says nothing holds everything that is left."""
    if parcel.lines:
        return tuple(DeliveryGoods(oid=line.line_id, delivery_num=line.quantity) for line in parcel.lines)
    if not alone:
        raise ArgumentError(
            f"parcel {parcel.waybill_id} has no lines; of several parcels each says what is in it"
        )
    base, item = order.order_base_info, order.order_item_info
    left = item.num - order.order_delivery_info.delivery_num
    goods = [DeliveryGoods(oid=base.oid, delivery_num=left)] if left > 0 else []
    if not order.order_logistics_info:  # gifts travel with the first parcel
        goods += [
            DeliveryGoods(oid=sub.sub_order_base_info.oid, delivery_num=sub.sub_order_item_info.num)
            for sub in order.sub_order_info
        ]
    if not goods:
        raise Refused("all_shipped", f"{PLATFORM} order {base.oid} has been shipped whole")
    return tuple(goods)


def _progress(order: OrderPayload, parcels: Sequence[DeliveryParcel]) -> tuple[DeliveryProgress, ...]:
    """Whether the order, and each gift, is shipped whole with these parcels."""
    sent = Counter[str]({order.order_base_info.oid: order.order_delivery_info.delivery_num})
    packed = [goods for parcel in parcels for goods in parcel.delivery_goods_info_list]
    for goods in packed:
        sent[goods.oid] += goods.delivery_num
    bought = {order.order_base_info.oid: order.order_item_info.num}
    for sub in order.sub_order_info:
        bought[sub.sub_order_base_info.oid] = sub.sub_order_item_info.num
    return tuple(
        DeliveryProgress(
            oid=oid, confirm_delivery_status=_WHOLE if sent[oid] >= bought.get(oid, 0) else _PART
        )
        for oid in dict.fromkeys(goods.oid for goods in packed)
    )
