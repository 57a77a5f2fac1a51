"""What 抖店 answers about orders and products: the fields that are used, under the platform's own names.

Amounts are 分, times are seconds, 0 and absence both mean "none". Without the permission for it a field is missing or
empty, so nothing but what names an object is required. Where a large id has a twin in text (``product_id_str``), the
twin is what is read: the number may have lost its last digits on the way.

Source: douyin.md A4.3, A4.4, A7; for product.detail the official Go SDK (S1).
"""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt
from pydantic import Field, field_validator

from privdomain.platforms._payload import IdText, Minor, OptionalId, Payload, UnixTime, Whole

__all__ = [
    "CategoryDetail",
    "CouponInfo",
    "DiscountDetail",
    "LineAfterSale",
    "LinePayload",
    "LogisticsInfo",
    "NamedPlace",
    "OrderPayload",
    "OrderReply",
    "PhaseOrder",
    "PostAddress",
    "ProductPayload",
    "ProductRow",
    "PromotionDetail",
    "ShippedProduct",
    "ShopDiscountCost",
    "SkuPayload",
    "Spec",
    "SpecGroup",
    "SpecValue",
    "StockReply",
]


class Spec(Payload):
    """One attribute of a variant: 颜色 红."""

    name: str = ""
    value: str = ""


class LineAfterSale(Payload):
    """What is going on with a line after its sale; ``refund_status`` 1 stays when a buyer withdraws (status 28)."""

    after_sale_status: Whole = 0
    after_sale_type: Whole = 0
    refund_status: Whole = 0


class LinePayload(Payload):
    """One line (子订单). ``origin_amount`` is per unit, ``pay_amount`` the line total."""

    order_id: IdText
    product_id: OptionalId = ""
    product_id_str: OptionalId = ""
    sku_id: OptionalId = ""
    code: OptionalId = ""
    out_sku_id: OptionalId = ""
    product_name: str = ""
    spec: tuple[Spec, ...] = ()
    item_num: Annotated[Whole, Ge(1)]
    origin_amount: Minor = 0
    sum_amount: Minor = 0
    order_amount: Minor = 0
    pay_amount: Minor = 0
    post_amount: Minor = 0
    promotion_amount: Minor = 0
    promotion_pay_amount: Minor = 0
    shop_cost_amount: Minor = 0
    platform_cost_amount: Minor = 0
    only_platform_cost_amount: Minor = 0
    author_cost_amount: Minor = 0
    modify_amount: Whole = 0
    tax_amount: Minor = 0
    given_product_type: str = ""
    author_id: OptionalId = ""
    author_name: str = ""
    room_id: OptionalId = ""
    room_id_str: OptionalId = ""
    video_id: OptionalId = ""
    content_id: OptionalId = ""
    cid: OptionalId = ""
    c_biz: Whole = 0
    theme_type: OptionalId = ""
    ad_env_type: str = ""
    page_id: OptionalId = ""
    origin_id: OptionalId = ""
    after_sale_info: LineAfterSale = Field(default_factory=LineAfterSale)


class NamedPlace(Payload):
    """A province, city, town or street."""

    name: str = ""


class PostAddress(Payload):
    """Where it goes; ``encrypt_detail`` is decrypted on demand only."""

    province: NamedPlace = Field(default_factory=NamedPlace)
    city: NamedPlace = Field(default_factory=NamedPlace)
    town: NamedPlace = Field(default_factory=NamedPlace)
    street: NamedPlace = Field(default_factory=NamedPlace)
    detail: str = ""
    encrypt_detail: str = ""


class ShippedProduct(Payload):
    """What is in a parcel: a line and how many of its units."""

    sku_order_id: OptionalId = ""
    product_id: OptionalId = ""
    sku_id: OptionalId = ""
    product_count: Whole = 0


class LogisticsInfo(Payload):
    """One parcel of an order."""

    tracking_no: OptionalId = ""
    company: str = ""
    company_name: str = ""
    delivery_id: OptionalId = ""
    ship_time: UnixTime = 0
    product_info: tuple[ShippedProduct, ...] = ()


class PhaseOrder(Payload):
    """One payment of a presale (定金, 尾款)."""

    phase_order_id: OptionalId = ""
    current_phase: Whole = 0
    pay_success: bool = False
    phase_pay_time: UnixTime = 0
    phase_pay_amount: Minor = 0
    phase_payable_price: Minor = 0


class ShopDiscountCost(Payload):
    """Who pays for a coupon."""

    platform_cost: Minor = 0
    shop_cost: Minor = 0
    author_cost: Minor = 0


class CouponInfo(Payload):
    """One coupon that was used."""

    coupon_id: OptionalId = ""
    coupon_meta_id: OptionalId = ""
    coupon_name: str = ""
    coupon_amount: Minor = 0
    share_discount_cost: ShopDiscountCost = Field(default_factory=ShopDiscountCost)


class DiscountDetail(Payload):
    """The coupons of one owner."""

    total_amount: Minor = 0
    coupon_info: tuple[CouponInfo, ...] = ()


class PromotionDetail(Payload):
    """The coupons by whose they are; only order.orderDetail has it."""

    shop_discount_detail: DiscountDetail = Field(default_factory=DiscountDetail)
    platform_discount_detail: DiscountDetail = Field(default_factory=DiscountDetail)
    kol_discount_detail: DiscountDetail = Field(default_factory=DiscountDetail)


class OrderPayload(Payload):
    """One order with its lines, as order.searchList and order.orderDetail give it."""

    order_id: IdText
    shop_id: OptionalId = ""
    doudian_open_id: OptionalId = ""
    open_id: OptionalId = ""
    order_type: Whole = 0
    b_type: Whole | None = None
    order_status: Whole
    main_status: Whole = 0
    create_time: Annotated[UnixTime, Gt(0)]
    update_time: UnixTime = 0
    pay_time: UnixTime = 0
    ship_time: UnixTime = 0
    finish_time: UnixTime = 0
    order_amount: Minor = 0
    pay_amount: Minor = 0
    post_amount: Minor = 0
    post_promotion_amount: Minor = 0
    promotion_amount: Minor = 0
    promotion_pay_amount: Minor = 0
    shop_cost_amount: Minor = 0
    platform_cost_amount: Minor = 0
    only_platform_cost_amount: Minor = 0
    author_cost_amount: Minor = 0
    modify_amount: Whole = 0
    modify_post_amount: Whole = 0
    pay_type: Whole | None = None
    channel_payment_no: OptionalId = ""
    buyer_words: str = ""
    seller_words: str = ""
    encrypt_post_tel: str = ""
    encrypt_post_receiver: str = ""
    mask_post_tel: str = ""
    mask_post_receiver: str = ""
    post_addr: PostAddress = Field(default_factory=PostAddress)
    mask_post_addr: PostAddress = Field(default_factory=PostAddress)
    logistics_info: tuple[LogisticsInfo, ...] = ()
    order_phase_list: tuple[PhaseOrder, ...] = ()
    promotion_detail: PromotionDetail = Field(default_factory=PromotionDetail)
    sku_order_list: tuple[LinePayload, ...]

    @field_validator("sku_order_list")
    @classmethod
    def _not_empty(cls, lines: tuple[LinePayload, ...]) -> tuple[LinePayload, ...]:
        # no min_length: it counts the lines that could be read, and calls a list of one bad line too short as well
        if not lines:
            raise ValueError("is empty; expected one line at least")
        return lines


class OrderReply(Payload):
    """The answer of order.orderDetail."""

    shop_order_detail: OrderPayload


class ProductRow(Payload):
    """One row of product.listV2: enough to ask for the product."""

    product_id: IdText
    status: Whole = 0
    check_status: Whole = 0
    name: str = ""
    update_time: UnixTime = 0


class CategoryDetail(Payload):
    """From the widest category to the narrowest."""

    first_cid: OptionalId = ""
    second_cid: OptionalId = ""
    third_cid: OptionalId = ""
    fourth_cid: OptionalId = ""


class SkuPayload(Payload):
    """One variant; its attributes are ids of `SpecValue`."""

    sku_id: IdText
    code: OptionalId = ""
    outer_sku_id: OptionalId = ""
    out_sku_id: OptionalId = ""
    price: Minor = 0
    stock_num: Whole | None = None
    spec_detail_ids: tuple[IdText, ...] = ()


class SpecValue(Payload):
    """One value of an attribute."""

    id: OptionalId = ""
    name: str = ""


class SpecGroup(Payload):
    """An attribute with its values."""

    name: str = ""
    values: tuple[SpecValue, ...] = ()


class ProductPayload(Payload):
    """One product with its variants."""

    product_id: OptionalId = ""
    product_id_str: OptionalId = ""
    outer_product_id: OptionalId = ""
    out_product_id: OptionalId = ""
    name: str = ""
    status: Whole
    check_status: Whole = 0
    brand_id: OptionalId = ""
    standard_brand_id: OptionalId = ""
    category_detail: CategoryDetail = Field(default_factory=CategoryDetail)
    pic: tuple[str, ...] = ()
    img: str = ""
    market_price: Minor = 0
    update_time: OptionalId = ""
    spec_prices: tuple[SkuPayload, ...] = ()
    specs: tuple[SpecGroup, ...] = ()


class StockReply(Payload):
    """The answer of sku.stockNum; ``prehold_stock_num`` is promised to orders."""

    sku_id: OptionalId = ""
    stock_num: Whole = 0
    prehold_stock_num: Whole = 0
    sku_type: Whole = 0
