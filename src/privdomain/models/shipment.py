"""Where a parcel is. 物流轨迹"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from privdomain.models._base import Id, Instant, Model, Personal, Raw, Space

__all__ = ["Parcel", "ParcelDirection", "ShipmentEvent", "ShipmentStatus", "ShippedLine"]


class ShipmentStatus(StrEnum):
    """What happened to the parcel: 已出单, 已揽收, 运输中, 派送中, 派送失败, 待取件, 已签收, 退回中, 已退回, 丢失.

    ``UNKNOWN`` is something this release does not know; the carrier's own word is in ``platform_status``.
    """

    LABEL_CREATED = "label_created"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERY_FAILED = "delivery_failed"
    AWAITING_PICKUP = "awaiting_pickup"
    SIGNED = "signed"
    RETURNING = "returning"
    RETURNED = "returned"
    LOST = "lost"
    UNKNOWN = "unknown"


class ParcelDirection(StrEnum):
    """To the buyer; back to the shop (退货); to the buyer again (换货, 补寄)."""

    OUTBOUND = "outbound"
    RETURN = "return"
    RESHIP = "reship"


class ShippedLine(Model):
    """What is in the parcel: an order's line, and how many of its units."""

    line_id: Id
    """The order's line."""
    quantity: int = Field(ge=1)
    """How many units."""


class Parcel(Model):
    """One parcel of an order: who carries it, its number, what is in it. 包裹

    ```python
    from privdomain.models import Parcel, ShippedLine

    whole = Parcel(carrier="sf", waybill_id="SF1234567890")
    half = Parcel(carrier="yto", waybill_id="YT1", lines=(ShippedLine(line_id="1", quantity=1),))
    assert not whole.lines and half.lines[0].quantity == 1
    ```
    """

    carrier: str = ""
    """Our code of the carrier (``sf``, ``yto`` …); empty where the platform names one that we do not know."""
    waybill_id: Id
    """The carrier's number."""
    lines: tuple[ShippedLine, ...] = ()
    """What is in it; empty for everything that is not shipped yet, or where the platform does not say."""
    carrier_code: str = ""
    """The platform's own code of the carrier."""
    carrier_name: str = ""
    """The carrier in words."""
    shipped_at: Instant | None = None
    """When it was shipped; None where the platform does not say."""


class ShipmentEvent(Model):
    """One thing that happened to one parcel of one order.

    ``(space, platform, shop_id, order_id, waybill_id, status, at)`` identifies it.
    """

    space: Space = ""
    """The tenant."""
    platform: Id
    """Our name of the platform of the order."""
    shop_id: Id
    """The shop."""
    order_id: Id
    """The order."""
    waybill_id: Id
    """The carrier's number of the parcel."""
    carrier_code: str = ""
    """The platform's code of the carrier."""
    carrier_name: str = ""
    """The carrier in words."""
    direction: ParcelDirection = ParcelDirection.OUTBOUND
    """Which way it goes."""
    aftersale_id: str = ""
    """The after-sale case it belongs to."""
    status: ShipmentStatus
    """What happened."""
    platform_status: str = ""
    """The carrier's or platform's own word for it."""
    at: Instant
    """When it happened."""
    place: str = ""
    """The town or depot."""
    text: Personal = ""
    """The carrier's sentence; often names the courier with a number."""
    lines: tuple[ShippedLine, ...] = ()
    """What is in it; empty where the platform does not say."""
    promised_at: Instant | None = None
    """When it should be shipped or delivered by promise."""
    raw: Raw = Field(default_factory=dict)
    """The platform's own payload."""
