"""Parcels of an order. The platform says of a parcel which SKUs are in it, and we say which lines.

The rule of the file: units of a SKU are given to the order's lines of that SKU in their order, each as many as it
has, first by the parcels that were sent first; so no line is sent more often than it was bought.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import define

from privdomain.models import OrderLine, Parcel, ShippedLine
from privdomain.platforms.couriers import our_code
from privdomain.platforms.wechat_shop.mapping._common import PLATFORM, moment
from privdomain.platforms.wechat_shop.payloads import DeliveredProduct, DeliveryParcelInfo

__all__ = ["parcels_of"]


@define
class _Left:
    """A line, and how many of its units no parcel has yet."""

    line_id: str
    product_id: str
    sku_id: str
    units: int

    def takes(self, product: DeliveredProduct) -> bool:
        same_product = not product.product_id or product.product_id == self.product_id
        return self.units > 0 and same_product and product.sku_id == self.sku_id


def parcels_of(listed: Iterable[DeliveryParcelInfo], lines: Sequence[OrderLine]) -> tuple[Parcel, ...]:
    """The parcels that go with a carrier; a virtual delivery is none."""
    left = [_Left(line.line_id, line.product_id, line.sku_id, line.quantity) for line in lines]
    parcels: list[Parcel] = []
    for parcel in listed:
        shipped = tuple(_shipped(parcel.product_infos, left))
        if parcel.waybill_id:
            parcels.append(
                Parcel(
                    carrier=our_code(parcel.delivery_id, platform=PLATFORM),
                    waybill_id=parcel.waybill_id,
                    lines=shipped,
                    carrier_code=parcel.delivery_id,
                    carrier_name=parcel.delivery_name,
                    shipped_at=moment(parcel.delivery_time),
                )
            )
    return tuple(parcels)


def _shipped(products: Iterable[DeliveredProduct], left: Sequence[_Left]) -> Iterator[ShippedLine]:
    for product in products:
        units = product.product_cnt
        for line in left:
            if units > 0 and line.takes(product):
                taken = min(units, line.units)
                line.units -= taken
                units -= taken
                yield ShippedLine(line_id=line.line_id, quantity=taken)
