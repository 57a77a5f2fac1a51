"""What to tell the platform of parcels, worked out from the order as it stands.

The rules of the file. A parcel that the platform has already (its waybill with its carrier) is not told a second time,
so that shipping again after an unknown outcome does nothing twice. No line is sent more often than it was bought. A
parcel without lines takes what is left: of every line what no parcel has, without what was refunded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from privdomain.errors import ArgumentError, Refused, nearest
from privdomain.models import Order, OrderStatus, Parcel
from privdomain.platforms.couriers import platform_code
from privdomain.platforms.wechat_shop.mapping import PLATFORM
from privdomain.platforms.wechat_shop.operations import DeliveryContent, DeliveryParcel

__all__ = ["deliveries"]

_TO_SHIP = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_SHIPPED, OrderStatus.UNKNOWN})


def deliveries(order: Order, parcels: Sequence[Parcel]) -> tuple[DeliveryParcel, ...]:
    """The parcels as the platform wants them; empty where it has them all.

    Raises:
        ArgumentError: for no parcel, an unknown carrier, a waybill twice, a line that the order does not have, or two
            parcels of which each is to take what is left.
        Refused: for an order that is not to be shipped, or for more units than are left.
    """
    new = _new(order, parcels)
    if not new:
        return ()
    if order.status not in _TO_SHIP:
        raise Refused(
            "order_not_to_ship",
            f"order {order.order_id} is {order.status} ({order.platform_status}); only what is paid and not wholly "
            "shipped can be shipped",
            order_id=order.order_id,
            status=str(order.status),
        )
    left = _left(order)
    for parcel, _ in new:
        _take(left, parcel, order)
    return tuple(
        DeliveryParcel(
            waybill_id=parcel.waybill_id,
            delivery_id=delivery_id,
            product_infos=_contents(order, _units(parcel) or _rest(left, order)),
        )
        for parcel, delivery_id in new
    )


def _new(order: Order, parcels: Sequence[Parcel]) -> list[tuple[Parcel, str]]:
    """The parcels that the platform does not have yet, each with its carrier's code."""
    if not parcels:
        raise ArgumentError("parcels is empty; shipping takes one parcel at least")
    if sum(not parcel.lines for parcel in parcels) > 1:
        raise ArgumentError("two parcels are without lines; say of all but one what is in it")
    known = {(parcel.carrier_code, parcel.waybill_id) for parcel in order.parcels}
    new: dict[tuple[str, str], Parcel] = {}
    for number, parcel in enumerate(parcels):
        delivery_id = parcel.carrier_code or _delivery_id(parcel, number)
        place = (delivery_id, parcel.waybill_id)
        if place in new:
            raise ArgumentError(f"parcels[{number}] has the carrier and the waybill of an earlier one")
        if place not in known:
            new[place] = parcel
    return [(parcel, delivery_id) for (delivery_id, _), parcel in new.items()]


def _delivery_id(parcel: Parcel, number: int) -> str:
    if not parcel.carrier:
        raise ArgumentError(
            f"parcels[{number}] names no carrier; give carrier (ours) or carrier_code (theirs)"
        )
    return platform_code(parcel.carrier, platform=PLATFORM)


def _left(order: Order) -> Counter[str]:
    """Units of every line that no parcel has."""
    left = Counter({line.line_id: line.quantity for line in order.lines})
    for parcel in order.parcels:
        left.subtract(_units(parcel))
    return left


def _units(parcel: Parcel) -> Counter[str]:
    units: Counter[str] = Counter()
    for line in parcel.lines:
        units[line.line_id] += line.quantity
    return units


def _take(left: Counter[str], parcel: Parcel, order: Order) -> None:
    for line_id, units in _units(parcel).items():
        if line_id not in left:
            hint = nearest(line_id, left)
            like = f"; did you mean {hint!r}?" if hint else f" (it has {', '.join(left)})"
            raise ArgumentError(f"order {order.order_id} has no line {line_id!r}{like}")
        if units > left[line_id]:
            raise Refused(
                "more_than_left_to_ship",
                f"{units} of line {line_id} are to be shipped, and {left[line_id]} are left",
                line_id=line_id,
                units=units,
                left=left[line_id],
            )
        left[line_id] -= units


def _rest(left: Mapping[str, int], order: Order) -> Counter[str]:
    """What is left for the parcel without lines; what was refunded before it was sent is not sent."""
    rest = Counter(
        {
            line.line_id: units
            for line in order.lines
            if (units := min(left[line.line_id], line.quantity - line.refunded_quantity)) > 0
        }
    )
    if not rest:
        raise Refused(
            "nothing_left_to_ship",
            f"nothing of order {order.order_id} is left for a further parcel",
            order_id=order.order_id,
        )
    return rest


def _contents(order: Order, units: Mapping[str, int]) -> tuple[DeliveryContent, ...]:
    """Lines as SKUs, each SKU once."""
    by_sku: Counter[tuple[str, str]] = Counter()
    for product_id, sku_id, count in _skus(order, units):
        by_sku[product_id, sku_id] += count
    return tuple(
        DeliveryContent(product_id=product_id, sku_id=sku_id, product_cnt=count)
        for (product_id, sku_id), count in by_sku.items()
    )


def _skus(order: Order, units: Mapping[str, int]) -> Iterable[tuple[str, str, int]]:
    for line in order.lines:
        if units.get(line.line_id):
            yield line.product_id, line.sku_id, units[line.line_id]
