"""What 微信小店 answers: only the fields that are used, under the platform's own names.

Amounts are 分, times are seconds; 0 and absence both mean "none". Where the meaning of a field is not plain from
its name, it is said here; the mapping to our records is in `mapping`.

Source: developers.weixin.qq.com/doc/channels/API/order/get.html, list_get.html, read 2026-11-24.
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt
from pydantic import ConfigDict, Field, field_validator

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole
from privdomain.platforms.wechat_shop.payloads.products import Attribute

__all__ = [
    "AddressInfo",
    "CouponUse",
    "DeliveredProduct",
    "DeliveryInfo",
    "DeliveryParcelInfo",
    "ExtInfo",
    "FoundOrders",
    "LinePayload",
    "OrderDetail",
    "OrderIds",
    "OrderPayload",
    "OrderReply",
    "PayInfo",
    "PresentInfo",
    "PriceInfo",
    "SharerInfo",
    "SourceInfo",
]


class OrderIds(Payload):
    """A page of order ids; ``next_key`` asks for the next one while ``has_more``."""

    order_id_list: tuple[IdText, ...] = ()
    next_key: str = ""
    has_more: bool = False


class FoundOrders(Payload):
    """A page of order/search, whose ids stand under one of two names: the sample has one, the field table the other."""

    orders: tuple[IdText, ...] = ()
    order_id_list: tuple[IdText, ...] = ()
    next_key: str = ""
    has_more: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, under whichever name they came."""
        return self.orders or self.order_id_list


class _Reductions(Payload):
    """The reductions that lines and orders itemise in the same words.

    Keys we do not know are kept: the platform adds kinds of ``…_discounted_price`` faster than releases appear.
    """

    model_config = ConfigDict(extra="allow")

    merchant_discounted_price: Minor = 0
    finder_discounted_price: Minor = 0
    vip_discounted_price: Minor = 0
    bulkbuy_discounted_price: Minor = 0
    limited_discount_discounted_price: Minor = 0
    cash_coupon_discounted_price: Minor = 0
    platform_activity_merchant_discounted_price: Minor = 0
    national_subsidy_discounted_price: Minor = 0
    national_subsidy_merchant_discounted_price: Minor = 0
    deduction_price: Minor = 0


class CouponUse(Payload):
    """A coupon used on a line, and what it took off."""

    coupon_id: OptionalId = ""
    user_coupon_id: OptionalId = ""
    discounted_price: Minor = 0


class LinePayload(_Reductions):
    """One line. ``sale_price`` is per unit, ``real_price`` the line total that was paid."""

    product_id: IdText
    sku_id: IdText
    product_unique_id: OptionalId = ""
    sku_cnt: Annotated[Whole, Ge(1)]
    title: str = ""
    sku_code: OptionalId = ""
    out_sku_id: OptionalId = ""
    sku_attrs: tuple[Attribute, ...] = ()
    sale_price: Minor = 0
    real_price: Minor | None = None
    estimate_price: Minor | None = None
    is_change_price: bool = False
    change_price: Minor = 0
    on_aftersale_sku_cnt: Annotated[Whole, Ge(0)] = 0
    finish_aftersale_sku_cnt: Annotated[Whole, Ge(0)] = 0
    is_free_gift: int = 0  # a flag that is written as a number: true is one, too
    order_product_coupon_info_list: tuple[CouponUse, ...] = ()


class PayInfo(Payload):
    """How and when was paid. ``pay_time`` may be empty for 先用后付 (pay later)."""

    pay_time: UnixTime = 0
    transaction_id: OptionalId = ""
    payment_method: Whole = 0


class PriceInfo(_Reductions):
    """The order's amounts. ``order_price`` is what the buyer pays, freight included."""

    order_price: Minor
    freight: Minor = 0
    is_change_freight: bool = False
    change_freight: Minor = 0
    discounted_price: Minor = 0
    change_down_price: Minor = 0


class AddressInfo(Payload):
    """Where it goes; names and numbers are masked. ``hash_code`` is one address within one shop."""

    user_name: str = ""
    tel_number: str = ""
    province_name: str = ""
    city_name: str = ""
    county_name: str = ""
    detail_info: str = ""
    house_number: str = ""
    hash_code: OptionalId = ""


class DeliveredProduct(Payload):
    """How many units of one SKU lie in a parcel."""

    product_id: OptionalId = ""
    sku_id: OptionalId = ""
    product_cnt: Whole = 0


class DeliveryParcelInfo(Payload):
    """One parcel; a virtual delivery has no waybill."""

    waybill_id: OptionalId = ""
    delivery_id: OptionalId = ""
    delivery_name: str = ""
    delivery_time: UnixTime = 0
    deliver_type: Whole = 0
    product_infos: tuple[DeliveredProduct, ...] = ()


class DeliveryInfo(Payload):
    """The delivery; ``ship_done_time`` is when everything had been sent."""

    address_info: AddressInfo | None = None
    delivery_product_info: tuple[DeliveryParcelInfo, ...] = ()
    ship_done_time: UnixTime = 0


class ExtInfo(Payload):
    """Notes, and what is known of the way the order came."""

    customer_notes: str = ""
    confirm_receipt_time: UnixTime = 0
    finder_id: OptionalId = ""
    live_id: OptionalId = ""
    order_scene: OptionalId = ""


class SharerInfo(Payload):
    """Who shared (分享员); ``sku_id`` only in the list by SKU."""

    sku_id: OptionalId = ""
    sharer_openid: OptionalId = ""
    share_scene: OptionalId = ""


class SourceInfo(Payload):
    """Which account and content sold a SKU; ``account_type`` 4 is WeCom, the trace of a private-domain sale."""

    sku_id: OptionalId = ""
    sale_channel: str = ""
    account_type: str = ""
    account_id: OptionalId = ""
    content_type: str = ""
    content_id: OptionalId = ""
    promoter_head_supplier_id: OptionalId = ""


class OrderDetail(Payload):
    """The inner part of an order."""

    product_infos: tuple[LinePayload, ...]
    price_info: PriceInfo
    pay_info: PayInfo = Field(default_factory=PayInfo)
    delivery_info: DeliveryInfo = Field(default_factory=DeliveryInfo)
    ext_info: ExtInfo = Field(default_factory=ExtInfo)
    sharer_info: SharerInfo = Field(default_factory=SharerInfo)
    sku_sharer_infos: tuple[SharerInfo, ...] = ()
    source_infos: tuple[SourceInfo, ...] = ()

    @field_validator("product_infos")
    @classmethod
    def _not_empty(cls, lines: tuple[LinePayload, ...]) -> tuple[LinePayload, ...]:
        # no min_length: it counts the lines that could be read, and calls a list of one bad line too short as well
        if not lines:
            raise ValueError("is empty; expected one line at least")
        return lines


class PresentInfo(Payload):
    """送礼物: who gave it."""

    present_giver_openid: OptionalId = ""
    present_giver_unionid: OptionalId = ""


class OrderPayload(PresentInfo):
    """One order. In a gift order ``openid`` is the receiver's."""

    order_id: IdText
    status: Whole
    openid: OptionalId = ""
    unionid: OptionalId = ""
    create_time: Annotated[UnixTime, Gt(0)]
    update_time: UnixTime = 0
    is_present: bool = False
    order_present_info: PresentInfo = Field(default_factory=PresentInfo)
    order_detail: OrderDetail


class OrderReply(Payload):
    """The answer of order/get."""

    order: OrderPayload
