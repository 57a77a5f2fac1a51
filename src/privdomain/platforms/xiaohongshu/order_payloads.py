"""What 小红书 answers about orders: only the fields that are used.

Amounts are 分, times milliseconds. Source: xiaohongshu-and-cps.md A3 (X1, X3).
"""

from __future__ import annotations

from typing import Annotated, Any

from annotated_types import Ge
from pydantic import Field

from privdomain.platforms._payload import IdText, Minor, OptionalId, Whole
from privdomain.platforms.xiaohongshu._operation import ArkPayload
from privdomain.platforms.xiaohongshu._values import Millis

__all__ = [
    "Decrypted",
    "DecryptedList",
    "DeliveryOrder",
    "Desensitised",
    "DesensitisedList",
    "ExpressCompanies",
    "ExpressCompany",
    "Indexed",
    "IndexedList",
    "OrderDetail",
    "OrderPage",
    "OrderRow",
    "OrderSku",
    "OrderSkuDetail",
    "ReceiverInfo",
    "ReceiverInfos",
    "Track",
    "TrackPlace",
    "TrackRecord",
    "Tracks",
]


class OrderRow(ArkPayload):
    """One row of the listing; it has no money."""

    order_id: IdText
    order_status: Whole
    created_time: Millis = 0
    update_time: Millis = 0


class OrderPage(ArkPayload):
    """A page of orders; the rows are read one by one, so that a bad one does not take its neighbours along."""

    total: Annotated[Whole, Ge(0)]
    page_no: Whole = 0
    page_size: Whole = 0
    max_page_no: Whole = 0
    order_list: tuple[Any, ...] = ()


class OrderSkuDetail(ArkPayload):
    """A unit inside a line: of a bundle there are several. Amounts are per unit."""

    sku_id: OptionalId = ""
    erp_code: OptionalId = ""
    barcode: OptionalId = ""
    quantity: Annotated[Whole, Ge(0)] = 0
    price_per_sku: Minor = 0
    paid_amount_per_sku: Minor = 0
    raw_price_per_sku: Minor = 0


class OrderSku(ArkPayload):
    """One line. ``total_paid_amount`` is the line total."""

    sku_id: IdText
    item_id: OptionalId = ""
    sku_name: str = ""
    erpcode: OptionalId = ""
    sku_spec: str = ""
    sku_quantity: Annotated[Whole, Ge(1)]
    total_paid_amount: Minor
    total_merchant_discount: Minor = 0
    total_red_discount: Minor = 0
    sku_tag: Whole = 0  # 1: a gift (赠品)
    sku_detail_list: tuple[OrderSkuDetail, ...] = ()


class DeliveryOrder(ArkPayload):
    """One parcel of an order that was split (拆包)."""

    delivery_order_index: Whole = 0
    status: Whole = 0
    express_tracking_no: OptionalId = ""
    express_company_code: OptionalId = ""
    sku_id_list: tuple[IdText, ...] = ()


class OrderDetail(ArkPayload):
    """One order. ``total_pay_amount`` is what the buyer pays, freight and deposit included."""

    order_id: IdText
    order_type: Whole = 0
    order_status: Whole
    order_after_sales_status: Whole = 0
    created_time: Annotated[Millis, Ge(1)]
    update_time: Millis = 0
    paid_time: Millis = 0
    delivery_time: Millis = 0
    finish_time: Millis = 0
    receiver_province_name: str = ""
    receiver_city_name: str = ""
    receiver_district_name: str = ""
    customer_remark: str = Field(default="", repr=False)
    payment_type: Whole = 0
    user_id: IdText
    total_pay_amount: Minor
    total_shipping_free: Minor = 0  # so spelt: the freight
    total_merchant_discount: Minor = 0
    total_red_discount: Minor = 0
    open_address_id: OptionalId = ""
    express_tracking_no: OptionalId = ""
    express_company_code: OptionalId = ""
    simple_delivery_order_list: tuple[DeliveryOrder, ...] = ()
    sku_list: tuple[OrderSku, ...] = ()


class ReceiverInfo(ArkPayload):
    """A receiver whose name, phone and address are ciphers; ``matched`` is false when the address id is stale."""

    order_id: OptionalId = ""
    matched: bool = False
    receiver_province_name: str = ""
    receiver_city_name: str = ""
    receiver_district_name: str = ""
    receiver_town_name: str = ""
    receiver_name: str = Field(default="", repr=False)
    receiver_phone: str = Field(default="", repr=False)
    receiver_address: str = Field(default="", repr=False)


class ReceiverInfos(ArkPayload):
    """Receivers, one for each query."""

    receiver_infos: tuple[ReceiverInfo, ...] = ()


class Decrypted(ArkPayload):
    """One cipher in clear, or why not (``error_code`` is not 0)."""

    data_tag: OptionalId = ""
    encrypted_data: str = Field(default="", repr=False)
    decrypted_data: str = Field(default="", repr=False)
    error_code: Whole = 0
    error_msg: str = ""


class DecryptedList(ArkPayload):
    """Ciphers in clear."""

    data_info_list: tuple[Decrypted, ...] = ()


class Desensitised(ArkPayload):
    """One cipher as a masked text."""

    data_tag: OptionalId = ""
    encrypted_data: str = Field(default="", repr=False)
    desensitised_data: str = Field(default="", repr=False)
    error_code: Whole = 0
    error_msg: str = ""


class DesensitisedList(ArkPayload):
    """Ciphers as masked texts."""

    desensitise_info_list: tuple[Desensitised, ...] = ()


class Indexed(ArkPayload):
    """A search index of one value."""

    plain_text: str = Field(default="", repr=False)
    index: str = ""


class IndexedList(ArkPayload):
    """Search indexes."""

    index_info_list: tuple[Indexed, ...] = ()


class TrackPlace(ArkPayload):
    """Where it happened."""

    province_name: str = ""
    city_name: str = ""


class TrackRecord(ArkPayload):
    """One thing that happened; ``event_at`` is ``yyyy-MM-dd HH:mm:ss`` in Beijing."""

    event_at: str
    event_desc: str = Field(default="", repr=False)
    node_id: Whole = 0  # 35: the carrier told it; 5, 6 and 8 are the platform's own stations
    tracking_status: Whole = 0
    tracking_status_desc: str = ""
    location: TrackPlace | None = None


class Track(ArkPayload):
    """One parcel and what happened to it."""

    order_id: OptionalId = ""
    express_no: OptionalId = ""
    express_company_code: OptionalId = ""
    express_company_name: str = ""
    records: tuple[TrackRecord, ...] = ()


class Tracks(ArkPayload):
    """The parcels of an order."""

    order_track_infos: tuple[Track, ...] = ()


class ExpressCompany(ArkPayload):
    """A carrier as the platform names it."""

    express_company_id: OptionalId = ""
    express_company_code: OptionalId = ""
    express_company_name: str = ""
    comment: str = ""


class ExpressCompanies(ArkPayload):
    """The carriers a shop may name."""

    express_company_infos: tuple[ExpressCompany, ...] = ()
