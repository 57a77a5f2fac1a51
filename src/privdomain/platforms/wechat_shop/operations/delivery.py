"""Parcels, carriers, and the receiver in clear. wechat.md §4.5–§4.6"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from privdomain.platforms._operation import Operation, Repeat
from privdomain.platforms._payload import Done
from privdomain.platforms.wechat_shop.operations._common import API, DOCS, READ, Part
from privdomain.platforms.wechat_shop.payloads import (
    Carriers,
    DecodedReply,
    VirtualNumberExtended,
    VirtualNumberReply,
)

__all__ = [
    "ApplyVirtualNumber",
    "CompensateDelivery",
    "DecodeSensitive",
    "DeliveryContent",
    "DeliveryParcel",
    "ExtendVirtualNumber",
    "ListCarriers",
    "SendDelivery",
    "UpdateDelivery",
]


class DeliveryContent(Part):
    """How many units of one SKU lie in a parcel."""

    product_id: str
    sku_id: str
    product_cnt: int = Field(ge=1)


class DeliveryParcel(Part):
    """One parcel; ``deliver_type`` 1 goes with a carrier, 3 is virtual and has no waybill.

    ``delivery_id`` is the platform's code of the carrier (`ListCarriers`), ``OTHER`` for one that it does not have.
    """

    deliver_type: int = 1
    waybill_id: str | None = None
    delivery_id: str | None = None
    product_infos: tuple[DeliveryContent, ...] = Field(min_length=1)


class SendDelivery(Operation[Done]):
    """Tell that parcels are on their way; the order is partly shipped until all units are covered. 发货"""

    path: ClassVar = "/channels/ec/order/delivery/send"
    page: ClassVar = f"{API}/order/delivery_send.html (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    delivery_list: tuple[DeliveryParcel, ...] = Field(min_length=1)


class UpdateDelivery(Operation[Done]):
    """Replace what has been said of the parcels; the list is the whole list. 修改物流信息"""

    path: ClassVar = "/channels/ec/order/deliveryinfo/update"
    page: ClassVar = f"{API}/order/deliveryinfo_update.html (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    order_id: str
    delivery_list: tuple[DeliveryParcel, ...] = Field(min_length=1)


class CompensateDelivery(Operation[Done]):
    """Send goods once more. 补发"""

    path: ClassVar = "/channels/ec/order/delivery/compensation"
    page: ClassVar = f"{API}/order/ (wechat.md §4.6) {READ}"
    repeat: ClassVar = Repeat.NEVER
    unconfirmed: ClassVar = "one secondary source names its fields"
    order_id: str
    delivery_list: tuple[DeliveryParcel, ...] = Field(min_length=1)
    reason: str


class ListCarriers(Operation[Carriers]):
    """The carriers that the platform knows, with its codes. 快递公司列表"""

    path: ClassVar = "/channels/ec/order/deliverycompanylist/new/get"
    page: ClassVar = f"{DOCS}/store/shop/API/ewaybill/deliverycompanylist_get_new.html {READ}"
    repeat: ClassVar = Repeat.ALWAYS
    ewaybill_only: bool = False


class DecodeSensitive(Operation[DecodedReply]):
    """The receiver in clear, counted by the platform. 解密

    A phone number that a virtual one stands for stays masked.
    """

    path: ClassVar = "/channels/ec/order/sensitiveinfo/decode"
    page: ClassVar = f"{API}/order/sensitiveinfo_decode.html (wechat.md §4.5) {READ}"
    # it only reads, but every call may be one of the few of the day: how often is the caller's decision
    repeat: ClassVar = Repeat.NEVER
    order_id: str


class ApplyVirtualNumber(Operation[VirtualNumberReply]):
    """Another virtual number for an order, out of a small quota. 重新申请虚拟号"""

    path: ClassVar = "/channels/ec/order/virtualnumber/applyagain"
    page: ClassVar = f"{API}/order/ (wechat.md §4.5) {READ}"
    repeat: ClassVar = Repeat.NEVER
    order_id: str


class ExtendVirtualNumber(Operation[VirtualNumberExtended]):
    """Let a virtual number live longer; ``has_delay_times`` is how often that has been done before. 延长虚拟号"""

    path: ClassVar = "/channels/ec/order/virtualnumber/delay"
    page: ClassVar = f"{API}/order/ (wechat.md §4.5) {READ}"
    repeat: ClassVar = Repeat.NEVER
    order_id: str
    has_delay_times: int | None = None
