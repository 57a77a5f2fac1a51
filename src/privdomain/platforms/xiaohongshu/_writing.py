"""What 小红书 is told: shipments, stock, decisions on after-sales.

None of these methods has an idempotency key: one that was sent without an answer is `Unverified`. Making the call of
`ship` again is safe, because it reads the order first; of a case, whoever sent it reads the case again. Setting a
stock to the same number twice is the same stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from privdomain.errors import ArgumentError, Refused, RequestRejected, Unsupported
from privdomain.models import AfterSale, AfterSaleStatus, Order, Parcel
from privdomain.money import Money
from privdomain.platforms._conversation import Conversation
from privdomain.platforms._flow import Flow
from privdomain.platforms.couriers import platform_code
from privdomain.platforms.xiaohongshu._dialect import PLATFORM
from privdomain.platforms.xiaohongshu._products import read_stock
from privdomain.platforms.xiaohongshu.aftersale_operations import AuditReturns, ConfirmReceive, ReturnAddress
from privdomain.platforms.xiaohongshu.order_operations import OrderDeliver
from privdomain.platforms.xiaohongshu.shop_operations import SyncSkuStockV2

__all__ = ["agree_refund", "agree_return", "confirm_return", "refuse", "set_stock", "ship"]

_PAY_BACK: Final = 1
_COME_BACK: Final = 2
_REFUSE: Final = 3
_RECEIVED: Final = 1
_REFUSE_GOODS: Final = 2
_WAITING_RECEIPT = "3"
_ONLY_WAREHOUSE = "CPartner"  # what published SDKs call the one warehouse of a shop without several


def ship(
    conversation: Conversation,
    order_id: str,
    parcels: Sequence[Parcel],
    *,
    read_one: Callable[[str], Flow[Order]],
) -> Flow[None]:
    """Tell that parcels are on their way, one call each; everything wrong is said before the first.

    The order is read first, and a parcel that it has already is not sent again: with one call a parcel, a call of
    `ship` that broke off in the middle is simply made again.
    """
    if not parcels:
        raise ArgumentError("parcels is empty; name at least one")
    codes = [parcel.carrier_code or platform_code(parcel.carrier, platform=PLATFORM) for parcel in parcels]
    order = yield from read_one(order_id)
    contents: list[tuple[str, ...] | None] = [None]
    if len(parcels) > 1 or parcels[0].lines:
        contents = _contents(order, parcels)
    there = {parcel.waybill_id for parcel in order.parcels}
    for parcel, code, skus in zip(parcels, codes, contents, strict=True):
        if parcel.waybill_id in there:
            continue
        yield from conversation.send(
            OrderDeliver(
                order_id=order_id,
                express_no=parcel.waybill_id,
                express_company_code=code,
                express_company_name=parcel.carrier_name or None,
                unpack=skus is not None,
                sku_id_list=skus,
            )
        )


def _contents(order: Order, parcels: Sequence[Parcel]) -> list[tuple[str, ...] | None]:
    """The SKUs of each parcel; None for one parcel that holds the whole order."""
    lines = {line.line_id: line for line in order.lines}
    shipped = Counter[str]()
    found: list[tuple[str, ...] | None] = []
    for number, parcel in enumerate(parcels):
        if not parcel.lines:
            raise ArgumentError(
                f"parcels[{number}].lines is empty; an order in several parcels says what is in each"
            )
        skus: dict[str, None] = {}
        for part in parcel.lines:
            line = lines.get(part.line_id)
            if line is None:
                raise ArgumentError(
                    f"parcels[{number}] has line {part.line_id!r}, which order {order.order_id} has not; it has "
                    f"{', '.join(map(repr, lines))}"
                )
            if part.quantity != line.quantity:
                raise Unsupported(
                    f"{PLATFORM} splits an order by whole SKUs: parcels[{number}] has {part.quantity} of "
                    f"{line.quantity} units of line {part.line_id!r}"
                )
            skus[line.sku_id] = None
        shipped.update(skus.keys())
        found.append(tuple(skus))
    if twice := [sku for sku, times in shipped.items() if times > 1]:
        raise ArgumentError(f"SKU {twice[0]!r} is in more than one parcel; {PLATFORM} splits by whole SKUs")
    if len(parcels) == 1 and shipped.keys() == {line.sku_id for line in order.lines}:
        return [None]
    return found


def set_stock(conversation: Conversation, sku_id: str, quantity: int) -> Flow[None]:
    """Let a SKU have ``quantity`` units to sell: the platform is told the total, promised units included.

    Raises:
        Unsupported: for a SKU that lies in several warehouses.
        RequestRejected: when the inner answer says no.
    """
    reply = yield from read_stock(conversation, sku_id)
    warehouses = {one.whcode for one in reply.sku_stock_info_with_whcode} or {_ONLY_WAREHOUSE}
    if len(warehouses) > 1:
        raise Unsupported(
            f"SKU {sku_id} lies in {len(warehouses)} warehouses, and set_stock knows of one; send "
            "SyncSkuStockV2 with the total of each"
        )
    units = reply.sku_stock_info.sku_stock_info
    bound = max(0, units.total - units.available)
    answer = yield from conversation.send(
        SyncSkuStockV2(sku_id=sku_id, qty_with_whcode={warehouses.pop(): quantity + bound})
    )
    if not answer.response.success:
        raise RequestRejected(
            f"{PLATFORM}: inventory.syncSkuStockV2 was refused for SKU {sku_id} (code {answer.response.code})",
            platform=PLATFORM,
            code=str(answer.response.code),
        )


def agree_refund(
    conversation: Conversation,
    aftersale_id: str,
    amount: Money | None,
    *,
    read_one: Callable[[str], Flow[AfterSale]],
) -> Flow[None]:
    """Agree to pay back what is asked for; with an ``amount`` only if it is that; nothing where it is agreed."""
    case = yield from read_one(aftersale_id)
    if amount is not None and case.requested != amount:
        raise Refused(
            "amount_changed",
            f"case {aftersale_id} asks for {case.requested or 'an amount that the platform does not say'}, "
            f"not for {amount}",
            requested=case.requested,
            amount=amount,
        )
    if case.status is AfterSaleStatus.COMPLETED:
        return
    yield from conversation.send(AuditReturns(returns_id=aftersale_id, action=_PAY_BACK))


def agree_return(conversation: Conversation, aftersale_id: str, address_id: str) -> Flow[None]:
    """Agree that the goods come back to a record of the shop's address book."""
    address = None
    if address_id:
        if not (address_id.isascii() and address_id.isdigit()):
            raise ArgumentError(
                f"address_id={address_id!r}; {PLATFORM} numbers the records of its address book"
            )
        address = ReturnAddress(seller_address_record_id=int(address_id))
    yield from conversation.send(
        AuditReturns(returns_id=aftersale_id, action=_COME_BACK, receiver_info=address)
    )


def refuse(
    conversation: Conversation,
    aftersale_id: str,
    *,
    reason_code: str,
    text: str,
    read_one: Callable[[str], Flow[AfterSale]],
) -> Flow[None]:
    """Refuse the request, or the goods where the case waits for them to be confirmed."""
    if not (reason_code.isascii() and reason_code.isdigit()):
        raise ArgumentError(
            f"reason_code={reason_code!r}; RejectReasons lists the numbers of reasons that this case may name"
        )
    case = yield from read_one(aftersale_id)
    reason, description = int(reason_code), text or None
    if case.platform_status == _WAITING_RECEIPT:
        yield from conversation.send(
            ConfirmReceive(
                returns_id=aftersale_id, action=_REFUSE_GOODS, reason=reason, description=description
            )
        )
        return
    yield from conversation.send(
        AuditReturns(returns_id=aftersale_id, action=_REFUSE, reason=reason, description=description)
    )


def confirm_return(conversation: Conversation, aftersale_id: str) -> Flow[None]:
    """Confirm that the goods came back."""
    yield from conversation.send(ConfirmReceive(returns_id=aftersale_id, action=_RECEIVED))
